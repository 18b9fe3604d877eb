"""What an expense costs.  Source: api.md §16."""

from decimal import Decimal
from typing import Any

from gleaner_sandbox.rules import coerce
from gleaner_sandbox.rules.rounding import half_up

TOO_BIG = 10**10
"""Ours: no limit is known."""


def amount(value: Any) -> float | None:
    """A sum of money or a number of units; less than nothing is read, as for money given back (uncertain).

    >>> amount("57.5"), amount("-3"), amount("")
    (57.5, -3.0, None)
    """
    read = coerce.number(value)
    if read is not None and abs(read) >= TOO_BIG:
        raise ValueError("is too big")
    return read


def cost(
    unit_price: float | None, units: float | None, total_cost: float | None
) -> tuple[dict[str, float], str | None]:
    """``units`` and ``total_cost`` of an expense, and what is missing.

    A category with a price per unit wants units and says the total itself; any other wants the total, and one
    unit is shown for it (docs' samples).  Cents are rounded half up (uncertain).

    >>> cost(0.575, 100, None), cost(None, None, 12.345)
    (({'units': 100, 'total_cost': 57.5}, None), ({'units': 1.0, 'total_cost': 12.35}, None))
    >>> cost(0.575, None, 9), cost(None, 3, None)
    (({}, "Units can't be blank"), ({}, "Total cost can't be blank"))
    """
    if unit_price is not None:
        if units is None:
            return {}, "Units can't be blank"
        return {"units": units, "total_cost": half_up(Decimal(str(units)) * Decimal(str(unit_price)))}, None
    if total_cost is None:
        return {}, "Total cost can't be blank"
    return {"units": 1.0, "total_cost": half_up(total_cost)}, None
