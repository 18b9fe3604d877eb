"""How much of a project's budget is used: Harvest's five ways to budget, in hours and in money. Pure.

Source: ``harvest/rates`` §4. Nothing is rounded before it is added up; the sum is, to two places and halves up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from gleaner.core.catalog import Catalog, Project, ProjectId, TaskId, UserId
from gleaner.core.rates import DatedRate, billable_rate

BudgetBy = Literal["project", "project_cost", "task", "task_fees", "person", "none"]
MONEY = frozenset({"project_cost", "task_fees"})
"""The ways whose figures are money; those of the others are hours."""
_BY_TASK = frozenset({"task", "task_fees"})
NOTHING = Decimal(0)
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Budget:
    """What Harvest says about one project's budget."""

    project_id: ProjectId
    by: BudgetBy
    amount: Decimal | None
    """The whole: hours or money. None: nobody set one."""
    is_monthly: bool = False
    """It begins anew on the first of each month."""
    includes_expenses: bool = False
    currency: str = ""
    """The client's; of hours it is empty."""
    tasks: frozenset[TaskId] = frozenset()
    """Those with a budget of their own: of ``task`` and ``task_fees``, only these count."""
    people: frozenset[UserId] = frozenset()
    """The same, of ``person``."""
    task_amounts: Mapping[TaskId, Decimal] = field(default_factory=dict)

    @property
    def is_money(self) -> bool:
        return self.by in MONEY

    @property
    def unit(self) -> str:
        """``h``, or the currency."""
        return self.currency if self.is_money else "h"

    @property
    def stamp(self) -> str:
        """What makes it another budget when it changes: alerts start over then."""
        whole = "unset" if self.amount is None else f"{self.amount.normalize():f}"
        return f"{self.by}/{whole}/{'monthly' if self.is_monthly else 'once'}"

    def period(self, today: date) -> str:
        """``2026-03`` where it begins anew each month, otherwise ``all``."""
        return f"{today:%Y-%m}" if self.is_monthly else "all"

    def counts(self, task_id: TaskId, user_id: UserId) -> bool:
        """Whether an hour of that person on that task uses it up."""
        if self.by in _BY_TASK:
            return task_id in self.tasks
        return user_id in self.people if self.by == "person" else self.by != "none"


@dataclass(frozen=True)
class Worked:
    """One time entry, as budgets see it."""

    project_id: ProjectId
    task_id: TaskId
    user_id: UserId
    on: date
    hours: Decimal
    """Rounded as the account rounds."""
    rate: Decimal | None = None
    """What Harvest billed the hour at when the entry was read; None: nothing."""


@dataclass(frozen=True)
class Paid:
    """One expense, billable or not."""

    project_id: ProjectId
    on: date
    cost: Decimal


@dataclass(frozen=True)
class Use:
    """What used up some of a budget on one day: hours, or money."""

    on: date
    amount: Decimal
    task_id: TaskId | None = None
    """None: an expense."""


@dataclass(frozen=True)
class Burn:
    """A budget and what is used of it in the present period."""

    budget: Budget
    exact: Decimal
    """Not rounded."""
    uses: tuple[Use, ...] = ()
    """Oldest first, of every period that was read."""

    @property
    def spent(self) -> Decimal:
        """As Harvest shows it."""
        return rounded(self.exact)

    @property
    def remaining(self) -> Decimal | None:
        """May be below zero; None without a budget. Rounded by itself, as in Harvest."""
        return None if self.budget.amount is None else rounded(self.budget.amount - self.exact)

    @property
    def percent(self) -> Decimal | None:
        """None where there is nothing to divide by."""
        whole = self.budget.amount
        return self.spent * 100 / whole if whole is not None and whole > 0 else None

    def has_reached(self, threshold: int) -> bool:
        """Whether so many percent are used; of nothing, anything is all.

        >>> nothing = Budget(ProjectId(1), "project", Decimal(0))
        >>> Burn(nothing, Decimal(0)).has_reached(75), Burn(nothing, Decimal("0.1")).has_reached(100)
        (False, True)
        """
        whole = self.budget.amount
        if whole is None or whole < 0:
            return False
        return self.spent > 0 and self.spent * 100 >= whole * threshold

    @property
    def is_over(self) -> bool:
        """More than all is used: exactly all is not over."""
        return self.budget.amount is not None and self.budget.amount >= 0 and self.spent > self.budget.amount

    def by_day(self) -> list[tuple[date, Decimal]]:
        """What was used up to the end of each day something was used on: the points of a burn-up."""
        sums: dict[date, Decimal] = defaultdict(Decimal)
        for use in self.uses:
            sums[use.on] += use.amount
        total, points = NOTHING, []
        for day in sorted(sums):
            total += sums[day]
            points.append((day, total))
        return points


def burn(budget: Budget, worked: Iterable[Worked], paid: Iterable[Paid], price: Prices, today: date) -> Burn:
    """How much of *budget* is used, given everything logged on its project."""
    uses = []
    for one in worked:
        if budget.counts(one.task_id, one.user_id):
            amount = one.hours * price.of(one) if budget.is_money else one.hours
            uses.append(Use(one.on, amount, one.task_id))
    if budget.by == "project_cost" and budget.includes_expenses:
        uses += [Use(one.on, one.cost) for one in paid]
    uses.sort(key=lambda use: use.on)
    period = budget.period(today)
    within = (use.amount for use in uses if budget.period(use.on) == period)
    return Burn(budget, sum(within, NOTHING), tuple(uses))


class Prices:
    """What hours are billed at, as the project is set up now: rates that have no dates price the past anew.

    A person's default rate has dates; it stands in the entry, which Harvest priced by its day.
    """

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._tasks = {(one.project_id, one.task_id): one for one in catalog.task_assignments}
        self._people = {(one.project_id, one.user_id): one for one in catalog.user_assignments}

    def of(self, one: Worked) -> Decimal:
        """The rate; 0 where an hour is billed at nothing."""
        project = self._catalog.projects.get(one.project_id)
        task = self._tasks.get((one.project_id, one.task_id))
        if project is None or task is None:
            return one.rate or NOTHING
        return self._now(project, one) or NOTHING

    def _now(self, project: Project, one: Worked) -> Decimal | None:
        person = self._people.get((one.project_id, one.user_id))
        if project.bill_by == "People" and person is None:
            return one.rate
        default = [] if one.rate is None else [DatedRate(one.rate)]
        task = self._tasks[one.project_id, one.task_id]
        return billable_rate(project, task, person, default, one.on).amount


def rounded(amount: Decimal) -> Decimal:
    """To two places, halves up, as Harvest's reports are.

    >>> rounded(Decimal("1.005"))
    Decimal('1.01')
    """
    return amount.quantize(CENT, ROUND_HALF_UP)
