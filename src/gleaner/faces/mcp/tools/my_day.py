"""``my_day``: what a day holds."""

from __future__ import annotations

from gleaner.app.programs.days import my_day as found
from gleaner.app.programs.seat import Seat
from gleaner.app.programs.values import Day
from gleaner.faces.mcp.arguments import On, Person
from gleaner.faces.mcp.tool import Tool


def my_day(seat: Seat, on: On = None, person: Person = "") -> Day:
    """One day added up (expected = logged + ready + unsure + open hours), its entries, proposals and running timer."""
    return found(seat, on, person)


TOOL = Tool(my_day, "My day", "reads", ("read",))
