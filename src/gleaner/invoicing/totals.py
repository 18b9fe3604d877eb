"""What lines add up to, with discount and taxes, as Harvest computes it. Pure.

Source: ``harvest/rates`` §6. Each figure is rounded to cents, halves up; the second tax is not compound; only flagged
lines are taxed, after the discount.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from gleaner.core.invoices import InvoiceLine
from gleaner.invoicing.work import NOTHING, cents

_HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Totals:
    """Amounts in the invoice's currency."""

    subtotal: Decimal
    discount: Decimal = NOTHING
    tax: Decimal = NOTHING
    tax2: Decimal = NOTHING

    @property
    def amount(self) -> Decimal:
        """What the client is asked for."""
        return self.subtotal - self.discount + self.tax + self.tax2


def totals(
    lines: Iterable[InvoiceLine], *, discount: Decimal | None, tax: Decimal | None, tax2: Decimal | None
) -> Totals:
    """What *lines* come to; the rates are percentages, None is none.

    >>> line = InvoiceLine("Design", Decimal(3), Decimal(100), Decimal(300), taxed=True, taxed2=True)
    >>> found = totals([line], discount=Decimal(10), tax=Decimal(5), tax2=Decimal(2))
    >>> [str(each) for each in (found.discount, found.tax, found.tax2, found.amount)]
    ['30.00', '13.50', '5.40', '288.90']
    """
    known = list(lines)
    whole = _sum(known)
    left = _HUNDRED - (discount or NOTHING)
    return Totals(
        cents(whole),
        cents(whole * (discount or NOTHING) / _HUNDRED),
        _taxed((one for one in known if one.taxed), left, tax),
        _taxed((one for one in known if one.taxed2), left, tax2),
    )


def _taxed(lines: Iterable[InvoiceLine], left: Decimal, rate: Decimal | None) -> Decimal:
    return cents(_sum(lines) * left / _HUNDRED * (rate or NOTHING) / _HUNDRED)


def _sum(lines: Iterable[InvoiceLine]) -> Decimal:
    return sum((line.amount for line in lines), NOTHING)
