"""When a job is due, on whose clock. Pure: the time, the zone and what was done come in as arguments.

A daily job belongs to a local *day*, not to a moment: it is due once its time has come on a day that is not done yet.
So a late tick, a clock change or a journey neither loses a day nor repeats one. Days missed in a row are one run.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from gleaner.core.time import days

MOST_DAYS = 7
"""Days missed in a row that one run still makes up for."""
EVERY_DAY = frozenset(range(7))


@dataclass(frozen=True)
class Every:
    """Again and again, with this pause from start to start."""

    pause: timedelta


@dataclass(frozen=True)
class Daily:
    """Once on each of these local weekdays (Monday is 0), from this local time on."""

    at: time
    weekdays: frozenset[int] = EVERY_DAY


Schedule = Every | Daily


@dataclass(frozen=True)
class Due:
    """One run."""

    slot: str
    """Names it: the same run has the same slot."""
    first: date
    """First local day it is about."""
    last: date
    """Last local day."""


def due(schedule: Schedule, now: datetime, zone: ZoneInfo, done_through: date | None) -> Due | None:
    """The run that is due at *now*, or None. *done_through* is the last local day that is done."""
    today = now.astimezone(zone).date()
    if isinstance(schedule, Every):
        return Due(f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%S}", today, today)
    last = today if now >= moment(schedule, today, zone) else today - timedelta(days=1)
    earliest = last - timedelta(days=MOST_DAYS - 1)
    # Never done before: nobody waits for days before Gleaner was there.
    first = last if done_through is None else max(earliest, done_through + timedelta(days=1))
    wanted = [day for day in days(first, last) if day.weekday() in schedule.weekdays]
    if not wanted:
        return None
    return Due(wanted[-1].isoformat(), first, wanted[-1])


def next_time(
    schedule: Schedule, now: datetime, zone: ZoneInfo, done_through: date | None
) -> datetime | None:
    """When to look again after *now*, in UTC; *now* itself when something is due. None: never."""
    if isinstance(schedule, Every):
        return now + schedule.pause
    if due(schedule, now, zone, done_through) is not None:
        return now
    today = now.astimezone(zone).date()
    for ahead in range(9):
        day = today + timedelta(days=ahead)
        if day.weekday() not in schedule.weekdays or (done_through is not None and day <= done_through):
            continue
        at = moment(schedule, day, zone)
        if at > now:
            return at
    return None if not schedule.weekdays else moment(schedule, today + timedelta(days=9), zone)


def moment(schedule: Daily, day: date, zone: ZoneInfo) -> datetime:
    """When that day's run may begin, in UTC. Of a time that comes twice the first counts; one that the clocks skip
    comes right after the gap, as much later as it lies in it."""
    return datetime.combine(day, schedule.at, tzinfo=zone).astimezone(UTC)
