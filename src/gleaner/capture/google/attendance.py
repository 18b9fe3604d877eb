"""The shell that asks Google Meet who was there: for events that are over, of their owner alone, no more than needed.

A meeting costs three requests: which calls there were, who took part, and when this person did; one when there was no
call. It is asked again at later looks until nothing can change any more, then with one request for what is over.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime

from gleaner.capture.attendance import OVERRUN
from gleaner.capture.google import attended
from gleaner.capture.google.attended import Call, Calls
from gleaner.capture.google.meet import Meet, NotShown, Record, Stay, account_of
from gleaner.capture.observed import Event
from gleaner.capture.source import Cache
from gleaner.core.activities import Problem
from gleaner.core.credentials import Bearer, Credentials
from gleaner.core.errors import GleanerError, Unavailable
from gleaner.core.time import Span

WHERE = "Google Meet"


@dataclass(frozen=True)
class Attendance:
    """Where to ask for one person."""

    credentials: Credentials
    person: str
    meet_url: str
    userinfo_url: str
    timeout: float

    def told(
        self, events: Sequence[Event], window: Span, cache: Cache, asked_at: datetime | None
    ) -> tuple[Sequence[Event], Sequence[Problem]]:
        """What ``capture.source.Witness`` says."""
        name = "google-meet/" + hashlib.sha256(f"{self.meet_url}\n{self.person}".encode()).hexdigest()[:24]
        before = Calls.kept(cache, name)
        calls, problems = before, list[Problem]()
        if asked_at is not None:
            wanted = [one for one in events if _is_wanted(one, before, window, asked_at)]
            calls, problems = self._asked(wanted, before, asked_at)
            if calls != before:
                calls.keep(cache, name, asked_at)
        return _with_presence(events, calls), problems

    def _asked(self, wanted: Iterable[Event], calls: Calls, now: datetime) -> tuple[Calls, list[Problem]]:
        """*calls* with what is known of those *wanted*. The first refusal or fault ends the asking."""
        with ExitStack() as stack:
            meet: Meet | None = None
            for event in wanted:
                try:
                    bearer = self.credentials.meet(self.person)
                    if meet is None:
                        opened = Meet.opened(bearer, self.meet_url, self.timeout, self.person)
                        meet = stack.enter_context(opened)
                    calls = self._call(meet, bearer, event, calls, now)
                except GleanerError as error:
                    is_hint = not isinstance(error, Unavailable)
                    text = f"attendance is not known, so planned times count: {error}"
                    return calls, [Problem(WHERE, text, is_hint=is_hint)]
        return calls, []

    def _call(self, meet: Meet, bearer: Bearer, event: Event, calls: Calls, now: datetime) -> Calls:
        known = calls.of(event) or Call(planned_end=event.span.end)
        around = Span(event.span.start, event.span.end + OVERRUN)
        records = meet.records(event.call, around)
        if records and not calls.account:
            account = account_of(bearer, self.userinfo_url, self.timeout)
            calls = calls.model_copy(update={"account": account})
        is_settled = attended.is_settled(event.span, now)
        ended, sessions = dict(known.ended), list[tuple[datetime, datetime]]()
        is_shown = is_in_call = False
        for record in records:
            if record.name in ended:
                sessions += ended[record.name]
                is_shown = True
                continue
            try:
                stays = meet.stays(record, calls.account)
            except NotShown:
                continue
            is_shown = True
            found = [_session(one, record, now) for one in stays]
            sessions += found
            is_over = record.end is not None
            is_in_call = is_in_call or (not is_over and any(one.end is None for one in stays))
            if is_over:
                ended[record.name] = tuple(found)
        call = Call(
            planned_end=event.span.end, was_held=is_shown, sessions=tuple(sorted(sessions)),
            is_in_call=is_in_call and not is_settled, ended={} if is_settled else ended, is_final=is_settled,
        )  # fmt: skip
        return calls.learnt(event, call)


def _is_wanted(event: Event, calls: Calls, window: Span, now: datetime) -> bool:
    """Whether its call can say more about it than is known, and it is worth asking."""
    known = calls.of(event)
    return (
        bool(event.call)
        and event.span.overlaps(window)
        and event.span.end <= now
        and not event.is_all_day
        and not event.is_private
        and event.status != "cancelled"
        and event.participation != "declined"
        and (known is None or not known.is_final)
    )


def _session(stay: Stay, record: Record, now: datetime) -> tuple[datetime, datetime]:
    # One that lasts until now is under way; one of an ended call cannot have lasted longer than the call.
    end = stay.end or record.end or now
    return stay.start, max(stay.start, end)


def _with_presence(events: Sequence[Event], calls: Calls) -> list[Event]:
    starts: dict[str, list[datetime]] = {}
    for one in events:
        if one.call and one.status != "cancelled":
            starts.setdefault(one.call, []).append(one.span.start)
    told = []
    for one in events:
        known = calls.of(one) if one.call and not one.is_private else None
        if known is None:
            told.append(one)
            continue
        later = [start for start in starts.get(one.call, ()) if start > one.span.start]
        told.append(replace(one, presence=known.presence(min(later, default=None))))
    return told
