"""Expenses and their receipts (``harvest/api`` §16)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from gleaner.adapters.harvest.wire.assignments import OwnAssignment
from gleaner.adapters.harvest.wire.objects import (
    ClientRef,
    NumberRef,
    ProjectRef,
    Ref,
    Stamped,
    Wire,
    or_nothing,
)
from gleaner.core import entries


class Receipt(Wire):
    """A picture or PDF of what was paid."""

    url: str = ""
    file_name: str = ""
    file_size: int | None = None
    """Bytes."""
    content_type: str = ""


class CategoryRef(Ref):
    unit_price: Decimal | None = None
    unit_name: str = ""


class Expense(Stamped):
    spent_date: date | None = None
    user: Ref | None = None
    client: ClientRef | None = None
    project: ProjectRef | None = None
    expense_category: CategoryRef | None = None
    user_assignment: OwnAssignment | None = None
    receipt: Receipt | None = None
    invoice: NumberRef | None = None
    notes: str = ""
    units: Decimal | None = None
    total_cost: Decimal = Decimal(0)
    """In the client's currency."""
    billable: bool = True
    is_closed: bool = False
    is_locked: bool = False
    is_explicitly_locked: bool = False
    is_billed: bool = False
    locked_reason: str = ""
    approval_status: Annotated[entries.ApprovalStatus | None, or_nothing(entries.ApprovalStatus)] = None
