"""One way through many entries, in no order: what each person held on each day, and what for. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from gleaner.core.catalog import EntryId, ProjectId, TaskId, UserId
from gleaner.core.entries import Posted
from gleaner.core.time import ZERO
from gleaner.timesheets.compliance import NOTHING, Held


class Bucket(NamedTuple):
    """Hours that are added up together."""

    user_id: UserId
    project_id: ProjectId
    is_billable: bool


@dataclass
class Sums:
    """What was found."""

    held: dict[UserId, dict[date, Held]] = field(default_factory=dict)
    off: dict[tuple[UserId, date], list[Posted]] = field(default_factory=dict)
    """Time off that was logged in Harvest."""
    spent: Sequence[dict[Bucket, timedelta]] = ()
    """For each of the spans asked for."""
    timers: list[tuple[UserId, date]] = field(default_factory=list)
    """Timers that still run, by the day of their entries."""
    wanted: dict[EntryId, Posted] = field(default_factory=dict)

    def on(self, user_id: UserId, day: date) -> Held:
        return self.held.get(user_id, {}).get(day, NOTHING)


def summed(
    entries: Iterable[Posted],
    cut_offs: Mapping[UserId, Mapping[date, datetime]],
    off_tasks: Collection[TaskId],
    spans: Sequence[tuple[date, date]],
    wanted: Collection[EntryId] = (),
) -> Sums:
    """The sums of *entries* of the people in *cut_offs*, which says when a day's hours were due for each.

    Hours are added as hundredths, which is how Harvest keeps them: no sum is off by a hair.
    """
    held: dict[UserId, dict[date, list[int]]] = {}
    spent: list[dict[Bucket, int]] = [{} for _ in spans]
    found = Sums()
    for entry in entries:
        due_at = cut_offs.get(entry.user_id)
        if due_at is None:
            continue
        if entry.id in wanted:
            found.wanted[entry.id] = entry
        if entry.task_id in off_tasks:
            found.off.setdefault((entry.user_id, entry.spent_date), []).append(entry)
            continue
        if entry.is_running:
            found.timers.append((entry.user_id, entry.spent_date))
        size = round(entry.hours * 100)
        sums = held.setdefault(entry.user_id, {}).setdefault(entry.spent_date, [0, 0])
        sums[0] += size
        if entry.created_at is not None and entry.created_at <= due_at[entry.spent_date]:
            sums[1] += size
        for (first, last), buckets in zip(spans, spent, strict=True):
            if first <= entry.spent_date <= last:
                bucket = Bucket(entry.user_id, entry.project_id, entry.billable)
                buckets[bucket] = buckets.get(bucket, 0) + size
    found.held = {user_id: {day: _held(*two) for day, two in days.items()} for user_id, days in held.items()}
    found.spent = [{bucket: _hours(size) for bucket, size in buckets.items()} for buckets in spent]
    return found


def _held(logged: int, on_time: int) -> Held:
    hours = _hours(logged)
    return Held(hours, hours if logged == on_time else _hours(on_time))


def _hours(hundredths: int) -> timedelta:
    return timedelta(seconds=36 * hundredths) if hundredths else ZERO
