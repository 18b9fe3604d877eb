"""Expenses, ``/expenses`` (``harvest/api`` §16), with their receipts (:mod:`.receipts`)."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO, TypedDict, Unpack

from gleaner.adapters.harvest import wire
from gleaner.adapters.harvest.receipts import ReceiptFile, checked_address
from gleaner.adapters.harvest.resource import Resource, filters
from gleaner.adapters.harvest.transport import Method, Transport
from gleaner.core.errors import Refused
from gleaner.expenses.content import MOST_BYTES, kind_of


class NewExpense(TypedDict, total=False):
    """What every new expense may carry. The first three are needed; without *user_id* it is the token's own person."""

    project_id: int
    expense_category_id: int
    spent_date: date
    user_id: int
    notes: str
    billable: bool


class ExpenseChanges(TypedDict, total=False):
    """What may be changed. Of a locked expense Harvest keeps project and category, without a word."""

    project_id: int
    expense_category_id: int
    spent_date: date
    units: Decimal
    total_cost: Decimal
    notes: str
    billable: bool


class ExpenseFilter(TypedDict, total=False):
    """Which expenses to list; *first* and *last* are the days, both included."""

    user_id: int
    client_id: int
    project_id: int
    is_billed: bool
    updated_since: datetime
    first: date
    last: date


class Expenses(Resource[wire.Expense]):
    def __init__(self, transport: Transport) -> None:
        super().__init__(transport, "/expenses", "expenses", wire.Expense)

    def list(self, **which: Unpack[ExpenseFilter]) -> Iterator[wire.Expense]:
        """Latest day first."""
        return self._list(filters(which))

    def get(self, expense_id: int) -> wire.Expense:
        return self._get(expense_id)

    def create_with_total(
        self, total_cost: Decimal, receipt: ReceiptFile | None = None, **fields: Unpack[NewExpense]
    ) -> wire.Expense:
        """An expense of a category without units."""
        return self._sent("POST", self._path, {**fields, "total_cost": total_cost}, receipt)

    def create_with_units(
        self, units: Decimal, receipt: ReceiptFile | None = None, **fields: Unpack[NewExpense]
    ) -> wire.Expense:
        """An expense of a category with units, such as miles: Harvest works out the total."""
        return self._sent("POST", self._path, {**fields, "units": units}, receipt)

    def update(
        self, expense_id: int, receipt: ReceiptFile | None = None, **changes: Unpack[ExpenseChanges]
    ) -> wire.Expense:
        """A *receipt* takes the place of the one there is."""
        return self._sent("PATCH", f"{self._path}/{expense_id}", dict(changes), receipt)

    def delete(self, expense_id: int) -> None:
        self._delete(expense_id)

    def delete_receipt(self, expense_id: int) -> wire.Expense:
        return self._update(expense_id, {"delete_receipt": True})

    def receipt(self, expense: wire.Expense) -> bytes:
        """The receipt's bytes. Raises Refused when there is none, or it may not be fetched."""
        into = BytesIO()
        self._fetch(expense, into)
        return into.getvalue()

    def save_receipt(self, expense: wire.Expense, path: Path) -> None:
        """The receipt in a file at *path*, which is complete or not there at all."""
        with NamedTemporaryFile(dir=path.parent, prefix=".receipt-", delete=False) as part:
            try:
                self._fetch(expense, part.file)  # type: ignore[arg-type]  # a BufferedRandom, said otherwise by typeshed
                part.close()
                os.replace(part.name, path)  # noqa: PTH105  (a Path would say no more)
            finally:
                Path(part.name).unlink(missing_ok=True)

    def _fetch(self, expense: wire.Expense, into: BinaryIO) -> None:
        if expense.receipt is None or not expense.receipt.url:
            raise Refused(f"Expense {expense.id} has no receipt.")
        url = checked_address(expense.receipt.url, self._transport.base_url)
        self._transport.download(url, into, limit=MOST_BYTES)
        into.seek(0)
        if kind_of(into.read(16)) is None:
            raise Refused(
                f"Harvest did not hand out the receipt of expense {expense.id}; open it in a browser: {url}"
            )

    def _sent(
        self, method: Method, path: str, body: Mapping[str, object], receipt: ReceiptFile | None
    ) -> wire.Expense:
        upload = receipt.upload() if receipt is not None else None
        answer = self._transport.request(
            method, path, body=body, upload=upload, is_harmless=method == "PATCH"
        )
        return self._read(method, path, answer.body)
