"""``timer``: a timer, started and stopped."""

from __future__ import annotations

from typing import Literal

from gleaner.app.programs.acting import timer as change
from gleaner.app.programs.seat import Seat
from gleaner.app.programs.values import Done
from gleaner.faces.mcp.arguments import Confirm, DryRun, Name, Text
from gleaner.faces.mcp.tool import Tool


def timer(
    seat: Seat,
    do: Literal["start", "stop"],
    project: Name = "",
    task: Name = "",
    notes: Text = "",
    confirm: Confirm = "",
    dry_run: DryRun = False,
) -> Done:
    """Start a timer in Harvest, which stops the one that runs, or stop it."""
    return change(seat, do, project, task, notes, confirm=confirm, dry_run=dry_run)


TOOL = Tool(timer, "Timer", "changes", ("decide",))
