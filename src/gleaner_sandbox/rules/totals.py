"""What the lines of an invoice or an estimate add up to.  Source: api.md §17.2, rates.md §6.

All arithmetic is decimal; every figure is rounded to cents, exact halves up (that they go up is uncertain).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

CENTS = Decimal("0.01")
_WIDE = Context(prec=120, rounding=ROUND_HALF_UP)
"""Wide enough for whatever a client may send: rounding must never fail."""


def exact(value: float | str | Decimal | None) -> Decimal:
    """The decimal a JSON number was written as; nothing is 0."""
    return Decimal(str(value or 0))


def cents(value: Decimal) -> Decimal:
    """*value* in whole cents.

    >>> cents(Decimal("3.204")), cents(Decimal("0.125")), cents(Decimal("-0.125"))
    (Decimal('3.20'), Decimal('0.13'), Decimal('-0.13'))

    Nothing has no sign:

    >>> cents(Decimal("-0.001"))
    Decimal('0.00')
    """
    return _WIDE.add(value.quantize(CENTS, context=_WIDE), Decimal(0))


def times(one: float | Decimal, other: float | Decimal) -> Decimal:
    """The product in cents, of numbers as they were written.

    >>> times(0.01, 12.5), times(1.005, 100)
    (Decimal('0.13'), Decimal('100.50'))
    """
    return cents(_WIDE.multiply(exact(one), exact(other)))


@dataclass(frozen=True)
class Totals:
    """The figures below the lines; ``amount`` is what is asked for."""

    subtotal: Decimal
    discount: Decimal
    tax: Decimal
    tax2: Decimal

    @property
    def amount(self) -> Decimal:
        return _WIDE.add(_WIDE.subtract(self.subtotal, self.discount), _WIDE.add(self.tax, self.tax2))


def totals(
    lines: Iterable[Mapping[str, Any]], *, discount: float | None, tax: float | None, tax2: float | None
) -> Totals:
    """The totals of *lines*, each with ``amount``, ``taxed`` and ``taxed2``; the rates are percentages.

    The docs' sample, and a live one:

    >>> line = {"amount": 300.0, "taxed": True, "taxed2": True}
    >>> docs = totals([line], discount=10.0, tax=5.0, tax2=2.0)
    >>> docs.discount, docs.tax, docs.tax2, docs.amount
    (Decimal('30.00'), Decimal('13.50'), Decimal('5.40'), Decimal('288.90'))
    >>> live = totals([{"amount": 80.1, "taxed": False, "taxed2": False}], discount=4, tax=None, tax2=None)
    >>> live.discount, live.amount
    (Decimal('3.20'), Decimal('76.90'))

    Only flagged lines are taxed, after the discount; the second tax is not compound.
    """
    known = list(lines)

    def share(of: Decimal, *percent: Decimal) -> Decimal:
        for each in percent:
            of = _WIDE.divide(_WIDE.multiply(of, each), Decimal(100))
        return cents(of)

    left = _WIDE.subtract(Decimal(100), exact(discount))
    subtotal = _sum(line["amount"] for line in known)
    return Totals(
        subtotal=cents(subtotal),
        discount=share(subtotal, exact(discount)),
        tax=share(_sum(line["amount"] for line in known if line["taxed"]), left, exact(tax)),
        tax2=share(_sum(line["amount"] for line in known if line["taxed2"]), left, exact(tax2)),
    )


def _sum(amounts: Iterable[float]) -> Decimal:
    total = Decimal(0)
    for amount in amounts:
        total = _WIDE.add(total, exact(amount))
    return total


def due(amount: float, payments: Iterable[float]) -> Decimal:
    """What is left to pay; less than nothing after an overpayment.

    >>> due(288.9, [100.0, 88.9]), due(10.0, [])
    (Decimal('100.00'), Decimal('10.00'))
    """
    return cents(_WIDE.subtract(exact(amount), _sum(payments)))
