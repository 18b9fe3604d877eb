"""What missing hours have in common, as sentences about the team; nobody is named. Pure.

A sentence is there only where its number says something: at least :data:`LEAST` hours are missing, and the share is
well above what chance would make it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from gleaner.core.catalog import UserId
from gleaner.core.time import ZERO
from gleaner.timesheets.compliance import PersonDay, PersonWeek
from gleaner.timesheets.expected import said

LEAST = timedelta(hours=2)
"""Of less than this nothing is said."""
_ABOVE = 1.5
"""So many times what would be even is worth a word."""
_DAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


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
            yield Cause(
                f"{_percent(part)} of missing hours are {name} ({_percent(even)} of what is expected is)", on
            )


def _whole(lacking: Sequence[PersonDay], total: timedelta) -> Iterable[Cause]:
    empty = tuple(day for day in lacking if day.held.on_time <= ZERO)
    part = _lacked(empty) / total
    if part >= 0.5:
        count = f"{len(empty)} of {len(lacking)} {_plural('day', len(lacking))} with missing hours had"
        yield Cause(
            f"{count} nothing logged at all at the cut-off ({_percent(part)} of missing hours)", empty
        )


def _later(lacking: Sequence[PersonDay], total: timedelta) -> Iterable[Cause]:
    late = tuple(day for day in lacking if day.late > ZERO)
    hours = sum((day.late for day in late), ZERO)
    if hours >= LEAST:
        yield Cause(f"{said(hours)} of {said(total)} missing hours came after the cut-off", late)


def _taskless(lacking: Sequence[PersonDay], taskless: Mapping[UserId, Collection[str]]) -> Iterable[Cause]:
    theirs = tuple(day for day in lacking if day.user_id in taskless)
    people = sorted({day.user_id for day in theirs})
    if people:
        names = sorted({name for user_id in people for name in taskless[user_id]}, key=str.casefold)
        shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
        whose = f"{len(people)} {'person' if len(people) == 1 else 'people'} with missing hours"
        text = f"{whose} {'is' if len(people) == 1 else 'are'} on projects without a task to log to: {shown}"
        yield Cause(text, theirs)


def _waiting(
    weeks: Sequence[PersonWeek], lacking: Sequence[PersonDay], total: timedelta, waiting: Collection[UserId]
) -> Iterable[Cause]:
    due = sum((week.due for week in weeks), ZERO)
    even = sum((week.due for week in weeks if week.user_id in waiting), ZERO) / due
    theirs = tuple(day for day in lacking if day.user_id in waiting)
    part = _lacked(theirs) / total
    if _lacked(theirs) >= LEAST and part >= _ABOVE * even:
        text = f"{_percent(part)} of missing hours are of people who still wait for Gleaner"
        yield Cause(f"{text} ({_percent(even)} of what is expected is)", theirs)


def _lacked(days: Iterable[PersonDay]) -> timedelta:
    return sum((day.lacked for day in days), ZERO)


def _plural(word: str, count: int) -> str:
    return word if count == 1 else f"{word}s"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
