"""A process of its own that files one expense and dies where it is told to.

``python -m tests.faults.filer CONFIG DAY WHERE [RECEIPT]``.

WHERE is ``claimed:1``, ``noted:1`` (what is there was written down), ``asked:1`` (right before the POST is sent),
``posted:1`` (Harvest has it, nothing of ours is written yet) or ``request:N``; see ``driver.py``.
"""

from __future__ import annotations

import sys
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from tests.faults.driver import Death, MortalInbox

from gleaner.adapters.harvest.exchange import Exchange
from gleaner.app.account import open_account
from gleaner.app.filing import Said, file, file_receipt
from gleaner.app.looking import sync
from gleaner.core.expenses import Attempt
from gleaner.core.silent import SILENT


class FilingInbox(MortalInbox):
    """The inbox of a process that may also die after it wrote down what is there."""

    def attempting(self, key: str, token: str, attempt: Attempt | None, *, now: datetime) -> bool:
        done = super().attempting(key, token, attempt, now=now)
        self.death.at("noted")
        return done


def main() -> None:
    config, day, where = Path(sys.argv[1]), date.fromisoformat(sys.argv[2]), sys.argv[3]
    receipt = Path(sys.argv[4]) if len(sys.argv) > 4 else None
    death = Death(where)

    def on_request(method: str, _path: str) -> None:
        death.at("request")
        if method == "POST":
            death.at("asked")

    def on_exchange(exchange: Exchange) -> None:
        if exchange.method == "POST":
            death.at("posted")

    with open_account(config, on_request=on_request, on_exchange=on_exchange) as account:
        inbox = FilingInbox(account.engine, account.id)
        inbox.death = death
        account.inbox = inbox
        sync(account, SILENT, first=day, last=day)
        who = account.me
        assert who is not None
        said = Said("APL", "Transportation", Decimal("20.00"), on=day, notes="Taxi")
        if receipt is None:
            asked = file(account, who, said, today=day, by="ana")
        else:
            asked = file_receipt(account, who, receipt, said, today=day, by="ana").asked
    print(" ".join(outcome.result for outcome in asked.outcomes))


if __name__ == "__main__":
    main()
