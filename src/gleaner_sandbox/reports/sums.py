"""What the reports add up: entries and expenses that are alike, as one sum each.

A report may be about a hundred thousand entries; they are read once, without their documents.
Hours are rounded entry by entry (rates.md §3) and have the rate of their day, so nothing is lost in the sums.
"""

import json
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, partial
from typing import TypeVar

from gleaner_sandbox.entries.settings import setting
from gleaner_sandbox.entries.view import hours_now
from gleaner_sandbox.rules.rounding import rounded_hours
from gleaner_sandbox.tables import BILLABLE_RATES, EXPENSES, TIME_ENTRIES
from gleaner_sandbox.wire.call import Call
from gleaner_sandbox.wire.listing import Conditions

Item = TypeVar("Item")
Key = TypeVar("Key")

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Worked:
    """Entries of one person on one task of one project, at one rate."""

    user_id: int
    project_id: int
    task_id: int
    hours: Decimal
    """Rounded as the account rounds; a timer counts as far as it has run (uncertain)."""
    billable: bool
    billed: bool
    budgeted: bool
    rate: Decimal | None
    """None: not billable, or nobody set one."""

    @property
    def value(self) -> Decimal:
        """What the client pays for it, not rounded to cents (uncertain: Harvest may round each entry)."""
        return self.hours * self.rate if self.rate is not None else NOTHING


@dataclass(frozen=True)
class Spent:
    """Expenses of one person on one project, of one category."""

    user_id: int
    project_id: int
    category_id: int
    cost: Decimal
    billable: bool
    """As the expense says, also on a project that is not (uncertain)."""
    billed: bool


def worked(call: Call, which: Conditions, *, index: str | None = None) -> list[Worked]:
    """The time entries that *which* names, in sums."""
    rounding = call.company["rounding"]
    changes = sorted(set(call.books.values(BILLABLE_RATES, "start_date", "start_date IS NOT NULL")))

    @cache
    def rounded(hours: float) -> Decimal:
        return Decimal(str(rounded_hours(hours, rounding["mode"], rounding["minutes"])))

    @cache
    def era(day: str) -> int:
        """How many changes of rates lie behind *day*: in between, nobody's rate changes."""
        return bisect_right(changes, day)

    columns = "user_id, project_id, task_id, is_billed, spent_date, json_extract(doc, '$.hours')"
    columns += ", CASE WHEN is_running THEN doc END"
    totals: dict[tuple[int, int, int, int, int], Decimal] = defaultdict(Decimal)
    for user_id, project_id, task_id, billed, day, hours, running in call.books.cells(
        TIME_ENTRIES, columns, which.where, which.args, index=index
    ):
        lasted = hours if running is None else hours_now(json.loads(running), call.now)
        totals[user_id, project_id, task_id, billed, era(day)] += rounded(lasted)

    at = cache(partial(setting, call))
    found = []
    for (user_id, project_id, task_id, billed, since), hours in totals.items():
        where = at(user_id, project_id, task_id)
        rate = where.billable_rate(changes[since - 1] if since else date.min.isoformat())
        flags = {"billable": where.billable, "billed": bool(billed), "budgeted": where.budgeted}
        price = None if rate is None else Decimal(str(rate))
        found.append(Worked(user_id, project_id, task_id, hours, rate=price, **flags))
    return found


def spent(call: Call, which: Conditions) -> list[Spent]:
    """The expenses that *which* names, in sums."""
    columns = "user_id, project_id, expense_category_id, is_billed, json_extract(doc, '$.billable')"
    columns += ", json_extract(doc, '$.total_cost')"
    totals: dict[tuple[int, int, int, int, int], Decimal] = defaultdict(Decimal)
    for *alike, cost in call.books.cells(EXPENSES, columns, which.where, which.args):
        totals[tuple(alike)] += Decimal(str(cost))
    return [
        Spent(user_id, project_id, category_id, cost, billable=bool(billable), billed=bool(billed))
        for (user_id, project_id, category_id, billed, billable), cost in totals.items()
    ]


def grouped(items: Iterable[Item], key: Callable[[Item], Key]) -> dict[Key, list[Item]]:
    """*items* by their *key*.

    >>> grouped(["one", "two", "three"], len)
    {3: ['one', 'two'], 5: ['three']}
    """
    found: dict[Key, list[Item]] = defaultdict(list)
    for item in items:
        found[key(item)].append(item)
    return dict(found)


def total(parts: Iterable[Decimal]) -> Decimal:
    """Their sum; nothing makes zero."""
    return sum(parts, NOTHING)
