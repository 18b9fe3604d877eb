"""Harvest's rate limits, counted per token in real time (the sandbox clock has no say).

Source: api.md §3.
"""

import math
import time
from collections.abc import Callable, Mapping

from gleaner_sandbox.switches import switch

Limit = tuple[int, float]
"""How many requests in how many seconds."""

LIMITS: dict[str, Limit] = {"general": (100, 15.0), "reports": (100, 900.0), "hour": (1000, 3600.0)}
HOURLY = switch(
    "hourly_limit",
    ("off", "on"),
    "Beside the documented limits there is, or is not, one of 1000 requests in an hour (seen by one client, §3).",
)


def family(place: str) -> str:
    """Which limit a path falls under.

    >>> family("/reports/time/team"), family("/users/me")
    ('reports', 'general')
    """
    return "reports" if place.startswith("/reports/") else "general"


class Limiter:
    """Windows that begin with a token's first request and admit so many until they end.

    That the key is the token, and that windows are fixed rather than sliding, is uncertain.
    """

    def __init__(
        self, limits: Mapping[str, Limit] | None = None, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._limits = LIMITS if limits is None else limits
        self._monotonic = monotonic
        self._windows: dict[tuple[str, str], tuple[float, int]] = {}

    def wait(self, token: str, *families: str) -> int | None:
        """None when this request is admitted by the limits of all its *families*, else the seconds to wait."""
        waits = [wait for family in families if (wait := self._wait(token, family)) is not None]
        return max(waits, default=None)

    def _wait(self, token: str, family: str) -> int | None:
        """The same for one family, rounded up."""
        most, seconds = self._limits[family]
        now = self._monotonic()
        begun, count = self._windows.get((token, family), (now, 0))
        if now - begun >= seconds:
            begun, count = now, 0
        if count >= most:
            return max(1, math.ceil(begun + seconds - now))
        self._windows[token, family] = (begun, count + 1)
        return None

    def reset(self) -> None:
        """Forget what was counted."""
        self._windows.clear()
