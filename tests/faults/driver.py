"""A process of its own that makes one pass and dies where it is told to: ``python driver.py CONFIG DAY [WHERE]``.

Only a killed process is a crash: no ``finally`` runs, no connection is closed, no transaction ends. WHERE is

    claimed:N     right after the Nth claim
    asked:N       right before the Nth POST is sent
    posted:N      Harvest has the Nth entry, nothing of ours is written yet
    request:N     right before the Nth request of any kind

``--later SECONDS`` sets the process's clock ahead, so that it takes over what a dead one left behind.
The last line on stdout is the pass's summary as JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from gleaner.adapters.harvest.encoding import Raw
from gleaner.adapters.harvest.mirror import Mirror
from gleaner.adapters.store.inbox import StoredInbox
from gleaner.app.account import open_account
from gleaner.app.passes import run, summary
from gleaner.core.silent import SilentProgress


class Death:
    """Counts what happens and kills this process when it is time."""

    def __init__(self, where: str) -> None:
        self._what, _, number = where.partition(":")
        self._left = int(number or 0)

    def at(self, what: str) -> None:
        if what != self._what:
            return
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


class LateClock:
    """The machine's clock, set ahead."""

    def __init__(self, ahead: timedelta) -> None:
        self._ahead = ahead

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead


class MortalInbox(StoredInbox):
    """The inbox of a process that may die after a claim."""

    death: Death

    def claim(self, key: str, token: str, *, now: datetime, run_id: str) -> bool:
        is_ours = super().claim(key, token, now=now, run_id=run_id)
        self.death.at("claimed")
        return is_ours


class MortalMirror(Mirror):
    """The mirror of a process that may die when Harvest has answered a write."""

    death: Death

    def note(self, entry: Raw) -> None:
        self.death.at("posted")
        super().note(entry)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("config", type=Path)
    parser.add_argument("day", type=date.fromisoformat)
    parser.add_argument("where", nargs="?", default="")
    parser.add_argument("--later", type=float, default=0)
    given = parser.parse_args()
    death = Death(given.where)

    def on_request(method: str, path: str) -> None:
        death.at("request")
        if method == "POST":
            death.at("asked")

    clock = LateClock(timedelta(seconds=given.later))
    with open_account(given.config, clock=clock, on_request=on_request) as account:
        inbox = MortalInbox(account.engine, account.id)
        inbox.death = death
        account.inbox = inbox
        mirror = MortalMirror(account.engine, account.client, clock, account.id)
        mirror.death = death
        account.mirror = mirror
        report = run(account, given.day, given.day, SilentProgress())
    print(json.dumps(summary(report)))


if __name__ == "__main__":
    main()
