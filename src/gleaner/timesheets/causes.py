"""What missing hours have in common, as sentences about the team; nobody is named. Pure.

A sentence is there only where its number says something: at least :data:`LEAST` hours are missing, and the share is
well above what chance would make it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from gleaner.core.catalog import UserId
from gleaner.core.phrases import phrase
from gleaner.core.time import ZERO
from gleaner.timesheets.compliance import PersonDay, PersonWeek
from gleaner.timesheets.expected import figure

LEAST = timedelta(hours=2)
"""Of less than this nothing is said."""
_ABOVE = 1.5
"""So many times what would be even is worth a word."""
_DAYS = (
    phrase("Mondays"), phrase("Tuesdays"), phrase("Wednesdays"), phrase("Thursdays"), phrase("Fridays"),
    phrase("Saturdays"), phrase("Sundays"),
)  # fmt: skip


@dataclass(frozen=True)
class Cause:
    """One sentence, and the person-days it counts."""

    text: str
    days: tuple[PersonDay, ...]


def causes(
    weeks: Sequence[PersonWeek],
    *,
    taskless: Mapping[UserId, Collection[str]],
    waiting: Collection[UserId] = (),
) -> list[Cause]:
    """What the hours that were missing at the cut-off have in common.

    *taskless* are people who are on a project without a task to log to, with its names; *waiting* those for whom
    Gleaner has not begun.
    """
    days = [day for week in weeks for day in week.days]
    lacking = [day for day in days if day.lacked > ZERO]
    total = _lacked(lacking)
    if total < LEAST:
        return []
    found = [
        *_weekdays(days, lacking, total),
        *_whole(lacking, total),
        *_later(lacking, total),
        *_taskless(lacking, taskless),
        *_waiting(weeks, lacking, total, waiting),
    ]
    return [one for one in found if one.days]


def _weekdays(days: Iterable[PersonDay], lacking: Sequence[PersonDay], total: timedelta) -> Iterable[Cause]:
    due = [ZERO] * 7
    for day in days:
        due[day.day.weekday()] += day.due
    everything = sum(due, ZERO)
    for weekday, name in enumerate(_DAYS):
        on = tuple(day for day in lacking if day.day.weekday() == weekday)
        part, even = _lacked(on) / total, due[weekday] / everything
        if _lacked(on) >= LEAST and part >= _ABOVE * even:
            text = phrase(
                "{part:.0f} % of missing hours are {weekdays} ({even:.0f} % of what is expected is)",
                part=100 * part, weekdays=name, even=100 * even,
            )  # fmt: skip
            yield Cause(text, on)


def _whole(lacking: Sequence[PersonDay], total: timedelta) -> Iterable[Cause]:
    empty = tuple(day for day in lacking if day.held.on_time <= ZERO)
    part = _lacked(empty) / total
    if part >= 0.5:
        template = (
            "{n} of {all} day with missing hours had nothing logged at all at the cut-off"
            " ({part:.0f} % of missing hours)"
            if len(lacking) == 1
            else "{n} of {all} days with missing hours had nothing logged at all at the cut-off"
            " ({part:.0f} % of missing hours)"
        )
        yield Cause(phrase(template, n=len(empty), all=len(lacking), part=100 * part), empty)


def _later(lacking: Sequence[PersonDay], total: timedelta) -> Iterable[Cause]:
    late = tuple(day for day in lacking if day.late > ZERO)
    hours = sum((day.late for day in late), ZERO)
    if hours >= LEAST:
        text = phrase(
            "{hours} of {all} missing hours came after the cut-off", hours=figure(hours), all=figure(total)
        )
        yield Cause(text, late)


def _taskless(lacking: Sequence[PersonDay], taskless: Mapping[UserId, Collection[str]]) -> Iterable[Cause]:
    theirs = tuple(day for day in lacking if day.user_id in taskless)
    people = sorted({day.user_id for day in theirs})
    if people:
        names = sorted({name for user_id in people for name in taskless[user_id]}, key=str.casefold)
        shown = ", ".join(names[:3])
        if len(names) > 3:
            shown = phrase("{names} and {n} more", names=shown, n=len(names) - 3)
        template = (
            "{n} person with missing hours is on projects without a task to log to: {names}"
            if len(people) == 1
            else "{n} people with missing hours are on projects without a task to log to: {names}"
        )
        yield Cause(phrase(template, n=len(people), names=shown), theirs)


def _waiting(
    weeks: Sequence[PersonWeek], lacking: Sequence[PersonDay], total: timedelta, waiting: Collection[UserId]
) -> Iterable[Cause]:
    due = sum((week.due for week in weeks), ZERO)
    even = sum((week.due for week in weeks if week.user_id in waiting), ZERO) / due
    theirs = tuple(day for day in lacking if day.user_id in waiting)
    part = _lacked(theirs) / total
    if _lacked(theirs) >= LEAST and part >= _ABOVE * even:
        text = phrase(
            "{part:.0f} % of missing hours are of people who still wait for Gleaner"
            " ({even:.0f} % of what is expected is)",
            part=100 * part, even=100 * even,
        )  # fmt: skip
        yield Cause(text, theirs)


def _lacked(days: Iterable[PersonDay]) -> timedelta:
    return sum((day.lacked for day in days), ZERO)
