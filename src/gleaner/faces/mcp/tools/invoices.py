"""``invoices``: what is due, and what was made."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from gleaner.app.programs.money import invoices as found
from gleaner.app.programs.seat import Seat
from gleaner.app.programs.values import Invoices
from gleaner.faces.mcp.tool import Tool

Which = Annotated[str, Field(max_length=100, description="Id or number: shows that one, with its proof.")]


def invoices(seat: Seat, invoice: Which = "") -> Invoices:
    """Invoices that billing rules made, and what is due; or a preview of one. For administrators."""
    return found(seat, invoice)


TOOL = Tool(invoices, "Invoices", "reads", ("money",))
