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
from gleaner.core import entries, expenses
from gleaner.core.catalog import ProjectId, UserId
from gleaner.core.errors import Unavailable


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

    def to_core(self) -> expenses.Expense:
        """Raises Unavailable when Harvest leaves out whose it is, or what for."""
        user, project, category = self.user, self.project, self.expense_category
        if user is None or project is None or category is None or self.spent_date is None:
            raise Unavailable(
                f"Harvest's answer about expense {self.id} lacks its person, project, category or day."
            )
        kind = expenses.ExpenseCategory(
            expenses.CategoryId(category.id), category.name, category.unit_name, category.unit_price
        )
        return expenses.Expense(
            expenses.ExpenseId(self.id),
            UserId(user.id),
            ProjectId(project.id),
            kind,
            self.spent_date,
            self.total_cost,
            self.units if category.unit_price is not None else None,
            self.client.currency if self.client is not None else "",
            self.notes,
            self.billable,
            self.receipt.file_name if self.receipt is not None else "",
            self.receipt.file_size if self.receipt is not None else None,
            self.is_locked,
            self.locked_reason,
            self.is_closed,
            self.is_billed,
            self.created_at,
        )
