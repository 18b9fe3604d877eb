"""Writing expenses: the port ``review.writers.Expenses`` on the real Harvest."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime

from gleaner.adapters.harvest import wire
from gleaner.adapters.harvest.client import Client
from gleaner.adapters.harvest.expenses import ExpenseChanges, NewExpense
from gleaner.adapters.harvest.receipts import ReceiptFile, receipt_file
from gleaner.adapters.harvest.transport import guarded
from gleaner.core.actions import CreateExpense, UpdateExpense
from gleaner.core.catalog import UserId
from gleaner.core.errors import Refused
from gleaner.core.expenses import Attachment, Expense, ExpenseCategory, ExpenseId, marked


class ExpenseWriter:
    """Reads and writes expenses live. The local copy hears of them at the next sync."""

    def __init__(self, client: Client) -> None:
        self._expenses = client.expenses
        self._categories = client.expense_categories

    def guarded(self, check: Callable[[], None]) -> AbstractContextManager[None]:
        return guarded(check)

    def categories(self) -> list[ExpenseCategory]:
        """Those that may be used, by name. One request."""
        found = (one.to_core() for one in self._categories.list(is_active=True))
        return sorted((one for one in found if one.is_active), key=lambda one: one.name.casefold())

    def find(self, user_id: UserId, *, on: date, since: datetime | None = None) -> list[Expense]:
        found = list(self._expenses.list(user_id=user_id, first=on, last=on))
        if since is not None:
            found += self._expenses.list(user_id=user_id, updated_since=since)
        # Harvest ignores parameters it does not know: never take a stranger's, nor one of years ago.
        mine = [one.to_core() for one in found if one.user is not None and one.user.id == user_id]
        near = [one for one in mine if one.spent_date == on or since is not None]
        return sorted({one.id: one for one in near}.values(), key=lambda one: one.id)

    def get(self, expense_id: ExpenseId) -> Expense | None:
        raw = self.raw(expense_id)
        return None if raw is None else raw.to_core()

    def raw(self, expense_id: ExpenseId) -> wire.Expense | None:
        """The same as Harvest sent it, with the address of its receipt."""
        try:
            return self._expenses.get(expense_id)
        except Refused as refusal:
            if refusal.status != 404:
                raise
        return None

    def receipt(self, expense_id: ExpenseId) -> bytes:
        """The bytes of its receipt. Raises Refused when there is none, or it may not be fetched."""
        raw = self.raw(expense_id)
        if raw is None:
            raise Refused(f"expense {expense_id} no longer exists in Harvest")
        return self._expenses.receipt(raw)

    def create(self, action: CreateExpense, receipt: bytes | None) -> Expense:
        if action.project_id is None or action.category is None:
            raise Refused("This expense has no project or category yet; choose one before it is filed.")
        fields: NewExpense = {
            "user_id": action.user_id,
            "project_id": action.project_id,
            "expense_category_id": action.category.id,
            "spent_date": action.spent_date,
            "notes": action.notes,
            "billable": action.billable,
        }
        file = _file(action.receipt, receipt, action.reference)
        if action.units is not None:
            return self._expenses.create_with_units(action.units, file, **fields).to_core()
        if action.total_cost is None:
            raise Refused("This expense has no amount yet; give one before it is filed.")
        return self._expenses.create_with_total(action.total_cost, file, **fields).to_core()

    def update(self, action: UpdateExpense, receipt: bytes | None) -> Expense:
        changes: ExpenseChanges = {}
        if action.project_id is not None:
            changes["project_id"] = action.project_id
        if action.category is not None:
            changes["expense_category_id"] = action.category.id
        if action.spent_date is not None:
            changes["spent_date"] = action.spent_date
        if action.units is not None:
            changes["units"] = action.units
        if action.total_cost is not None:
            changes["total_cost"] = action.total_cost
        if action.notes is not None:
            changes["notes"] = action.notes
        if action.billable is not None:
            changes["billable"] = action.billable
        file = _file(action.receipt, receipt, action.reference)
        if not changes and file is None:
            return self._expenses.get(action.expense_id).to_core()
        return self._expenses.update(action.expense_id, file, **changes).to_core()

    def drop_receipt(self, expense_id: ExpenseId) -> Expense:
        return self._expenses.delete_receipt(expense_id).to_core()

    def delete(self, expense_id: ExpenseId) -> None:
        try:
            self._expenses.delete(expense_id)
        except Refused as refusal:
            if refusal.status != 404:
                raise


def _file(receipt: Attachment | None, content: bytes | None, reference: str) -> ReceiptFile | None:
    """The receipt, called as Harvest will give it back."""
    if receipt is None:
        return None
    if content is None:
        raise Refused(f"the receipt {receipt.name} is not kept any more; give it again")
    return receipt_file(marked(receipt.name, reference), content)
