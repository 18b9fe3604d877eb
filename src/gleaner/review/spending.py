"""One action on an expense in Harvest: look whether it is so already, check, write once.

Harvest keeps no key of ours with an expense. Before the first POST is sent, what is there already is written down
(:class:`~gleaner.core.expenses.Attempt`); whoever comes later, after a crash or a lost answer, looks for what came
since: by the mark in the receipt's file name, or without a receipt by what was asked for. Where that is not clear,
nothing is written and the person is told what to look at. See decision 22.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from gleaner.core.actions import CreateExpense, DeleteExpense, UpdateExpense, is_filed, is_so
from gleaner.core.errors import ConfigError, Refused, Unavailable
from gleaner.core.expenses import Attachment, Attempt, Expense
from gleaner.core.phrases import phrase
from gleaner.core.proposals import Proposal
from gleaner.review.claims import Done, Lost, holding, recheck
from gleaner.review.door import Door
from gleaner.review.expense_guards import (
    guard_expense_open,
    guard_expense_owner,
    guard_expense_seen,
    guard_refiling,
    guard_whole,
)
from gleaner.review.guards import guard_week
from gleaner.review.inbox import Item
from gleaner.review.journal import Line

_CLOCKS = timedelta(minutes=10)
"""How far Harvest's clock may be from ours."""


def create(door: Door, proposal: Proposal, action: CreateExpense) -> Done:
    """File it, once."""
    before = door.inbox.attempt(proposal.key)
    if before is not None:
        found = _ours(door, proposal, action, before)
        if found is not None:
            return Done(expense=found, was_there=True)
    recheck(door, proposal)
    guard_whole(door.harvest, action)
    content = _content(door, action.receipt)
    there = door.expenses.find(action.user_id, on=action.spent_date)
    _guard_new(door, action, there)
    attempt = before or Attempt(door.clock.now(), frozenset(one.id for one in there))
    _note(door, proposal, attempt)
    done = _post(door, proposal, action, attempt, before, content)
    if before is None or not done.is_new or done.expense is None:
        return done
    older = _looked_again(door, proposal, action, attempt, done.expense)
    return Done(expense=older, was_there=True) if older is not None else done


def _post(
    door: Door,
    proposal: Proposal,
    action: CreateExpense,
    attempt: Attempt,
    before: Attempt | None,
    content: bytes | None,
) -> Done:
    """*before*: the attempt of an earlier POST, which stays to be looked for where this one came to nothing."""
    try:
        with holding(door, proposal, door.expenses.guarded):
            made = door.expenses.create(action, content)
    except Unavailable as fault:
        if not fault.answer_lost:
            _note(door, proposal, before)  # nothing was sent
            raise
        # The POST may have been carried out: look, never post again blindly.
        found = _ours(door, proposal, action, attempt)
        if found is None:
            raise
        return Done(expense=found)
    except Refused:
        _note(door, proposal, before)  # nothing was made
        raise
    if made.user_id != action.user_id:
        raise Refused(_taken_back(door, made, action))
    return Done(expense=made, is_new=True)


def update(door: Door, proposal: Proposal, action: UpdateExpense) -> Done:
    """Change it, if it still is what the person saw."""
    expense = guard_expense_owner(door.expenses.get(action.expense_id), action.expense_id, action.user_id)
    if is_so(action, expense):
        return Done(expense=expense, was_there=True)
    guard_expense_open(expense)
    guard_expense_seen(expense, action.was)
    guard_refiling(door.harvest, expense, action)
    recheck(door, proposal)
    content = _content(door, action.receipt)
    try:
        with holding(door, proposal, door.expenses.guarded):
            return Done(expense=door.expenses.update(action, content))
    except Unavailable as fault:
        now = door.expenses.get(action.expense_id) if fault.answer_lost else None
        if now is None or not is_so(action, now):
            raise
        return Done(expense=now)


def delete(door: Door, proposal: Proposal, action: DeleteExpense, *, taken_over: bool) -> Done:
    """Delete it, if it still is what the person saw."""
    expense = door.expenses.get(action.expense_id)
    if expense is None:
        # Gone is what was wanted: our own work before a crash, or else somebody else's.
        return Done(was_there=not taken_over)
    guard_expense_owner(expense, action.expense_id, action.user_id)
    guard_expense_open(expense, "deleted")
    guard_expense_seen(expense, action.was)
    guard_week(door.harvest, action.user_id, expense.spent_date)
    recheck(door, proposal)
    try:
        with holding(door, proposal, door.expenses.guarded):
            door.expenses.delete(action.expense_id)
    except Unavailable as fault:
        if not fault.answer_lost or door.expenses.get(action.expense_id) is not None:
            raise
    return Done()


def yield_to_other(door: Door, item: Item, made: Expense) -> None:
    """Remove *made*, ours, where the process that took us for dead has filed the same."""
    action = item.proposal.action
    assert isinstance(action, CreateExpense), "nothing else makes an expense"
    now, attempt = door.inbox.get(item.proposal.key), door.inbox.attempt(item.proposal.key)
    other = now.expense_id if now is not None else None
    if other is None and attempt is not None:
        # The other one may not have come to writing it down yet.
        alike = _alike(door, action, attempt, but=made)
        other = min((one.id for one in alike if one.id < made.id), default=None)
    if other not in (None, made.id):
        _remove(door, item.proposal, made, f"expense {other}")


# --- finding ours ------------------------------------------------------------------------------------------------


def _ours(door: Door, proposal: Proposal, action: CreateExpense, attempt: Attempt) -> Expense | None:
    """What an earlier attempt made; None when it made nothing. Raises Refused where that is not clear."""
    since = _since(door, action, attempt)
    ours = [one for one in since if is_filed(action, one)]
    if len(ours) == 1 or (ours and action.receipt is not None):
        if len(ours) > 1:
            _fault(door, proposal, ours)
        return min(ours, key=lambda one: one.id)
    unclear = ours or [one for one in since if _is_near(action, one)]
    if not unclear:
        return None
    # Who accepts it once more has looked: then these are not it.
    _note(door, proposal, replace(attempt, known=attempt.known | {one.id for one in unclear}))
    raise Refused(
        phrase(
            "an earlier attempt may have filed it as {numbers}; if so, dismiss this proposal, "
            "otherwise accept it once more",
            numbers=_numbers(unclear, "or"),
        )
    )


def _since(door: Door, action: CreateExpense, attempt: Attempt) -> list[Expense]:
    """That person's expenses which came since the attempt, and are not the work of another proposal."""
    found = door.expenses.find(action.user_id, on=action.spent_date, since=attempt.at - _CLOCKS)
    # Of that day we know which were there, whatever any clock says; elsewhere only Harvest's clock tells.
    new = [
        one
        for one in found
        if one.id not in attempt.known
        and (
            one.spent_date == action.spent_date
            or one.created_at is None
            or one.created_at >= attempt.at - _CLOCKS
        )
    ]
    others = door.inbox.expenses_written({one.id for one in new})
    return [one for one in new if one.id not in others]


def _is_near(action: CreateExpense, expense: Expense) -> bool:
    """Whether it may be ours, and changed since: three of five things are as asked for."""
    category = action.category.id if action.category is not None else None
    cost = (
        action.units == expense.units if action.units is not None else action.total_cost == expense.total_cost
    )
    agree = (
        cost,
        action.project_id == expense.project_id,
        category == expense.category.id,
        action.spent_date == expense.spent_date,
        bool(expense.notes) and action.notes.strip() == expense.notes.strip(),
    )
    return sum(agree) >= 3


def _guard_new(door: Door, action: CreateExpense, there: Iterable[Expense]) -> None:
    """Nobody filed the same cost by hand meanwhile: same day and amount, and not known when it was proposed."""
    same = {one.id for one in there if one.total_cost == action.total_cost and one.id not in action.beside}
    by_hand = same - door.inbox.expenses_written(same)
    for one in there:
        if one.id in by_hand:
            raise Refused(
                phrase(
                    "expense {one_id} has the same day and amount and came after this was proposed; dismiss "
                    "this if it is the same cost, or file it with: gleaner expenses add",
                    one_id=one.id,
                )
            )


def _looked_again(
    door: Door, proposal: Proposal, action: CreateExpense, attempt: Attempt, made: Expense
) -> Expense | None:
    """After another attempt's POST may have arrived after our look: the older one, and ours is removed then."""
    try:
        alike = _alike(door, action, attempt, but=made)
    except (Refused, Unavailable):
        return None  # what we made is there, and is to be recorded
    older = min((one for one in alike if one.id < made.id), key=lambda one: one.id, default=None)
    if older is not None:
        _remove(door, proposal, made, f"expense {older.id}")
    elif alike:
        _fault(door, proposal, [made, *alike])
    return older


def _alike(door: Door, action: CreateExpense, attempt: Attempt, *, but: Expense) -> list[Expense]:
    return [one for one in _since(door, action, attempt) if one.id != but.id and is_filed(action, one)]


# --- small things ------------------------------------------------------------------------------------------------


def _note(door: Door, proposal: Proposal, attempt: Attempt | None) -> None:
    if not door.inbox.attempting(proposal.key, door.token, attempt, now=door.clock.now()):
        raise Lost


def _content(door: Door, receipt: Attachment | None) -> bytes | None:
    if receipt is None:
        return None
    content = door.receipts.content(receipt.digest)
    if content is None:
        raise Refused(
            phrase("the receipt {receipt} is not kept any more; give it again", receipt=receipt.name)
        )
    return content


def _taken_back(door: Door, made: Expense, action: CreateExpense) -> str:
    """Remove an expense that landed on somebody else, and say so."""
    said = (
        f"Harvest filed the expense for somebody else (user {made.user_id} instead of {action.user_id}). "
        "Does the token belong to an administrator?"
    )
    try:
        door.expenses.delete(made.id)
    except (Refused, Unavailable) as error:
        return f"{said} Expense {made.id} could not be removed again: {error}. Remove it in Harvest."
    return f"{said} It was removed again."


def _remove(door: Door, proposal: Proposal, made: Expense, other: str) -> None:
    said = f"expense {made.id} was filed although another process had filed {other} for the same"
    try:
        door.expenses.delete(made.id)
        text = f"{said}; it was removed again"
    except (Refused, Unavailable, ConfigError) as error:
        text = f"{said}, and could not be removed: {error}. Remove it in Harvest."
    _write(door, proposal, text)


def _fault(door: Door, proposal: Proposal, alike: Iterable[Expense]) -> None:
    _write(door, proposal, f"{_numbers(alike, 'and')} are the same cost. Delete all but one.")


def _write(door: Door, proposal: Proposal, text: str) -> None:
    line = Line(door.clock.now(), "gleaner", "fault", text, door.run_id, proposal.key, proposal.user_id)
    door.journal.write(line)


def _numbers(expenses: Iterable[Expense], word: str) -> str:
    numbers = [f"expense {one.id}" for one in sorted(expenses, key=lambda one: one.id)]
    return (
        f", {word} ".join(numbers) if len(numbers) < 3 else f"{', '.join(numbers[:-1])} {word} {numbers[-1]}"
    )
