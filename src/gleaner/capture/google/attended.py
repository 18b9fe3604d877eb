"""What is kept of the calls of one person's events: when they were in them themselves, and whether that can change."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from gleaner.capture.attendance import OVERRUN
from gleaner.capture.observed import Event, Presence
from gleaner.capture.source import Cache
from gleaner.core.time import Span

_SETTLED = timedelta(minutes=15)
"""So long after the last moment that could count, a call under way or none at all is taken for what it is."""
_LONGEST = timedelta(days=400)


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)


class Call(_Part):
    """One person in one event's call."""

    planned_end: AwareDatetime
    was_held: bool = False
    sessions: tuple[tuple[AwareDatetime, AwareDatetime], ...] = ()
    is_in_call: bool = False
    ended: Mapping[str, tuple[tuple[AwareDatetime, AwareDatetime], ...]] = {}
    """The same of each call that is over, by its name: that is not asked for again."""
    is_final: bool = False

    def presence(self, room_until: datetime | None) -> Presence:
        spans = tuple(Span(start, end) for start, end in self.sessions)
        return Presence(spans, self.was_held, self.is_in_call, room_until)


class Calls(_Part):
    """Those of one person."""

    account: str = ""
    """Their Google account's id; empty as long as nobody had to ask."""
    by_event: Mapping[str, Call] = {}

    def of(self, event: Event) -> Call | None:
        return self.by_event.get(key(event))

    def learnt(self, event: Event, call: Call) -> Calls:
        return self.model_copy(update={"by_event": {**self.by_event, key(event): call}})

    def keep(self, cache: Cache, name: str, now: datetime) -> None:
        recent = {one: it for one, it in self.by_event.items() if it.planned_end > now - _LONGEST}
        kept = self.model_copy(update={"by_event": recent})
        cache.put(name, kept.model_dump_json(exclude_defaults=True).encode())

    @staticmethod
    def kept(cache: Cache, name: str) -> Calls:
        """What is kept; nothing when there is none, or another version of Gleaner wrote it."""
        text = cache.get(name)
        if text is None:
            return Calls()
        try:
            return Calls.model_validate_json(text)
        except ValidationError:
            return Calls()


def key(event: Event) -> str:
    """The call as it was planned: planned anew, it is asked for anew."""
    return f"{event.call} {event.span.start:%Y-%m-%dT%H:%MZ} {event.span.end:%Y-%m-%dT%H:%MZ}"


def is_settled(planned: Span, now: datetime) -> bool:
    """Whether nothing that still happens can count for what was planned."""
    return now >= planned.end + OVERRUN + _SETTLED
