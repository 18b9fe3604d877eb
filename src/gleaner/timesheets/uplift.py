"""What Gleaner changed, measured against the people who still wait for it: a difference in differences. Pure.

Each person counts once, with the change of their own share on time from the weeks before to the weeks after their group
began; whole weeks only. The uplift is how much more the group changed than those who waited all the while. Its interval
is Welch's for two means: people are independent of each other, weeks of one person are not, so the people are what
varies. (Collapsing to before and after, as in Bertrand, Duflo and Mullainathan, 2004.)
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean, variance

from gleaner.core.catalog import UserId
from gleaner.core.phrases import Value, phrase
from gleaner.core.time import ZERO

WEEKS = 2
"""The least number of weeks before, and after."""
PEOPLE = 3
"""The least number of people in the group, and waiting."""
_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Group:
    """People who begin on a day."""

    name: str
    begins: date
    people: frozenset[UserId]


@dataclass(frozen=True)
class Uplift:
    """What came of a group's beginning; shares as points between 0 and 1."""

    group: str
    begins: date
    against: str = ""
    """The group that waited."""
    people: int = 0
    waiting: int = 0
    before: int = 0
    """Weeks."""
    after: int = 0
    change: float = 0.0
    waiting_change: float = 0.0
    low: float = 0.0
    high: float = 0.0
    """The interval that holds the uplift 95 times in 100."""
    why_not: str = ""
    """Why it cannot be told; empty where it can."""

    @property
    def uplift(self) -> float:
        return self.change - self.waiting_change

    def sentence(self) -> str:
        """What people read.

        >>> found = Uplift("Design", date(2026, 3, 2), "Sales", 5, 6, 4, 3, 0.12, 0.02, 0.04, 0.16)
        >>> found.sentence().partition(": ")[0]
        'Design, since 2 Mar 2026'
        >>> found.sentence().partition(": ")[2].partition(".")[0]
        '+10'
        """
        values: dict[str, Value] = {"group": self.group, "day": self.begins.day, "begins": self.begins}
        if self.why_not:
            return phrase(
                "{group}, since {day} {begins:%b %Y}: what changed cannot be told yet, {why}.",
                why=self.why_not, **values,
            )  # fmt: skip
        template = (
            "{group}, since {day} {begins:%b %Y}: {uplift} points (95 % interval {low} to {high}): {change}, while"
            " {against}, who wait, changed by {theirs}. That may be chance. {people} and {waiting} people, {before}"
            " weeks before and {after} after."
            if self.low <= 0 <= self.high
            else "{group}, since {day} {begins:%b %Y}: {uplift} points (95 % interval {low} to {high}): {change}, while"
            " {against}, who wait, changed by {theirs}. {people} and {waiting} people, {before} weeks before and"
            " {after} after."
        )
        return phrase(
            template, **values, uplift=_points(self.uplift), low=_points(self.low), high=_points(self.high),
            change=_points(self.change), against=self.against, theirs=_points(self.waiting_change),
            people=self.people, waiting=self.waiting, before=self.before, after=self.after,
        )  # fmt: skip


Hours = Mapping[UserId, Mapping[date, tuple[timedelta, timedelta]]]
"""What was due and what of it was on time, by person and by the first day of a week whose cut-off has passed."""


def uplifts(groups: Sequence[Group], hours: Hours, weeks: Collection[date]) -> list[Uplift]:
    """One for each group that began within *weeks* (their first days), in order of beginning.

    Compared with the group that waits longest, over the weeks in which it still waits.
    """
    known = sorted(weeks)
    if not groups or not known:
        return []
    last = max(groups, key=lambda one: (one.begins, one.name))
    begun = [one for one in groups if known[0] < one.begins <= known[-1] + _WEEK]
    ordered = sorted(begun, key=lambda one: (one.begins, one.name))
    return [_uplift(group, last, hours, known) for group in ordered]


def _uplift(group: Group, last: Group, hours: Hours, weeks: Sequence[date]) -> Uplift:
    if group.begins >= last.begins:
        return Uplift(group.name, group.begins, why_not=phrase("nobody waited longer to compare with"))
    before = [first for first in weeks if first + _WEEK <= group.begins]
    after = [first for first in weeks if group.begins <= first and first + _WEEK <= last.begins]
    mine = _changes(group.people, hours, before, after)
    theirs = _changes(last.people - group.people, hours, before, after)
    why_not = _why_not(before, after, mine, theirs)
    head = Uplift(
        group.name, group.begins, last.name, len(mine), len(theirs), len(before), len(after), why_not=why_not
    )
    if why_not:
        return head
    change, other = fmean(mine), fmean(theirs)
    low, high = welch(mine, theirs)
    return Uplift(
        group.name, group.begins, last.name, len(mine), len(theirs), len(before), len(after), change, other,
        low, high,
    )  # fmt: skip


def _why_not(
    before: Sequence[date], after: Sequence[date], mine: Sequence[float], theirs: Sequence[float]
) -> str:
    if len(before) < WEEKS or len(after) < WEEKS:
        return phrase(
            "it takes {least} whole weeks before and {least} after in which others still wait,"
            " and there are {before} and {after}",
            least=WEEKS, before=len(before), after=len(after),
        )  # fmt: skip
    if min(len(mine), len(theirs)) < PEOPLE:
        return phrase(
            "it takes {least} people in the group and {least} who wait, due hours before and after,"
            " and there are {mine} and {theirs}",
            least=PEOPLE, mine=len(mine), theirs=len(theirs),
        )  # fmt: skip
    if len({round(each, 9) for each in mine}) == len({round(each, 9) for each in theirs}) == 1:
        return phrase("everybody changed by the same, so there is nothing to tell chance from")
    return ""


def _changes(
    people: Collection[UserId], hours: Hours, before: Collection[date], after: Collection[date]
) -> list[float]:
    """How each person's share changed; without those who were due nothing in one of the two."""
    found = []
    for user_id in sorted(people):
        was, now = _share(hours.get(user_id, {}), before), _share(hours.get(user_id, {}), after)
        if was is not None and now is not None:
            found.append(now - was)
    return found


def _share(hours: Mapping[date, tuple[timedelta, timedelta]], weeks: Collection[date]) -> float | None:
    found = [hours[first] for first in weeks if first in hours]
    due = sum((one for one, _ in found), ZERO)
    return sum((one for _, one in found), ZERO) / due if due > ZERO else None


def welch(one: Sequence[float], two: Sequence[float]) -> tuple[float, float]:
    """The 95 % interval for the difference of two means, neither variance being known nor the same."""
    a, b = variance(one) / len(one), variance(two) / len(two)
    freedom = (a + b) ** 2 / (a**2 / (len(one) - 1) + b**2 / (len(two) - 1))
    middle, reach = fmean(one) - fmean(two), t_quantile(0.975, freedom) * math.sqrt(a + b)
    return middle - reach, middle + reach


def t_quantile(share: float, freedom: float) -> float:
    """Student's t below which that *share* lies, for 0.5 < *share* < 1.

    >>> [round(t_quantile(0.975, freedom), 3) for freedom in (1, 5, 30)]
    [12.706, 2.571, 2.042]
    """
    low, high = 0.0, 1.0
    while _below(high, freedom) < share:
        high *= 2
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if _below(middle, freedom) < share else (low, middle)
    return (low + high) / 2


def _below(t: float, freedom: float) -> float:
    return 1 - _beta(freedom / 2, 0.5, freedom / (freedom + t * t)) / 2


def _beta(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function, by its continued fraction (DLMF 8.17.22)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - _beta(b, a, 1 - x)
    front = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    )
    value, c, d = 1.0, 1.0, 0.0
    for step in range(300):
        m = step // 2
        if step == 0:
            part = 1.0
        elif step % 2:
            part = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            part = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1 / _away(1 + part * d)
        c = _away(1 + part / c)
        value *= c * d
        if abs(1 - c * d) < 1e-12:
            break
    return front * (value - 1) / a


def _away(value: float) -> float:
    """*value*, or what stands for zero where dividing by it would fail."""
    return value if abs(value) > 1e-300 else 1e-300


def _points(share: float) -> str:
    return f"{100 * share:+.1f}".replace("-", "−")
