"""The closed list of every way Gleaner can change the world.

Only :mod:`gleaner.review.apply` performs one; it matches on this union and ends in ``assert_never``, so the
type checker finds what a new action forgot.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Literal

from gleaner.core.catalog import EntryId, ProjectId, TaskId, UserId
from gleaner.core.entries import HOUR_STEP, OUR_GROUP, Snapshot, TimeEntry
from gleaner.core.expenses import Attachment, Expense, ExpenseCategory, ExpenseId, is_marked


@dataclass(frozen=True)
class CreateTimeEntry:
    """Log *hours* for *user_id*. In an account with start and end times, both times are given too."""

    user_id: UserId
    spent_date: date
    hours: Decimal
    project_id: ProjectId | None
    """None: a person has to choose; such an action can be reviewed but never applied."""
    task_id: TaskId | None
    notes: str
    reference: str
    """Our key, kept in the entry's ``external_reference``: the entry is found by it before any POST."""
    started_time: time | None = None
    ended_time: time | None = None
    permalink: str = ""
    reference_group: str = OUR_GROUP
    reference_account: str = ""
    """As it was, in an entry that is put back; ours names the Harvest account."""
    """Another one only when an entry that somebody else's program wrote is put back as it was."""
    replaces: EntryId | None = None
    """The deleted entry that this one puts back; older entries with the same reference are others."""
    kind: Literal["create_time_entry"] = "create_time_entry"


@dataclass(frozen=True)
class UpdateTimeEntry:
    """Change an entry that exists. None leaves a field as it is."""

    user_id: UserId
    entry_id: EntryId
    spent_date: date | None = None
    hours: Decimal | None = None
    project_id: ProjectId | None = None
    task_id: TaskId | None = None
    notes: str | None = None
    started_time: time | None = None
    ended_time: time | None = None
    was: Snapshot | None = None
    """What the person saw; apply refuses when the entry is no longer so. None: nobody looked."""
    kind: Literal["update_time_entry"] = "update_time_entry"


@dataclass(frozen=True)
class DeleteTimeEntry:
    user_id: UserId
    entry_id: EntryId
    was: Snapshot | None = None
    """What the person saw; apply refuses when the entry is no longer so, and undo puts it back."""
    kind: Literal["delete_time_entry"] = "delete_time_entry"


@dataclass(frozen=True)
class StartTimer:
    """Let a timer run for *user_id* from now on. Harvest stops the timer that ran before: one runs at most."""

    user_id: UserId
    project_id: ProjectId
    task_id: TaskId
    spent_date: date
    notes: str
    reference: str
    """Our key, as in :class:`CreateTimeEntry`."""
    asked_at: datetime
    """When the person said so: much later the timer would count from the wrong moment."""
    kind: Literal["start_timer"] = "start_timer"


@dataclass(frozen=True)
class StopTimer:
    """Stop the timer of an entry; its hours are then what Harvest counted."""

    user_id: UserId
    entry_id: EntryId
    asked_at: datetime
    """When the person said so: much later they may have set it going again."""
    was: Snapshot | None = None
    """The running entry as the person saw it: undo sets going again only what is still like it."""
    kind: Literal["stop_timer"] = "stop_timer"


@dataclass(frozen=True)
class CreateExpense:
    """File a cost for *user_id*, with its receipt: so many units where the category has a price, else a total."""

    user_id: UserId
    spent_date: date
    project_id: ProjectId | None
    """None here and below: a person has to say; such an action can be reviewed but never applied."""
    category: ExpenseCategory | None
    total_cost: Decimal | None
    units: Decimal | None
    notes: str
    reference: str
    """Our key. Harvest keeps none of an expense; the receipt's file name carries a part of it."""
    currency: str = ""
    """What the total is in, as the receipt says; empty: in the client's, as a person who gives an amount means it."""
    billable: bool = True
    receipt: Attachment | None = None
    beside: tuple[ExpenseId, ...] = ()
    """Expenses that are like it and were there when it was proposed: who accepts it has been told of them."""
    replaces: ExpenseId | None = None
    """The deleted expense that this one puts back."""
    kind: Literal["create_expense"] = "create_expense"


@dataclass(frozen=True)
class UpdateExpense:
    """Change an expense that exists. None leaves a field as it is."""

    user_id: UserId
    expense_id: ExpenseId
    was: Expense
    """What the person saw; apply refuses when the expense is no longer so."""
    reference: str
    """Our key; only a new receipt's file name carries it."""
    spent_date: date | None = None
    project_id: ProjectId | None = None
    category: ExpenseCategory | None = None
    total_cost: Decimal | None = None
    units: Decimal | None = None
    notes: str | None = None
    billable: bool | None = None
    receipt: Attachment | None = None
    """Takes the place of the one there is."""
    former: Attachment | None = None
    """That one, kept for undo."""
    kind: Literal["update_expense"] = "update_expense"


@dataclass(frozen=True)
class DeleteExpense:
    user_id: UserId
    expense_id: ExpenseId
    was: Expense
    """What the person saw; apply refuses when the expense is no longer so, and undo puts it back."""
    receipt: Attachment | None = None
    """Its receipt, kept for undo."""
    kind: Literal["delete_expense"] = "delete_expense"


ExpenseAction = CreateExpense | UpdateExpense | DeleteExpense
Action = CreateTimeEntry | UpdateTimeEntry | DeleteTimeEntry | StartTimer | StopTimer | ExpenseAction


def is_done(action: UpdateTimeEntry, entry: TimeEntry) -> bool:
    """Whether *entry* already is what the update asks for.

    Where the entry has times they count, elsewhere the hours: an account keeps one or the other.
    """
    asked_times = (action.started_time, action.ended_time)
    if entry.started_time is not None and asked_times != (None, None):
        timed = asked_times == (entry.started_time, entry.ended_time)
    else:
        timed = action.hours is None or abs(entry.hours - action.hours) < HOUR_STEP
    return (
        timed
        and action.spent_date in (None, entry.spent_date)
        and action.project_id in (None, entry.project_id)
        and action.task_id in (None, entry.task_id)
        and action.notes in (None, entry.notes)
    )


def updated(was: Snapshot, action: UpdateTimeEntry) -> Snapshot:
    """The entry as the update leaves it."""
    return replace(
        was,
        spent_date=action.spent_date or was.spent_date,
        hours=was.hours if action.hours is None else action.hours,
        project_id=action.project_id or was.project_id,
        task_id=action.task_id or was.task_id,
        notes=was.notes if action.notes is None else action.notes,
        started_time=was.started_time if action.started_time is None else action.started_time,
        ended_time=was.ended_time if action.ended_time is None else action.ended_time,
    )


def reverse(action: UpdateTimeEntry, was: Snapshot) -> UpdateTimeEntry:
    """The update that takes *action* back: what it named is again as it was, the rest is left alone."""
    timed = action.hours is not None or action.started_time is not None or action.ended_time is not None
    return UpdateTimeEntry(
        action.user_id,
        action.entry_id,
        spent_date=None if action.spent_date is None else was.spent_date,
        hours=was.hours if timed else None,
        project_id=None if action.project_id is None else was.project_id,
        task_id=None if action.task_id is None else was.task_id,
        notes=None if action.notes is None else was.notes,
        started_time=was.started_time if timed else None,
        ended_time=was.ended_time if timed else None,
    )


def is_filed(action: CreateExpense, expense: Expense) -> bool:
    """Whether *expense* is like what was asked for; of one with a receipt, whether it is that very receipt."""
    if action.receipt is not None:
        return is_marked(expense.receipt_name, action.reference)
    category = action.category
    alike = (action.project_id, action.spent_date, action.notes.strip()) == (
        expense.project_id, expense.spent_date, expense.notes.strip(),
    )  # fmt: skip
    if category is None or category.id != expense.category.id or not alike:
        return False
    if action.units is not None:
        return action.units == expense.units
    return action.total_cost == expense.total_cost


def is_so(action: UpdateExpense, expense: Expense) -> bool:
    """Whether *expense* already is what the update asks for."""
    return (
        action.spent_date in (None, expense.spent_date)
        and action.project_id in (None, expense.project_id)
        and (action.category is None or action.category.id == expense.category.id)
        and action.total_cost in (None, expense.total_cost)
        and action.units in (None, expense.units)
        and action.notes in (None, expense.notes)
        and action.billable in (None, expense.billable)
        and (action.receipt is None or is_marked(expense.receipt_name, action.reference))
    )


def refiled(action: UpdateExpense) -> Expense:
    """The expense as the update leaves it, but for its receipt."""
    was = action.was
    category = action.category or was.category
    units = was.units if action.units is None else action.units
    total = was.total_cost if action.total_cost is None else action.total_cost
    if category.unit_price is not None and units is not None and (action.units or action.category):
        total = category.total(units)
    return replace(
        was,
        spent_date=action.spent_date or was.spent_date,
        project_id=action.project_id or was.project_id,
        category=category,
        units=units if category.unit_price is not None else None,
        total_cost=total,
        notes=was.notes if action.notes is None else action.notes,
        billable=was.billable if action.billable is None else action.billable,
    )
