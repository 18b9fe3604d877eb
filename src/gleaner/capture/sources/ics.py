"""A calendar as a file or behind a secret address, in iCalendar form: what every calendar can export."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from gleaner.capture.calendar.emptied import check_not_emptied
from gleaner.capture.calendar.owner import Whose
from gleaner.capture.download import MOST_BYTES, download, host, web_address
from gleaner.capture.ical.feed import Feed
from gleaner.capture.ical.kept import found_between
from gleaner.capture.ical.text import decoded, scan, without_private_text
from gleaner.capture.ical.zones import iana_name
from gleaner.capture.observed import Observed
from gleaner.capture.source import Cache, sources
from gleaner.core.errors import ConfigError, Unavailable
from gleaner.core.phrases import phrase
from gleaner.core.time import Span
from gleaner.core.time import zone as zone_named


class Ics:
    """One person's calendar, or one of holidays.

    *person* is the owner's address; *addresses* are others under which they may be invited. Or *holidays* says whose
    days off its all-day events are: ``everybody``, or a country such as ``DE``. Exactly one of *path* (``~`` is
    understood) and *url* (``https://`` or ``webcal://``). *zone* is where floating times and all-day events take
    place: the owner's zone. *allow_empty* accepts that a calendar lost its events.
    """

    def __init__(
        self,
        person: str = "",
        path: str | None = None,
        url: str | None = None,
        name: str | None = None,
        zone: str | None = None,
        addresses: Sequence[str] = (),
        holidays: str = "",
        allow_empty: bool = False,
        timeout: float = 30.0,
    ) -> None:
        if (path is None) == (url is None):
            raise ConfigError(
                phrase(
                    'source "ics" takes either path (a file) or url (a secret iCal address), and exactly one of them'
                )
            )
        self._whose = Whose.checked("ics", person, holidays, zone, addresses)
        self._path = Path(path).expanduser() if path is not None else None
        self._url = web_address(url) if url is not None else ""
        self.name = name or (self._path.stem if self._path else host(self._url))
        self._allow_empty = allow_empty
        self._timeout = timeout
        self._feed: tuple[str, Feed] | None = None

    def observe(self, window: Span, cache: Cache) -> Observed:
        """The events that overlap *window*. Raises ConfigError, Unavailable or Suspicious (see Source)."""
        copy = self._downloaded(cache) if self._url else _Copy(self._file_content())
        digest = hashlib.sha256(copy.content).hexdigest()
        of = f"{digest}\n{self.name}\n{self._where}\n{self._whose.text}"
        found, count = found_between(
            window, cache, f"{self._key}/found", of, lambda: self._parsed(copy.content, digest)
        )
        if not self._allow_empty:
            before = int(cache.get(f"{self._key}/count") or b"0")
            check_not_emptied(self._where, before, count)
        if self._url and not copy.is_unchanged:
            copy.keep(cache, self._key)
        cache.put(f"{self._key}/count", str(count).encode())
        return Observed(
            events=found.events,
            problems=found.problems,
            is_unchanged=copy.is_unchanged,
            is_complete=found.is_complete,
        )

    @property
    def _where(self) -> str:
        return phrase("the calendar at {host}", host=host(self._url)) if self._url else str(self._path)

    @property
    def _key(self) -> str:
        """Where this calendar's bytes are kept. A digest, because the address is a secret."""
        location = self._url or str(self._path)
        return "ics/" + hashlib.sha256(location.encode()).hexdigest()[:24]

    def _file_content(self) -> bytes:
        assert self._path is not None
        try:
            if self._path.stat().st_size > MOST_BYTES:
                raise ConfigError(
                    phrase("{path} is larger than {mb} MB", path=str(self._path), mb=MOST_BYTES // 1_000_000)
                )
            return self._path.read_bytes()
        except FileNotFoundError:
            raise ConfigError(
                phrase(
                    "there is no file {path}; export the calendar to it or correct path", path=str(self._path)
                )
            ) from None
        except OSError as error:
            raise ConfigError(
                phrase(
                    "{path} cannot be read ({strerror}); check path and its rights",
                    path=str(self._path),
                    strerror=str(error.strerror),
                )
            ) from error

    def _downloaded(self, cache: Cache) -> _Copy:
        kept = _Copy.kept(cache, self._key)
        answer = download(
            self._url,
            etag=kept.etag if kept else "",
            last_modified=kept.last_modified if kept else "",
            timeout=self._timeout,
        )
        if answer.content is not None:
            # Private text is not kept, not even here; what the events say without it is all we ever read of them.
            body = without_private_text(decoded(answer.content), self._whose.addresses)
            return _Copy(body.encode(), answer.etag, answer.last_modified)
        if kept is None:
            raise Unavailable(
                phrase(
                    "{where} says that nothing changed, but there is no copy; try again", where=self._where
                )
            )
        return _Copy(kept.content, kept.etag, kept.last_modified, is_unchanged=True)

    def _parsed(self, content: bytes, digest: str) -> Feed:
        if self._feed is None or self._feed[0] != digest:
            try:
                scanned = scan(decoded(content))
            except ConfigError as error:
                raise ConfigError(phrase("{where} {error}", where=self._where, error=error.text)) from None
            if scanned.is_cut_off:
                text = phrase(
                    "{where} ends in the middle, so events are missing; nothing was read from it",
                    where=self._where,
                )
                if self._url:
                    raise Unavailable(text)
                raise ConfigError(phrase("{cut_off}. Export it again", cut_off=text))
            owner = self._whose.owner(self.name, _zone(scanned.own_zone))
            self._feed = (digest, Feed(scanned, owner, self._feed[1] if self._feed else None))
        return self._feed[1]


@dataclass(frozen=True)
class _Copy:
    """A downloaded calendar with what its server needs to tell us that it did not change."""

    content: bytes
    etag: str = ""
    last_modified: str = ""
    is_unchanged: bool = False

    def keep(self, cache: Cache, key: str) -> None:
        digest = hashlib.sha256(self.content).hexdigest()
        head = {"etag": self.etag, "last_modified": self.last_modified, "sha256": digest}
        cache.put(f"{key}/body", self.content)
        cache.put(f"{key}/head", json.dumps(head).encode())

    @staticmethod
    def kept(cache: Cache, key: str) -> _Copy | None:
        """The copy, if it is whole: a run may have ended between writing body and head."""
        body, head = cache.get(f"{key}/body"), cache.get(f"{key}/head")
        if body is None or head is None:
            return None
        known: dict[str, str] = json.loads(head)
        if known.get("sha256") != hashlib.sha256(body).hexdigest():
            return None
        return _Copy(body, known.get("etag", ""), known.get("last_modified", ""))


def _zone(name: str) -> ZoneInfo | None:
    known = iana_name(name) if name else None
    return zone_named(known) if known else None


sources.add("ics", Ics)
