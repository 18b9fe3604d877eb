"""A log in a test: configured for the time of the test, read as text or as JSON, and the process as it was after."""

from __future__ import annotations

import io
import json
import logging
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog

from gleaner.app.logs import Level, configure_logs

_TOUCHED = (
    "", "gleaner", "alembic", "alembic.runtime.migration", "httpx2", "httpcore2", "httpcore", "hpack", "sqlalchemy",
    "stamina", "asyncio", "dbos", "uvicorn", "uvicorn.error", "uvicorn.access", "uvicorn.asgi",
)  # fmt: skip


class Log(io.StringIO):
    """What was written so far."""

    @property
    def lines(self) -> list[str]:
        return self.getvalue().splitlines()

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines]


@contextmanager
def kept(*, as_json: bool = False, level: Level = "info") -> Iterator[Log]:
    """The log of what happens inside."""
    loggers = [logging.getLogger(name) for name in _TOUCHED]
    before = [(one, one.level, one.handlers[:], one.filters[:], one.propagate) for one in loggers]
    hooks, settings, shown = (
        (sys.excepthook, threading.excepthook),
        structlog.get_config(),
        warnings.showwarning,
    )
    log = Log()
    logging.getLogger().handlers = []  # pytest's own would stumble over what ours have to survive
    try:
        configure_logs(as_json=as_json, level=level, stream=log)
        yield log
    finally:
        logging.captureWarnings(False)
        warnings.showwarning = shown
        for one, least, handlers, filters, propagate in before:
            one.setLevel(least)
            one.handlers, one.filters, one.propagate = handlers, filters, propagate
        sys.excepthook, threading.excepthook = hooks
        structlog.configure(**settings)
