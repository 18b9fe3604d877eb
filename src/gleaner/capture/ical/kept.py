"""What was read of a calendar, window by window, kept as long as the calendar says the same.

Reading ten thousand events takes a second, and a command that looks at one day is a new process. Nothing private is in
here: events are kept as they are given.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC
from importlib.metadata import version
from typing import Protocol

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from gleaner.capture.ical.feed import Found
from gleaner.capture.source import Cache
from gleaner.core.time import Span

_VERSION = 1
"""Count it up when events are read differently; a release counts as a difference by itself."""
_MOST = 6
"""Windows kept: those of the last looks."""


class Readable(Protocol):
    """A calendar, parsed."""

    @property
    def count(self) -> int: ...

    def between(self, window: Span) -> Found: ...


class _Window(BaseModel):
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    start: AwareDatetime
    end: AwareDatetime
    found: Found


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    of: str
    """A digest of the calendar these are from."""
    count: int = 0
    windows: tuple[_Window, ...] = ()


def found_between(
    window: Span, cache: Cache, key: str, of: str, parsed: Callable[[], Readable]
) -> tuple[Found, int]:
    """What the calendar holds in *window*, and how many events in all; parsed only when that is not known.

    *of* names everything it depends on: the calendar's content, and how it is to be read.
    """
    of = hashlib.sha256(f"{version('gleaner')} {_VERSION}\n{of}".encode()).hexdigest()
    kept = _kept(cache, key)
    if kept is None or kept.of != of:
        kept = _Kept(of=of)
    start, end = window.start.astimezone(UTC), window.end.astimezone(UTC)
    for one in kept.windows:
        if (one.start, one.end) == (start, end):
            return one.found, kept.count
    calendar = parsed()
    found, count = calendar.between(window), calendar.count
    windows = (_Window(start=start, end=end, found=found), *kept.windows)[:_MOST]
    cache.put(key, _Kept(of=of, count=count, windows=windows).model_dump_json().encode())
    return found, count


def _kept(cache: Cache, key: str) -> _Kept | None:
    text = cache.get(key)
    if text is None:
        return None
    try:
        return _Kept.model_validate_json(text)
    except ValidationError:
        return None
