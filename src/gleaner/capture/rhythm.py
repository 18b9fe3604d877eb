"""How a person's own days compare with what Git shows of them. Pure.

Days come out at a straight line: so much on any day with commits, and so much of what Git shows. A person's
confirmed days say more about that line than any model of Git, so it is theirs as soon as there are some, and
everybody's before. Measured on 2,900 logged person-days of 61 public repositories; see ``docs/benchmarks.md``.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from gleaner.core.activities import Line

_RECENT_DAYS = 15
_FEWEST_DAYS = 3
_RECENT_MISSES = 60
_ZERO, _HOUR = timedelta(0), timedelta(hours=1)
_BASE, _FACTOR = timedelta(minutes=90), 0.63
"""Everybody's line."""
_ASSUMED_SEEN, _ASSUMED_WEIGHT = (1.0, 6.0), 1.0
"""A short and a long day on everybody's line, in hours that Git shows, count among a person's own."""
MISS_UNIT = timedelta(hours=2)
"""Short days are as far off as if they were two hours longer, in proportion."""
_LOWEST, _HIGHEST = 0.015, 0.85
"""Hours have a long tail upwards: the narrowest range that holds four in five begins near the shortest. Between means
of equal shares, which lie further in than the shares' ends: hence more than four in five."""
_MISSES = (
    -0.46, -0.36, -0.31, -0.26, -0.22, -0.17, -0.14, -0.09, -0.06, -0.03,
    0.01, 0.05, 0.08, 0.12, 0.18, 0.24, 0.32, 0.42, 0.58, 1.03,
)  # fmt: skip
"""How far off estimates are, twenty equal shares of everybody's days: (confirmed − estimated) / (estimated + 2 h)."""
_MISSES_OF_STRANGERS = (
    -0.49, -0.41, -0.36, -0.32, -0.27, -0.23, -0.20, -0.16, -0.13, -0.09,
    -0.04, 0.01, 0.07, 0.14, 0.20, 0.27, 0.37, 0.51, 0.68, 1.13,
)  # fmt: skip
"""The same for estimates made without any confirmed day."""


@dataclass(frozen=True)
class Pool:
    """What everybody's days say, for a person of whom nothing is known, and beside what is known of one."""

    base: timedelta = _BASE
    factor: float = _FACTOR
    misses: tuple[float, ...] = _MISSES
    misses_of_strangers: tuple[float, ...] = _MISSES_OF_STRANGERS


FITTED = Pool()
"""As fitted on public repositories; ``python -m bench.git_fit`` repeats the fitting."""


@dataclass(frozen=True)
class ConfirmedDay:
    """A day on which a person confirmed or corrected the hours of one repository."""

    day: date
    repository: str
    seen: timedelta
    """What Git alone shows there."""
    confirmed: timedelta
    """What the person booked."""
    share: float = 1.0
    """How much of all that Git shows of the day is in this repository."""
    weight: float = 1.0
    """1 for a day looked at, at most 0.3 for one of many accepted with one click."""


@dataclass(frozen=True)
class Rhythm:
    """What is known of a person's days in one repository.

    The line's base counts once a day: over all repositories together.
    """

    line: Line
    misses: tuple[float, ...] = ()
    """How far off estimates of recent days would have been: (confirmed − estimated) / (estimated + 2 h)."""
    pool: Pool = FITTED

    def worked(self, seen: timedelta, share: float = 1.0) -> timedelta:
        """Best value where Git shows *seen*, which is *share* of all it shows of the day.

        >>> Rhythm(Line(timedelta(hours=1), 0.5)).worked(timedelta(hours=4), share=0.5)
        datetime.timedelta(seconds=9000)
        """
        return share * self.line.base + self.line.factor * seen

    def limits(self, worked: timedelta) -> tuple[timedelta, timedelta]:
        """The range that holds the truth about four times in five; *worked* always lies in it."""
        own = self.misses[-_RECENT_MISSES:]
        everybodys = self.pool.misses if self.line.days else self.pool.misses_of_strangers
        # The more own ones there are, the fewer of everybody's stand beside them: from 20 down to 5.
        others = len(everybodys) - len(own) // 4
        misses = sorted((*own, *(_quantile(everybodys, one / (others - 1)) for one in range(others))))
        low, high = (
            worked + _quantile(misses, share) * (worked + MISS_UNIT) for share in (_LOWEST, _HIGHEST)
        )
        return max(_ZERO, min(low, worked)), max(high, worked)


EVERYBODY = Rhythm(Line(_BASE, _FACTOR))


class Past:
    """A person's confirmed days, to be asked about any repository.

    Days on which Git shows nothing, or nothing was booked, teach nothing about a day that has commits.
    """

    def __init__(self, history: Iterable[ConfirmedDay] = (), pool: Pool = FITTED) -> None:
        self._pool = pool
        teach = (each for each in history if each.seen > _ZERO and each.confirmed > _ZERO and each.weight > 0)
        self._everywhere: deque[ConfirmedDay] = deque(maxlen=_RECENT_DAYS)
        self._here: dict[str, deque[ConfirmedDay]] = defaultdict(lambda: deque(maxlen=_RECENT_DAYS))
        misses: deque[float] = deque(maxlen=_RECENT_MISSES)
        ordered = sorted(teach, key=lambda each: (each.day, each.repository, each.confirmed))
        for _, of_day in groupby(ordered, key=lambda each: each.day):
            known = list(of_day)
            misses.extend(self._miss(each) for each in known if each.weight >= 1)
            for each in known:
                self._everywhere.append(each)
                self._here[each.repository].append(each)
        self._misses = tuple(misses)

    def rhythm(self, repository: str) -> Rhythm:
        """From the last 15 days there, or on fewer than 3 from the last 15 days anywhere."""
        days, is_of_here = self._recent(repository)
        return Rhythm(_line(days, self._pool, is_of_here=is_of_here), self._misses, self._pool)

    def _recent(self, repository: str) -> tuple[Sequence[ConfirmedDay], bool]:
        here = self._here.get(repository, ())
        return (here, True) if len(here) >= _FEWEST_DAYS else (self._everywhere, False)

    def _miss(self, day: ConfirmedDay) -> float:
        """How far off an estimate from the days before it would have been."""
        estimated = Rhythm(_line(self._recent(day.repository)[0], self._pool)).worked(day.seen, day.share)
        return (day.confirmed - estimated) / (estimated + MISS_UNIT)


def _line(days: Sequence[ConfirmedDay], pool: Pool, *, is_of_here: bool = True) -> Line:
    """By least squares. Base and factor are as a person reads them: whole minutes, two decimals."""
    points = [(each.share, each.seen / _HOUR, each.confirmed / _HOUR, each.weight) for each in days]
    points += [(1.0, seen, pool.base / _HOUR + pool.factor * seen, _ASSUMED_WEIGHT) for seen in _ASSUMED_SEEN]
    ss = sum(weight * share * share for share, _, _, weight in points)
    sx = sum(weight * share * seen for share, seen, _, weight in points)
    xx = sum(weight * seen * seen for _, seen, _, weight in points)
    sy = sum(weight * share * booked for share, _, booked, weight in points)
    xy = sum(weight * seen * booked for _, seen, booked, weight in points)
    base = (sy * xx - xy * sx) / (ss * xx - sx * sx)
    factor = (xy * ss - sy * sx) / (ss * xx - sx * sx)
    if base < 0:
        base, factor = 0.0, xy / xx
    elif factor < 0:
        base, factor = sy / ss, 0.0
    return Line(timedelta(minutes=round(base * 60)), round(factor, 2), len(days), is_of_here)


def _quantile(ordered: Sequence[float], share: float) -> float:
    """Linear between the two nearest values."""
    at = share * (len(ordered) - 1)
    below = int(at)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (at - below)
