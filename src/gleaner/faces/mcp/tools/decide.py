"""``decide``: a word on proposals."""

from __future__ import annotations

from typing import Literal, assert_never

from gleaner.app.programs.acting import accept_proposals, dismiss_proposals, edit_proposal
from gleaner.app.programs.seat import Seat
from gleaner.app.programs.values import Done
from gleaner.core.errors import ConfigError
from gleaner.faces.mcp.arguments import (
    Confirm,
    DryRun,
    Ids,
    MaybeHours,
    MaybeName,
    MaybeText,
    Text,
    maybe_exact,
)
from gleaner.faces.mcp.tool import Tool


def decide(
    seat: Seat,
    do: Literal["accept", "edit", "dismiss"],
    ids: Ids,
    project: MaybeName = None,
    task: MaybeName = None,
    hours: MaybeHours = None,
    notes: MaybeText = None,
    why: Text = "",
    confirm: Confirm = "",
    dry_run: DryRun = False,
) -> Done:
    """Accept proposals into Harvest, edit one and log it, or dismiss some for good. Only at the person's word."""
    changes = (project, task, hours, notes)
    if do != "edit" and any(one is not None for one in changes):
        raise ConfigError(f"project, task, hours and notes are for edit, not for {do}")
    match do:
        case "accept":
            return accept_proposals(seat, ids, confirm=confirm, dry_run=dry_run)
        case "dismiss":
            return dismiss_proposals(seat, ids, why, confirm=confirm, dry_run=dry_run)
        case "edit":
            if len(ids) != 1:
                raise ConfigError("one proposal is edited at a time; name one id")
            return edit_proposal(
                seat, ids[0], project=project, task=task, hours=maybe_exact(hours), notes=notes, confirm=confirm,
                dry_run=dry_run,
            )  # fmt: skip
        case _:
            assert_never(do)


TOOL = Tool(decide, "Decide proposals", "changes", ("decide",))
