"""When little is left of a retainer."""

from __future__ import annotations

from decimal import Decimal

from gleaner.core.errors import ConfigError
from gleaner.core.invoices import FeeLine
from gleaner.core.phrases import phrase
from gleaner.invoicing.due import Due, Seen, Trigger
from gleaner.invoicing.trigger import triggers
from gleaner.invoicing.work import NOTHING


class RetainerLow(Trigger):
    """Due when less than *below* is left of the retainer; the invoice asks for *amount* to be added.

    Harvest does not tell what is left (``harvest/api`` §17.3): it is what the retainer's invoices asked for, less what
    the billable time and expenses of the rule's projects are worth. One that was cancelled is asked for again in the
    next month.
    """

    bills_time = False
    needs_drawn = True

    def __init__(self, retainer_id: int, amount: Decimal, below: Decimal) -> None:
        if amount <= 0 or below < 0:
            raise ConfigError("amount has to be more than 0, and below not less than 0")
        if amount <= below:
            raise ConfigError(
                "amount: adding that would leave less than below says, so it would be due again at once"
            )
        self._retainer = retainer_id
        self._amount = amount
        self._below = below

    def due(self, seen: Seen) -> Due | None:
        left = seen.retainers.get(self._retainer, NOTHING) - seen.drawn
        last = seen.fired[-1] if seen.fired else None
        is_refused = last is not None and last.is_cancelled and f"{last.on:%Y-%m}" == f"{seen.today:%Y-%m}"
        if left >= self._below or is_refused:
            return None
        why = phrase(
            "{left:,.2f} is left of the retainer; the rule says {below:,f}.", left=left, below=self._below
        )
        fee = FeeLine("Retainer", self._amount)
        return Due(f"retainer-{seen.count() + 1}", why, fees=(fee,), retainer_id=self._retainer)

    def sentence(self) -> str:
        return phrase(
            "{amount:,f} when less than {below:,f} is left of retainer {retainer}",
            amount=self._amount, below=self._below, retainer=self._retainer,
        )  # fmt: skip


triggers.add("retainer-low", RetainerLow)
