"""Where a daemon's process can be made to wait: it says that it is there, and goes on when the test lets it.

asked:N     the Nth POST is about to be sent; whether the claim is still ours has not been asked yet
sending:N   the claim was renewed, the Nth POST is handed to the network
posted:N    Harvest has the Nth entry, nothing of ours is written yet
reading:N   the Nth look at somebody's time entries in Harvest is about to be sent
"""

from __future__ import annotations

import time
from pathlib import Path

import httpx2

from gleaner.adapters.harvest.client import Client
from gleaner.adapters.harvest.encoding import Raw
from gleaner.adapters.harvest.limits import Unlimited
from gleaner.adapters.harvest.mirror import Mirror
from gleaner.app.account import Account


class Point:
    """One such place. Two empty files are all that the test and the process say to each other."""

    def __init__(self, where: str, folder: Path) -> None:
        self._what, _, number = where.partition(":")
        self._left = int(number or 1)
        self._folder = folder

    @property
    def _reached(self) -> Path:
        return self._folder / "reached"

    @property
    def _released(self) -> Path:
        return self._folder / "released"

    @property
    def is_reached(self) -> bool:
        return self._reached.exists()

    def release(self) -> None:
        self._released.touch()

    def at(self, what: str) -> None:
        """Wait here, if this is the place."""
        if what != self._what:
            return
        self._left -= 1
        if self._left:
            return
        self._reached.touch()
        while not self._released.exists():
            time.sleep(0.02)


class _WatchedMirror(Mirror):
    point: Point

    def note(self, entry: Raw) -> None:
        self.point.at("posted")
        super().note(entry)


class _WatchedNetwork(httpx2.HTTPTransport):
    point: Point

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        if request.method == "POST":
            self.point.at("sending")
        return super().handle_request(request)


def watch(account: Account, point: Point) -> None:
    """Let *account* pass that point with everything it does from now on."""

    def on_request(method: str, path: str) -> None:
        if method == "POST":
            point.at("asked")
        elif path == "/time_entries":
            point.at("reading")

    network = _WatchedNetwork()
    network.point = point
    account.client = Client(
        account.id,
        account.access.tokens,
        base_url=account.settings.harvest.base_url,
        limits=Unlimited(),
        on_request=on_request,
        http=network,
    )
    mirror = _WatchedMirror(account.engine, account.client, account.clock, account.id)
    mirror.point = point
    account.mirror = mirror
