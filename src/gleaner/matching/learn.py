"""What history teaches on the first day: days people logged by hand, beside what was seen on those days.

A person's own entry and an activity belong together when the notes say the same, when their times coincide, or when
a duration occurs just once on both sides. Coding has no titles in timesheets: a repository's day is credited to the
projects of that day's other entries, by their share.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from gleaner.core.activities import Activity
from gleaner.core.entries import TimeEntry
from gleaner.core.time import decimal_hours
from gleaner.matching.index import Index
from gleaner.matching.memory import Fact, Memory, remember, spend
from gleaner.matching.replay import measured_scale
from gleaner.matching.words import similarity, telling

NOTES_AGREE = 0.6
_DURATION_WEIGHT = 0.35
_CODING_WEIGHT = 0.6


def learnt(
    dated: Sequence[tuple[date, Activity]],
    entries: Sequence[TimeEntry],
    decided: Iterable[Fact],
    *,
    today: date,
    index: Index | None = None,
) -> Memory:
    """The memory for matching on *today*: what was *decided*, and what *entries* say of the other activities.

    *entries* are people's own, none written by Gleaner. With an *index*, confidences are scaled to what was right.
    """
    said = list(decided)
    known = {fact.activity.key for fact in said}
    rest = [(day, activity) for day, activity in dated if activity.key not in known]
    shown = [
        fact
        for day_activities, day_entries in by_day(rest, entries)
        for fact in facts_of_day(day_activities, day_entries)
    ]
    memory = memory_of(said, shown, entries, today=today)
    if index is not None:
        memory.scale = measured_scale([*said, *shown], entries, index)
    return memory


def memory_of(
    said: Sequence[Fact], shown: Iterable[Fact], entries: Iterable[TimeEntry], *, today: date
) -> Memory:
    """A memory of what people *said* and what *entries* have *shown*, its confidences as they are."""
    memory = remember([*said, *shown], entries, today=today)
    # What people let pass is written by Gleaner and not among the entries, and is their work all the same.
    for fact in said:
        seen, hours = fact.activity, fact.activity.observed.total_seconds() / 3600
        age = (today - seen.span.start.date()).days
        spend(memory, seen.user_id, fact.project_id, fact.weight * hours, age)
    return memory


def facts_of_day(activities: Sequence[Activity], entries: Sequence[TimeEntry]) -> Iterator[Fact]:
    """What one person's day teaches. *entries* are that person's own of that day, none written by Gleaner."""
    meetings = [activity for activity in activities if activity.kind == "meeting"]
    rest = list(entries)
    unpaired = []
    for meeting in meetings:
        entry = _same_words(meeting, rest)
        if entry is None:
            unpaired.append(meeting)
            continue
        rest.remove(entry)
        yield Fact(meeting, entry.project_id, entry.task_id, 1.0)
    for meeting, entry in _same_hours(unpaired, rest):
        rest.remove(entry)
        yield Fact(meeting, entry.project_id, entry.task_id, _DURATION_WEIGHT)
    yield from _coding(activities, rest)


def _same_words(meeting: Activity, entries: Iterable[TimeEntry]) -> TimeEntry | None:
    scored = [
        (
            similarity(meeting.title, entry.notes),
            -abs(entry.hours - decimal_hours(meeting.observed)),
            -entry.id,
            entry,
        )
        for entry in entries
        if entry.notes
    ]
    best = max(scored, key=lambda row: row[:3], default=None)
    return best[3] if best is not None and best[0] >= NOTES_AGREE else None


def _same_hours(
    meetings: Sequence[Activity], entries: Sequence[TimeEntry]
) -> Iterator[tuple[Activity, TimeEntry]]:
    """Pairs of equal length, where just one of each has it and the entry's notes do not say otherwise."""
    for meeting in meetings:
        hours = decimal_hours(meeting.observed)
        twins = [other for other in meetings if decimal_hours(other.observed) == hours]
        equal = [
            entry
            for entry in entries
            if entry.hours == hours and hours <= Decimal(2) and not telling(entry.notes)
        ]
        if len(twins) == 1 and len(equal) == 1:
            yield meeting, equal[0]


def _coding(activities: Sequence[Activity], entries: Sequence[TimeEntry]) -> Iterator[Fact]:
    coding = [activity for activity in activities if activity.kind == "coding"]
    long_enough = [entry for entry in entries if entry.hours >= Decimal("0.5")]
    whole = sum((entry.hours for entry in long_enough), Decimal(0))
    if not coding or not whole:
        return
    for activity in coding:
        for entry in long_enough:
            weight = _CODING_WEIGHT * float(entry.hours / whole) / len(coding)
            yield Fact(activity, entry.project_id, entry.task_id, weight)


def by_day(
    activities: Iterable[tuple[date, Activity]], entries: Iterable[TimeEntry]
) -> Iterator[tuple[list[Activity], list[TimeEntry]]]:
    """Activities and entries of the same person and day, for days that have both."""
    seen: dict[tuple[int, date], list[Activity]] = {}
    for day, activity in activities:
        seen.setdefault((activity.user_id, day), []).append(activity)
    logged: dict[tuple[int, date], list[TimeEntry]] = {}
    for entry in entries:
        logged.setdefault((entry.user_id, entry.spent_date), []).append(entry)
    for key, day_activities in seen.items():
        if key in logged:
            yield day_activities, logged[key]
