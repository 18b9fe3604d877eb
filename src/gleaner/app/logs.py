"""The daemon's log: one event a line on stderr, for people or as JSON, the libraries' events included.

Whatever is logged goes through :mod:`.redacting` last, so neither we nor a library can let a secret or somebody's
words slip out. A command that is over in a minute keeps no log: without :func:`configure_logs` nothing is written.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import threading
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Any, Literal, TextIO, cast

import structlog
from structlog.stdlib import BoundLogger, ProcessorFormatter
from structlog.typing import EventDict, Processor, WrappedLogger

from gleaner.app import redacting

Level = Literal["debug", "info", "warning", "error"]

# These tell URLs and headers, or which statement they prepare; only their complaints are worth a line.
_QUIET = ("httpx2", "httpcore2", "httpcore", "hpack", "sqlalchemy", "stamina", "asyncio", "alembic", "mcp")
# These bring handlers of their own and hand nothing on.
_OWN_HANDLERS = ("dbos", "uvicorn", "uvicorn.error", "uvicorn.access", "uvicorn.asgi")
# What Alembic says each time it looks, as against what it does.
_LOOKING = ("Context impl", "Will assume")
_ACCESS = re.compile(r'(\S*) - "(\S+) (\S+) HTTP/\S+" (\d+)')
_FIRST = ("timestamp", "level", "logger", "event", "account", "run", "job", "proposal", "worker")
_SHORT_NAME = re.compile(r"[0-9a-z]{4,16}")

_CONTEXT: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
]
_OURS: list[Processor] = [
    structlog.stdlib.filter_by_level,
    *_CONTEXT,
    structlog.stdlib.PositionalArgumentsFormatter(),
    ProcessorFormatter.wrap_for_formatter,
]


def logger(name: str) -> BoundLogger:
    """The log of one part: ``logger("jobs").info("done", seconds=1.2)``.

    The event is a fixed phrase; what varies are fields: numbers, ids and closed words. Silent until
    :func:`configure_logs`.
    """
    ours = logging.getLogger(f"gleaner.{name}")
    return cast("BoundLogger", structlog.wrap_logger(ours, _OURS, wrapper_class=BoundLogger))


@contextmanager
def about(
    *,
    account: int | None = None,
    run: str | None = None,
    job: str | None = None,
    proposal: str | None = None,
    worker: str | None = None,
) -> Iterator[None]:
    """Every event inside says what it is about. Nests; a thread begun inside starts afresh.

    *proposal* is its short name. A key is not taken: it may hold words from a calendar.
    """
    if proposal is not None and not _SHORT_NAME.fullmatch(proposal):
        proposal = redacting.PRIVATE
    given = {"account": account, "run": run, "job": job, "proposal": proposal, "worker": worker}
    with structlog.contextvars.bound_contextvars(**{k: v for k, v in given.items() if v is not None}):
        yield


def configure_logs(*, as_json: bool = False, level: Level = "info", stream: TextIO | None = None) -> None:
    """From now on everything this process has to say goes to *stream* (stderr), line by line.

    *level* counts for Gleaner; libraries are heard from ``info`` upwards, chatty ones from ``warning``. Start uvicorn
    with ``log_config=None``, or it brings its own lines along. May be called again: the last call counts.
    """
    handler = _Lines(stream if stream is not None else sys.stderr)
    handler.setFormatter(_formatter(as_json=as_json, colours=_may_colour(handler.stream)))
    root = logging.getLogger()
    for old in [one for one in root.handlers if isinstance(one, _Lines)]:
        root.removeHandler(old)
    root.addHandler(handler)
    least = logging.getLevelNamesMapping()[level.upper()]
    root.setLevel(max(least, logging.INFO))
    logging.getLogger("gleaner").setLevel(least)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in _OWN_HANDLERS:
        theirs = logging.getLogger(name)
        # A handler that does nothing stays: the engine adds one that writes where it finds none.
        theirs.handlers = [logging.NullHandler()]
        theirs.propagate = True
    migrations = logging.getLogger("alembic.runtime.migration")
    migrations.filters = [one for one in migrations.filters if one is not _says_something]
    migrations.setLevel(max(least, logging.INFO))
    migrations.addFilter(_says_something)
    logging.captureWarnings(True)
    structlog.configure(
        processors=_OURS, wrapper_class=BoundLogger, logger_factory=structlog.stdlib.LoggerFactory()
    )
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread


class _Lines(logging.StreamHandler[TextIO]):
    """Writes lines; of one it cannot write it says only that."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  (logging's name)
        # logging's own would print the whole record, whatever is in it.
        kind = sys.exc_info()[0]
        said = f"a line of {record.name} could not be written ({kind.__name__ if kind else 'unknown'})"
        fixed = {"name": "gleaner", "levelname": "ERROR", "levelno": logging.ERROR, "msg": said}
        with suppress(OSError, ValueError):  # stderr is gone, and with it everybody who could be told
            self.stream.write(self.format(logging.makeLogRecord(fixed)) + self.terminator)


def _formatter(*, as_json: bool, colours: bool) -> ProcessorFormatter:
    end: Processor
    if as_json:
        end = structlog.processors.JSONRenderer(serializer=json.dumps)
    else:
        end = structlog.dev.ConsoleRenderer(colors=colours, pad_event_to=0, sort_keys=False)
    return ProcessorFormatter(
        foreign_pre_chain=_CONTEXT,
        processors=[
            _access,
            _errors,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            ProcessorFormatter.remove_processors_meta,
            _redacted,
            *([] if as_json else [_traces_below]),
            end,
        ],
    )


def _may_colour(stream: TextIO) -> bool:
    return stream.isatty() and not os.environ.get("NO_COLOR")


# --- from here on, what is done to each event in turn ------------------------------------------------------------


def _access(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """uvicorn's line about a request, without what was asked: a query may carry a code or a token."""
    record: logging.LogRecord = event["_record"]
    if record.name != "uvicorn.access" or (found := _ACCESS.fullmatch(str(event["event"]))) is None:
        return event
    client, method, path, status = found.groups()
    said = {"event": "answered", "method": method, "path": path.partition("?")[0]}
    return {**event, **said, "status": int(status), "client": client}


def _errors(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    error = _error(event.pop("exc_info", None))
    event.pop("stack_info", None)
    if error is None:
        return event
    event["event"] = redacting.without_words(str(event.get("event", "")), error)
    event["exception"] = _Trace(redacting.traced(error))
    return event


def _error(given: object) -> BaseException | None:
    match given:
        case BaseException():
            return given
        case (_, BaseException() as error, _):
            return error
        case True:
            return sys.exc_info()[1]
        case _:
            return None


class _Trace(list[str]):
    """Lines that went through the redaction already."""


def _redacted(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    trace = event.pop("exception", None)
    ordered = {name: event[name] for name in _FIRST if name in event} | dict(event)
    clean: MutableMapping[str, Any] = redacting.fields(ordered)
    if isinstance(trace, _Trace):
        clean["exception"] = list(trace)
    return clean


def _traces_below(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """In text an error's lines follow the event's, set in so that none passes for an event."""
    if "exception" in event:
        event["exception"] = "\n".join(f"    | {one}" for one in event["exception"])
    return event


def _says_something(record: logging.LogRecord) -> bool:
    return not str(record.msg).startswith(_LOOKING)


# --- errors that nobody caught -----------------------------------------------------------------------------------


def _uncaught(kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        logging.getLogger("gleaner").critical("ended by an error nobody expected", exc_info=error)


def _uncaught_in_thread(found: threading.ExceptHookArgs) -> None:
    if found.exc_value is not None and not issubclass(found.exc_type, SystemExit):
        logging.getLogger("gleaner").critical(
            "a thread ended by an error nobody expected", exc_info=found.exc_value
        )
