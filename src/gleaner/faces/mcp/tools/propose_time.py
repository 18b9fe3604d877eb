"""``propose_time``: time somebody should look at."""

from __future__ import annotations

from datetime import date

from gleaner.app.programs.proposing import propose_time as propose
from gleaner.app.programs.seat import Seat
from gleaner.app.programs.values import Done
from gleaner.faces.mcp.arguments import DryRun, Hours, Name, Text, exact
from gleaner.faces.mcp.tool import Tool


def propose_time(
    seat: Seat,
    on: date,
    hours: Hours,
    project: Name,
    notes: Text,
    task: Name = "",
    why: Text = "",
    dry_run: DryRun = False,
) -> Done:
    """Leave a time entry in the person's review. It is in Harvest only after they accept it. Clients may read notes."""
    return propose(seat, on, exact(hours), project, task, notes, why, dry_run=dry_run)


TOOL = Tool(propose_time, "Propose time", "proposes", ("propose",))
