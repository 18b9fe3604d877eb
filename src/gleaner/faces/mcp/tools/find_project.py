"""``find_project``: what may be logged to."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from gleaner.app.programs.found import find_projects
from gleaner.app.programs.seat import Seat
from gleaner.app.programs.values import Projects
from gleaner.faces.mcp.arguments import Text
from gleaner.faces.mcp.tool import Tool


def find_project(seat: Seat, text: Text = "", limit: Annotated[int, Field(ge=1, le=100)] = 25) -> Projects:
    """Projects the person may log to, with their tasks, by part of a name, code or client."""
    return find_projects(seat, text, limit)


TOOL = Tool(find_project, "Find project", "reads", ("read",))
