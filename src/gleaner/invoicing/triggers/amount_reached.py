"""Every so much money."""

from __future__ import annotations

from decimal import Decimal

from gleaner.core.errors import ConfigError
from gleaner.core.phrases import phrase
from gleaner.invoicing.due import Due, Seen, Trigger
from gleaner.invoicing.trigger import triggers
from gleaner.invoicing.triggers.growing import grown


class AmountReached(Trigger):
    """Due each time time and expenses worth *amount* wait; with *once*, the first time only."""

    def __init__(self, amount: Decimal, *, once: bool = False) -> None:
        if amount <= 0:
            raise ConfigError("amount: write how much has to wait, more than 0, in the client's currency")
        self._amount = amount
        self._once = once

    def due(self, seen: Seen) -> Due | None:
        waiting = grown(seen, lambda one: one.value, lambda one: one.value)
        if waiting < self._amount or (self._once and seen.fired):
            return None
        why = phrase(
            "Work worth {waiting:,.2f} waits; the rule says {amount:,f}.",
            waiting=waiting,
            amount=self._amount,
        )
        return Due(f"{self._amount:f}-{seen.count() + 1}", why, seen.until(seen.today))

    def sentence(self) -> str:
        template = (
            "once, at {amount:,f} of billable work" if self._once else "every {amount:,f} of billable work"
        )
        return phrase(template, amount=self._amount)


triggers.add("amount-reached", AmountReached)
