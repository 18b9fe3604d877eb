"""Categories of expenses, and of the lines of invoices and estimates (``harvest/api`` §16.1, §17.6, §18)."""

from __future__ import annotations

from decimal import Decimal

from gleaner.adapters.harvest.wire.objects import Stamped
from gleaner.core import expenses


class ExpenseCategory(Stamped):
    name: str = ""
    unit_name: str = ""
    unit_price: Decimal | None = None
    """None: an expense of this category has a total instead of units."""
    is_active: bool = True

    def to_core(self) -> expenses.ExpenseCategory:
        return expenses.ExpenseCategory(
            expenses.CategoryId(self.id), self.name, self.unit_name, self.unit_price, self.is_active
        )


class ItemCategory(Stamped):
    """What kind of line it is; a line names it in ``kind``."""

    name: str = ""
    use_as_service: bool = False
    """Of invoices: tracked time becomes lines of this kind."""
    use_as_expense: bool = False
    """Of invoices: expenses become lines of this kind."""
