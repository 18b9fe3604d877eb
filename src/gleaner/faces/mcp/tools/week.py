"""``week``: a week, day by day."""

from __future__ import annotations

from gleaner.app.programs.days import week as found
from gleaner.app.programs.seat import Seat
from gleaner.app.programs.values import Week
from gleaner.faces.mcp.arguments import On, Person
from gleaner.faces.mcp.tool import Tool


def week(seat: Seat, on: On = None, person: Person = "") -> Week:
    """The week around a day: hours expected, logged, ready to accept, unsure and open, day by day."""
    return found(seat, on, person)


TOOL = Tool(week, "Week", "reads", ("read",))
