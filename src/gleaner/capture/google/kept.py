"""What is kept of one calendar between runs: its events, cut down, and the token that asks for changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from gleaner.capture.google import item
from gleaner.capture.google.item import Item
from gleaner.capture.source import Cache
from gleaner.core.time import Span

_VERSION = 1


class Copy(BaseModel):
    """One calendar as it was at the last look."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    version: int = _VERSION
    start: AwareDatetime
    end: AwareDatetime
    """The range that was read."""
    token: str
    items: Mapping[str, Item] = {}
    """By id; none is cancelled."""
    wrong: Mapping[str, str] = {}
    """Those that could not be read: a sentence each, by id."""

    def covers(self, window: Span) -> bool:
        return self.start <= window.start and window.end <= self.end

    def within(self, range_: Span) -> int:
        """How many events overlap *range_*, as far as their times tell."""
        first, last = range_.start, range_.end
        return sum(
            1
            for one in self.items.values()
            if (one.start.at is None or one.start.at < last) and (one.end.at is None or one.end.at > first)
        )

    def changed(self, raw: Iterable[dict[str, Any]], token: str, owner: frozenset[str]) -> Copy:
        """The same after what *raw* says."""
        items, wrong = dict(self.items), dict(self.wrong)
        for one in raw:
            key = str(one.get("id", ""))
            items.pop(key, None)
            wrong.pop(key, None)
            if one.get("status") == "cancelled":
                continue
            try:
                items[key] = item.read(one, owner)
            except ValueError as error:
                wrong[key] = f'Event "{item.spoken(one)}" was left out: {error}. Open it and save it again.'
        return self.model_copy(update={"items": items, "wrong": wrong, "token": token})

    def keep(self, cache: Cache, key: str) -> None:
        cache.put(key, self.model_dump_json(by_alias=True, exclude_defaults=True).encode())

    @staticmethod
    def kept(cache: Cache, key: str) -> Copy | None:
        """The copy; None when there is none, or another version of Gleaner wrote it."""
        text = cache.get(key)
        if text is None:
            return None
        try:
            return Copy.model_validate_json(text)
        except ValidationError:
            return None
