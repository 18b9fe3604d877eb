"""``compliance``: the weekly report for managers."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from gleaner.app.programs.money import compliance as found
from gleaner.app.programs.seat import Seat
from gleaner.app.programs.values import Compliance
from gleaner.faces.mcp.tool import Tool

WeekName = Annotated[
    str, Field(max_length=20, description="2026-W12, or a day in it; the newest finished week if left out.")
]


def compliance(seat: Seat, week: WeekName = "") -> Compliance:
    """For managers: how much of the expected hours was there at the weekly cut-off, who lacks some, and why."""
    return found(seat, week)


TOOL = Tool(compliance, "Compliance", "reads", ("read",))
