"""``events.list`` over HTTP: all pages of a range, or what changed since a sync token.

Source: Google Calendar API v3, *Events: list* and *Synchronize resources efficiently*.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import quote

import httpx2

from gleaner.capture.google.door import Door, reasons
from gleaner.capture.google.item import FIELDS, KINDS, WITH_CALL
from gleaner.core.credentials import Bearer
from gleaner.core.errors import ConfigError, GleanerError, Unavailable
from gleaner.core.phrases import phrase
from gleaner.core.time import Span

BASE_URL = "https://www.googleapis.com/calendar/v3"
_PAGE = 2500
_MOST_PAGES = 400
"""A million events: no calendar, but a server that repeats itself."""


class Expired(Exception):
    """The sync token says nothing any more (410): everything has to be read again."""


@dataclass(frozen=True)
class Answer:
    """All pages of one question."""

    items: tuple[dict[str, Any], ...]
    sync_token: str
    """Asks next time for what changed since; empty when the server gave none."""


class Calendars:
    """The calendars that a bearer opens; with the names of events' calls, if they *have_calls*."""

    def __init__(
        self, bearer: Bearer, base_url: str = BASE_URL, timeout: float = 30.0, *, have_calls: bool = False
    ) -> None:
        self._door = Door(bearer, base_url, timeout)
        self._fields = WITH_CALL if have_calls else FIELDS

    def __enter__(self) -> Self:
        self._door.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._door.__exit__()

    def within(self, calendar: str, range_: Span) -> Answer:
        """Every event and instance that overlaps *range_*."""
        return self._all(calendar, {"timeMin": range_.start.isoformat(), "timeMax": range_.end.isoformat()})

    def changed(self, calendar: str, sync_token: str) -> Answer:
        """What changed since *sync_token* was given; cancelled ones too. Raises Expired."""
        # timeMin and timeMax do not go with a token; everything else has to be as in the first question.
        return self._all(calendar, {"syncToken": sync_token})

    def _all(self, calendar: str, asked: dict[str, str]) -> Answer:
        items: list[dict[str, Any]] = []
        token = ""
        for page in self._pages(calendar, asked):
            found = page.get("items", [])
            if not isinstance(found, list):
                raise Unavailable(
                    phrase(
                        "{where} answered something else than events; the next run tries again",
                        where=self._door.where,
                    )
                )
            items.extend(one for one in found if isinstance(one, dict))
            token = str(page.get("nextSyncToken") or token)
        return Answer(tuple(items), token)

    def _pages(self, calendar: str, asked: dict[str, str]) -> Iterator[dict[str, Any]]:
        path = f"/calendars/{quote(calendar, safe='')}/events"
        same = {"singleEvents": "true", "maxResults": str(_PAGE), "fields": self._fields}
        params: dict[str, Any] = {**same, "eventTypes": list(KINDS), **asked}
        for _ in range(_MOST_PAGES):
            page = self._door.get(
                path, params, lambda response: _fault(response, calendar, self._door.where), "events"
            )
            yield page
            following = page.get("nextPageToken")
            if not following:
                return
            params = {**params, "pageToken": str(following)}
        raise Unavailable(
            phrase(
                "{where} gives page after page without an end; the next run tries again",
                where=self._door.where,
            )
        )


def _fault(response: httpx2.Response, calendar: str, where: str) -> GleanerError | Expired:
    status, said = response.status_code, reasons(response)
    if status == 410 or (status == 400 and "invalid" in said and "syncToken" in response.text):
        return Expired()
    if status == 403:
        return ConfigError(
            phrase(
                '{where} does not let us read the calendar "{calendar}" ({what}); share it with this '
                "person, and turn the Google Calendar API on for the project of the login",
                where=where,
                calendar=calendar,
                what=said[0] if said else status,
            )
        )
    if status == 404:
        return ConfigError(
            phrase(
                '{where} knows no calendar "{calendar}", or this person may not see it; copy its id from '
                'the calendar\'s settings, or use "primary"',
                where=where,
                calendar=calendar,
            )
        )
    return ConfigError(
        phrase(
            '{where} answered {status} for the calendar "{calendar}"; check calendars and base_url',
            where=where,
            status=status,
            calendar=calendar,
        )
    )
