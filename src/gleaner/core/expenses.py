"""Expenses as Harvest keeps them, and the receipts that go with them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import NewType

from gleaner.core.catalog import ProjectId, UserId

ExpenseId = NewType("ExpenseId", int)
CategoryId = NewType("CategoryId", int)

_CENT = Decimal("0.01")


@dataclass(frozen=True)
class ExpenseCategory:
    """What kind of cost it is. With a unit price its expenses are counted in units, such as miles."""

    id: CategoryId
    name: str
    unit_name: str = ""
    unit_price: Decimal | None = None
    is_active: bool = True

    def total(self, units: Decimal) -> Decimal:
        """What so many units cost, to the cent, half up. Only of a category with a unit price.

        >>> ExpenseCategory(CategoryId(1), "Mileage", "mile", Decimal("0.535")).total(Decimal(101))
        Decimal('54.04')
        """
        assert self.unit_price is not None, f"{self.name} has no unit price"
        return (units * self.unit_price).quantize(_CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class Attachment:
    """A receipt that is kept: which one, by its content, and what it is called."""

    digest: str
    """SHA-256 of its content."""
    name: str


@dataclass(frozen=True)
class Expense:
    """One cost in Harvest: what somebody decided about, and what undo can bring back."""

    id: ExpenseId
    user_id: UserId
    project_id: ProjectId
    category: ExpenseCategory
    spent_date: date
    total_cost: Decimal
    """In the client's currency."""
    units: Decimal | None = None
    """Of a category with a unit price."""
    currency: str = ""
    notes: str = ""
    billable: bool = True
    receipt_name: str = ""
    """Empty: it has no receipt."""
    receipt_size: int | None = None
    """Bytes."""
    is_locked: bool = False
    locked_reason: str = ""
    is_closed: bool = False
    """Approved."""
    is_billed: bool = False
    """Invoiced."""
    created_at: datetime | None = None


@dataclass(frozen=True)
class Attempt:
    """What was there before we first asked Harvest to make an expense: what is there since may be our work."""

    at: datetime
    known: frozenset[ExpenseId]
    """Expenses that are not our work."""


def mark(reference: str) -> str:
    """What the file name of a receipt carries of our key: Harvest keeps names, and no key of ours.

    >>> mark("gleaner-0123456789abcdef01234567")
    '0123456789'
    """
    return reference.rpartition("-")[2][:10]


def marked(name: str, reference: str) -> str:
    """The file name with our mark, in letters that come back from Harvest as they were.

    >>> marked("Taxi - Zoo (2).PDF", "gleaner-0123456789abcdef01234567")
    'Taxi_Zoo_2_0123456789.pdf'
    """
    stem, _, ending = name.rpartition(".")
    plain = re.sub(r"[^A-Za-z0-9]+", "_", stem)[:60].strip("_") or "receipt"
    return f"{plain}_{mark(reference)}.{ending.lower()}"


def is_marked(name: str, reference: str) -> bool:
    """Whether the file called *name* carries the mark of that key."""
    return bool(reference) and name.lower().rpartition(".")[0].endswith(f"_{mark(reference)}")


def plain_name(name: str) -> str:
    """The name without a mark of ours, for one that is put back.

    >>> plain_name("taxi_0123456789.pdf"), plain_name("taxi.pdf")
    ('taxi.pdf', 'taxi.pdf')
    """
    return re.sub(r"_[0-9a-f]{10}(?=\.[a-z]+$)", "", name)


def expense_changes(was: Expense, now: Expense) -> tuple[str, ...]:
    """What is different about an expense since somebody saw it, in words."""
    found = []
    if now.total_cost != was.total_cost:
        found.append(f"{now.total_cost:,.2f} instead of {was.total_cost:,.2f}")
    elif now.units != was.units and was.category.unit_price is not None:
        found.append("other units")
    if now.spent_date != was.spent_date:
        found.append(f"on {now.spent_date} instead of {was.spent_date}")
    if now.project_id != was.project_id:
        found.append("another project")
    if now.category.id != was.category.id:
        found.append("another category")
    if now.notes != was.notes:
        found.append("other notes")
    if now.billable != was.billable:
        found.append("billable now" if now.billable else "not billable any more")
    if (now.receipt_name, now.receipt_size) != (was.receipt_name, was.receipt_size):
        found.append("another receipt" if now.receipt_name else "its receipt is gone")
    return tuple(found)
