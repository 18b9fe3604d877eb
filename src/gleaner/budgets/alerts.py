"""Whether somebody is to be told about a budget now: once for each threshold, period and budget. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from gleaner.budgets.burn import Burn
from gleaner.budgets.forecast import Forecast

THRESHOLDS = (75, 90, 100)
SOON = 14
"""Days ahead in which the end of a budget is told where nobody said how long it has to last."""
Kind = Literal["used", "pace"]


@dataclass(frozen=True)
class Told:
    """What was told before, of one budget in one period."""

    kind: Kind
    threshold: int


@dataclass(frozen=True)
class Alert:
    """Something to tell."""

    kind: Kind
    """``used``: so much is. ``pace``: at this pace it will not last."""
    threshold: int


@dataclass(frozen=True)
class Mute:
    """Somebody asked for silence about a project."""

    until: date | None = None
    """From that day on alerts come again."""
    until_percent: int | None = None
    """From that threshold on."""

    def silences(self, alert: Alert, today: date) -> bool:
        """Whether *alert* is not sent today.

        >>> Mute(until_percent=90).silences(Alert("used", 75), date(2026, 3, 2))
        True
        >>> Mute(until_percent=90).silences(Alert("used", 90), date(2026, 3, 2))
        False
        """
        if self.until is not None and today < self.until:
            return True
        if self.until_percent is None:
            return False
        return alert.kind == "pace" or alert.threshold < self.until_percent


def due(
    burn: Burn,
    ahead: Forecast | None,
    end: date | None,
    told: Collection[Told],
    today: date,
    *,
    thresholds: Iterable[int] = THRESHOLDS,
    wants_pace: bool = True,
    mute: Mute | None = None,
) -> Alert | None:
    """What is to be told, or None.

    Only the highest threshold that was reached, and only if it or a higher one was not told yet: use that falls
    below and rises again is no news. *ahead* is the forecast for all of it, *end* the last day it has to last.
    """
    reached = [one for one in thresholds if burn.has_reached(one)]
    highest = max(reached, default=None)
    before = max((one.threshold for one in told if one.kind == "used"), default=0)
    if highest is not None and highest > before:
        found = Alert("used", highest)
        if mute is None or not mute.silences(found, today):
            return found
    if not wants_pace or burn.has_reached(90) or any(one.kind == "pace" for one in told):
        return None
    found = Alert("pace", 100)
    if not is_short(ahead, end, today) or (mute is not None and mute.silences(found, today)):
        return None
    return found


def is_short(ahead: Forecast | None, end: date | None, today: date) -> bool:
    """Whether the budget ends too early for sure enough: before *end* on the whole range's middle and beyond.

    Where nobody said until when it has to last, whether that is soon.
    """
    if ahead is None or ahead.on is None:
        return False
    if end is None:
        return ahead.latest is not None and ahead.latest <= today + timedelta(days=SOON)
    return end >= today and ahead.latest is not None and ahead.latest <= end
