"""``propose_expense``: a cost somebody should look at."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from gleaner.app.filing import Said
from gleaner.app.programs.proposing import propose_expense as propose
from gleaner.app.programs.seat import Seat
from gleaner.app.programs.values import Done
from gleaner.faces.mcp.arguments import Amount, DryRun, MaybeName, MaybeText, On, Text, maybe_exact
from gleaner.faces.mcp.tool import Tool

Receipt = Annotated[
    str, Field(description="The file (png, gif, jpg, pdf) in base64; what it says fills in the rest.")
]


def propose_expense(
    seat: Seat,
    amount: Amount = None,
    units: Amount = None,
    project: MaybeName = None,
    category: MaybeName = None,
    on: On = None,
    notes: MaybeText = None,
    receipt: Receipt = "",
    receipt_name: Annotated[str, Field(max_length=200)] = "",
    why: Text = "",
    dry_run: DryRun = False,
) -> Done:
    """Leave an expense, with its receipt, in the person's review. It is filed only after they accept it."""
    said = Said(project, category, maybe_exact(amount), maybe_exact(units), on, notes)
    return propose(seat, said, receipt=receipt, receipt_name=receipt_name, why=why, dry_run=dry_run)


TOOL = Tool(propose_expense, "Propose expense", "proposes", ("propose",))
