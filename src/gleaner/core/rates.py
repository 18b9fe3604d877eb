"""What an hour is billed at and what it costs, and why: pure arithmetic over the catalog.

Source: ``harvest/rates`` §1, ``harvest/api`` §11–§14.1.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from gleaner.core.catalog import Project, TaskAssignment, UserAssignment


@dataclass(frozen=True)
class DatedRate:
    """A person's default billable rate, or cost rate, over a stretch of days, both ends included."""

    amount: Decimal
    start_date: date | None = None
    """None: from the start."""
    end_date: date | None = None
    """None: it is the present one."""

    def holds_on(self, day: date) -> bool:
        """Whether this is the rate of that day.

        >>> DatedRate(Decimal(90), date(2026, 1, 1)).holds_on(date(2025, 12, 31))
        False
        """
        begun = self.start_date is None or self.start_date <= day
        return begun and (self.end_date is None or day <= self.end_date)

    @property
    def days(self) -> str:
        """Its stretch in words: ``from the start``, ``until 2025-12-31``, ``since 2026-01-01``, ``2025-01-01 to …``."""
        match self.start_date, self.end_date:
            case None, None:
                return "from the start"
            case None, end:
                return f"until {end}"
            case start, None:
                return f"since {start}"
            case start, end:
                return f"{start} to {end}"


@dataclass(frozen=True)
class Rate:
    """An amount per hour with the sentences that led to it."""

    amount: Decimal | None
    """None: Harvest has no rate for such an hour; the last sentence says why."""
    why: tuple[str, ...]


def billable_rate(
    project: Project,
    task: TaskAssignment | None,
    person: UserAssignment | None,
    defaults: Sequence[DatedRate],
    day: date,
) -> Rate:
    """What an hour of that person, on that task of the project, on *day*, is billed at.

    *task* and *person* None: not assigned to the project. *defaults*: the person's default billable rates.
    """
    if task is None:
        return Rate(None, ("The task is not used on the project, so nothing can be logged there.",))
    if not project.is_billable:
        return Rate(None, ("The project is not billable.",))
    if not task.billable:
        return Rate(None, ("The task is not billable on this project.",))
    found = _by_kind(project, task, person, defaults, day)
    if project.is_fixed_fee and found.amount is not None:
        note = (
            "The project has a fixed fee: the rate counts in entries and reports, the invoice is for the fee."
        )
        return Rate(found.amount, (*found.why, note))
    return found


def _by_kind(
    project: Project,
    task: TaskAssignment,
    person: UserAssignment | None,
    defaults: Sequence[DatedRate],
    day: date,
) -> Rate:
    match project.bill_by:
        case "none":
            return Rate(None, ("The project has no hourly rates (it is billed by none).",))
        case "Project":
            how = "The project has one rate for everybody and every task; it has no dates."
            return _set(project.hourly_rate, how, "It is not set on the project.")
        case "Tasks":
            how = "The project is billed by task: the rate is the task's on this project; it has no dates."
            return _set(task.hourly_rate, how, "It is not set for this task.")
        case "People":
            return _of_person(person, defaults, day)


def _of_person(person: UserAssignment | None, defaults: Sequence[DatedRate], day: date) -> Rate:
    how = "The project is billed by person."
    if person is None:
        return Rate(None, (how, "The person is not assigned to it."))
    if not person.use_default_rates:
        custom = (
            "They have a rate of their own on this project; it has no dates, and holds for all their time."
        )
        if person.hourly_rate is None:
            return Rate(Decimal(0), (how, custom, "It was never set, which Harvest counts as 0."))
        return Rate(person.hourly_rate, (how, custom))
    default = "They have their default rate here, the one of the day the work was done."
    dated = _dated(defaults, day)
    return Rate(dated.amount, (how, default, *dated.why))


def _set(amount: Decimal | None, how: str, missing: str) -> Rate:
    return Rate(amount, (how,) if amount is not None else (how, missing))


def cost_rate(rates: Sequence[DatedRate], day: date) -> Rate:
    """What an hour of a person costs on *day*; the project does not matter."""
    dated = _dated(rates, day)
    return Rate(dated.amount, ("The cost rate is the person's, on every project.", *dated.why))


def _dated(rates: Iterable[DatedRate], day: date) -> Rate:
    """The rate of that day. Should two hold, the one that began later."""
    holding = [rate for rate in rates if rate.holds_on(day)]
    if not holding:
        known = sorted((rate for rate in rates if rate.start_date is not None), key=_begin)
        if known and day < _begin(known[0]):
            return Rate(None, (f"There was none yet on {day}: the first is {known[0].days}.",))
        return Rate(None, (f"They have none on {day}." if known else "They have none.",))
    found = max(holding, key=_begin)
    return Rate(found.amount, (f"On {day} the rate {_said(found)} counts.",))


def _begin(rate: DatedRate) -> date:
    return rate.start_date or date.min


def _said(rate: DatedRate) -> str:
    return f"from {rate.days}" if rate.start_date and rate.end_date else rate.days
