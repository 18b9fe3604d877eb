"""What people read about budgets. Every sentence is here. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from gleaner.budgets.alerts import Alert, Mute
from gleaner.budgets.burn import Burn
from gleaner.budgets.forecast import Forecast

WHY = (
    "You get this because you manage the project in Harvest, or it has no manager and you administer the account."
    " For less: gleaner budgets mute"
)


@dataclass(frozen=True)
class Told:
    """What a message about one project says."""

    project: str
    burn: Burn
    alert: Alert
    ahead: tuple[Forecast, ...] = ()
    end: date | None = None
    waiting: Decimal = Decimal(0)
    """Hours that wait for review."""
    driver: str = ""
    """The task that used most lately."""
    driver_amount: Decimal = Decimal(0)
    shows_amounts: bool = True
    """False: the reader may not see money, so shares alone are said."""


def subject(told: Told) -> str:
    """The first line: ``Acme Website passed 75 %: 151 of 200 h``."""
    used = f"{figure(told.burn.spent)} of {amount(told.burn.budget.amount, told.burn.budget.unit)}"
    if not told.shows_amounts:
        used = percent(told.burn) or "more than nothing"
    if told.alert.kind == "pace":
        return f"{told.project} will not last at this pace: {used} used"
    if told.burn.is_over:
        share = f" ({percent(told.burn)})" if told.burn.percent is not None and told.shows_amounts else ""
        return f"{told.project} is over its budget: {used}{share}"
    share_now = told.burn.percent
    verb = "reached" if share_now == told.alert.threshold else "passed"
    return f"{told.project} {verb} {told.alert.threshold} %: {used}"


def sentences(told: Told) -> list[str]:
    """What follows, a line each."""
    found = []
    outlook = [one for one in told.ahead if one.on is not None]
    if outlook:
        parts = [f"{one.threshold} % about {day(one.on)}" for one in outlook if one.on is not None]
        found.append(f"At the last 3 weeks' pace: {', '.join(parts)}{_range(outlook[-1])}{_end(told)}.")
    elif told.end is not None:
        found.append(f"It has to last until {day(told.end)}.")
    if told.burn.remaining is not None and told.burn.remaining < 0 and told.shows_amounts:
        found.append(f"{amount(-told.burn.remaining, told.burn.budget.unit)} more than there is.")
    if told.driver:
        used = f", {amount(told.driver_amount, told.burn.budget.unit)}" if told.shows_amounts else ""
        found.append(f"Most of the last 3 weeks: {told.driver}{used}.")
    if told.waiting:
        found.append(f"Waiting to be accepted, and not counted: {figure(told.waiting)} h.")
    return found


def standing(burn: Burn) -> str:
    """How a budget stands, in the words of a table."""
    if burn.budget.amount is None:
        return "no budget is set"
    if burn.budget.amount < 0:
        return "the budget is below zero; put it right in Harvest"
    if burn.is_over:
        return "over"
    if burn.budget.amount == burn.spent and burn.spent > 0:
        return "all used"
    return "" if burn.budget.amount else "the budget is 0; any time is over it"


def outlook(ahead: Forecast | None) -> str:
    """``17 Jun (11 Jun to 27 Jun)``, or what can be said instead."""
    if ahead is None:
        return ""
    if ahead.on is None:
        return "not within a year"
    return f"{day(ahead.on)} ({day(ahead.earliest)} to {day(ahead.latest)})"


def muted(mute: Mute) -> str:
    """Until when it is quiet."""
    parts = []
    if mute.until is not None:
        parts.append(f"until {day(mute.until)} {mute.until.year}")
    if mute.until_percent is not None:
        parts.append(f"until {mute.until_percent} %")
    return f"muted {' and '.join(parts)}"


def percent(burn: Burn) -> str:
    """``75 %``, cut off, so that 100 % are never said before they are used.

    >>> from gleaner.budgets.burn import Budget
    >>> from gleaner.core.catalog import ProjectId
    >>> percent(Burn(Budget(ProjectId(1), "project", Decimal(200)), Decimal("199.99")))
    '99 %'
    """
    return "" if burn.percent is None else f"{int(burn.percent)} %"


def figure(value: Decimal) -> str:
    """A number as people write it: no zeros behind the point.

    >>> figure(Decimal("1200.00")), figure(Decimal("6.50"))
    ('1,200', '6.5')
    """
    text = f"{value:,.2f}"
    return text.rstrip("0").rstrip(".")


def amount(value: Decimal | None, unit: str) -> str:
    """``200 h``, ``25,000 USD``."""
    return "no budget" if value is None else f"{figure(value)} {unit}".strip()


def day(on: date | None) -> str:
    """``17 Jun``; None is too far off to name.

    >>> day(date(2026, 6, 7)), day(None)
    ('7 Jun', 'later than a year')
    """
    return "later than a year" if on is None else f"{on.day} {on:%b}"


def _range(ahead: Forecast) -> str:
    return f" (range {day(ahead.earliest)} to {day(ahead.latest)})"


def _end(told: Told) -> str:
    return f"; it has to last until {day(told.end)}" if told.end is not None else ""
