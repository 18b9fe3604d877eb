"""Time and expenses as invoices see them: what they are worth, and whether they can be billed. Pure.

Source: ``harvest/rates`` §1, §2, §5.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal, NamedTuple

from gleaner.core.catalog import EntryId, ProjectId, TaskId, UserId

NOTHING = Decimal(0)
_CENT = Decimal("0.01")


class Worked(NamedTuple):
    """A time entry. A tuple: an account may have hundreds of thousands."""

    id: EntryId
    user_id: UserId
    project_id: ProjectId
    task_id: TaskId
    on: date
    hours: Decimal
    """As Harvest rounds them for invoices."""
    billable: bool
    rate: Decimal | None
    """What Harvest says an hour of it is billed at; None: nothing, or we may not see it."""
    cost: Decimal | None
    """What Harvest says an hour of it costs."""
    is_running: bool = False
    is_billed: bool = False
    is_approved: bool = False
    invoice: int | None = None
    """The invoice it is on."""
    updated_at: datetime | None = None

    @property
    def value(self) -> Decimal:
        """What it is billed at, not rounded; nothing where it is not billable or has no rate."""
        return self.hours * self.rate if self.billable and self.rate is not None else NOTHING


class Spent(NamedTuple):
    """An expense, in its client's currency."""

    id: int
    user_id: UserId
    project_id: ProjectId
    category: str
    on: date
    total: Decimal
    billable: bool
    units: Decimal | None = None
    """Of a category that has a price per unit."""
    unit_price: Decimal | None = None
    is_billed: bool = False
    is_approved: bool = False
    has_receipt: bool = False
    invoice: int | None = None
    updated_at: datetime | None = None

    @property
    def value(self) -> Decimal:
        """What it is billed at."""
        return self.total if self.billable else NOTHING


Kind = Literal["time", "expense"]


def cents(amount: Decimal) -> Decimal:
    """*amount* to two places, halves up, as Harvest rounds; nothing has no sign.

    >>> cents(Decimal("0.125")), cents(Decimal("-0.001"))
    (Decimal('0.13'), Decimal('0.00'))
    """
    return amount.quantize(_CENT, ROUND_HALF_UP) + NOTHING
