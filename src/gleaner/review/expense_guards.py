"""Guards for expenses: what is refused before anything is asked of Harvest, each with its reason."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import assert_never

from gleaner.core.actions import CreateExpense, DeleteExpense, ExpenseAction, UpdateExpense, refiled
from gleaner.core.catalog import ProjectId, UserId
from gleaner.core.errors import Refused
from gleaner.core.expenses import Expense, ExpenseCategory, ExpenseId, expense_changes
from gleaner.core.phrases import phrase
from gleaner.core.ports import Harvest
from gleaner.review.guards import guard_week


def guard_assigned(harvest: Harvest, user_id: UserId, project_id: ProjectId) -> None:
    """The person is on the project, which is active, as its client is."""
    catalog = harvest.catalog()
    project = catalog.projects.get(project_id)
    client = catalog.clients.get(project.client_id) if project is not None else None
    is_open = project is not None and project.is_active and client is not None and client.is_active
    is_on_it = any(
        one.project_id == project_id and one.user_id == user_id and one.is_active
        for one in catalog.user_assignments
    )
    if not (is_open and is_on_it):
        raise Refused(
            f"{catalog.people[user_id].name} may not file expenses for {project.name if project else project_id}: "
            f"the project is {'not assigned' if is_open else 'archived'}; choose another or ask for it"
        )


def guard_cost(category: ExpenseCategory, total: Decimal | None, units: Decimal | None) -> None:
    """The category may be used, with units where it has a price, else with a total; neither below zero."""
    if not category.is_active:
        raise Refused(phrase('the category "{category}" is archived; choose another', category=category.name))
    if category.unit_price is not None and units is None:
        raise Refused(
            phrase('"{category}" is counted in units; say how many with --units', category=category.name)
        )
    if category.unit_price is None and units is not None:
        raise Refused(
            phrase(
                '"{category}" is not counted in units; give its amount with --amount', category=category.name
            )
        )
    if category.unit_price is None and total is None:
        raise Refused(phrase("no amount was given; edit the proposal first"))
    if (total is not None and total < 0) or (units is not None and units < 0):
        raise Refused(phrase("an expense cannot be below zero"))


def guard_currency(harvest: Harvest, action: CreateExpense) -> None:
    """The amount is in the client's currency, as every expense in Harvest is."""
    catalog = harvest.catalog()
    project = catalog.projects.get(action.project_id) if action.project_id is not None else None
    client = catalog.clients.get(project.client_id) if project is not None else None
    if client is None or "" in (client.currency, action.currency) or client.currency == action.currency:
        return
    raise Refused(
        phrase(
            "the amount is in {currency}, and expenses for {client} are in {currency_2}; give "
            "what it is in {currency_2} with --amount",
            currency=action.currency,
            client=client.name,
            currency_2=client.currency,
        )
    )


def guard_whole(harvest: Harvest, action: CreateExpense) -> tuple[ProjectId, ExpenseCategory]:
    """All that is needed was said, and may be filed on that day."""
    if action.project_id is None or action.category is None:
        missing = "project" if action.project_id is None else "category"
        raise Refused(phrase("no {missing} was chosen; edit the proposal first", missing=missing))
    guard_cost(action.category, action.total_cost, action.units)
    guard_currency(harvest, action)
    guard_assigned(harvest, action.user_id, action.project_id)
    guard_week(harvest, action.user_id, action.spent_date)
    return action.project_id, action.category


def guard_expense_owner(expense: Expense | None, expense_id: ExpenseId, user_id: UserId) -> Expense:
    """The expense, which exists and is that person's."""
    if expense is None:
        raise Refused(phrase("expense {expense_id} no longer exists in Harvest", expense_id=expense_id))
    if expense.user_id != user_id:
        raise Refused(phrase("expense {expense_id} is not this person's", expense_id=expense_id))
    return expense


def guard_expense_open(expense: Expense, verb: str = "changed") -> None:
    """The expense is not locked, approved or invoiced."""
    if expense.is_locked or expense.is_closed or expense.is_billed:
        why = expense.locked_reason or "it is locked"
        raise Refused(
            phrase("expense {expense_id} cannot be {verb}: {why}", expense_id=expense.id, verb=verb, why=why)
        )


def guard_expense_seen(expense: Expense, was: Expense) -> None:
    """The expense still is what the person saw."""
    different = expense_changes(was, expense)
    if different:
        raise Refused(
            phrase(
                "expense {expense_id} changed since you looked: {listed}; look again",
                expense_id=expense.id,
                listed=", ".join(different),
            )
        )


def guard_refiling(harvest: Harvest, expense: Expense, action: UpdateExpense) -> None:
    """Where the update takes *expense* is open too: project and category if it names them, and both weeks."""
    then = refiled(action)
    if then.project_id != expense.project_id:
        guard_assigned(harvest, action.user_id, then.project_id)
    if action.category is not None or action.units is not None or action.total_cost is not None:
        units = then.units if then.category.unit_price is not None else action.units
        guard_cost(then.category, then.total_cost, units)
    guard_weeks(harvest, action.user_id, {expense.spent_date, then.spent_date})


def guard_weeks(harvest: Harvest, user_id: UserId, days: set[date]) -> None:
    """None of the weeks around those days is approved or locked."""
    for day in sorted(days):
        guard_week(harvest, user_id, day)


def guard_expense_plan(harvest: Harvest, action: ExpenseAction) -> None:
    """What applying would refuse already, by what was seen."""
    match action:
        case CreateExpense():
            guard_whole(harvest, action)
        case UpdateExpense():
            guard_expense_open(action.was)
            guard_refiling(harvest, action.was, action)
        case DeleteExpense():
            guard_expense_open(action.was, "deleted")
            guard_week(harvest, action.user_id, action.was.spent_date)
        case _:
            assert_never(action)
