"""What uses up a budget: hours by task and by person, in the present period and in the last three weeks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from gleaner.app.account import Account
from gleaner.app.budgeting import Standing, books, check_may_see_budget, today_there
from gleaner.budgets.burn import NOTHING, Worked
from gleaner.budgets.forecast import BACK


@dataclass(frozen=True)
class Driver:
    """A task or a person, and their hours that count for the budget."""

    name: str
    hours: Decimal
    """In the present period: the month of a monthly budget, otherwise since the project began."""
    lately: Decimal
    """In the last three weeks."""


def drivers(account: Account, one: Standing, on: date | None = None) -> tuple[list[Driver], list[Driver]]:
    """By task, and by person, most hours lately first. Only hours: what they are billed at is not in it.

    Raises Refused unless whoever looks administers the account or manages the project.
    """
    check_may_see_budget(account, one.project.id)
    catalog, today, budget = account.catalog, on or today_there(account), one.burn.budget
    worked = [
        use for use in books(account).used({one.project.id})[0] if budget.counts(use.task_id, use.user_id)
    ]
    period = budget.period(today)

    def summed(name: Callable[[Worked], str]) -> list[Driver]:
        return _summed(worked, name, lambda day: budget.period(day) == period, today)

    def task(use: Worked) -> str:
        found = catalog.tasks.get(use.task_id)
        return found.name if found is not None else "a task that is gone"

    def person(use: Worked) -> str:
        found = catalog.people.get(use.user_id)
        return found.name if found is not None else "somebody who is gone"

    return summed(task), summed(person)


def _summed(
    worked: Iterable[Worked], name: Callable[[Worked], str], is_now: Callable[[date], bool], today: date
) -> list[Driver]:
    hours: dict[str, Decimal] = defaultdict(Decimal)
    lately: dict[str, Decimal] = defaultdict(Decimal)
    for use in worked:
        called = name(use)
        hours[called] += use.hours if is_now(use.on) else NOTHING
        lately[called] += use.hours if today - BACK <= use.on <= today else NOTHING
    found = [
        Driver(called, hours[called], lately[called]) for called in hours if hours[called] or lately[called]
    ]
    return sorted(found, key=lambda one: (-one.lately, -one.hours, one.name.casefold()))
