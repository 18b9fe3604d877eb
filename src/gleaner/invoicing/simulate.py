"""When a rule would have been due, and for how much: the past days one by one. Pure.

Time counts from the day it was done, for when it was logged or approved then nobody knows; invoices that were made some
other way are left aside, as if the rule had been the only one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from gleaner.core.catalog import Catalog
from gleaner.core.time import days as each_day
from gleaner.invoicing.due import Due, Fired, Seen
from gleaner.invoicing.plan import Plan, plan
from gleaner.invoicing.rules import BillingRule
from gleaner.invoicing.work import NOTHING, Spent, Worked

_EVENING = time(23, 59)
_MOST = 20
"""Of one rule on one day."""


@dataclass(frozen=True)
class WouldBe:
    """An invoice that would have been made."""

    on: date
    plan: Plan


def simulate(
    rule: BillingRule,
    seen: Seen,
    catalog: Catalog,
    worked: Sequence[Worked],
    spent: Sequence[Spent],
    first: date,
) -> list[WouldBe]:
    """What *rule* would have made from *first* to today, looked at each evening.

    *worked* and *spent*: the billable work of its projects from *first* on, invoiced or not.
    """
    left = _Left(
        [one._replace(is_billed=False) for one in worked if first <= one.on <= seen.today],
        [one._replace(is_billed=False) for one in spent if first <= one.on <= seen.today],
    )
    found: list[WouldBe] = []
    worth: dict[date, Decimal] = defaultdict(Decimal)
    for entry in worked:
        worth[entry.on] += entry.value
    for cost in spent:
        worth[cost.on] += cost.value
    for day in each_day(first, seen.today):
        evening = datetime.combine(day, _EVENING, seen.zone)
        seen = replace(seen, drawn=seen.drawn + worth[day])
        # More than one may be due on a day: parts of a fee, say.
        for _ in range(_MOST):
            time, costs = left.until(day)
            seen = replace(seen, now=evening, worked=time, spent=costs)
            due = rule.trigger.due(seen)
            made = plan(rule, due, catalog, time, costs, day) if due is not None else None
            if due is None or made is None or made.held:
                break
            found.append(WouldBe(day, made))
            left.take(made)
            seen = _after(seen, due, _fired(due, made, day))
    return found


class _Left:
    """Work that no invoice has yet."""

    def __init__(self, time: list[Worked], costs: list[Spent]) -> None:
        self._time = time
        self._costs = costs

    def until(self, day: date) -> tuple[list[Worked], list[Spent]]:
        return [one for one in self._time if one.on <= day], [one for one in self._costs if one.on <= day]

    def take(self, made: Plan) -> None:
        billed = {(one.kind, one.id) for one in made.items}
        self._time = [one for one in self._time if ("time", one.id) not in billed]
        self._costs = [one for one in self._costs if ("expense", one.id) not in billed]


def _fired(due: Due, made: Plan, day: date) -> Fired:
    until = made.action.days[1] if made.action.days is not None else None
    return Fired(due.period, day, made.hours, made.totals.subtotal, until=until)


def _after(seen: Seen, due: Due, fired: Fired) -> Seen:
    """What is seen once that invoice is there."""
    invoiced, retainers = dict(seen.invoiced), dict(seen.retainers)
    for fee in due.fees:
        if fee.project_id is not None:
            invoiced[fee.project_id] = invoiced.get(fee.project_id, NOTHING) + fee.amount
        if due.retainer_id is not None:
            retainers[due.retainer_id] = retainers.get(due.retainer_id, NOTHING) + fee.amount
    return replace(seen, fired=(*seen.fired, fired), invoiced=invoiced, retainers=retainers)


def back(today: date, months: int) -> date:
    """The day so many months before *today*; of a shorter month its last.

    >>> back(date(2026, 5, 31), 3)
    datetime.date(2026, 2, 28)
    """
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    first = date(year, month + 1, 1)
    longest = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return min(first.replace(day=min(today.day, longest.day)), longest)
