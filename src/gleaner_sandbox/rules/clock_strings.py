"""Times of day as Harvest writes them: ``1:04pm`` in 12h accounts, ``13:04`` in 24h accounts.

Inside the sandbox a time of day is its minutes since midnight.
"""

import re
from datetime import datetime, tzinfo

DAY = 24 * 60
_TIME = re.compile(r"^\s*(\d{1,2})(?::(\d{2}))?(?::\d{2})?\s*([ap])?\.?m?\.?\s*$", re.IGNORECASE)


def parse_time(text: str) -> int | None:
    """Minutes since midnight, or None when *text* is no time of day.  Both styles are read in every account.

    >>> parse_time("2:59pm"), parse_time("14:59"), parse_time("12:05am"), parse_time("9am"), parse_time("25:00")
    (899, 899, 5, 540, None)

    Source: api.md §6, the docs' own examples.  That either style is accepted everywhere is uncertain.
    """
    found = _TIME.match(text)
    if not found or (found[2] is None and not found[3]):
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower()
    if minute > 59 or hour > 23 or (half and not 1 <= hour <= 12):
        return None
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return hour * 60 + minute


def format_time(minutes: int, clock: str) -> str:
    """*minutes* since midnight in the company's ``clock`` style: lower case and no leading zero in 12h.

    >>> format_time(480, "12h"), format_time(784, "12h"), format_time(5, "12h"), format_time(899, "24h")
    ('8:00am', '1:04pm', '12:05am', '14:59')

    Source: api.md §6 (docs, 3AP tests).
    """
    hour, minute = divmod(minutes % DAY, 60)
    if clock == "24h":
        return f"{hour:02}:{minute:02}"
    return f"{(hour - 1) % 12 + 1}:{minute:02}{'am' if hour < 12 else 'pm'}"


def minutes_between(start: int, end: int) -> int:
    """From *start* to *end*; an end before the start is on the next day (uncertain, api.md §15.2).

    >>> minutes_between(540, 600), minutes_between(1380, 60)
    (60, 120)
    """
    return (end - start) % DAY


def minute_of_day(moment: datetime, zone: tzinfo) -> int:
    """The wall clock of *zone* at *moment*."""
    local = moment.astimezone(zone)
    return local.hour * 60 + local.minute
