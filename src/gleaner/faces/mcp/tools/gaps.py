"""``gaps``: what is missing."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from gleaner.app.programs.days import gaps as found
from gleaner.app.programs.seat import Seat
from gleaner.app.programs.values import Gaps
from gleaner.faces.mcp.arguments import First, Last, Page, Person
from gleaner.faces.mcp.tool import Tool

Team = Annotated[bool, Field(description="Everybody whose hours you may read; for managers.")]


def gaps(
    seat: Seat,
    first: First = None,
    last: Last = None,
    person: Person = "",
    team: Team = False,
    page: Page = 1,
) -> Gaps:
    """Days on which hours are missing, the last seven days if not told, each with its sum."""
    return found(seat, first, last, person, team=team, page=page)


TOOL = Tool(gaps, "Gaps", "reads", ("read",))
