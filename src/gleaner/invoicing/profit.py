"""What work brings in and what it costs, by project, client, month or team. Pure.

*Billed* is what clients are charged: hours × rates, parts of fees, and expenses they pay. *Cost* is hours × cost rates,
as Harvest says them of each entry, and all expenses. The margin is the one less the other. Hours are as Harvest rounds
them for invoices, sums are exact, and each figure is rounded once, when it is shown. Time off is no work and in none.

**Fees.** An hour on a project with a fixed fee earns what it is worth at its rate until the fee is used up; hours after
that earn nothing. So a fee counts once, whatever the days asked for, and no later work changes a month that is over.
When the project is archived, what is left of the fee is earned on the day of its last hour. Where no hour of a project
has a rate, each earns an equal part of the fee by the hours the project has as its budget; where that is not set
either, a running project's fee cannot be told from its hours, which is said.

**Currencies.** Clients are billed in theirs; costs are in the company's. Nothing is converted: where the two differ
there is no margin.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from gleaner.core.catalog import Catalog, Project, ProjectId, TaskId, UserId
from gleaner.invoicing.rate_book import RateBook
from gleaner.invoicing.work import NOTHING, Spent, Worked

By = Literal["project", "client", "month", "team"]
NOBODYS = "none"
"""The team of people who are in none, and the client of a project that is gone."""


@dataclass
class Figures:
    """Hours and money added up, not rounded."""

    billable_hours: Decimal = NOTHING
    not_billable_hours: Decimal = NOTHING
    """Other work on projects that are billed."""
    internal_hours: Decimal = NOTHING
    """Work on projects that are not."""
    time: Decimal = NOTHING
    """Hours × rates."""
    fees: Decimal = NOTHING
    """The parts of fixed fees that were earned."""
    billed_expenses: Decimal = NOTHING
    work_cost: Decimal = NOTHING
    """Hours × cost rates, in the company's currency."""
    expenses: Decimal = NOTHING
    """All of them, in the client's currency."""
    hours_without_cost: Decimal = NOTHING
    """Hours whose cost nobody knows: they are not in it."""
    hours_without_rate: Decimal = NOTHING
    """Billable hours that are charged by the hour, without a rate."""

    @property
    def hours(self) -> Decimal:
        return self.billable_hours + self.not_billable_hours + self.internal_hours

    @property
    def billed(self) -> Decimal:
        """What clients are charged in all."""
        return self.time + self.fees + self.billed_expenses

    def add(self, other: Figures) -> None:
        for name, amount in vars(other).items():
            setattr(self, name, getattr(self, name) + amount)


@dataclass(frozen=True)
class Line:
    """One project, client, month or team, in one currency."""

    name: str
    currency: str
    figures: Figures
    cost_currency: str

    @property
    def costs(self) -> dict[str, Decimal]:
        """What work and expenses cost, in each currency."""
        found = {self.cost_currency: self.figures.work_cost}
        found[self.currency] = found.get(self.currency, NOTHING) + self.figures.expenses
        return {currency: amount for currency, amount in found.items() if amount}

    @property
    def margin(self) -> Decimal | None:
        """None where there are costs in another currency."""
        costs = self.costs
        if costs.keys() - {self.currency}:
            return None
        return self.figures.billed - costs.get(self.currency, NOTHING)

    @property
    def share(self) -> Decimal | None:
        """The margin of what is billed; None of nothing."""
        billed, margin = self.figures.billed, self.margin
        return None if margin is None or billed <= 0 else margin / billed


@dataclass(frozen=True)
class Profit:
    """What came of it."""

    lines: tuple[Line, ...]
    """By currency, most margin first; months in order."""
    totals: tuple[Line, ...]
    """One for each currency."""
    without_cost: Mapping[UserId, Decimal] = field(default_factory=dict)
    """Hours of people who have no cost rate on their days."""
    unknown_fees: tuple[ProjectId, ...] = ()
    """Projects with a fee that cannot be told from their hours, of which there are some in those days."""


@dataclass(frozen=True)
class Facts:
    """What entries do not say themselves."""

    catalog: Catalog
    cost_currency: str
    off_tasks: frozenset[TaskId] = frozenset()
    """Tasks on which time off is logged."""
    planned_hours: Mapping[ProjectId, Decimal] = field(default_factory=dict)
    """Of projects that have a budget in hours."""


def profit(
    worked: Iterable[Worked], spent: Iterable[Spent], facts: Facts, days: tuple[date, date], by: By
) -> Profit:
    """The figures of *days*, both included. Of projects with a fee *worked* has what was done before, too."""
    ledger = _Ledger(facts, days, by)
    for entry in worked:
        ledger.take(entry)
    ledger.take_fees()
    for expense in spent:
        ledger.spend(expense)
    return ledger.closed()


def earned(
    entries: Sequence[Worked], project: Project, planned: Decimal | None
) -> Iterator[tuple[Worked, Decimal]]:
    """Each billable entry of a project with a fee, oldest first, and the part of the fee it earned."""
    ordered = sorted((one for one in entries if one.billable), key=lambda one: (one.on, one.id))
    fee = project.fee or NOTHING
    an_hour = None if any(one.rate for one in ordered) or not planned else fee / planned
    left = fee
    for number, one in enumerate(ordered, 1):
        part = min(left, one.value if an_hour is None else one.hours * an_hour)
        left -= part
        is_last = number == len(ordered) and not project.is_active
        yield one, part + (left if is_last else NOTHING)


class _Ledger:
    def __init__(self, facts: Facts, days: tuple[date, date], by: By) -> None:
        self._facts = facts
        self._days = days
        self._by = by
        self._book = RateBook(facts.catalog)
        self._sums: dict[tuple[str, str], Figures] = defaultdict(Figures)
        self._fixed: dict[ProjectId, list[Worked]] = defaultdict(list)
        self._without_cost: dict[UserId, Decimal] = defaultdict(Decimal)
        self._unknown: list[ProjectId] = []

    def take(self, seen: Worked) -> None:
        if seen.task_id in self._facts.off_tasks:
            return
        one = self._book.now(seen)
        project = self._facts.catalog.projects.get(one.project_id)
        is_fixed = project is not None and project.is_fixed_fee
        if is_fixed:
            self._fixed[one.project_id].append(one)
        if not self._days[0] <= one.on <= self._days[1]:
            return
        into = self._figures(project, one.on, one.user_id)
        if one.billable:
            into.billable_hours += one.hours
            if not is_fixed:
                into.time += one.value
                into.hours_without_rate += NOTHING if one.rate else one.hours
        elif project is not None and project.is_billable:
            into.not_billable_hours += one.hours
        else:
            into.internal_hours += one.hours
        if one.cost is None:
            into.hours_without_cost += one.hours
            self._without_cost[one.user_id] += one.hours
        else:
            into.work_cost += one.hours * one.cost

    def take_fees(self) -> None:
        for project_id, entries in self._fixed.items():
            project = self._facts.catalog.projects[project_id]
            parts = list(earned(entries, project, self._facts.planned_hours.get(project_id)))
            inside = [(one, part) for one, part in parts if self._days[0] <= one.on <= self._days[1]]
            if project.fee and inside and not any(part for _, part in parts):
                self._unknown.append(project_id)
            for one, part in inside:
                self._figures(project, one.on, one.user_id).fees += part

    def spend(self, one: Spent) -> None:
        if not self._days[0] <= one.on <= self._days[1]:
            return
        into = self._figures(self._facts.catalog.projects.get(one.project_id), one.on, one.user_id)
        into.expenses += one.total
        into.billed_expenses += one.value

    def closed(self) -> Profit:
        cost_currency = self._facts.cost_currency
        lines = [Line(name, currency, one, cost_currency) for (name, currency), one in self._sums.items()]
        totals: dict[str, Figures] = defaultdict(Figures)
        for line in lines:
            totals[line.currency].add(line.figures)
        return Profit(
            tuple(sorted(lines, key=self._order)),
            tuple(Line("", currency, one, cost_currency) for currency, one in sorted(totals.items())),
            dict(self._without_cost),
            tuple(sorted(self._unknown)),
        )

    def _order(self, line: Line) -> tuple[object, ...]:
        if self._by == "month":
            return line.name, line.currency
        margin = line.figures.billed - line.figures.work_cost - line.figures.expenses
        return line.currency, -margin, line.name

    def _figures(self, project: Project | None, on: date, user_id: UserId) -> Figures:
        catalog = self._facts.catalog
        client = catalog.clients.get(project.client_id) if project is not None else None
        match self._by:
            case "project":
                named = f"{client.name} › {project.name}" if client and project else NOBODYS
            case "client":
                named = client.name if client is not None else NOBODYS
            case "month":
                named = f"{on:%Y-%m}"
            case "team":
                person = catalog.people.get(user_id)
                named = (person.team_name if person is not None else "") or NOBODYS
        return self._sums[named, client.currency if client is not None else self._facts.cost_currency]
