"""Google Calendar over its API: one person who logged in, or a team's people by a service account."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from gleaner.capture.calendar import several
from gleaner.capture.calendar.emptied import check_not_emptied
from gleaner.capture.calendar.owner import Owner, Whose
from gleaner.capture.download import checked_address
from gleaner.capture.google import item
from gleaner.capture.google.attendance import Attendance
from gleaner.capture.google.client import BASE_URL, Calendars, Expired
from gleaner.capture.google.kept import Copy
from gleaner.capture.google.meet import MEET_URL, USERINFO_URL
from gleaner.capture.observed import Event, Observed
from gleaner.capture.source import Cache, sources
from gleaner.core.activities import Problem
from gleaner.core.credentials import Credentials
from gleaner.core.errors import ConfigError
from gleaner.core.time import Span

_BACK, _AHEAD = timedelta(days=60), timedelta(days=120)
"""Read around the first window, so that the next ones are answered by what changed."""
_OLDEST = timedelta(days=400)
"""Farther back than this from a window nothing is read again."""


class GoogleCalendar:
    """One person's *calendars* (ids; ``primary`` is their own), or calendars of holidays.

    *person* is the owner's address; *addresses* are others under which they may be invited. Or *holidays* says whose
    days off the all-day events are: ``everybody``, or a country such as ``DE``. *zone* is where all-day events take
    place. *allow_empty* accepts that a calendar lost its events. *attendance* asks Google Meet when the person was in
    their meetings' calls, which then counts instead of the schedule; the login has to allow it. *credentials* come from
    ``gleaner login --google``.
    """

    def __init__(
        self,
        credentials: Credentials,
        person: str = "",
        calendars: Sequence[str] = ("primary",),
        name: str | None = None,
        zone: str | None = None,
        addresses: Sequence[str] = (),
        holidays: str = "",
        allow_empty: bool = False,
        attendance: bool = False,
        base_url: str = BASE_URL,
        meet_url: str = MEET_URL,
        userinfo_url: str = USERINFO_URL,
        timeout: float = 30.0,
    ) -> None:
        self._whose = Whose.checked("google-calendar", person, holidays, zone, addresses)
        if not calendars or not all(calendars):
            raise ConfigError('source "google-calendar": name at least one calendar, such as ["primary"]')
        if holidays and "primary" in calendars:
            raise ConfigError(
                'source "google-calendar": name the calendar of holidays by its id, not "primary"'
            )
        if holidays and attendance:
            raise ConfigError('source "google-calendar": nobody attends holidays; attendance needs a person')
        self._calendars = tuple(dict.fromkeys(calendars))
        self.name = name or self._whose.person or f"holidays of {holidays}"
        self._credentials = credentials
        self._allow_empty = allow_empty
        self._base_url = checked_address(base_url)
        self._timeout = timeout
        where = checked_address(meet_url, "meet_url"), checked_address(userinfo_url, "userinfo_url")
        self._attendance = (
            Attendance(credentials, self._whose.person, *where, timeout) if attendance else None
        )

    def observe(self, window: Span, cache: Cache) -> Observed:
        """The events that overlap *window*. A calendar that cannot be read is a problem, unless it is the only one."""
        owner = self._whose.owner(self.name, ZoneInfo("UTC"))
        bearer, has_calls = self._credentials.google(self._whose.person), self._attendance is not None
        with Calendars(bearer, self._base_url, self._timeout, have_calls=has_calls) as google:

            def read(calendar: str) -> Observed:
                copy, is_same = self._read(google, calendar, window, cache)
                found, wrong = _within(copy, window, owner)
                return Observed(
                    tuple(found), problems=tuple(wrong), is_unchanged=is_same, is_complete=not wrong
                )

            return several.observed(self.name, self._calendars, read)

    def attended(
        self, events: Sequence[Event], window: Span, cache: Cache, asked_at: datetime | None
    ) -> tuple[Sequence[Event], Sequence[Problem]]:
        """*events* with what Google Meet knows of their owner in them."""
        if self._attendance is None:
            return events, ()
        return self._attendance.told(events, window, cache, asked_at)

    def _read(self, google: Calendars, calendar: str, window: Span, cache: Cache) -> tuple[Copy, bool]:
        """The calendar as it is now, and whether it is as it was."""
        key = self._key(calendar)
        before = Copy.kept(cache, key)
        copy = self._up_to_date(google, calendar, window, before)
        if before is not None and not self._allow_empty:
            both = Span(max(before.start, copy.start), max(min(before.end, copy.end), copy.start))
            check_not_emptied(f'the calendar "{calendar}"', before.within(both), copy.within(both))
        if copy != before:
            copy.keep(cache, key)
        is_same = before is not None and (copy.items, copy.wrong) == (before.items, before.wrong)
        return copy, is_same

    def _up_to_date(self, google: Calendars, calendar: str, window: Span, before: Copy | None) -> Copy:
        addresses = self._whose.addresses
        if before is not None and before.token and before.covers(window):
            try:
                changed = google.changed(calendar, before.token)
                return before.changed(changed.items, changed.sync_token or before.token, addresses)
            except Expired:
                pass  # the token is too old: everything is read again
        range_ = Span(window.start - _BACK, window.end + _AHEAD)
        if before is not None:
            oldest = window.start - _OLDEST
            range_ = Span(max(min(range_.start, before.start), oldest), max(range_.end, before.end))
        try:
            found = google.within(calendar, range_)
        except Expired:
            raise ConfigError(f'the calendar "{calendar}" was deleted; take it out of calendars') from None
        empty = Copy(start=range_.start, end=range_.end, token="")
        return empty.changed(found.items, found.sync_token, addresses)

    def _key(self, calendar: str) -> str:
        told = [self._base_url, self._whose.person or self._whose.holidays, calendar]
        # What was kept without the names of calls has none, and a sync token goes on with the fields it began with.
        location = "\n".join([*told, "calls"] if self._attendance is not None else told)
        return "google-calendar/" + hashlib.sha256(location.encode()).hexdigest()[:24]


def _within(copy: Copy, window: Span, owner: Owner) -> tuple[list[Event], list[Problem]]:
    events: list[Event] = []
    problems = [Problem(owner.source, text) for text in copy.wrong.values()]
    for one in copy.items.values():
        try:
            found = item.event(one, owner)
        except ValueError as error:
            start = one.start.at
            if start is not None and window.start <= start < window.end:
                title = item.spoken({"visibility": one.visibility, "summary": one.summary})
                problems.append(
                    Problem(
                        owner.source,
                        f'Event "{title}" on {start.astimezone(owner.zone):%a %d %b %Y, %H:%M}, {error}; '
                        "it was left out. Give it an end after its start.",
                    )
                )
            continue
        is_moment = found.span.start == found.span.end and window.start <= found.span.start < window.end
        if found.span.overlaps(window) or is_moment:
            events.append(found)
    return events, problems


sources.add("google-calendar", GoogleCalendar)
