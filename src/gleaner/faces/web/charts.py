"""Where things are in a chart: numbers to coordinates. Templates draw, and say the same numbers as text. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from gleaner.budgets.burn import Burn
from gleaner.budgets.forecast import Forecast

WIDTH, HEIGHT = 640, 220
LEFT, RIGHT, TOP, BOTTOM = 52, 16, 14, 28
_MOST_WEEKS = 26
_BAR = 200
"""Where 100 % is in a bar of 250."""


@dataclass(frozen=True)
class Bar:
    """How much of a budget is used: up to 100 %, and what is beyond, cut off at 125 %."""

    inside: float
    beyond: float
    ticks: tuple[float, ...]


def bar(percent: Decimal | None, thresholds: Sequence[int]) -> Bar:
    """The bar of so many percent.

    >>> bar(Decimal(120), [75]), bar(None, [])
    (Bar(inside=200.0, beyond=40.0, ticks=(150.0,)), Bar(inside=0.0, beyond=0.0, ticks=()))
    """
    share = max(0.0, float(percent or 0)) / 100
    return Bar(
        round(_BAR * min(1.0, share), 1),
        round(_BAR * min(0.25, max(0.0, share - 1)), 1),
        tuple(round(_BAR * one / 100, 1) for one in thresholds if one <= 125),
    )


@dataclass(frozen=True)
class Label:
    """A text at a place; *at* is its coordinate along the axis."""

    at: float
    day: date | None = None
    value: Decimal | None = None


@dataclass(frozen=True)
class BurnUp:
    """A budget over time. Coordinates are in a box of :data:`WIDTH` by :data:`HEIGHT`."""

    line: str
    """Points of what was used."""
    rows: tuple[tuple[date, Decimal], ...]
    """The same as days and sums."""
    whole: float | None
    """Where the line of the whole budget is."""
    today: float
    band: str
    """Corners of what the forecast allows; empty: there is none."""
    likely: str
    end: float | None
    """The last day it has to last."""
    days: tuple[Label, ...]
    values: tuple[Label, ...]


def burn_up(burn: Burn, gone: Forecast | None, end: date | None, today: date) -> BurnUp | None:
    """What was used by the end of each week of the present period, the last half year of it; None without any use."""
    rows = _weekly(burn, today)
    if not rows:
        return None
    whole = burn.budget.amount if burn.budget.amount and burn.budget.amount > 0 else None
    earliest, on, latest = (gone.earliest, gone.on, gone.latest) if gone is not None else (None, None, None)
    ahead = [
        one for one in (earliest, on, latest, end) if one is not None and one <= today + timedelta(days=366)
    ]
    first, last = rows[0][0], max([today, rows[-1][0], *ahead])
    top = float(max(whole or Decimal(0), max(value for _, value in rows))) * 1.08 or 1.0

    def x(day: date) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (day - first).days / max(1, (last - first).days), 1)

    def y(value: Decimal | float) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * min(1.0, max(0.0, float(value) / top)), 1)

    now = (x(min(today, last)), y(rows[-1][1]))
    band = likely = ""
    if whole is not None and earliest is not None:
        right = x(latest) if latest is not None and latest in ahead else x(last)
        band = _points([now, (x(min(earliest, last)), y(whole)), (right, y(whole))])
        if on is not None and on in ahead:
            likely = _points([now, (x(on), y(whole))])
    span = (last - first).days
    marks = sorted({first + timedelta(days=span * part // 4) for part in range(5)})
    return BurnUp(
        _points([(x(day), y(value)) for day, value in rows]), tuple(rows), y(whole) if whole is not None else None,
        now[0], band, likely, x(end) if end is not None and first <= end <= last else None,
        tuple(Label(x(day), day=day) for day in marks), tuple(Label(y(value), value=value) for value in steps(top)),
    )  # fmt: skip


def steps(top: float) -> list[Decimal]:
    """Round numbers from nothing up to *top*, five or fewer.

    >>> [str(one) for one in steps(4.6)], [str(one) for one in steps(130)]
    (['0', '2', '4'], ['0', '50', '100'])
    """
    size = Decimal(10) ** math.floor(math.log10(top / 4))
    step = next(size * each for each in (1, 2, 5, 10) if size * each >= Decimal(str(top / 4)))
    return [(step * number).normalize() + 0 for number in range(int(Decimal(str(top)) / step) + 1)]


def _weekly(burn: Burn, today: date) -> list[tuple[date, Decimal]]:
    period = burn.budget.period(today)
    sums: dict[date, Decimal] = {}
    for use in burn.uses:
        if burn.budget.period(use.on) == period:
            sums[use.on] = sums.get(use.on, Decimal(0)) + use.amount
    if not sums:
        return []
    step = 1 if burn.budget.is_monthly else 7
    begin, found, total = min(sums), [(min(sums) - timedelta(days=1), Decimal(0))], Decimal(0)
    last = max([today, *sums])
    day, ends = begin, begin + timedelta(days=step - 1)
    while day <= last:
        total += sums.get(day, Decimal(0))
        if day in (ends, last):
            found.append((day, total.quantize(Decimal("0.01"))))
            ends = day + timedelta(days=step)
        day += timedelta(days=1)
    return found[-(_MOST_WEEKS + 1) :] if step == 7 else found


def _points(those: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in those)


@dataclass(frozen=True)
class Column:
    """One week of a trend: a column from *top* down, or none where nothing was due."""

    x: float
    top: float
    height: float
    middle: float


def columns(shares: Sequence[float | None], width: int = WIDTH, height: int = 140) -> list[Column]:
    """A column for each share between 0 and 1, in a box of that size; 100 % is ten from the top, nothing at the foot.

    >>> columns([1.0, None], 120, 60)[0]
    Column(x=8.0, top=10.0, height=30.0, middle=30.0)
    """
    each = width / max(1, len(shares))
    room = height - 30
    made = []
    for number, share in enumerate(shares):
        tall = round(room * min(1.0, max(0.0, share or 0.0)), 1)
        left = each * number
        made.append(Column(round(left + 8, 1), round(10 + room - tall, 1), tall, round(left + each / 2, 1)))
    return made
