"""One person's commits and touches of pull requests on one timeline: what each is evidence of, and where it fits. Pure.

Work is placed before the commit it led to, in time that nothing else claims: after the person's previous
commit in any repository, and around what they are known to have done otherwise.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from gleaner.core.time import ZERO, Span, day_span, local_date, merged

SHORT_GAP = timedelta(minutes=180)
"""After a longer one, work began anew."""
_FULL = timedelta(minutes=30)
"""So much of a short gap counts in full, half of the rest."""
_LEAD_IN, _PER_LOG_LINE, _MOST_LOG_LINES = timedelta(minutes=45), timedelta(minutes=16), 7.0
_UNKNOWN_LINES = 20
_LOOK_BACK = timedelta(hours=24)


@dataclass(frozen=True)
class Moment:
    """A commit or a touch of a pull request, as far as the timeline is concerned."""

    at: datetime
    repository: str
    changed_lines: int | None = None
    most: timedelta | None = None
    """The most that a touch stands for; None for a commit."""
    begins_work: bool = True
    """False: a click that belongs to the work before it, and stands for nothing without."""
    strand: str = ""
    """Where it goes, of several in its repository; it changes nothing of when and how long."""


@dataclass(frozen=True)
class Stretch:
    """The free time before one commit on one local day, and how much of it Git gives evidence of."""

    day: date
    moment: Moment
    free: tuple[Span, ...]
    evidence: timedelta
    """Never more than the free time."""
    is_lead_in: bool
    """Work began anew, so its length is a guess by the size of the change."""
    is_cut: bool = False
    """Something else took a part of the time since the commit before."""

    @property
    def capacity(self) -> timedelta:
        return sum((span.duration for span in self.free), ZERO)

    def placed(self, worked: timedelta) -> list[Span]:
        """*worked* as the last part of the free time."""
        left, spans = worked, []
        for span in reversed(self.free):
            if left <= ZERO:
                break
            start = max(span.start, span.end - left)
            spans.append(Span(start, span.end))
            left -= span.end - start
        return spans[::-1]


def evidence(gap: timedelta | None, changed_lines: int | None) -> timedelta:
    """The work that a commit stands for, *gap* of free time after the previous one (None: the first ever).

    >>> evidence(timedelta(minutes=90), 5)
    datetime.timedelta(seconds=3600)

    A gap of up to 180 minutes counts with its first 30 minutes and half of the rest. After a longer one
    it is a lead-in that grows with the change: 45 min + 16 min · ln(1 + lines), the logarithm at most 7.
    Source: fitted on public repositories whose authors logged their hours (see ``rhythm.py``).
    """
    if gap is not None and gap <= SHORT_GAP:
        return min(gap, _FULL) + max(ZERO, gap - _FULL) / 2
    lines = _UNKNOWN_LINES if changed_lines is None else changed_lines
    lead_in = _LEAD_IN + _PER_LOG_LINE * min(_MOST_LOG_LINES, math.log1p(lines))
    return lead_in if gap is None else min(gap, lead_in)


def _evidence(moment: Moment, gap: timedelta | None) -> timedelta:
    if moment.most is None:
        return evidence(gap, moment.changed_lines)
    if gap is None or gap > SHORT_GAP:
        return moment.most if moment.begins_work else ZERO
    return min(gap, moment.most)


def stretches(moments: Iterable[Moment], busy: Iterable[Span], zone: ZoneInfo) -> list[Stretch]:
    """One person's *moments* as stretches that never overlap each other or *busy*, oldest first.

    Work that began before midnight is cut there. The part before counts for the day before if that day has
    a commit in the same repository; else it is left out, because a day needs a commit to be proposed.
    """
    ordered = sorted(moments, key=_order)
    known_days = {
        (local_date(moment.at, zone), moment.repository) for moment in ordered if moment.begins_work
    }
    calendar = _Busy(busy)
    result: list[Stretch] = []
    previous: datetime | None = None
    for moment in ordered:
        start = moment.at - _LOOK_BACK if previous is None else max(previous, moment.at - _LOOK_BACK)
        free = calendar.free(Span(start, moment.at))
        gap = sum((span.duration for span in free), ZERO)
        is_lead_in = previous is None or gap > SHORT_GAP
        is_cut = bool(free) and gap < moment.at - start
        left = _evidence(moment, None if previous is None else gap)
        if not (left or moment.begins_work):
            continue
        day = local_date(moment.at, zone)
        while left > ZERO and (day, moment.repository) in known_days:
            today = _within(free, day_span(day, zone))
            here = min(left, sum((span.duration for span in today), ZERO))
            if here > ZERO:
                result.append(Stretch(day, moment, today, here, is_lead_in, is_cut))
            # A touch's few minutes stay on its own day, which alone names it.
            left = left - here if moment.most is None else ZERO
            day -= timedelta(days=1)
        previous = moment.at
    return sorted(result, key=lambda stretch: stretch.free)


def _order(moment: Moment) -> tuple[datetime, str, int, timedelta, bool, str]:
    return (
        moment.at,
        moment.repository,
        moment.changed_lines or 0,
        moment.most or ZERO,
        moment.begins_work,
        moment.strand,
    )


def seen(parts: Iterable[Stretch]) -> timedelta:
    """S: what Git alone gives evidence of."""
    return sum((part.evidence for part in parts), ZERO)


def shares(of: Sequence[Stretch], total: timedelta) -> list[timedelta]:
    """*total* shared out over stretches in proportion to their evidence, never more than fits into each.

    What does not fit into one goes to the others; what fits into none is left out.
    """
    given = [ZERO] * len(of)
    open_ones = [at for at, stretch in enumerate(of) if stretch.evidence > ZERO]
    left = total
    while open_ones and left > ZERO:
        factor = left / sum((of[at].evidence for at in open_ones), ZERO)
        full = [at for at in open_ones if of[at].evidence * factor >= of[at].capacity]
        for at in full or open_ones:
            given[at] = of[at].capacity if full else of[at].evidence * factor
            left -= given[at]
        open_ones = [at for at in open_ones if at not in full] if full else []
    return given


def _within(spans: Iterable[Span], whole: Span) -> tuple[Span, ...]:
    return tuple(
        Span(max(span.start, whole.start), min(span.end, whole.end)) for span in spans if span.overlaps(whole)
    )


class _Busy:
    def __init__(self, spans: Iterable[Span]) -> None:
        self._spans = merged(spans)
        self._starts = [span.start for span in self._spans]
        self._ends = [span.end for span in self._spans]

    def free(self, span: Span) -> list[Span]:
        """What is left of *span*, in order."""
        return span.minus(
            self._spans[bisect_right(self._ends, span.start) : bisect_left(self._starts, span.end)]
        )
