"""Requests that are sent again, told to the log and nowhere else.

Left alone, ``stamina`` tells them itself with whatever it finds installed: with ``structlog`` on stdout, where a
command's data goes.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from stamina.instrumentation import set_on_retry_hooks

if TYPE_CHECKING:
    from stamina.instrumentation import RetryDetails

_log = logging.getLogger("gleaner.harvest")


def hear_retries() -> None:
    """From now on every repeat in this process is one line of the log."""
    set_on_retry_hooks((_told,))


def _told(details: RetryDetails) -> None:
    # Not the arguments: what is sent is nobody's business.
    _log.warning(
        "asking Harvest again in %.1f s, for the %d. time: %s",
        details.wait_for,
        details.retry_num,
        details.caused_by,
    )
