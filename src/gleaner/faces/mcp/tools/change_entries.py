"""``change_entries``: entries corrected and deleted."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from gleaner.app.programs.acting import change_entry, remove_entries
from gleaner.app.programs.seat import Seat
from gleaner.app.programs.values import Done
from gleaner.core.errors import ConfigError
from gleaner.faces.mcp.arguments import Confirm, DryRun, MaybeHours, MaybeName, MaybeText, maybe_exact
from gleaner.faces.mcp.tool import Tool

Numbers = Annotated[
    list[Annotated[int, Field(gt=0, lt=10**18)]], Field(max_length=50, description="Ids of entries.")
]


def change_entries(
    seat: Seat,
    do: Literal["edit", "delete"],
    ids: Numbers,
    project: MaybeName = None,
    task: MaybeName = None,
    hours: MaybeHours = None,
    notes: MaybeText = None,
    on: date | None = None,
    confirm: Confirm = "",
    dry_run: DryRun = False,
) -> Done:
    """Edit one time entry in Harvest, or delete some. Locked, approved and billed ones stay as they are."""
    if do == "delete":
        if any(one is not None for one in (project, task, hours, notes, on)):
            raise ConfigError("what is deleted is not changed too; leave out the rest")
        return remove_entries(seat, ids, confirm=confirm, dry_run=dry_run)
    if len(ids) != 1:
        raise ConfigError("one entry is edited at a time; name one id")
    return change_entry(
        seat, ids[0], project=project, task=task, hours=maybe_exact(hours), notes=notes, on=on, confirm=confirm,
        dry_run=dry_run,
    )  # fmt: skip


TOOL = Tool(change_entries, "Change entries", "removes", ("decide",))
