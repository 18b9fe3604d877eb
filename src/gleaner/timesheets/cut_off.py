"""When a week's hours are due, by each person's own clock. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_FRIDAY = 4


def cut_off(first: date, weekday: int, at: time, zone: ZoneInfo) -> datetime:
    """The moment, in UTC, by which the hours of the week that begins on *first* should be there.

    It is the first such *weekday* (0 is Monday) from the week's Friday on: "mon" is the Monday after it, "fri" its own
    Friday. A wall time that the clocks skip is taken an hour later, of one that comes twice the first.

    >>> cut_off(date(2026, 3, 23), 0, time(10), ZoneInfo("Europe/Berlin")).isoformat()
    '2026-03-30T08:00:00+00:00'
    >>> cut_off(date(2026, 3, 16), 4, time(17), ZoneInfo("Europe/Berlin")).isoformat()
    '2026-03-20T16:00:00+00:00'
    """
    friday = first + timedelta(days=(_FRIDAY - first.weekday()) % 7)
    day = friday + timedelta(days=(weekday - _FRIDAY) % 7)
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)
