"""When the walk stops: at a quarter to ten and a quarter past five, on the clocks of each zone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from gleaner.core.time import days

MORNING, EVENING = time(9, 45), time(17, 15)
"""When people are written to about the day before, and about today: see ``timesheets/reminders.py``."""
LAST = time(23, 30, tzinfo=UTC)
"""On the last day, after work in all zones: what was seen late is taken in."""


@dataclass(frozen=True, order=True)
class Stop:
    """A moment at which something happens in one zone."""

    at: datetime
    zone: str
    day: date
    """On that zone's calendar."""
    is_evening: bool


def stops(first: date, last: date, zones: Collection[str]) -> list[Stop]:
    """A morning and an evening of each working day and zone, in the order in which they come.

    >>> [f"{stop.at:%H:%M} {stop.zone}" for stop in stops(date(2026, 3, 9), date(2026, 3, 9), {"Europe/Berlin"})]
    ['08:45 Europe/Berlin', '16:15 Europe/Berlin']
    """
    return sorted(
        Stop(datetime.combine(day, local, ZoneInfo(zone)).astimezone(UTC), zone, day, local == EVENING)
        for day in days(first, last)
        if day.weekday() < 5
        for zone in zones
        for local in (MORNING, EVENING)
    )
