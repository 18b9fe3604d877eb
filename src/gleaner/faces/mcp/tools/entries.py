"""``entries``: what is in Harvest."""

from __future__ import annotations

from gleaner.app.programs.found import entries as found
from gleaner.app.programs.seat import Seat
from gleaner.app.programs.values import Entries
from gleaner.faces.mcp.arguments import First, Last, Name, Page, Person, Text
from gleaner.faces.mcp.tool import Tool


def entries(
    seat: Seat,
    first: First = None,
    last: Last = None,
    project: Name = "",
    client: Name = "",
    text: Text = "",
    unbilled: bool = False,
    person: Person = "",
    page: Page = 1,
) -> Entries:
    """Search time entries in Harvest, today's if not told, with their sum; text is part of the notes."""
    return found(
        seat,
        first,
        last,
        project=project,
        client=client,
        text=text,
        unbilled=unbilled,
        person=person,
        page=page,
    )


TOOL = Tool(entries, "Entries", "reads", ("read",))
