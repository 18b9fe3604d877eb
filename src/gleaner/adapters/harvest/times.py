"""Wall-clock times as Harvest writes them: ``8:00am`` or ``14:59``, by the company's clock.

Source: ``harvest/api`` §6, *time*. There are no seconds; input is accepted in either style.
"""

from __future__ import annotations

import re
from datetime import time
from typing import Literal

_TIME = re.compile(r"(\d{1,2})(?::(\d{2}))?(?::\d{2})?\s*([ap])?\.?(?:m\.?)?", re.IGNORECASE)


def parse_time(text: str) -> time | None:
    """The time *text* stands for, or None when it is not one.

    >>> parse_time("8:00am"), parse_time("1:04pm"), parse_time("14:59"), parse_time("12:30 AM")
    (datetime.time(8, 0), datetime.time(13, 4), datetime.time(14, 59), datetime.time(0, 30))
    """
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    elif found[2] is None:  # "8" alone is a number, not a time
        return None
    return time(hour, minute) if hour < 24 and minute < 60 else None


def format_time(moment: time, clock: Literal["12h", "24h"]) -> str:
    """*moment* in the company's style; seconds are dropped.

    >>> format_time(time(8, 0), "12h"), format_time(time(0, 5), "12h"), format_time(time(8, 0), "24h")
    ('8:00am', '12:05am', '08:00')
    """
    if clock == "24h":
        return f"{moment:%H:%M}"
    return f"{moment.hour % 12 or 12}:{moment.minute:02d}{'am' if moment.hour < 12 else 'pm'}"
