"""Calendars on a CalDAV server: Nextcloud, Radicale, Fastmail, iCloud and others. Read by what changed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from urllib.parse import urlsplit

from gleaner.capture.caldav.events import Reading, reading
from gleaner.capture.caldav.kept import Copy
from gleaner.capture.caldav.server import Address, Server, is_address
from gleaner.capture.calendar import several
from gleaner.capture.calendar.emptied import check_not_emptied
from gleaner.capture.calendar.owner import Whose
from gleaner.capture.download import checked_address
from gleaner.capture.ical.kept import found_between
from gleaner.capture.observed import Observed
from gleaner.capture.source import Cache, sources
from gleaner.core.errors import ConfigError
from gleaner.core.secrets import Secret
from gleaner.core.time import Span


class CalDav:
    """One person's *calendars* on the server at *url*, by name or address; without any, *url* is the calendar's own.

    *user* logs in with the password in the environment variable *password_variable*; servers that know passwords for
    apps want one of those. *person* is the owner's address; *addresses* are others under which they may be invited. Or
    *holidays* says whose days off the all-day events are: ``everybody``, or a country such as ``DE``. *zone* is where
    floating times and all-day events take place. *allow_empty* accepts that a calendar lost its events.
    """

    def __init__(
        self,
        url: str,
        user: str,
        person: str = "",
        calendars: Sequence[str] = (),
        name: str | None = None,
        password_variable: str = "GLEANER_CALDAV__PASSWORD",  # noqa: S107  (a name, no password)
        zone: str | None = None,
        addresses: Sequence[str] = (),
        holidays: str = "",
        allow_empty: bool = False,
        timeout: float = 30.0,
    ) -> None:
        self._whose = Whose.checked("caldav", person, holidays, zone, addresses)
        self._url = _checked(url)
        self._calendars = tuple(dict.fromkeys(calendars)) or (self._url,)
        for one in self._calendars:
            if not one.strip():
                raise ConfigError('source "caldav": a calendar has a name or an address')
            if is_address(one) and urlsplit(one)[:2] != urlsplit(self._url)[:2]:
                raise ConfigError(
                    'source "caldav": calendars are all on the server in url; give another server a source of its own'
                )
        self._user = user
        self._variable = password_variable
        self.name = name or self._whose.person or f"holidays of {holidays}"
        self._allow_empty = allow_empty
        self._timeout = timeout
        self._readings: dict[str, Reading] = {}

    def observe(self, window: Span, cache: Cache) -> Observed:
        """The events that overlap *window*. A calendar that cannot be read is a problem, unless it is the only one."""
        with Server(self._url, self._user, self._password(), self._variable, self._timeout) as server:

            def read(found: Address | ConfigError) -> Observed:
                if isinstance(found, ConfigError):
                    raise found
                return self._read(server, found, window, cache)

            return several.observed(self.name, server.named(self._calendars), read)

    def _read(self, server: Server, calendar: Address, window: Span, cache: Cache) -> Observed:
        key = self._key(calendar)
        before = Copy.kept(cache, key)
        changes = server.changes(calendar, before.token if before else "")
        copy = (before or Copy()).after(changes, self._whose.addresses)

        def parsed() -> Reading:
            self._readings[key] = reading(copy.texts, self._whose, self.name, self._readings.get(key))
            return self._readings[key]

        of = f"{copy.digest}\n{self.name}\n{self._whose.text}"
        found, count = found_between(window, cache, f"{key}/found", of, parsed)
        if before is not None and not self._allow_empty:
            check_not_emptied(f'the calendar "{calendar.name}"', before.count, count)
        now = copy.model_copy(update={"count": count})
        if now != before:
            now.keep(cache, key)
        return Observed(
            events=found.events,
            problems=found.problems,
            is_unchanged=before is not None and copy.texts == before.texts,
            is_complete=found.is_complete,
        )

    def _key(self, calendar: Address) -> str:
        location = "\n".join((calendar.url, self._user, *sorted(self._whose.addresses)))
        return "caldav/" + hashlib.sha256(location.encode()).hexdigest()[:24]

    def _password(self) -> Secret:
        text = os.environ.get(self._variable, "")
        if not text:
            raise ConfigError(
                f"there is no password for {self._user}: put it into {self._variable}; one made for apps is best"
            )
        return Secret(text)


def _checked(url: str) -> str:
    checked_address(url, "url")
    if urlsplit(url).username or urlsplit(url).password:
        raise ConfigError(
            'source "caldav": keep user and password out of url; there is user, and password_variable'
        )
    return url


sources.add("caldav", CalDav)
