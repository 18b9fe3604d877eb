"""Rounding of hours and of decimals."""

from decimal import ROUND_CEILING, ROUND_HALF_UP, Context, Decimal
from typing import Literal

RoundingMode = Literal["off", "nearest", "up"]
CENTS = Decimal("0.01")
_WIDE = Context(prec=60)
"""Room for sums of absurd amounts too."""


def half_up(value: Decimal | float) -> float:
    """*value* with two places, as JSON wants it; exact halves go up.

    >>> half_up(Decimal("0.025")), half_up(78 / 3600)
    (0.03, 0.02)
    >>> half_up(-0.001)  # nothing has no sign
    0.0

    Hours are kept with two decimals.  Source: rates.md §3 (B).
    """
    return float(Decimal(str(value)).quantize(CENTS, ROUND_HALF_UP, _WIDE)) + 0.0


def rounded_hours(hours: float, mode: RoundingMode, minutes: int) -> float:
    """*hours* after the account's time rounding; each entry is rounded alone.

    >>> [rounded_hours(h, "up", 15) for h in (2.11, 1.35, 0.02, 1.0, 0.0)]
    [2.25, 1.5, 0.25, 1.0, 0.0]
    >>> rounded_hours(0.13, "nearest", 15), rounded_hours(0.55, "nearest", 30), rounded_hours(0.33, "up", 6)
    (0.25, 0.5, 0.4)

    Source: rates.md §3 (A); that ties go up is a guess (C).
    """
    if mode == "off":
        return hours
    steps = Decimal(str(hours)) * 60 / minutes
    whole = steps.to_integral_value(ROUND_CEILING if mode == "up" else ROUND_HALF_UP)
    return float(whole * minutes / 60)
