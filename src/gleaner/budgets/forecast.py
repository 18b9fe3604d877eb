"""When the rest of a budget will be gone at the present pace, as a range of days. Pure.

The pace is what was used per working day in the last three weeks; how unsteady it was says how wide the range is.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from gleaner.budgets.burn import Burn, Use

BACK = timedelta(days=21)
"""So far back the pace is looked at."""
LEAST_DAYS = 5
"""Working days that have to be seen before anything is said."""
AHEAD = 260
"""Working days that are looked ahead, a year of them."""
_WIDTH = 1.6
"""How many standard deviations around the pace: with that, 8 to 9 of 10 ranges held in ``bench/budgets.py``."""
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Calendar:
    """Which days are worked."""

    weekdays: frozenset[int] = frozenset(range(5))
    """0 = Monday."""
    holidays: frozenset[date] = frozenset()

    def is_worked(self, day: date) -> bool:
        return day.weekday() in self.weekdays and day not in self.holidays

    def after(self, day: date) -> Iterator[date]:
        """The working days after *day*, without end; none where no weekday is worked."""
        while self.weekdays:
            day += _DAY
            if self.is_worked(day):
                yield day


@dataclass(frozen=True)
class Pace:
    """What is used per working day."""

    per_day: float
    spread: float
    """Standard deviation of a day."""
    days: int
    """Working days it was measured on."""


@dataclass(frozen=True)
class Forecast:
    """When a share of the budget will be used up."""

    threshold: int
    on: date | None
    """The likely day; None: not within a year."""
    earliest: date | None
    latest: date | None
    """The range; an end that is None is further off than a year."""


def pace(uses: Iterable[Use], today: date, calendar: Calendar) -> Pace | None:
    """The pace of the three weeks before *today*, or since the first use in them; None when that is too little.

    *today* is not over, so it does not count.
    """
    begin = today - BACK
    sums: dict[date, float] = defaultdict(float)
    is_young = True
    for use in uses:
        if begin <= use.on < today:
            sums[use.on] += float(use.amount)
        elif use.on < begin:
            is_young = False
    if not sums:
        return None
    first = min(sums) if is_young else begin
    working = [day for day in _days(first, today) if calendar.is_worked(day)]
    if len(working) < LEAST_DAYS:
        return None
    mean = sum(sums.values()) / len(working)
    # Work on days off counts too; by the week it evens out, so the weeks say how unsteady the pace is.
    weeks = [working[start : start + 5] for start in range(0, len(working) - 4, 5)]
    totals = [sum(sums.get(day, 0.0) for day in week) for week in weeks]
    by_day = [sums.get(day, 0.0) for day in working]
    variance = sum((value - mean) ** 2 for value in by_day) / max(1, len(by_day) - 1)
    if len(totals) > 1:
        centre = sum(totals) / len(totals)
        weekly = sum((value - centre) ** 2 for value in totals) / (len(totals) - 1) / 5
        variance = max(variance, weekly)
    return Pace(mean, math.sqrt(variance), len(working))


def forecast(burn: Burn, threshold: int, today: date, calendar: Calendar) -> Forecast | None:
    """When *threshold* percent will be used; None when they are already, or nothing can be said."""
    whole = burn.budget.amount
    if whole is None or whole <= 0 or burn.has_reached(threshold):
        return None
    found = pace(burn.uses, today, calendar)
    if found is None or found.per_day <= 0:
        return None
    rest = float(whole * threshold / Decimal(100) - burn.spent)
    on = earliest = latest = None
    for number, day in enumerate(_upcoming(today, calendar), 1):
        likely = number * found.per_day
        width = _WIDTH * found.spread * math.sqrt(number + number * number / found.days)
        if earliest is None and likely + width >= rest:
            earliest = day
        if on is None and likely >= rest:
            on = day
        if likely - width >= rest:
            latest = day
            break
    return Forecast(threshold, on, earliest, latest) if earliest is not None else None


def ends(burn: Burn, ends_on: date | None, today: date) -> date | None:
    """The last day the budget is for: of the month, or of the project; None when nobody said."""
    if burn.budget.is_monthly:
        first = today.replace(day=1)
        return (first + timedelta(days=32)).replace(day=1) - _DAY
    return ends_on


def _upcoming(today: date, calendar: Calendar) -> Iterator[date]:
    # The rest of today counts as a day: what was logged today is in what is spent.
    for number, day in enumerate(calendar.after(today - _DAY)):
        if number >= AHEAD:
            return
        yield day


def _days(first: date, end: date) -> Iterator[date]:
    while first < end:
        yield first
        first += _DAY
