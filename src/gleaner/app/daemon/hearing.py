"""A forge says that something happened: the next look comes now instead of in a quarter of an hour.

Nothing else follows from the message. What happened is asked of the forge itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from gleaner.adapters.store.deliveries import StoredDeliveries
from gleaner.adapters.store.jobs import JobKey, StoredJobs
from gleaner.app.daemon.accounts import Accounts
from gleaner.app.daemon.roster import NOBODY
from gleaner.core.catalog import AccountId

CAPTURE = "capture"
PAUSE = timedelta(seconds=30)
"""From one look to the next, however many messages come."""


class Ticks(Protocol):
    def tick(self) -> None:
        """Have the minute's tick run now."""
        ...


@dataclass(frozen=True)
class Hearing:
    """What a message from a forge of one kind sets off."""

    kind: str
    """Of the sources that read it: ``github``."""
    accounts: Accounts
    jobs: StoredJobs
    deliveries: StoredDeliveries
    ticks: Ticks

    def heard(self, names: Iterable[str]) -> bool:
        """Look soon, for every account that reads such a forge; False for a message that came before.

        *names* are what the message is known by; one that is known makes it an old one.
        """
        now = self.accounts.clock.now()
        if not self.deliveries.is_new(names, now):
            return False
        called = [account_id for account_id in self._readers() if self._call(account_id)]
        if called:
            self.ticks.tick()
        return True

    def _readers(self) -> list[AccountId]:
        return [
            account_id
            for account_id in self.accounts.ids
            if any(source.get("kind") == self.kind for source in self.accounts.settings(account_id).sources)
        ]

    def _call(self, account_id: AccountId) -> bool:
        """Whether there is something to do right now."""
        key = JobKey(account_id, CAPTURE, NOBODY)
        row, now = self.jobs.get(key), self.accounts.clock.now()
        if row is None or row.is_paused:
            return False
        at = max(now, row.started_at + PAUSE) if row.started_at is not None else now
        if row.next_at is None or row.next_at > at or row.state != "idle":
            self.jobs.call(key, at)
        return at <= now
