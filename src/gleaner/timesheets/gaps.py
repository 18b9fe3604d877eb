"""What is missing on a day: expected − logged − waiting for review. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from gleaner.core.catalog import TaskId, UserId
from gleaner.core.entries import Posted, TimeEntry
from gleaner.core.time import ZERO
from gleaner.timesheets.expected import Expected, said

GRACE = timedelta(minutes=15)
"""Less than this is missing to nobody: people and Harvest round."""
Standing = Literal["complete", "partial", "missing", "excused", "free", "not counted"]


@dataclass(frozen=True)
class Sheet:
    """One person's day as far as it is known."""

    user_id: UserId
    expected: Expected
    logged: timedelta = ZERO
    """In Harvest, time off and running timers left out."""
    running: timedelta = ZERO
    """What a running timer has come to."""
    waiting: timedelta = ZERO
    """Proposed with a project, one word from the timesheet."""
    unsure: timedelta = ZERO
    """Proposed, but somebody has to say what for."""

    @property
    def day(self) -> date:
        return self.expected.day

    @property
    def missing(self) -> timedelta:
        """What Harvest lacks, whatever waits; zero within :data:`GRACE`."""
        return _beyond_grace(self.expected.hours - self.logged - self.running)

    @property
    def gap(self) -> timedelta:
        """What nothing accounts for; zero within :data:`GRACE`.

        >>> from datetime import date
        >>> due = Expected(date(2026, 3, 4), timedelta(hours=7.5))
        >>> Sheet(UserId(1), due, logged=timedelta(hours=4), waiting=timedelta(hours=1.5)).gap
        datetime.timedelta(seconds=7200)
        """
        open_hours = self.expected.hours - self.logged - self.running - self.waiting - self.unsure
        return _beyond_grace(open_hours)

    @property
    def standing(self) -> Standing:
        """*missing* means nothing is logged, *partial* too little; who is due nothing is excused, or free."""
        if self.expected.why_nothing:
            return "not counted"
        if self.expected.hours <= ZERO:
            return "excused" if self.expected.contract > ZERO else "free"
        if self.missing <= ZERO:
            return "complete"
        return "partial" if self.logged + self.running > ZERO else "missing"

    def sentence(self, *, is_own: bool = True) -> str:
        """The sum as people read it."""
        sums = [f"in Harvest {said(self.logged)}"]
        for hours, what in (
            (self.running, "on a running timer"), (self.waiting, "ready"), (self.unsure, "unsure"),
        ):  # fmt: skip
            if hours > ZERO:
                sums.append(f"{what} {said(hours)}")
        return f"{self.expected.sentence(is_own=is_own)} · {' · '.join(sums)} · still open {said(self.gap)}"


def logged_of(
    entries: Iterable[TimeEntry | Posted], time_off_tasks: frozenset[TaskId] = frozenset()
) -> tuple[timedelta, timedelta]:
    """Hours in Harvest and hours on a running timer, without what was logged as time off."""
    logged = running = ZERO
    for entry in entries:
        if entry.task_id in time_off_tasks:
            continue
        hours = timedelta(hours=float(entry.hours))
        if entry.is_running:
            running += hours
        else:
            logged += hours
    return logged, running


def _beyond_grace(hours: timedelta) -> timedelta:
    return hours if hours >= GRACE else ZERO
