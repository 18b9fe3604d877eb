"""How much of the hours that were due was there at the weekly cut-off, and whose days lack what. Pure.

Everything begins with one person's day and adds up from there: days to a person's week, weeks of people to figures.
An hour counts as on time if Harvest had its entry by the cut-off (``created_at``), whoever wrote it.

A day that lacks less than :data:`~gleaner.timesheets.gaps.GRACE` lacks nothing, as everywhere. Hours beyond what a day
asks for make up for other days of the same person and week, because Harvest knows weekly hours only and how they lie on
the days is our guess; they never make up for another week, nor for anybody else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from gleaner.core.catalog import UserId
from gleaner.core.phrases import joined, phrase
from gleaner.core.time import ZERO
from gleaner.timesheets.expected import Expected, figure
from gleaner.timesheets.gaps import GRACE

Mark = Literal["on time", "late", "open", "excused", "free", "not counted", "to come"]
"""What a person-day is: complete at the cut-off, complete only later, still open, nothing due because of holidays and
time off, nothing due by contract, not counted at all, not over yet."""


@dataclass(frozen=True, slots=True)
class Held:
    """The hours of one person's day that Harvest holds, time off left out."""

    logged: timedelta = ZERO
    """Now, what a running timer has come to included."""
    on_time: timedelta = ZERO
    """Of those, what was there at the cut-off."""


NOTHING = Held()


@dataclass(frozen=True, slots=True)
class PersonDay:
    """One person's day in the figures."""

    user_id: UserId
    expected: Expected
    held: Held
    lacked: timedelta = ZERO
    """What was missing at the cut-off, after other days of that week made up for some."""
    lacks: timedelta = ZERO
    """The same now."""
    is_over: bool = True
    """Only days that are over are due."""

    @property
    def day(self) -> date:
        return self.expected.day

    @property
    def due(self) -> timedelta:
        return self.expected.hours if self.is_over else ZERO

    @property
    def late(self) -> timedelta:
        """What came after the cut-off."""
        return max(ZERO, self.lacked - self.lacks)

    @property
    def mark(self) -> Mark:
        if not self.is_over:
            return "to come"
        if self.expected.why_nothing:
            return "not counted"
        if self.expected.hours <= ZERO:
            return "excused" if self.expected.contract > ZERO else "free"
        if self.lacks > ZERO:
            return "open"
        return "late" if self.lacked > ZERO else "on time"

    def sentence(self) -> str:
        """The sum, for others than the person: never what a calendar calls an absence.

        >>> due = Expected(date(2026, 3, 4), timedelta(hours=7.5))
        >>> held = Held(timedelta(hours=6), timedelta(hours=4))
        >>> PersonDay(UserId(1), due, held, timedelta(hours=3.5), timedelta(hours=1.5)).sentence()
        '7.5 h by contract · in Harvest 4.0 at the cut-off, 6.0 now · missing 3.5 at the cut-off, 1.5 now'
        """
        sums = self.expected.sentence(is_own=False)
        if self.expected.why_nothing or not self.is_over:
            return sums
        parts = [sums, self._in_harvest(), self._missing()]
        if made_up := self.made_up:
            parts.append(phrase("{hours} made up for on other days of the week", hours=figure(made_up)))
        return joined(" · ", parts)

    def _in_harvest(self) -> str:
        was, now = figure(self.held.on_time), figure(self.held.logged)
        if was == now:
            return phrase("in Harvest {now}", now=now)
        return phrase("in Harvest {was} at the cut-off, {now} now", was=was, now=now)

    def _missing(self) -> str:
        if self.lacked == self.lacks:
            return phrase("missing {hours}", hours=figure(self.lacks))
        return phrase(
            "missing {then} at the cut-off, {now} now", then=figure(self.lacked), now=figure(self.lacks)
        )

    @property
    def made_up(self) -> timedelta:
        """What the day lacks now and other days of the week had too much of; zero within the grace."""
        rest = self.due - self.held.logged - self.lacks
        return rest if rest >= GRACE else ZERO


@dataclass(frozen=True, slots=True)
class PersonWeek:
    """One person's week. Weeks add up by their sums; days are kept where somebody wants to open them."""

    user_id: UserId
    first: date
    cut_off: datetime
    is_final: bool
    """The cut-off has passed; before it, *on time* means so far."""
    days: tuple[PersonDay, ...]

    @property
    def due(self) -> timedelta:
        return sum((day.due for day in self.days), ZERO)

    @property
    def lacked(self) -> timedelta:
        """Missing at the cut-off, or so far."""
        return sum((day.lacked for day in self.days), ZERO)

    @property
    def lacks(self) -> timedelta:
        """Missing now."""
        return sum((day.lacks for day in self.days), ZERO)

    @property
    def logged(self) -> timedelta:
        return sum((day.held.logged for day in self.days if day.is_over), ZERO)

    @property
    def excused(self) -> timedelta:
        """What holidays and time off took off what was due by contract."""
        return sum((day.expected.contract - day.expected.hours for day in self.days if day.is_over), ZERO)

    @property
    def why_not_counted(self) -> str:
        """Why no day of the week counts; empty where one does."""
        reasons = [day.expected.why_nothing for day in self.days]
        return reasons[-1] if reasons and all(reasons) else ""


def person_week(
    user_id: UserId,
    expected: Sequence[Expected],
    held: Sequence[Held],
    *,
    cut_off: datetime,
    now: datetime,
    today: date,
) -> PersonWeek:
    """A person's week from what was due and what Harvest holds on each of its days, *today* being theirs."""
    over = [one.day < today for one in expected]
    due = [one.hours if is_over else ZERO for one, is_over in zip(expected, over, strict=True)]
    # Hours of a day that is not over yet make up for nothing: they may be all that it asks for.
    now_held = [one.logged if is_over else ZERO for one, is_over in zip(held, over, strict=True)]
    was_held = [one.on_time if is_over else ZERO for one, is_over in zip(held, over, strict=True)]
    lacks = missing(due, now_held)
    lacked = lacks if was_held == now_held else missing(due, was_held)
    days = tuple(
        PersonDay(user_id, one, there, was, is_now, is_over)
        for one, there, was, is_now, is_over in zip(expected, held, lacked, lacks, over, strict=True)
    )
    return PersonWeek(user_id, expected[0].day, cut_off, cut_off <= now, days)


def missing(due: Sequence[timedelta], held: Sequence[timedelta]) -> list[timedelta]:
    """What each day of one person's week lacks, the earliest made up for first by what other days have too much.

    >>> hours = lambda *numbers: [timedelta(hours=number) for number in numbers]
    >>> [lack / timedelta(hours=1) for lack in missing(hours(8, 8, 8), hours(5, 6, 10))]
    [1.0, 2.0, 0.0]
    """
    spare = sum((has - want for want, has in zip(due, held, strict=True) if has > want), ZERO)
    lacking = []
    for want, has in zip(due, held, strict=True):
        lack = want - has
        if lack >= GRACE and spare > ZERO:
            used = min(lack, spare)
            lack -= used
            spare -= used
        lacking.append(lack if lack >= GRACE else ZERO)
    return lacking


@dataclass(frozen=True)
class Figures:
    """What the weeks of several people come to."""

    due: timedelta = ZERO
    on_time: timedelta = ZERO
    """Of what was due, what was there at the cut-off."""
    there: timedelta = ZERO
    """Of what was due, what is there now."""
    excused: timedelta = ZERO
    people: int = 0
    """Who was due something."""
    complete: int = 0
    """Of those, who lacked nothing at the cut-off."""
    complete_now: int = 0
    is_final: bool = True

    @property
    def share(self) -> float | None:
        """On time, of what was due; None where nothing was."""
        return self.on_time / self.due if self.due > ZERO else None

    @property
    def share_now(self) -> float | None:
        return self.there / self.due if self.due > ZERO else None

    @property
    def lacked(self) -> timedelta:
        return self.due - self.on_time

    @property
    def lacks(self) -> timedelta:
        return self.due - self.there

    @property
    def late(self) -> timedelta:
        return self.there - self.on_time


def figures(weeks: Iterable[PersonWeek]) -> Figures:
    """The sums of *weeks*. Whoever was due nothing is in none of the counts."""
    due = on_time = there = excused = ZERO
    people = complete = complete_now = 0
    is_final = True
    for week in weeks:
        is_final = is_final and week.is_final
        excused += week.excused
        wanted = week.due
        if wanted <= ZERO:
            continue
        lacked, lacks = week.lacked, week.lacks
        due += wanted
        on_time += wanted - lacked
        there += wanted - lacks
        people += 1
        complete += lacked <= ZERO
        complete_now += lacks <= ZERO
    return Figures(due, on_time, there, excused, people, complete, complete_now, is_final)
