"""Amounts and dates as receipts write them, in several languages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

AMOUNT = re.compile(
    r"(?<![\d.,:/-])(?:\d{1,3}(?:['’ \u00a0\u202f.,]\d{3})+|\d{1,9})(?:[.,]\d{2})?(?![\d:/%]|[.,]\d|-\d)"
)
"""What may be an amount; a number of a date, a time or a percentage is none."""

DayOrder = Literal["day", "month"]
"""What comes first in 03/04/2026."""

_MONTHS = (
    "jan january januar janvier janv enero ene gennaio gen janeiro januari",
    "feb february februar février févr fevrier fev febrero febbraio fevereiro februari",
    "mar march märz maerz mrz mars marzo março marco maart mrt",
    "apr april avril avr abril abr aprile",
    "may mai mayo maggio mag maio mei",
    "jun june juni juin junio giugno giu junho",
    "jul july juli juillet juil julio luglio lug julho",
    "aug august août aout agosto ago augustus",
    "sep sept september septembre septiembre settembre set setembro",
    "oct october okt oktober octobre octubre ottobre ott outubro out",
    "nov november novembre noviembre novembro",
    "dec december dez dezember décembre déc decembre diciembre dic dicembre dezembro",
)
_MONTH = {word: number for number, words in enumerate(_MONTHS, 1) for word in words.split()}
_ISO = re.compile(r"(?<!\d)(20\d\d)[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_NUMBERS = re.compile(r"(?<![\d.])(\d{1,2})([-/.])[ ]?(\d{1,2})\2[ ]?(20\d\d|\d\d)(?![\d.])")
_NAMED = re.compile(
    r"(?<!\d)(\d{1,2})(?:\.|st|nd|rd|th|er|º)?\s+(?:de\s+)?([^\W\d_]{3,10})\.?,?\s+(?:de\s+)?(20\d\d)"
)
_MONTH_FIRST = re.compile(r"\b([^\W\d_]{3,10})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(20\d\d)")


def amount(text: str) -> Decimal | None:
    """The amount that *text* writes; None when it is none. The last separator before two digits is the decimal one.

    >>> [str(amount(text)) for text in ("1.234,50", "1,234.50", "1’234.50", "1 234,50", "12,5", "1.234")]
    ['1234.50', '1234.50', '1234.50', '1234.50', 'None', '1234']
    """
    compact = re.sub(r"['’ \u00a0\u202f]", "", text.strip())
    found = re.fullmatch(r"(\d{1,3}(?:[.,]?\d{3})*|\d+)(?:[.,](\d{2}))?", compact)
    if found is None:
        return None
    whole = re.sub(r"[.,]", "", found[1])
    return Decimal(f"{whole}.{found[2]}") if found[2] else Decimal(whole)


@dataclass(frozen=True)
class Dated:
    on: date
    is_certain: bool
    """Not where day and month may have changed places."""
    text: str


def dates(text: str, order: DayOrder = "day") -> list[Dated]:
    """Every date in *text*, in its order there.

    >>> [str(one.on) for one in dates("le 3 mars 2026, 04.03.2026, March 5, 2026 and 2026-03-06")]
    ['2026-03-03', '2026-03-04', '2026-03-05', '2026-03-06']
    """
    found: list[tuple[int, Dated]] = []

    def add(at: int, said: str, numbers: tuple[int, int, int], *, certain: bool = True) -> None:
        try:
            found.append((at, Dated(date(*numbers), certain, said)))
        except ValueError:
            return

    for hit in _ISO.finditer(text):
        add(hit.start(), hit[0], (int(hit[1]), int(hit[2]), int(hit[3])))
    for hit in _NUMBERS.finditer(text):
        one, two, year = int(hit[1]), int(hit[3]), int(hit[4])
        year += 2000 if year < 100 else 0
        # A dot is written by those who put the day first.
        month_first = (order == "month" and hit[2] == "/" and one <= 12) or two > 12
        day, month = (two, one) if month_first else (one, two)
        add(
            hit.start(), hit[0], (year, month, day), certain=hit[2] == "." or max(one, two) > 12 or one == two
        )
    for hit in _NAMED.finditer(text):
        add(hit.start(), hit[0], (int(hit[3]), _MONTH.get(hit[2].lower(), 0), int(hit[1])))
    for hit in _MONTH_FIRST.finditer(text):
        add(hit.start(), hit[0], (int(hit[3]), _MONTH.get(hit[1].lower(), 0), int(hit[2])))
    return [one for _, one in sorted(found, key=lambda pair: pair[0])]
