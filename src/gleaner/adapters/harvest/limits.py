"""Harvest's rate limits, kept on our side so that we never run into them.

100 requests in 15 seconds for everything but reports, 100 in 15 minutes for reports (``harvest/api`` §3).
Harvest counts in windows, so a bucket that refills drop by drop could send 100 at once and 50 more seconds later.
We keep the moments of the last requests instead: no window of that length, wherever it begins, holds more.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Protocol


@dataclass(frozen=True)
class Rate:
    """At most *requests* in any *seconds*."""

    requests: int
    seconds: float


# A quarter of a second longer than Harvest's windows: a request may travel faster than the one before it.
GENERAL = Rate(100, 15.25)
REPORTS = Rate(100, 900.25)


class Throttle(Protocol):
    """What the transport asks before each request."""

    def wait(self, path: str) -> float:
        """Sleep until a request to *path* may be sent; returns the seconds slept."""
        ...


def slot(last: deque[float], now: float, rate: Rate) -> float:
    """The earliest moment from *now* on at which one more request keeps within *rate*.

    *last* holds the moments of the latest requests in order, at least the last ``rate.requests`` of them.

    >>> slot(deque([0.0, 4.0]), 5.0, Rate(2, 15))
    15.0
    >>> slot(deque([0.0]), 5.0, Rate(2, 15))
    5.0
    """
    if len(last) < rate.requests:
        return now
    return max(now, last[-rate.requests] + rate.seconds)


class Limits:
    """The two limits of one account. Share one object among all clients of that account in a process.

    Other processes and other programs are not seen; what they use up comes back as a 429, which the transport
    waits out.
    """

    def __init__(
        self,
        general: Rate = GENERAL,
        reports: Rate = REPORTS,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._general = _Log(general)
        self._reports = _Log(reports)
        self._monotonic = monotonic
        self._sleep = sleep

    def wait(self, path: str) -> float:
        """Sleep until a request to *path* may be sent; returns the seconds slept. First come, first served."""
        log = self._reports if path.startswith("/reports/") else self._general
        delay = log.reserve(self._monotonic)
        if delay > 0:
            self._sleep(delay)
        return delay


class Unlimited:
    """No limits at all: for a sandbox and for measurements."""

    def wait(self, path: str) -> float:  # noqa: ARG002
        return 0.0


class _Log:
    """When the latest requests of one family were, or will be, sent."""

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._last: deque[float] = deque(maxlen=rate.requests)
        self._lock = Lock()

    def reserve(self, monotonic: Callable[[], float]) -> float:
        """Take the next free moment; returns the seconds until then."""
        with self._lock:
            # The clock is read under the lock: moments in the log never go backwards.
            now = monotonic()
            moment = slot(self._last, now, self._rate)
            self._last.append(moment)
        return moment - now
