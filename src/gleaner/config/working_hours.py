"""Working hours as people write them."""

from __future__ import annotations

import re
from datetime import time

_HOURS = re.compile(r"(\d{1,2}):(\d\d)\s*[-–]\s*(\d{1,2}):(\d\d)")


def hours_of(text: str) -> tuple[time, time]:
    """From when to when. Raises ValueError that says how to write it.

    >>> hours_of("9:00-17:30")
    (datetime.time(9, 0), datetime.time(17, 30))
    """
    found = _HOURS.fullmatch(text.strip())
    try:
        begin, begin_minute, end, end_minute = [int(part) for part in found.groups()] if found else []
        begins, ends = time(begin, begin_minute), time(end, end_minute)
    except ValueError:
        raise ValueError(f'write working hours as "9:00-17:30", not "{text}"') from None
    if begins == ends:
        raise ValueError(f'write working hours as "9:00-17:30", not "{text}"')
    return begins, ends


def checked_hours(text: str) -> str:
    """*text*, unless it is neither empty nor working hours: then ValueError."""
    if text:
        hours_of(text)
    return text
