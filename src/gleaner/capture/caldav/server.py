"""A CalDAV server, asked with the library ``caldav``. What that raises becomes one sentence of ours, here.

No sentence has more of an address than its host, and none has what the server answered.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from gleaner.capture.download import checked_address, host
from gleaner.core.errors import ConfigError, GleanerError, Unavailable
from gleaner.core.phrases import phrase
from gleaner.core.secrets import Secret

_AT_ONCE = 100
"""Objects asked for with one request."""
_EXPIRED = "{DAV:}valid-sync-token"


@dataclass(frozen=True)
class Address:
    """One calendar on the server."""

    name: str
    """As people call it, for sentences."""
    url: str
    collection: Any = field(repr=False, compare=False)
    """The library's own, which knows on which host it is."""


@dataclass(frozen=True)
class Changes:
    """What is different in a calendar since a token was given, or all of it."""

    texts: Mapping[str, str]
    """Objects that are new or different, by path."""
    token: str
    """Empty: the server has none, so all is read each time."""
    gone: frozenset[str] = frozenset()
    is_all: bool = False
    """These are all objects there are."""


class Server:
    """A server, to one *user*. *secret_at* says where the password is, for sentences."""

    def __init__(self, url: str, user: str, password: Secret, secret_at: str, timeout: float) -> None:
        self._caldav = _library()
        self._where = host(url)
        self._user = user
        self._secret_at = secret_at
        # Without looking the domain up in the DNS: the address is what somebody wrote down.
        self._client: Any = self._caldav.DAVClient(
            url, username=user, password=str(password), timeout=timeout, enable_rfc6764=False
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def named(self, wanted: Sequence[str]) -> list[Address | ConfigError]:
        """The calendars with these names or addresses, in this order; why not, where there is no such one."""
        found: list[Address] = []
        if not all(is_address(one) for one in wanted):
            with self._sentences("the list of calendars"):
                found = [
                    Address(str(one.get_display_name() or ""), str(one.url), one)
                    for one in self._client.get_calendars()
                ]
        return [self._named(one, found) for one in wanted]

    def _named(self, wanted: str, found: Sequence[Address]) -> Address | ConfigError:
        if is_address(wanted):
            collection = self._caldav.Calendar(client=self._client, url=wanted)
            return Address(wanted.rstrip("/").rpartition("/")[2], wanted, collection)
        fitting = [one for one in found if one.name == wanted]
        if len(fitting) == 1:
            checked_address(fitting[0].url, "the calendar's address")  # the server may name any
            return fitting[0]
        if fitting:
            return ConfigError(
                phrase(
                    '{where} has {len} calendars called "{wanted}"; name the address of the right one',
                    where=self._where,
                    len=len(fitting),
                    wanted=wanted,
                )
            )
        known = ", ".join(sorted(one.name for one in found if one.name)) or "none with a name"
        return ConfigError(
            phrase(
                '{where} has no calendar "{wanted}" for {user}. There are: {known}. Its address does, too',
                where=self._where,
                wanted=wanted,
                user=self._user,
                known=known,
            )
        )

    def changes(self, calendar: Address, token: str) -> Changes:
        """What changed in *calendar* since *token* was given; all of it when that is empty or says nothing any more."""
        with self._sentences(f'the calendar "{calendar.name}"'):
            collection = calendar.collection
            try:
                if token:
                    try:
                        return self._synced(collection, token)
                    except self._caldav.error.DAVError as error:
                        if _EXPIRED not in error.preconditions:
                            raise
                return self._synced(collection, "")
            except _Unsynced:
                return self._listed(collection)

    def _synced(self, collection: Any, token: str) -> Changes:
        """By a sync-collection report. Raises _Unsynced when the server does not answer it well."""
        error = self._caldav.error
        try:
            answer = collection.get_objects_by_sync_token(token or None, disable_fallback=True)
        except error.DAVError as raised:
            # A server without that report refuses it in one of these ways.
            if raised.status in (400, 403, 405, 415, 422, 501) and _EXPIRED not in raised.preconditions:
                raise _Unsynced from raised
            raise
        if answer.truncated or not answer.sync_token:
            raise _Unsynced
        gone = {_path(url) for url in answer.deleted_urls}
        changed = {path: one for one in answer if (path := _path(one.url)) not in gone}
        texts: dict[str, str] = {}
        urls = [one.url for one in changed.values()]
        for at in range(0, len(urls), _AT_ONCE):
            for one in collection.multiget(urls[at : at + _AT_ONCE]):
                if one.data:
                    texts[_path(one.url)] = str(one.data)
        for path in changed.keys() - texts.keys():
            try:
                texts[path] = str(changed[path].load().data)
            except error.NotFoundError:
                gone.add(path)  # deleted since
        return Changes(texts, str(answer.sync_token), frozenset(gone), is_all=not token)

    def _listed(self, collection: Any) -> Changes:
        """All objects, by a query."""
        return Changes(
            {_path(one.url): str(one.data) for one in collection.search(event=True)}, "", is_all=True
        )

    @contextmanager
    def _sentences(self, what: str) -> Iterator[None]:
        """Whatever the library raises in here, as one of our errors."""
        error = self._caldav.error
        try:
            yield
        except error.RateLimitError as raised:
            wait = raised.retry_after_seconds
            raise Unavailable(
                phrase(
                    "{where} answered {status}; the next run tries again",
                    where=self._where,
                    status=raised.status,
                ),
                retry_after=wait,
            ) from None
        except error.DAVError as raised:
            # ``from None``, here and below: what the server answered hangs on these exceptions.
            raise self._refusal(what, raised.status) from None
        except OSError as raised:  # the library's own are among them
            kind = type(raised).__name__
            raise Unavailable(
                phrase(
                    "{where} cannot be reached ({kind}); the next run tries again",
                    where=self._where,
                    kind=kind,
                )
            ) from None
        except (SyntaxError, ValueError, LookupError, TypeError, AttributeError, AssertionError):
            # An answer that is none of CalDAV, taken apart by a library that expected one.
            raise self._refusal(what, None) from None

    def _refusal(self, what: str, status: int | None) -> GleanerError:
        if status is not None and (status in (408, 425, 429) or status >= 500):
            return Unavailable(
                phrase(
                    "{where} answered {status}; the next run tries again", where=self._where, status=status
                )
            )
        if status == 401:
            return ConfigError(
                phrase(
                    "{where} does not let {user} in; put the right password into {secret_at}, or correct user",
                    where=self._where,
                    user=self._user,
                    secret_at=self._secret_at,
                )
            )
        if status == 403:
            return ConfigError(
                phrase(
                    "{where} does not let {user} read {what}; share it with them, or correct its address",
                    where=self._where,
                    user=self._user,
                    what=what,
                )
            )
        if status in (404, 410):
            return ConfigError(
                phrase(
                    "{where} does not know {what}; copy its address from the calendar's settings",
                    where=self._where,
                    what=what,
                )
            )
        template = (
            "{where} answered {status} when it was asked for {what}; check url"
            if status
            else "{where} did not answer like a calendar server when it was asked for {what}; check url"
        )
        return ConfigError(phrase(template, where=self._where, status=status or 0, what=what))


class _Unsynced(Exception):
    """The server does not tell what changed."""


def _library() -> Any:
    try:
        import caldav
        import caldav.lib.error
    except ImportError:
        raise ConfigError(
            phrase('calendars over CalDAV need one more package: pip install "gleaner[caldav]"')
        ) from None
    # It writes answers it does not understand into its log, titles and all.
    logging.getLogger("caldav").setLevel(logging.CRITICAL)
    return caldav


def is_address(name: str) -> bool:
    """Whether *name* is a calendar's address, not what people call it."""
    return "://" in name


def _path(url: object) -> str:
    return unquote(urlsplit(str(url)).path)
