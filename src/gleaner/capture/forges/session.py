"""One look at a forge over HTTP: pages, answers that did not change, limits, and errors in our words.

Tokens go to the configured host only, in a header; no text from here shows one.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httpx2

from gleaner.core.errors import ConfigError, Unavailable
from gleaner.core.hosts import is_here
from gleaner.core.phrases import phrase
from gleaner.core.tls import certificates

_NEXT = re.compile(r'<([^>]+)>;[^,]*\brel="?next"?')
_MOST_BYTES = 64_000_000
_MOST_PAGES = 500
_MOST_MOVES = 3
_TRIES = 3
_PAUSE = 0.5
"""Seconds before the second try; the third waits twice as long."""
_SECONDARY = 60.0
"""Seconds GitHub asks for where it throttles without saying how long."""


class NotThere(ConfigError):
    """The forge knows no such thing, or does not show it to us."""


class Throttled(Unavailable):
    """The forge answers nothing more for a while, whatever is asked."""


class Unauthorized(ConfigError):
    """The forge does not know who we are: no other question will help."""


@dataclass(frozen=True)
class Words:
    """What errors say of a forge."""

    forge: str
    token: str
    """Where the token is, or the App's key."""
    rights: str
    """What it has to be allowed."""


@dataclass(frozen=True)
class Answer:
    """One page."""

    content: Any
    """None where it did not change."""
    etag: str
    next: str
    at: datetime | None
    """When it was made, by the forge's clock."""


@dataclass
class Session:
    """Requests to one forge, with one budget of waiting for its limits."""

    base_url: str
    words: Words
    headers: Mapping[str, str]
    timeout: float = 30.0
    patience: float = 60.0
    """Seconds that all waiting for limits may take."""
    sleep: Callable[[float], None] = time.sleep
    _until: float = field(default=0.0, init=False)
    """When the forge's hour begins anew, in seconds since 1970; 0 as long as it still answers."""

    def __post_init__(self) -> None:
        self.base_url = checked_address(self.base_url, self.words.forge)
        self._client = httpx2.Client(
            timeout=self.timeout,
            verify=certificates(),
            headers={"User-Agent": "gleaner", **self.headers},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    # --- asking --------------------------------------------------------------------------------------------

    def get(self, path: str, params: Mapping[str, str] | None = None, etag: str = "") -> Answer:
        """What is at *path*, or at a whole address that a page named as its next.

        Raises NotThere, Unauthorized, Throttled, ConfigError or Unavailable.
        """
        url = self._address(path, params)
        response = self._asked("GET", url, {"If-None-Match": etag} if etag else {})
        for _ in range(_MOST_MOVES):
            if not response.has_redirect_location:
                break
            # A repository that was renamed. Not left to the client: it would take our header along to any host.
            url = self._address(str(httpx2.URL(url).join(response.headers["location"])))
            response = self._asked("GET", url, {})
        following = _NEXT.search(response.headers.get("link", ""))
        return Answer(
            content=None if response.status_code == 304 else self._json(response),
            etag=response.headers.get("etag", ""),
            next=following[1] if following else "",
            at=_date(response.headers.get("date", "")),
        )

    def post(self, path: str) -> Any:
        """The answer to a POST without a body."""
        return self._json(self._asked("POST", self._address(path), {}))

    def pages(self, path: str, params: Mapping[str, str] | None = None) -> Iterator[Any]:
        """The items of a list, page by page as they are wanted."""
        answer = self.get(path, {"per_page": "100", **(params or {})})
        for _ in range(_MOST_PAGES):
            yield from answer.content
            if not answer.next:
                return
            answer = self.get(answer.next)

    def fresh(
        self,
        path: str,
        params: Mapping[str, str],
        kept: Answers,
        pick: Callable[[Any], Any],
        is_enough: Callable[[Any], bool] = lambda _picked: False,
    ) -> list[Any]:
        """What *pick* takes from each page, as it is now; a page that did not change costs nothing of the limit.

        No page after one that *is_enough* is asked for.
        """
        found = []
        address, more = self._address(path, params), _MOST_PAGES
        while address and more:
            more -= 1
            before = kept.get(address)
            answer = self.get(address, etag=before["etag"] if before else "")
            if answer.content is None and before is not None:
                page = before
            else:
                page = {"etag": answer.etag, "next": answer.next, "picked": pick(answer.content)}
            kept.put(address, page)
            found.append(page["picked"])
            address = "" if is_enough(page["picked"]) else page["next"]
        return found

    def _address(self, path: str, params: Mapping[str, str] | None = None) -> str:
        if "://" not in path:
            path = self.base_url + path
        url = httpx2.URL(path, params=dict(params)) if params else httpx2.URL(path)
        ours = urlsplit(self.base_url)
        if (url.scheme, url.netloc.decode()) != (ours.scheme, ours.netloc):
            raise Unavailable(
                phrase(
                    "{forge} sent us on to another host ({host}), which gets no token; if it moved, correct base_url",
                    forge=self.words.forge,
                    host=url.host,
                )
            )
        return str(url)

    def _json(self, response: httpx2.Response) -> Any:
        if len(response.content) > _MOST_BYTES:
            raise Unavailable(
                phrase("{host} sent more than {mb} MB at once", host=self._host, mb=_MOST_BYTES // 1_000_000)
            )
        try:
            return response.json()
        except ValueError:
            raise Unavailable(
                phrase("{host} answered something that is no JSON; the next run tries again", host=self._host)
            ) from None

    # --- the network and the limits ---------------------------------------------------------------------------

    def _asked(self, method: str, url: str, headers: Mapping[str, str]) -> httpx2.Response:
        for attempt in range(1, _TRIES + 1):
            if self._until:
                self._wait(self._until - time.time())
            try:
                response = self._client.request(method, url, headers=dict(headers))
            except (httpx2.InvalidURL, httpx2.UnsupportedProtocol) as error:
                kind = type(error).__name__
                raise ConfigError(
                    phrase("base_url {base_url} does not work ({kind})", base_url=self.base_url, kind=kind)
                ) from None
            except httpx2.HTTPError as error:
                if attempt == _TRIES:
                    # ``from None``: the request, and with it the token, hangs on these exceptions.
                    kind = type(error).__name__
                    raise Unavailable(
                        phrase(
                            "{host} cannot be reached ({kind}); the next run tries again",
                            host=self._host,
                            kind=kind,
                        )
                    ) from None
                self.sleep(_PAUSE * attempt)
                continue
            self._note_limit(response)
            wait = _throttled(response)
            if wait is not None:
                self._wait(wait)
            elif response.status_code >= 500 and attempt < _TRIES:
                self.sleep(_PAUSE * attempt)
            else:
                return self._checked(response)
        raise Throttled(
            phrase(
                "{host} keeps asking us to wait; the next run goes on where this one stopped", host=self._host
            )
        )

    def _note_limit(self, response: httpx2.Response) -> None:
        """Do not ask what would be refused: when nothing is left, remember until when."""
        names = (("x-ratelimit-remaining", "x-ratelimit-reset"), ("ratelimit-remaining", "ratelimit-reset"))
        for remaining, reset in names:
            if response.headers.get(remaining) == "0":
                self._until = _seconds(response.headers.get(reset, ""))
                return
        self._until = 0.0

    def _wait(self, seconds: float) -> None:
        """Sleep so long, if that is still within our patience. Raises Throttled otherwise."""
        self._until = 0.0
        seconds = max(seconds, 0.0)
        if seconds > self.patience:
            at = datetime.fromtimestamp(time.time() + seconds, UTC)
            raise Throttled(
                phrase(
                    "{host} answers no more requests until {at} UTC; what was read is kept, and the next run "
                    "goes on from there",
                    host=self._host,
                    at=at.time(),
                ),
                retry_after=seconds,
            )
        self.patience -= seconds
        self.sleep(seconds)

    def _checked(self, response: httpx2.Response) -> httpx2.Response:
        status, words = response.status_code, self.words
        if status < 400:
            return response
        if status == 401:
            raise Unauthorized(
                phrase(
                    "{forge} does not accept the token in {token} (401); it may have expired: make a new one",
                    forge=words.forge,
                    token=words.token,
                )
            )
        if status == 403:
            raise ConfigError(
                phrase(
                    "{forge} does not allow this with the token in {token} (403); it needs {rights}",
                    forge=words.forge,
                    token=words.token,
                    rights=words.rights,
                )
            )
        if status in (404, 409, 410, 422, 451):
            raise NotThere(
                phrase("{forge} shows us nothing there ({status})", forge=words.forge, status=status)
            )
        if status >= 500:
            raise Unavailable(
                phrase("{host} answered {status}; the next run tries again", host=self._host, status=status)
            )
        raise ConfigError(phrase("{host} answered {status}; check base_url", host=self._host, status=status))

    @property
    def _host(self) -> str:
        return urlsplit(self.base_url).hostname or "?"


class Answers:
    """Pages that may be asked for again, with what tells whether they changed. Those not asked for are dropped."""

    def __init__(self, before: Mapping[str, Any]) -> None:
        self._before = before
        self.now: MutableMapping[str, Any] = {}

    def get(self, address: str) -> Any:
        return self._before.get(address)

    def put(self, address: str, page: Any) -> None:
        self.now[address] = page


def checked_address(url: str, forge: str) -> str:
    """*url* without a slash at its end. Raises ConfigError for one that would show the token to others."""
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname or ""
    except ValueError:
        parts, host = urlsplit(""), ""
    if parts.scheme not in ("https", "http") or not host:
        raise ConfigError(
            phrase("base_url is the address of {forge}'s API and starts with https://", forge=forge)
        )
    if parts.scheme == "http" and not is_here(host):
        raise ConfigError(
            phrase("base_url: plain http would show your token to everybody on the way; write https://")
        )
    return url.strip().rstrip("/")


def _throttled(response: httpx2.Response) -> float | None:
    """How long the forge wants us to wait; None where it did not mind."""
    if response.status_code not in (403, 429):
        return None
    if after := response.headers.get("retry-after", ""):
        return _seconds(after) if after.isdecimal() else _SECONDARY
    if response.headers.get("x-ratelimit-remaining") == "0":
        return _seconds(response.headers.get("x-ratelimit-reset", "")) - time.time()
    is_secondary = "secondary rate limit" in response.text[:2000].lower()
    return _SECONDARY if is_secondary or response.status_code == 429 else None


def _seconds(text: str) -> float:
    return float(text) if text.isdecimal() and len(text) < 12 else 0.0


def _date(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
