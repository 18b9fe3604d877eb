"""``events.list`` over HTTP: all pages of a range, or what changed since a sync token.

Source: Google Calendar API v3, *Events: list* and *Synchronize resources efficiently*.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import quote

import httpx2

from gleaner.capture.download import certificates, host
from gleaner.capture.google.item import FIELDS, KINDS
from gleaner.core.credentials import Bearer
from gleaner.core.errors import ConfigError, GleanerError, Unavailable
from gleaner.core.secrets import Secret
from gleaner.core.time import Span

BASE_URL = "https://www.googleapis.com/calendar/v3"
_PAGE = 2500
_MOST_PAGES = 400
"""A million events: no calendar, but a server that repeats itself."""
_TIRED = ("rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "calendarUsageLimitsExceeded")


class Expired(Exception):
    """The sync token says nothing any more (410): everything has to be read again."""


@dataclass(frozen=True)
class Answer:
    """All pages of one question."""

    items: tuple[dict[str, Any], ...]
    sync_token: str
    """Asks next time for what changed since; empty when the server gave none."""


class Calendars:
    """The calendars that a bearer opens."""

    def __init__(self, bearer: Bearer, base_url: str = BASE_URL, timeout: float = 30.0) -> None:
        self._bearer = bearer
        self._base_url = base_url.rstrip("/")
        self._http = httpx2.Client(
            timeout=timeout,
            verify=certificates(),
            headers={"User-Agent": "gleaner", "Accept": "application/json"},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

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
                    f"{self._where} answered something else than events; the next run tries again"
                )
            items.extend(one for one in found if isinstance(one, dict))
            token = str(page.get("nextSyncToken") or token)
        return Answer(tuple(items), token)

    def _pages(self, calendar: str, asked: dict[str, str]) -> Iterator[dict[str, Any]]:
        path = f"/calendars/{quote(calendar, safe='')}/events"
        same = {"singleEvents": "true", "maxResults": str(_PAGE), "fields": FIELDS}
        params: dict[str, Any] = {**same, "eventTypes": list(KINDS), **asked}
        for _ in range(_MOST_PAGES):
            page = self._get(calendar, path, params)
            yield page
            following = page.get("nextPageToken")
            if not following:
                return
            params = {**params, "pageToken": str(following)}
        raise Unavailable(f"{self._where} gives page after page without an end; the next run tries again")

    @property
    def _where(self) -> str:
        return host(self._base_url)

    def _get(self, calendar: str, path: str, params: dict[str, Any]) -> dict[str, Any]:
        token = self._bearer.current()
        response = self._sent(path, params, token)
        if response.status_code == 401:
            another = self._bearer.instead_of(token)
            if another is not None:
                response = self._sent(path, params, another)
        if response.status_code != 200:
            raise _fault(response, calendar, self._where)
        try:
            said = response.json()
        except ValueError:
            said = None
        if not isinstance(said, dict):
            raise Unavailable(f"{self._where} answered something else than events; the next run tries again")
        return said

    def _sent(self, path: str, params: dict[str, Any], token: Secret) -> httpx2.Response:
        try:
            return self._http.get(
                self._base_url + path, params=params, headers={"Authorization": f"Bearer {token}"}
            )
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            # ``from None``: the request with its token hangs on these exceptions.
            kind = type(error).__name__
            raise Unavailable(f"{self._where} cannot be reached ({kind}); the next run tries again") from None


def _fault(response: httpx2.Response, calendar: str, where: str) -> GleanerError | Expired:
    status, reason = response.status_code, _reason(response)
    if status == 410 or (status == 400 and reason == "invalid" and "syncToken" in response.text):
        return Expired()
    if status in (408, 425, 429) or status >= 500 or reason in _TIRED:
        wait = response.headers.get("retry-after", "")
        seconds = float(wait) if wait.isdecimal() and len(wait) < 7 else None
        return Unavailable(f"{where} answered {status}; the next run tries again", retry_after=seconds)
    if status == 401:
        return ConfigError(
            f"{where} does not accept the login any more; log in again: gleaner login --google"
        )
    if status == 403:
        return ConfigError(
            f'{where} does not let us read the calendar "{calendar}" ({reason or status}); share it with this person,'
            " and turn the Google Calendar API on for the project of the login"
        )
    if status == 404:
        return ConfigError(
            f'{where} knows no calendar "{calendar}", or this person may not see it; copy its id from the'
            ' calendar\'s settings, or use "primary"'
        )
    return ConfigError(
        f'{where} answered {status} for the calendar "{calendar}"; check calendars and base_url'
    )


def _reason(response: httpx2.Response) -> str:
    """The API's word for what is wrong: ``errors[0].reason``."""
    try:
        return str(response.json()["error"]["errors"][0]["reason"])
    except (ValueError, LookupError, TypeError):
        return ""
