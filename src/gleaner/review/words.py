"""What an action did, or would do, as a person would say it."""

from __future__ import annotations

from typing import assert_never

from gleaner.core.actions import (
    Action,
    CreateExpense,
    CreateTimeEntry,
    DeleteExpense,
    DeleteTimeEntry,
    StartTimer,
    StopTimer,
    UpdateExpense,
    UpdateTimeEntry,
    refiled,
    updated,
)
from gleaner.core.catalog import Catalog, ProjectId, TaskId
from gleaner.core.entries import Snapshot, TimeEntry
from gleaner.core.expenses import Expense
from gleaner.core.phrases import phrase
from gleaner.core.proposals import Proposal, State
from gleaner.core.time import decimal_hours, spoken_day
from gleaner.review.inbox import Item


def where(catalog: Catalog, project_id: ProjectId | None, task_id: TaskId | None) -> str:
    """``Apollo / Meetings``; a question mark for what nobody knows."""
    project = catalog.projects.get(project_id) if project_id else None
    task = catalog.tasks.get(task_id) if task_id else None
    return f"{project.name if project else '?'} / {task.name if task else '?'}"


def place(catalog: Catalog, project_id: ProjectId | None, task_id: TaskId | None) -> str:
    """``Acme › Apollo › Meetings``; question marks for what nobody knows."""
    project = catalog.projects.get(project_id) if project_id else None
    client = catalog.clients.get(project.client_id) if project else None
    task = catalog.tasks.get(task_id) if task_id else None
    return " › ".join(one.name if one else "?" for one in (client, project, task))


def length(proposal: Proposal) -> str:
    """Its hours, with the range where they are an estimate; of a change those before and after; empty for no hours."""
    action = proposal.action
    if isinstance(action, UpdateTimeEntry) and action.was is not None:
        then = updated(action.was, action).hours
        said = f"{then:.2f}" if then == action.was.hours else f"{action.was.hours:.2f} → {then:.2f}"
    elif isinstance(action, DeleteTimeEntry) and action.was is not None:
        said = f"{action.was.hours:.2f} → 0"
    elif isinstance(action, CreateTimeEntry):
        said = f"{action.hours:.2f}"
    else:
        return ""
    if proposal.low is None or proposal.high is None:
        return said
    return f"{said} ({decimal_hours(proposal.low):.1f}–{decimal_hours(proposal.high):.1f})"


def told(catalog: Catalog, entry: TimeEntry | Snapshot) -> str:
    """An entry in short: ``1.50 h Apollo / Meetings on Tue 10 Mar``."""
    target = where(catalog, entry.project_id, entry.task_id)
    return phrase("{hours:.2f} h {where} on {day}", hours=entry.hours, where=target, day=entry.spent_date)


def _clock(entry: Snapshot) -> str:
    """``10:00–11:00``; empty for an entry without times."""
    if entry.started_time is None or entry.ended_time is None:
        return ""
    return f"{entry.started_time:%H:%M}–{entry.ended_time:%H:%M}"


def cost(catalog: Catalog, action: CreateExpense) -> str:
    """``20.00 EUR Transportation for Apollo on Tue 10 Mar``; question marks for what nobody knows."""
    project = catalog.projects.get(action.project_id) if action.project_id else None
    client = catalog.clients.get(project.client_id) if project else None
    category, total = action.category, action.total_cost
    if category is not None and category.unit_price is not None and action.units is not None:
        total = category.total(action.units)
    currency = action.currency or (client.currency if client else "")
    amount = f"{total:,.2f} {currency}".strip() if total is not None else "?"
    named = category.name if category is not None else "?"
    count = (
        f" ({action.units:f} {category.unit_name})"
        if category is not None and action.units is not None
        else ""
    )
    return (
        f"{amount} {named}{count} for {project.name if project else '?'} on {spoken_day(action.spent_date)}"
    )


def filed(catalog: Catalog, expense: Expense) -> str:
    """An expense in short: ``20.00 EUR Transportation for Apollo on Tue 10 Mar``."""
    project = catalog.projects.get(expense.project_id)
    amount = f"{expense.total_cost:,.2f} {expense.currency}".strip()
    where = project.name if project else "?"
    return f"{amount} {expense.category.name} for {where} on {spoken_day(expense.spent_date)}"


_LOGGED = "Logged {hours:.2f} h to {where} on {day}"


def described(
    catalog: Catalog, action: Action, entry: TimeEntry | None = None, expense: Expense | None = None
) -> str:
    """What the action did; *entry* or *expense* is what there was afterwards."""
    match action:
        case CreateTimeEntry():
            target = where(catalog, action.project_id, action.task_id)
            template = "Put back {hours:.2f} h to {where} on {day}" if action.replaces else _LOGGED
            return phrase(template, hours=action.hours, where=target, day=action.spent_date)
        case UpdateTimeEntry():
            if entry is None:
                return phrase("Changed entry {entry}", entry=action.entry_id)
            return phrase("Changed entry {entry}: now {now}", entry=action.entry_id, now=told(catalog, entry))
        case DeleteTimeEntry():
            if action.was is None:
                return phrase("Deleted entry {entry}", entry=action.entry_id)
            return phrase(
                "Deleted entry {entry}: {was}", entry=action.entry_id, was=told(catalog, action.was)
            )
        case StartTimer():
            target = where(catalog, action.project_id, action.task_id)
            return phrase("Started a timer for {where} on {day}", where=target, day=action.spent_date)
        case StopTimer():
            if entry is None:
                return phrase("Stopped the timer of entry {entry}", entry=action.entry_id)
            return phrase(
                "Stopped the timer of entry {entry}: {now}", entry=action.entry_id, now=told(catalog, entry)
            )
        case CreateExpense():
            verb = "Put back" if action.replaces else "Filed"
            what = filed(catalog, expense) if expense is not None else cost(catalog, action)
            number = f" as expense {expense.id}" if expense is not None else ""
            receipt = " with its receipt" if action.receipt is not None else ""
            return f"{verb} {what}{number}{receipt}"
        case UpdateExpense():
            now = f": now {filed(catalog, expense)}" if expense is not None else ""
            return f"Changed expense {action.expense_id}{now}"
        case DeleteExpense():
            return f"Deleted expense {action.expense_id}: {filed(catalog, action.was)}"
        case _:
            assert_never(action)


def nothing_to_do(action: Action) -> str:
    """Why an action had nothing left to do."""
    match action:
        case CreateTimeEntry() | StartTimer() | CreateExpense():
            return phrase("it was in Harvest already")
        case UpdateExpense():
            return phrase("Expense {expense} is so already", expense=action.expense_id)
        case DeleteExpense():
            return phrase("Expense {expense} was gone already", expense=action.expense_id)
        case UpdateTimeEntry():
            return phrase("Entry {entry} is so already", entry=action.entry_id)
        case StopTimer():
            return phrase("The timer of entry {entry} does not run any more", entry=action.entry_id)
        case DeleteTimeEntry():
            return phrase("Entry {entry} was gone already", entry=action.entry_id)
        case _:
            assert_never(action)


def planned(catalog: Catalog, action: Action) -> str:
    """What the action would do: ``delete entry 7: 1.50 h Apollo / Meetings on Tue 10 Mar``."""
    match action:
        case CreateTimeEntry():
            target = where(catalog, action.project_id, action.task_id)
            return phrase(
                "log {hours:.2f} h to {where} on {day}",
                hours=action.hours,
                where=target,
                day=action.spent_date,
            )
        case UpdateTimeEntry():
            if action.was is None:
                return f"change entry {action.entry_id}"
            changed = updated(action.was, action)
            before, after = _clock(action.was), _clock(changed)
            times = f" ({before} → {after})" if after and after != before else ""
            notes = f', notes "{changed.notes}"' if changed.notes != action.was.notes else ""
            change = f"from {told(catalog, action.was)} to {told(catalog, changed)}"
            return f"change entry {action.entry_id} {change}{times}{notes}"
        case DeleteTimeEntry():
            if action.was is None:
                return phrase("delete entry {entry}", entry=action.entry_id)
            return phrase("delete entry {entry}: {was}", entry=action.entry_id, was=told(catalog, action.was))
        case StartTimer():
            target = where(catalog, action.project_id, action.task_id)
            return phrase("start a timer for {where} on {day}", where=target, day=action.spent_date)
        case StopTimer():
            return phrase("stop the timer of entry {entry}", entry=action.entry_id)
        case CreateExpense():
            receipt = f" with {action.receipt.name}" if action.receipt is not None else ""
            return f"file {cost(catalog, action)}{receipt}"
        case UpdateExpense():
            then = refiled(action)
            notes = f', notes "{then.notes}"' if then.notes != action.was.notes else ""
            receipt = f", with {action.receipt.name}" if action.receipt is not None else ""
            change = f"from {filed(catalog, action.was)} to {filed(catalog, then)}"
            return f"change expense {action.expense_id} {change}{notes}{receipt}"
        case DeleteExpense():
            return f"delete expense {action.expense_id}: {filed(catalog, action.was)}"
        case _:
            assert_never(action)


def became(catalog: Catalog, item: Item, *, is_corrected: bool = False) -> str:
    """What became of a proposal: ``accepted by ana@studio.example``. *is_corrected*: its entry was wrong."""
    match item.state:
        case State.PROPOSED:
            return "waits for review"
        case State.DISMISSED:
            return f"dismissed by {item.decided_by}{f' ({item.why})' if item.why else ''}"
        case State.SUPERSEDED:
            return "taken back: its event is gone, a rule leaves it out, or somebody logged it"
        case State.APPROVED | State.APPLYING:
            return f"{_decided(catalog, item)}, not in Harvest yet"
        case State.FAILED:
            return f"{_decided(catalog, item)}, but not logged: {item.trouble}"
        case State.UNDONE:
            return f"{_decided(catalog, item)}, undone since"
        case State.APPLIED:
            return f"{_decided(catalog, item)}{', put right in Harvest since' if is_corrected else ''}"
        case _:
            assert_never(item.state)


def _decided(catalog: Catalog, item: Item) -> str:
    now, then = item.proposal.action, item.offered.action
    match item.decision:
        case "policy":
            return "logged unasked"
        case "bulk":
            return f"accepted with others by {item.decided_by}"
        case "edit" if isinstance(now, CreateTimeEntry) and isinstance(then, CreateTimeEntry):
            if (now.project_id, now.task_id) != (then.project_id, then.task_id):
                return f"corrected to {where(catalog, now.project_id, now.task_id)} by {item.decided_by}"
            return f"accepted with other hours or notes by {item.decided_by}"
        case "edit" if isinstance(now, CreateExpense):
            return f"corrected by {item.decided_by}"
        case _:
            return f"accepted by {item.decided_by}"
