"""What the demo's month came to in money."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Invoiced:
    """One client's invoice, and what it would have been."""

    number: str
    client: str
    currency: str
    amount: Decimal
    """Time of the demo's days on it, before tax; without expenses."""
    true: Decimal
    """The same, had every true hour been logged."""
    by_habit: Decimal
    """The same by habit alone."""
    expenses: Decimal
    is_sent: bool


@dataclass(frozen=True)
class Month:
    """What the month came to in money."""

    invoices: tuple[Invoiced, ...]
    trouble: tuple[str, ...]
    """What was not drafted, did not add up, or was not sent."""
    alerts: tuple[str, ...]
    """Budgets somebody would be told about."""
    budgets: int
    budgets_that_differ: int
    """From Harvest's own report."""
    costs: int
    """What people really spent."""
    expenses_as_spent: int
    """Expenses in Harvest that are so, to the cent."""
    expenses_on_invoices: int
    without_receipt: int
    receipts_not_filed_twice: int

    @property
    def by_currency(self) -> Iterator[tuple[str, Decimal, Decimal, Decimal]]:
        """Each currency with what was invoiced, what it would have been by habit, and what is true."""
        for currency in sorted({one.currency for one in self.invoices}):
            those = [one for one in self.invoices if one.currency == currency]
            yield (
                currency, sum((one.amount for one in those), Decimal(0)),
                sum((one.by_habit for one in those), Decimal(0)), sum((one.true for one in those), Decimal(0)),
            )  # fmt: skip
