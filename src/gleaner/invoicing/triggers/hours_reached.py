"""Every so many billable hours."""

from __future__ import annotations

from decimal import Decimal

from gleaner.core.errors import ConfigError
from gleaner.core.phrases import phrase
from gleaner.invoicing.due import Due, Seen, Trigger
from gleaner.invoicing.trigger import triggers
from gleaner.invoicing.triggers.growing import grown
from gleaner.invoicing.work import NOTHING


class HoursReached(Trigger):
    """Due each time *hours* billable hours wait; with *once*, the first time only."""

    def __init__(self, hours: Decimal, *, once: bool = False) -> None:
        if hours <= 0:
            raise ConfigError("hours: write how many billable hours have to wait, more than 0")
        self._hours = hours
        self._once = once

    def due(self, seen: Seen) -> Due | None:
        waiting = grown(seen, lambda one: one.hours, lambda _one: NOTHING)
        if waiting < self._hours or (self._once and seen.fired):
            return None
        why = phrase(
            "{waiting:.2f} billable hours wait; the rule says {hours:f}.", waiting=waiting, hours=self._hours
        )
        return Due(f"{self._hours:f}h-{seen.count() + 1}", why, seen.until(seen.today))

    def sentence(self) -> str:
        template = "once, at {hours:f} billable hours" if self._once else "every {hours:f} billable hours"
        return phrase(template, hours=self._hours)


triggers.add("hours-reached", HoursReached)
