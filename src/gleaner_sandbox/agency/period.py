"""The twelve weeks: which days there are, and how instants are counted inside the generator.

A world may have a longer past: *earlier* weeks before the twelve. What happens in a certain week stays there.

Inside, an instant is a whole number of minutes since 1970 in UTC, and a span is half-open, ``[start, end)``.
Outside, instants are aware datetimes.  Both daylight saving changes lie in the four weeks the demo walks through
(US 8 March, EU 29 March), so for three weeks the two offices are five hours apart instead of six.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

FIRST_DAY = date(2026, 1, 12)
WEEKS_OF_HISTORY = 8
WEEKS = 12
DEMO_DAY = FIRST_DAY + timedelta(weeks=WEEKS_OF_HISTORY)
"""The demo's first day, Monday 9 March 2026."""
END_DAY = FIRST_DAY + timedelta(weeks=WEEKS)
"""The first day after the world, Monday 6 April 2026."""

PUBLIC_HOLIDAYS: dict[str, dict[date, str]] = {
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
"""By country; nobody there works on these days."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def days(earlier: int = 0) -> Iterator[date]:
    """Every day of the twelve weeks and of *earlier* weeks before them, weekends too."""
    return (FIRST_DAY + timedelta(days=n) for n in range(-7 * earlier, 7 * WEEKS))


def week_of(day: date) -> int:
    """0 for the first of the twelve weeks, 8 for the first of the demo; earlier ones are below 0."""
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
