"""``budgets``: how budgets stand."""

from __future__ import annotations

from gleaner.app.programs.money import budgets as found
from gleaner.app.programs.seat import Seat
from gleaner.app.programs.values import Budgets
from gleaner.faces.mcp.arguments import Name
from gleaner.faces.mcp.tool import Tool


def budgets(seat: Seat, project: Name = "") -> Budgets:
    """How much of each project's budget is used, and about when the rest is gone; for managers."""
    return found(seat, project)


TOOL = Tool(budgets, "Budgets", "reads", ("money",))
