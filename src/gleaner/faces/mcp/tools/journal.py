"""``journal``: what was done."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from gleaner.app.programs.found import journal as found
from gleaner.app.programs.seat import Seat
from gleaner.app.programs.values import Journal
from gleaner.faces.mcp.arguments import Page
from gleaner.faces.mcp.tool import Tool


def journal(seat: Seat, days: Annotated[int, Field(ge=1, le=366)] = 14, page: Page = 1) -> Journal:
    """What was done about the person's time, newest first: who decided, what came of it, the id that undo takes."""
    return found(seat, days, page)


TOOL = Tool(journal, "Journal", "reads", ("read",))
