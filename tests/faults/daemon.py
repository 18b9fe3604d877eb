"""A daemon whose clock starts where it is told: ``python daemon.py ROLE --at MOMENT CONFIG…``.

The worlds of our tests have fixed days; a daemon goes by the present. ``--dead-after`` and ``--beat-every`` shorten the
time after which the others take a silent process for dead, so that tests need not wait.
"""

from __future__ import annotations

import argparse
import logging
import signal
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from gleaner.adapters.harvest.limits import Unlimited
from gleaner.app.daemon.daemon import Options, running
from gleaner.durable.queues import QUEUES


class ShiftedClock:
    """The machine's clock, moved."""

    def __init__(self, by: timedelta) -> None:
        self.by = by

    def now(self) -> datetime:
        return datetime.now(UTC) + self.by


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("role", choices=("up", "worker"))
    parser.add_argument("configs", nargs="+", type=Path)
    parser.add_argument("--at", type=datetime.fromisoformat, required=True)
    parser.add_argument("--beat-every", type=float, default=0.3)
    parser.add_argument("--dead-after", type=float, default=2.0)
    parser.add_argument("--patience", type=float, default=5.0)
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    told = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: told.set())
    options = Options(
        beat_every=given.beat_every,
        dead_after=given.dead_after,
        # Without Harvest's limit: these tests are about crashes.
        queues=[replace(queue, starts=None, look_every=0.1) for queue in QUEUES],
        limits=lambda _account: Unlimited(),
        clock=ShiftedClock(given.at - datetime.now(UTC)),
        patience=given.patience,
    )
    with running(given.configs, given.role, options) as daemon:
        print("running", daemon.me.incarnation, flush=True)
        told.wait()
    print("stopped", flush=True)


if __name__ == "__main__":
    main()
