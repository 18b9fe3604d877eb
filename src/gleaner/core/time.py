"""Moments, spans, local days and hours.

Spans are half-open, ``[start, end)``. Moments are aware and kept in UTC; a person's day is a span that
depends on the zone, 23 or 25 hours long when the clocks change.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gleaner.core.errors import ConfigError

ZERO = timedelta(0)
_CENT_HOUR = Decimal("0.01")


@dataclass(frozen=True, order=True)
class Span:
    """The time from *start* up to, but not including, *end*. Never negative; may be empty."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError(f"a span needs aware moments, not {self.start!r} and {self.end!r}")
        # To UTC at once: two moments that share a tzinfo are compared and subtracted by their wall clocks,
        # which is an hour off across a DST change.
        object.__setattr__(self, "start", self.start.astimezone(UTC))
        object.__setattr__(self, "end", self.end.astimezone(UTC))
        if self.end < self.start:
            raise ValueError(f"a span cannot end ({self.end}) before it starts ({self.start})")

    @property
    def duration(self) -> timedelta:
        """Time that really passes, DST changes included."""
        return self.end - self.start

    def overlaps(self, other: Span) -> bool:
        """Whether the two share any time; touching ends do not count."""
        return self.start < other.end and other.start < self.end

    def overlap(self, other: Span) -> timedelta:
        """How much time the two share."""
        return max(ZERO, min(self.end, other.end) - max(self.start, other.start))

    def minus(self, others: Iterable[Span]) -> list[Span]:
        """What is left of this span, in order, after *others* are cut out of it."""
        left: list[Span] = []
        start = self.start
        for other in merged(others):
            if other.end <= start or other.start >= self.end:
                continue
            if other.start > start:
                left.append(Span(start, other.start))
            start = other.end
        if start < self.end:
            left.append(Span(start, self.end))
        return left


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same time as disjoint, ordered spans; touching ones become one."""
    result: list[Span] = []
    for span in sorted(spans):
        if span.start == span.end:
            continue
        if result and span.start <= result[-1].end:
            result[-1] = Span(result[-1].start, max(result[-1].end, span.end))
        else:
            result.append(span)
    return result


def total(spans: Iterable[Span]) -> timedelta:
    """Time covered by *spans*, shared time counted once."""
    return sum((span.duration for span in merged(spans)), ZERO)


def zone(name: str) -> ZoneInfo:
    """The IANA zone called *name*. Raises ConfigError with the name when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ConfigError(f'there is no time zone "{name}"; use a name such as "Europe/Berlin"') from error


def day_span(day: date, tz: ZoneInfo) -> Span:
    """The whole local *day* in *tz*.

    >>> day_span(date(2026, 3, 29), ZoneInfo("Europe/Berlin")).duration
    datetime.timedelta(seconds=82800)
    """
    return Span(
        datetime.combine(day, time(), tzinfo=tz), datetime.combine(day + timedelta(days=1), time(), tzinfo=tz)
    )


def local_date(moment: datetime, tz: ZoneInfo) -> date:
    """The calendar day of *moment* as people in *tz* write it."""
    return moment.astimezone(tz).date()


def days(first: date, last: date) -> Iterator[date]:
    """Every day from *first* to *last*, both included."""
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)


def week_of(day: date, first_weekday: int = 0) -> tuple[date, date]:
    """First and last day of the week *day* is in; *first_weekday* 0 is Monday, 5 Saturday, 6 Sunday."""
    first = day - timedelta(days=(day.weekday() - first_weekday) % 7)
    return first, first + timedelta(days=6)


def decimal_hours(duration: timedelta) -> Decimal:
    """*duration* as Harvest writes it: decimal hours, two places, half up.

    >>> decimal_hours(timedelta(minutes=50))
    Decimal('0.83')

    Rounding to the account's quarter hours is Harvest's job (``rounded_hours``), not ours.
    Source: Harvest API v2, *Time entries*, field ``hours``.
    """
    seconds = Decimal(duration // timedelta(microseconds=1)) / 1_000_000
    return (seconds / 3600).quantize(_CENT_HOUR, ROUND_HALF_UP)


def later(at: time, hours: Decimal) -> time:
    """The wall time *hours* after *at*, to the minute; past midnight it begins anew.

    >>> later(time(23, 30), Decimal("1.25"))
    datetime.time(0, 45)
    """
    minutes = at.hour * 60 + at.minute + round(hours * 60)
    return time(minutes // 60 % 24, minutes % 60)


def whole_minutes(duration: timedelta) -> timedelta:
    """*duration* down to the minute: what we claim never exceeds what was seen."""
    return timedelta(minutes=duration // timedelta(minutes=1))


def spoken(duration: timedelta) -> str:
    """*duration* as people say it.

    >>> spoken(timedelta(hours=1, minutes=5)), spoken(timedelta(minutes=40)), spoken(timedelta(hours=2))
    ('1 h 05', '40 min', '2 h')
    """
    minutes = round(duration / timedelta(minutes=1))
    hours, minutes = divmod(minutes, 60)
    if not hours:
        return f"{minutes} min"
    return f"{hours} h {minutes:02d}" if minutes else f"{hours} h"


def lasting(duration: timedelta) -> str:
    """*duration* as people say it, from seconds to days.

    >>> [lasting(timedelta(seconds=n)) for n in (3, 89, 7500, 300_000)]
    ['3 s', '89 s', '2 h 05', '3 days']
    """
    seconds = duration.total_seconds()
    if seconds < 90:
        return f"{seconds:.0f} s"
    return spoken(duration) if duration < timedelta(days=2) else f"{duration.days} days"


def spoken_day(day: date) -> str:
    """*day* with its weekday, as messages write it.

    >>> spoken_day(date(2026, 7, 14))
    'Tue 14 Jul'
    """
    return f"{day:%a} {day.day} {day:%b}"


# Decimal alone would also take "nan", "1e1" and "-0.5".
_LENGTH = re.compile(r"(?P<hours>[0-9]+):(?P<minutes>[0-5][0-9])|[0-9]*[.,]?[0-9]+|[0-9]+[.,]")


def hours_written(text: str) -> Decimal | None:
    """A length as people write it, in hours; None for what is none.

    >>> hours_written("1.5"), hours_written(" 0,25"), hours_written("1:30"), hours_written("-1")
    (Decimal('1.5'), Decimal('0.25'), Decimal('1.5'), None)
    """
    found = _LENGTH.fullmatch(text.strip())
    if found is None:
        return None
    if found["minutes"]:
        return Decimal(found["hours"]) + Decimal(found["minutes"]) / 60
    return Decimal(found[0].replace(",", "."))
