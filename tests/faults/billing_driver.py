"""A process of its own that looks after invoices once and dies where it is told to.

``python billing_driver.py CONFIG [WHERE] [--later SECONDS]``; WHERE is ``request:N``, right before the Nth request to
Harvest, or ``answered:N``, right after its answer, with nothing of it written down. Instead of N stands the first
request that is so, ids as ``N``: ``answered:POST /invoices/N/messages``.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from gleaner.adapters.harvest.exchange import Exchange
from gleaner.app.account import open_account
from gleaner.app.billing.following import Round, look_after
from gleaner.app.billing.ruling import rules_of
from gleaner.app.looking import sync
from gleaner.core.silent import SILENT


class Killed(BaseException):
    """Nobody catches it, as nobody catches a kill."""


def killed() -> None:
    raise Killed


class Ahead:
    """The machine's clock, set ahead by some seconds."""

    def __init__(self, seconds: int) -> None:
        self._ahead = timedelta(seconds=seconds)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead


def one_round(path: Path, where: str, later: int, die: Callable[[], None]) -> tuple[Round, int]:
    """One look at all invoices; how many requests it took. *die* is called at *where*, if that comes."""
    what, _, which = where.partition(":")
    seen = {"request": 0, "answered": 0}
    is_over = False

    def at(place: str, method: str, path: str) -> None:
        nonlocal is_over
        seen[place] += 1
        is_there = which in (str(seen[place]), f"{method} {re.sub('[0-9]+', 'N', path)}")
        if place == what and is_there and not is_over:
            is_over = True
            die()

    def on_request(method: str, path: str) -> None:
        at("request", method, path)

    def on_exchange(exchange: Exchange) -> None:
        at("answered", exchange.method, exchange.path)

    with open_account(path, clock=Ahead(later), on_request=on_request, on_exchange=on_exchange) as account:
        day = account.clock.now().date()
        sync(account, SILENT, first=day, last=day)
        return look_after(account, rules_of(account), SILENT), seen["request"]


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("config", type=Path)
    asked.add_argument("where", nargs="?", default="")
    asked.add_argument("--later", type=int, default=0)
    said = asked.parse_args()
    one_round(said.config, said.where, said.later, lambda: os.kill(os.getpid(), signal.SIGKILL))


if __name__ == "__main__":
    main()
