"""``proposals``: what waits for review."""

from __future__ import annotations

from gleaner.app.programs.found import proposals as found
from gleaner.app.programs.seat import Seat
from gleaner.app.programs.values import Proposals
from gleaner.faces.mcp.arguments import First, Last, Page, Person
from gleaner.faces.mcp.tool import Tool


def proposals(
    seat: Seat,
    first: First = None,
    last: Last = None,
    decided: bool = False,
    person: Person = "",
    page: Page = 1,
) -> Proposals:
    """What waits for the person's review, unsure first, each with its reason."""
    return found(seat, first, last, person, decided=decided, page=page)


TOOL = Tool(proposals, "Proposals", "reads", ("read",))
