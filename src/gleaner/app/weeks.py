"""Weeks by their names, and which days a report about one of them needs."""

from __future__ import annotations

from datetime import date, timedelta

from gleaner.core.errors import ConfigError
from gleaner.core.time import week_of

WEEK = timedelta(days=7)


def week_name(first: date) -> str:
    """ISO 8601's name for the week that begins on *first*: that of the week most of its days are in.

    >>> week_name(date(2026, 3, 16)), week_name(date(2026, 3, 15))
    ('2026-W12', '2026-W12')
    """
    year, number, _ = (first + timedelta(days=3)).isocalendar()
    return f"{year}-W{number:02}"


def week_named(text: str, first_weekday: int) -> date:
    """The first day of the week called *text*: ``2026-W12``, or a day in it. Raises ConfigError for anything else."""
    try:
        day = date.fromisoformat(f"{text.upper()}-4" if "W" in text.upper() else text)
        if not 2000 <= day.year <= 2100:
            raise ValueError
        return week_of(day, first_weekday)[0]
    except ValueError:
        raise ConfigError(f'"{text}" is no week; write 2026-W12, or a day in it') from None


def month_before(first: date) -> tuple[date, date]:
    """The whole calendar month before the one that *first* is in."""
    last = first.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


def begin_of(first: date, weeks: int) -> date:
    """The first day whose entries a report of so many weeks needs."""
    return min(first - (weeks - 1) * WEEK, month_before(first)[0])
