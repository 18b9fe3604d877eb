"""Undo of what was done to expenses: a new one is removed, a change changed back, a deleted one put back."""

from __future__ import annotations

from dataclasses import replace

from gleaner.core.actions import CreateExpense, DeleteExpense, UpdateExpense, is_filed, is_so, refiled
from gleaner.core.errors import Refused
from gleaner.core.expenses import Attachment, Expense, ExpenseId, expense_changes, marked, plain_name
from gleaner.core.phrases import phrase
from gleaner.core.proposals import Proposal, State, reference
from gleaner.review.door import Door
from gleaner.review.expense_guards import (
    guard_expense_open,
    guard_expense_owner,
    guard_refiling,
)
from gleaner.review.guards import guard_week
from gleaner.review.inbox import Item
from gleaner.review.putting_back import put_back

_WORDLESS = "the notes as they were are not kept any more (keep_days in gleaner.toml)"
_FORCE = "undo it with --force, or edit it with: gleaner expenses edit"


def remove(door: Door, item: Item, action: CreateExpense, *, force: bool) -> str:
    """Delete what was filed, if it still is as we left it; what else there is to say."""
    assert item.expense_id is not None, "an applied creation has its expense"
    made = door.expenses.get(item.expense_id)
    if made is None:
        made = _put_back_since(door, item)
    if made is None:
        return ""
    if made.user_id != action.user_id:
        raise Refused(phrase("expense {made_id} is not this person's any more", made_id=made.id))
    guard_expense_open(made, "removed")
    guard_week(door.harvest, action.user_id, made.spent_date)
    different = () if force else _different(item, action, made)
    if different:
        raise Refused(
            phrase(
                "expense {made_id} was changed since Gleaner filed it: {listed}; {force}",
                made_id=made.id,
                listed=", ".join(different),
                force=_FORCE,
            )
        )
    door.expenses.delete(made.id)
    return ""


def _put_back_since(door: Door, item: Item) -> Expense | None:
    """Deleted and put back it has another number."""
    backs = {
        one.proposal.action.replaces: one
        for one in door.inbox.items(states=(State.APPLIED,), user_id=item.proposal.user_id)
        if isinstance(one.proposal.action, CreateExpense) and one.proposal.action.replaces is not None
    }
    number = item.expense_id
    while number is not None and number in backs:
        number = backs[number].expense_id
    return door.expenses.get(number) if number not in (None, item.expense_id) and number is not None else None


def _different(item: Item, action: CreateExpense, made: Expense) -> tuple[str, ...]:
    category = action.category
    if category is None or action.project_id is None:
        return ("another category",)
    total = made.total_cost if action.total_cost is None else action.total_cost
    if category.unit_price is not None and action.units is not None:
        total = made.total_cost if made.units == action.units else category.total(action.units)
    was = replace(
        made,
        project_id=action.project_id,
        category=replace(made.category, id=category.id),
        spent_date=action.spent_date,
        total_cost=total,
        units=made.units if action.units is None else action.units,
        # What the notes were is not kept for ever.
        notes=made.notes if item.proposal.is_faded or made.notes == action.notes.strip() else action.notes,
        billable=action.billable,
    )
    found = list(expense_changes(was, made))
    if action.receipt is not None and not is_filed(action, made):
        found.append("another receipt" if made.receipt_name else "its receipt is gone")
    return tuple(found)


def change_back(door: Door, item: Item, action: UpdateExpense, *, force: bool) -> str:
    """What the change named is again as it was, the rest is left alone."""
    expense = guard_expense_owner(door.expenses.get(action.expense_id), action.expense_id, action.user_id)
    was = action.was
    if item.proposal.is_faded:
        if action.notes is not None:
            raise Refused(phrase("{wordless}; edit the expense instead", wordless=_WORDLESS))
        was = replace(was, notes=expense.notes)
    key = f"{item.proposal.key}:undo"
    back = _reverse(action, was, reference(door.harvest.company().account_id, key))
    if is_so(back, expense) and (action.receipt is None or _has_former(action, expense, back)):
        return ""
    guard_expense_open(expense)
    # The receipt is compared by our mark: size and name of the former one say nothing about it.
    left = replace(refiled(action), receipt_name=expense.receipt_name, receipt_size=expense.receipt_size)
    different = () if force else expense_changes(left, expense)
    if different:
        raise Refused(
            phrase(
                "expense {expense_id} was changed since Gleaner changed it: {listed}; {force}",
                expense_id=expense.id,
                listed=", ".join(different),
                force=_FORCE,
            )
        )
    guard_refiling(door.harvest, expense, back)
    content = _content(door, action.former) if action.former is not None else None
    if action.receipt is not None and action.former is None:
        door.expenses.drop_receipt(expense.id)
    door.expenses.update(back, content)
    return f"; expense {expense.id} is again as it was"


def _has_former(action: UpdateExpense, expense: Expense, back: UpdateExpense) -> bool:
    if action.former is None:
        return not expense.receipt_name
    return expense.receipt_name == marked(action.former.name, back.reference)


def _reverse(action: UpdateExpense, was: Expense, key: str) -> UpdateExpense:
    costs = action.total_cost is not None or action.units is not None or action.category is not None
    by_units = was.category.unit_price is not None
    return UpdateExpense(
        action.user_id,
        action.expense_id,
        was,
        key,
        spent_date=None if action.spent_date is None else was.spent_date,
        project_id=None if action.project_id is None else was.project_id,
        category=None if action.category is None else was.category,
        total_cost=was.total_cost if costs and not by_units else None,
        units=was.units if costs and by_units else None,
        notes=None if action.notes is None else was.notes,
        billable=None if action.billable is None else was.billable,
        receipt=action.former,
    )


def restore(door: Door, item: Item, action: DeleteExpense, *, by: str) -> str:
    """File the deleted expense again, with its receipt where that was kept."""
    if item.trouble:
        raise Refused(
            phrase(
                "{trouble}: somebody else deleted it, so undo does not bring it back; file it anew",
                trouble=item.trouble,
            )
        )
    if door.expenses.get(action.expense_id) is not None:
        return "; the expense is there"
    if item.proposal.is_faded:
        raise Refused(phrase("{wordless}; file it anew", wordless=_WORDLESS))
    again = put_back(door, _anew(door, item, action), "expense", "file it anew", by=by)
    lost = " without its receipt" if action.was.receipt_name and action.receipt is None else ""
    return f"; the expense is back as {again.expense_id}{lost}"


def _anew(door: Door, item: Item, action: DeleteExpense) -> Proposal:
    key, was = f"{item.proposal.key}:back", action.was
    by_units = was.category.unit_price is not None
    receipt = action.receipt
    create = CreateExpense(
        action.user_id, was.spent_date, was.project_id, was.category,
        None if by_units else was.total_cost, was.units if by_units else None, was.notes,
        reference(door.harvest.company().account_id, key), billable=was.billable,
        receipt=replace(receipt, name=plain_name(receipt.name)) if receipt is not None else None,
        beside=_beside(door, action), replaces=action.expense_id,
    )  # fmt: skip
    reason = f"Undo of the deletion of expense {action.expense_id}."
    return replace(item.proposal, key=key, action=create, on=was.spent_date, reason=reason)


def _beside(door: Door, action: DeleteExpense) -> tuple[ExpenseId, ...]:
    """Whoever deleted one of two that are alike knew of the other."""
    there = door.expenses.find(action.user_id, on=action.was.spent_date)
    return tuple(sorted(one.id for one in there))


def _content(door: Door, receipt: Attachment) -> bytes:
    content = door.receipts.content(receipt.digest)
    if content is None:
        raise Refused(
            phrase(
                "the receipt {receipt} is not kept any more; give the right one anew", receipt=receipt.name
            )
        )
    return content
