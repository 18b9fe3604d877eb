"""The days a report is about.  Source: api.md §19, §6."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from gleaner_sandbox.rules import coerce

LONGEST = 365
"""Days between the first and the last; that 365 is still allowed is uncertain."""


def read(params: Mapping[str, Any]) -> tuple[str, str]:
    """``from`` and ``to`` as ISO dates, both included, or ``ValueError`` with a sentence for each (ours).

    >>> read({"from": "20260301", "to": "2026-03-31"})
    ('2026-03-01', '2026-03-31')
    >>> read({"from": "2026-02-30"})
    Traceback (most recent call last):
    ValueError: From is not a valid date, To can't be blank
    >>> read({"from": "20250101", "to": "20260102"})
    Traceback (most recent call last):
    ValueError: The timeframe cannot be longer than 365 days

    A span that ends before it begins holds nothing (uncertain).
    """
    days, problems = {}, []
    for name in ("from", "to"):
        try:
            days[name] = coerce.any_day(params.get(name))
        except ValueError as error:
            problems.append(f"{name.capitalize()} {error}")
        else:
            problems += [] if days[name] else [f"{name.capitalize()} can't be blank"]
    first, last = days.get("from"), days.get("to")
    if problems or not first or not last:
        raise ValueError(", ".join(problems))
    if (date.fromisoformat(last) - date.fromisoformat(first)).days > LONGEST:
        raise ValueError(f"The timeframe cannot be longer than {LONGEST} days")
    return first, last
