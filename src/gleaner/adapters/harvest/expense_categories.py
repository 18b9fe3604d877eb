"""Expense categories, ``/expense_categories`` (``harvest/api`` §16.1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import TypedDict, Unpack

from gleaner.adapters.harvest import wire
from gleaner.adapters.harvest.resource import Resource
from gleaner.adapters.harvest.transport import Transport


class ExpenseCategoryFields(TypedDict, total=False):
    """What may be sent; creating needs the name. With a unit its expenses are counted in units."""

    name: str
    unit_name: str | None
    unit_price: Decimal | None
    is_active: bool


class ExpenseCategories(Resource[wire.ExpenseCategory]):
    def __init__(self, transport: Transport) -> None:
        super().__init__(transport, "/expense_categories", "expense_categories", wire.ExpenseCategory)

    def list(
        self, *, is_active: bool | None = None, updated_since: datetime | None = None
    ) -> Iterator[wire.ExpenseCategory]:
        return self._list({"is_active": is_active, "updated_since": updated_since})

    def get(self, category_id: int) -> wire.ExpenseCategory:
        return self._get(category_id)

    def create(self, **fields: Unpack[ExpenseCategoryFields]) -> wire.ExpenseCategory:
        return self._create(dict(fields))

    def update(self, category_id: int, **fields: Unpack[ExpenseCategoryFields]) -> wire.ExpenseCategory:
        return self._update(category_id, dict(fields))

    def delete(self, category_id: int) -> None:
        """Refused once it is used (*uncertain*); archive it with ``is_active=False``."""
        self._delete(category_id)
