"""``approve_invoice``: an invoice let go."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from gleaner.app.programs.acting import approve_invoice as approve
from gleaner.app.programs.seat import Seat
from gleaner.app.programs.values import Done
from gleaner.faces.mcp.arguments import Confirm, DryRun
from gleaner.faces.mcp.tool import Tool

Which = Annotated[str, Field(min_length=1, max_length=100, description="Id or number.")]


def approve_invoice(seat: Seat, invoice: Which, confirm: Confirm = "", dry_run: DryRun = False) -> Done:
    """Let a draft invoice go: Gleaner then mails it to the client. Only who may approve it, only if it adds up."""
    return approve(seat, invoice, confirm=confirm, dry_run=dry_run)


TOOL = Tool(approve_invoice, "Approve invoice", "changes", ("money", "decide"))
