"""``undo``: what Gleaner did, taken back."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from gleaner.app.programs.acting import undo_work
from gleaner.app.programs.seat import Seat
from gleaner.app.programs.values import Done
from gleaner.faces.mcp.arguments import Confirm, DryRun, Ids
from gleaner.faces.mcp.tool import Tool

Run = Annotated[
    str, Field(max_length=100, description="All that a run did, in place of ids; last for the newest.")
]


def undo(
    seat: Seat, ids: Ids | None = None, run: Run = "", confirm: Confirm = "", dry_run: DryRun = False
) -> Done:
    """Take back what Gleaner did in Harvest, by the ids of proposals or by run."""
    return undo_work(seat, ids or (), run, confirm=confirm, dry_run=dry_run)


TOOL = Tool(undo, "Undo", "removes", ("decide",))
