"""A daemon whose clock starts where it is told: ``python daemon.py ROLE --at MOMENT CONFIG…``.

The worlds of our tests have fixed days; a daemon goes by the present. ``--dead-after`` and ``--beat-every`` shorten the
time after which the others take a silent process for dead, so that tests need not wait.

``--clock FILE``: so many seconds, as the file says at each look, are added to the clock. ``--wait-at WHERE FOLDER``:
see ``points.py``. ``--forgiving``: accounts that Harvest failed are not left alone for longer than a moment. A source
of kind ``exploding`` raises whenever it is read.
"""

from __future__ import annotations

import argparse
import faulthandler
import logging
import signal
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import SimpleQueue

from tests.faults.points import Point, watch

from gleaner.adapters.harvest.limits import Unlimited
from gleaner.app.daemon.daemon import Daemon, Options, running
from gleaner.capture.observed import Observed
from gleaner.capture.source import Cache, sources
from gleaner.core.time import Span
from gleaner.durable.queues import QUEUES
from gleaner.faces.cli.serving import wait_for


class ShiftedClock:
    """The machine's clock, moved; and moved once more by what *file* says now."""

    def __init__(self, by: timedelta, file: Path | None) -> None:
        self.by = by
        self.file = file

    def now(self) -> datetime:
        more = float(self.file.read_text()) if self.file is not None else 0.0
        return datetime.now(UTC) + self.by + timedelta(seconds=more)


class Exploding:
    """A source with a fault of its own."""

    name = "exploding"

    def observe(self, window: Span, cache: Cache) -> Observed:
        raise ZeroDivisionError("this source explodes")


def forgive(daemon: Daemon, over: threading.Event) -> None:
    while not over.wait(0.3):
        for account_id in daemon.accounts.ids:
            daemon.hand.holds.free(account_id)


def main() -> None:
    given = arguments()
    sources.add("exploding", Exploding)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    told: SimpleQueue[int] = SimpleQueue()
    over = threading.Event()
    faulthandler.register(signal.SIGUSR1, all_threads=True)
    signal.signal(signal.SIGTERM, lambda number, _frame: told.put(number))
    options = Options(
        beat_every=given.beat_every,
        dead_after=given.dead_after,
        # Without Harvest's limit: these tests are about crashes.
        queues=[replace(queue, starts=None, look_every=0.1) for queue in QUEUES],
        limits=lambda _account: Unlimited(),
        clock=ShiftedClock(given.at - datetime.now(UTC), given.clock),
        patience=given.patience,
    )
    with running(given.configs, given.role, options) as daemon:
        if given.wait_at:
            point = Point(given.wait_at[0], Path(given.wait_at[1]))
            for account_id in daemon.accounts.ids:
                watch(daemon.accounts.open(account_id), point)
        if given.forgiving:
            threading.Thread(target=forgive, args=(daemon, over), daemon=True).start()
        print("running", daemon.me.incarnation, flush=True)
        wait_for(told)
        over.set()
    print("stopped", flush=True)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("role", choices=("up", "worker"))
    parser.add_argument("configs", nargs="+", type=Path)
    parser.add_argument("--at", type=datetime.fromisoformat, required=True)
    parser.add_argument("--beat-every", type=float, default=0.3)
    parser.add_argument("--dead-after", type=float, default=2.0)
    parser.add_argument("--patience", type=float, default=5.0)
    parser.add_argument("--clock", type=Path)
    parser.add_argument("--wait-at", nargs=2)
    parser.add_argument("--forgiving", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
