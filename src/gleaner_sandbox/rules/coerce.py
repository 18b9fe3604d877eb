"""Reading loosely typed parameters, as Rails does: ``"4.0"`` is a number, ``"true"`` a flag, ``20260302`` a
date.

A reader returns the value, or None for null and blank, or raises ``ValueError`` with the end of the sentence
that begins with the field's name ("is not a number").  Source: api.md §1 and §6.
"""

import math
import re
from collections.abc import Collection
from datetime import UTC, date, datetime
from typing import Any

TOO_BIG = 10**18
"""No number of Harvest's comes near; SQLite's integers end a little above."""
YEARS = range(1900, 2200)
"""When anything may be dated (ours: no limit is known), so that a day more or less is a date too."""

_TRUE = {"true", "1", "t", "yes", "on"}
_FALSE = {"false", "0", "f", "no", "off"}
_DATE = re.compile(r"^(\d{4})-?(\d{2})-?(\d{2})(?:[T ].*)?$")
_SURROGATE = re.compile("[\ud800-\udfff]")
_HOURS = re.compile(r"^(\d+):([0-5]\d)$")


def is_blank(value: Any) -> bool:
    """Whether Rails calls *value* blank.

    >>> [is_blank(v) for v in (None, "", "  ", [], {}, 0, False)]
    [True, True, True, True, True, False, False]
    """
    return value is None or (isinstance(value, str) and not value.strip()) or (value in ([], {}))


def text(value: Any) -> str | None:
    """Any scalar as text; numeric ids of external references come back as strings.

    >>> text(12), text("a"), text(None), text(True)
    ('12', 'a', None, 'true')
    """
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    # Not a scalar: an object, a list, or a file where a word belongs.
    if not isinstance(value, str | int | float) or (isinstance(value, str) and _SURROGATE.search(value)):
        raise ValueError("is invalid")
    return str(value)


def flag(value: Any) -> bool | None:
    """A boolean.

    >>> flag("true"), flag(0), flag(""), flag("1")
    (True, False, None, True)
    """
    if is_blank(value):
        return None
    word = str(value).strip().lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise ValueError("is not included in the list")


def number(value: Any) -> float | None:
    """A decimal number.

    >>> number("4.0"), number(3), number(" "), number("-0")
    (4.0, 3.0, None, 0.0)
    """
    if is_blank(value):
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("is not a number")
    try:
        read = float(value)
    except ValueError:
        raise ValueError("is not a number") from None
    if not math.isfinite(read):
        raise ValueError("is not a number")
    if abs(read) >= TOO_BIG:
        raise ValueError("is too big")
    return read + 0.0  # nothing has no sign


def part(value: Any) -> float | None:
    """A percentage of something that is there, such as a discount: from 0 to 100 (that Harvest minds is uncertain).

    >>> part("12.5"), part(100), part(None)
    (12.5, 100.0, None)
    >>> part(-1)
    Traceback (most recent call last):
    ValueError: must be between 0 and 100
    """
    read = number(value)
    if read is not None and not 0 <= read <= 100:
        raise ValueError("must be between 0 and 100")
    return read


def hours(value: Any) -> float | None:
    """Decimal hours; also ``1:30`` (uncertain, api.md §15.1).  Less than nothing is refused (uncertain),
    and so are ten thousand (ours: no limit is known).

    >>> hours("1:30"), hours("0.75"), hours(2)
    (1.5, 0.75, 2.0)
    """
    clock = _HOURS.match(value.strip()) if isinstance(value, str) else None
    read = int(clock[1]) + int(clock[2]) / 60 if clock else number(value)
    if read is not None and not 0 <= read < 10_000:
        raise ValueError("must be greater than or equal to 0" if read < 0 else "is too big")
    return read


def whole(value: Any) -> int | None:
    """An integer, such as an id.

    >>> whole("12"), whole(12.0), whole(None)
    (12, 12, None)
    """
    read = number(value)
    if read is None:
        return None
    if read != int(read):
        raise ValueError("must be an integer")
    # Through float only when it has to be: ids are wider than 2^31 and may be wider than 2^53.
    return (
        int(value)
        if isinstance(value, int | str) and str(value).strip().lstrip("+-").isdigit()
        else int(read)
    )


def day(value: Any) -> str | None:
    """A date that something gets, of the ``YEARS``.

    >>> day("2026-03-02"), day("")
    ('2026-03-02', None)
    >>> day("0001-01-01")
    Traceback (most recent call last):
    ValueError: must be between 1900-01-01 and 2199-12-31
    """
    read = any_day(value)
    if read is not None and int(read[:4]) not in YEARS:
        raise ValueError(f"must be between {YEARS[0]}-01-01 and {YEARS[-1]}-12-31")
    return read


def any_day(value: Any) -> str | None:
    """A date to ask by, as ``YYYY-MM-DD``; ``YYYYMMDD`` and datetimes are read too.

    >>> any_day("2026-03-02"), any_day("20260302"), any_day(""), any_day("9999-12-31")
    ('2026-03-02', '2026-03-02', None, '9999-12-31')
    >>> any_day("2026-02-30")
    Traceback (most recent call last):
    ValueError: is not a valid date
    """
    if is_blank(value):
        return None
    found = _DATE.match(str(value).strip())
    try:
        if found:
            return date(int(found[1]), int(found[2]), int(found[3])).isoformat()
    except ValueError:
        pass
    raise ValueError("is not a valid date")


def moment(value: Any) -> str | None:
    """A moment as ``YYYY-MM-DDTHH:MM:SSZ``, cut to the second; without a zone it is UTC.

    >>> moment("2026-03-02T10:00:00.9+01:00"), moment("2026-03-02")
    ('2026-03-02T09:00:00Z', '2026-03-02T00:00:00Z')
    """
    if is_blank(value):
        return None
    # In a query string an unescaped "+01:00" arrives as " 01:00".
    written = re.sub(r" (\d\d:?\d\d)$", r"+\1", str(value).strip())
    try:
        read = datetime.fromisoformat(written)
        aware = (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("is not a valid datetime") from None
    return f"{aware:%Y-%m-%dT%H:%M:%SZ}"


def one_of(value: Any, choices: Collection[str]) -> str | None:
    """One of the *choices*.

    >>> one_of("People", {"People", "none"})
    'People'
    """
    read = text(value)
    if is_blank(read):
        return None
    if read not in choices:
        raise ValueError("is not included in the list")
    return read


def items(value: Any) -> list[Any]:
    """A list; an object whose keys are numbers (Rails) is one, and a single value is a list of one.

    >>> items({"0": "a", "1": "b"}), items(None), items("a"), items([1])
    (['a', 'b'], [], ['a'], [1])
    """
    if is_blank(value):
        return []
    if isinstance(value, dict):
        return [value[key] for key in sorted(value)]
    return value if isinstance(value, list) else [value]


def texts(value: Any) -> list[str]:
    """A list of texts without nulls."""
    return [read for read in map(text, items(value)) if read is not None]


def whole_items(value: Any) -> list[int]:
    """A list of ids without blanks."""
    return [read for read in map(whole, items(value)) if read is not None]
