"""What the policy says about expenses: nothing is refused, a person looks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from gleaner.core.time import spoken_day


@dataclass(frozen=True)
class Expense:
    """An expense in Harvest, as far as policy and lists need it."""

    id: int
    user_id: int
    person: str
    spent_date: date
    project: str
    category: str
    total_cost: Decimal
    currency: str
    notes: str = ""
    has_receipt: bool = False
    is_locked: bool = False
    is_billed: bool = False
    billable: bool = True


@dataclass(frozen=True)
class Policy:
    """What the company asks. Amounts are compared as numbers, whatever the currency."""

    limit: Decimal | None = None
    """An expense above it is looked at."""
    receipt_from: Decimal = Decimal(0)
    """From this amount on a receipt is needed."""
    weekends: bool = False
    """Whether expenses of Saturdays and Sundays are usual."""


@dataclass(frozen=True)
class Finding:
    expense_id: int
    kind: Literal["missing receipt", "over limit", "weekend", "twice"]
    sentence: str


def findings(expenses: Iterable[Expense], policy: Policy) -> list[Finding]:
    """What should be looked at, in the order of the expenses."""
    found: list[Finding] = []
    before: dict[tuple[int, date, Decimal, str], int] = {}
    for one in expenses:
        cost = f"{one.total_cost:,.2f} {one.currency}".strip()
        if not one.has_receipt and one.total_cost >= policy.receipt_from:
            found.append(Finding(one.id, "missing receipt", f"{cost} without a receipt."))
        if policy.limit is not None and one.total_cost > policy.limit:
            found.append(Finding(one.id, "over limit", f"{cost} is above the limit of {policy.limit:,.2f}."))
        if not policy.weekends and one.spent_date.weekday() >= 5:
            found.append(Finding(one.id, "weekend", f"{spoken_day(one.spent_date)} is on a weekend."))
        key = (one.user_id, one.spent_date, one.total_cost, one.currency)
        if key in before:
            found.append(
                Finding(
                    one.id,
                    "twice",
                    f"The same person, day and amount as expense {before[key]}: one cost, or two?",
                )
            )
        before.setdefault(key, one.id)
    return found
