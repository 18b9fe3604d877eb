"""The twelve weeks (unless told otherwise): which days there are, and how instants are counted inside the generator.

Inside, an instant is a whole number of minutes since 1970 in UTC, and a span is half-open, ``[start, end)``.
Outside, instants are aware datetimes.  Both daylight saving changes lie in the four weeks the demo walks through
(US 8 March, EU 29 March), so for three weeks the two offices are five hours apart instead of six.
"""

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DEMO_DAY = date(2026, 3, 9)
"""The demo's first day, a Monday."""
VARIABLE = "GLEANER_SANDBOX_WEEKS_OF_HISTORY"
"""Who wants an agency with a longer past says how long before the program starts: another past is another agency."""
WEEKS_OF_HISTORY = int(os.environ.get(VARIABLE, "8"))
WEEKS = WEEKS_OF_HISTORY + 4
FIRST_DAY = DEMO_DAY - timedelta(weeks=WEEKS_OF_HISTORY)
END_DAY = DEMO_DAY + timedelta(weeks=4)
"""The first day after the world, Monday 6 April 2026."""

_HOLIDAYS: dict[str, dict[date, str]] = {
    "DE": {
        date(2025, 12, 25): "1. Weihnachtstag",
        date(2025, 12, 26): "2. Weihnachtstag",
        date(2026, 1, 1): "Neujahr",
        date(2026, 4, 3): "Karfreitag",
    },
    "US": {
        date(2025, 12, 25): "Christmas Day",
        date(2026, 1, 1): "New Year's Day",
        date(2026, 1, 19): "Martin Luther King Jr. Day",
        date(2026, 2, 16): "Presidents' Day",
    },
}
PUBLIC_HOLIDAYS = {
    country: {day: name for day, name in found.items() if day >= FIRST_DAY}
    for country, found in _HOLIDAYS.items()
}
"""By country; nobody there works on these days."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def days() -> Iterator[date]:
    """Every day of the twelve weeks, weekends too."""
    return (FIRST_DAY + timedelta(days=n) for n in range(7 * WEEKS))


def week_of(day: date) -> int:
    """0 for the first week of the world, 8 for the first of the demo."""
    return (day - FIRST_DAY).days // 7


def instant(zone: str, day: date, minute: int) -> int:
    """The instant at which clocks in *zone* show *minute* (of the day; may pass midnight) on *day*."""
    day, minute = day + timedelta(days=minute // 1440), minute % 1440
    local = datetime.combine(day, time(minute // 60, minute % 60), ZoneInfo(zone))
    return int(local.timestamp()) // 60


def aware(at: int, zone: str = "UTC") -> datetime:
    """The instant *at* on a clock in *zone*."""
    return (_EPOCH + timedelta(minutes=at)).astimezone(UTC if zone == "UTC" else ZoneInfo(zone))


def local_day(at: int, zone: str) -> date:
    return aware(at, zone).date()


def minutes(moment: datetime) -> int:
    """The last whole minute at or before *moment*, which must be aware."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone")
    return int(moment.timestamp()) // 60
