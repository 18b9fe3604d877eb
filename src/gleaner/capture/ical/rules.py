"""Recurrence rules that must not be expanded, because they would never end.

Anybody who may invite you can put a rule into your calendar. ``dateutil`` walks a rule from its first
instance, and a rule that never matches up to the year 9999, so both are looked at before.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

MOST_INSTANCES = 50_000
"""Instances from a series' start to the end of the window; 50 years of three a day."""
_PERIOD_DAYS = {"DAILY": 1, "WEEKLY": 7, "MONTHLY": 28, "YEARLY": 365}
_PICKS = ("BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO")
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def refusal(rule: str, first: date, last: date) -> str | None:
    """Why a series that starts on *first* cannot be expanded up to *last*; None if it can.

    >>> refusal("FREQ=DAILY;INTERVAL=0", date(2026, 1, 1), date(2026, 2, 1))
    'repeats at an interval of 0'
    """
    parts = _parts(rule)
    frequency = parts.get("FREQ", "").upper()
    if frequency in ("SECONDLY", "MINUTELY", "HOURLY"):
        return f"repeats {frequency.lower()}, which no meeting does"
    if frequency not in _PERIOD_DAYS:
        return f"repeats by a rule without a known frequency ({rule[:60]})"
    interval = parts.get("INTERVAL", "1")
    if not interval.isdecimal() or int(interval) == 0:
        return f"repeats at an interval of {interval[:20]}"
    per_day = _count(parts, "BYHOUR") * _count(parts, "BYMINUTE") * _count(parts, "BYSECOND")
    days = _PERIOD_DAYS[frequency] * int(interval)
    per_period = _days_picked(parts, frequency) * per_day
    if per_day > 24 or (max(0, (last - first).days) / days + 1) * per_period > MOST_INSTANCES:
        return f"has more than {MOST_INSTANCES:,} instances"
    if not _ever_happens(parts):
        return "repeats on a day that does not exist"
    return None


def _parts(rule: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in rule.split(";"))
    return {name.strip().upper(): value.strip() for name, _, value in pairs}


def _count(parts: dict[str, str], name: str) -> int:
    return len(parts[name].split(",")) if name in parts else 1


def _days_picked(parts: dict[str, str], frequency: str) -> int:
    """At most that many days of each period."""
    if frequency == "DAILY" or not any(name in parts for name in _PICKS):
        return _count(parts, "BYMONTH") if frequency == "YEARLY" else 1
    if frequency == "WEEKLY":
        return min(7, _count(parts, "BYDAY"))
    return 31 if frequency == "MONTHLY" else 366


def _ever_happens(parts: dict[str, str]) -> bool:
    """Whether any day of 28 years, in which every calendar occurs, has all the properties asked for."""
    asked = [name for name in ("BYMONTH", *_PICKS) if name in parts]
    positions = _numbers(parts.get("BYSETPOS", ""))
    if positions and min(abs(at) for at in positions) > 366:
        return False
    if len(asked) < 2 and asked != ["BYMONTHDAY"]:
        return all(
            abs(at) <= 366 for name in ("BYYEARDAY", "BYWEEKNO") for at in _numbers(parts.get(name, ""))
        )
    months, month_days = _numbers(parts.get("BYMONTH", "")), _numbers(parts.get("BYMONTHDAY", ""))
    year_days, weeks = _numbers(parts.get("BYYEARDAY", "")), _numbers(parts.get("BYWEEKNO", ""))
    weekdays = {_WEEKDAYS.index(day) for day in re.findall("MO|TU|WE|TH|FR|SA|SU", parts.get("BYDAY", ""))}
    day = date(2000, 1, 1)
    for _ in range(28 * 366):
        if (
            (not months or day.month in months)
            and (not month_days or {day.day, day.day - _month_length(day) - 1} & month_days)
            and (not year_days or {_day_of_year(day), _day_of_year(day) - _year_length(day) - 1} & year_days)
            and (not weeks or {day.isocalendar().week, day.isocalendar().week - 53} & weeks)
            and (not weekdays or day.weekday() in weekdays)
        ):
            return True
        day += timedelta(days=1)
    return False


def _numbers(text: str) -> set[int]:
    return {int(number) for number in re.findall(r"-?\d{1,6}", text)}


def _month_length(day: date) -> int:
    return ((day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)).day


def _day_of_year(day: date) -> int:
    return day.timetuple().tm_yday


def _year_length(day: date) -> int:
    return _day_of_year(date(day.year, 12, 31))
