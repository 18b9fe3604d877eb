"""Requests to Harvest: who asks, how long we wait, what is sent again, and what a failure means.

The token is sent to the base URL's host and nowhere else: redirects are not followed, links in answers are followed
by their query only (:mod:`.paging`), and files that lie elsewhere are fetched without it (:mod:`.receipts`). It appears
in no error, repr or log.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from threading import Lock
from typing import BinaryIO, Literal, TypeAlias, TypeVar

import httpx2
import stamina

from gleaner.adapters.harvest import faults, patience
from gleaner.adapters.harvest.encoding import Params, Raw, form_field, from_json, query, to_json
from gleaner.adapters.harvest.exchange import Exchange
from gleaner.adapters.harvest.limits import Limits, Throttle
from gleaner.adapters.harvest.repeats import hear_retries
from gleaner.adapters.harvest.tokens import FixedToken, Tokens
from gleaner.core.catalog import AccountId
from gleaner.core.errors import GleanerError, Refused, Unavailable
from gleaner.core.secrets import Secret
from gleaner.core.tls import certificates

BASE_URL = "https://api.harvestapp.com/v2"
USER_AGENT = "Gleaner (https://gleaner.example)"
"""Harvest wants the program's name with a URL or e-mail address to turn to, and answers 400 without."""

Method: TypeAlias = Literal["GET", "POST", "PATCH", "DELETE"]
_Timed: TypeAlias = tuple[httpx2.Response, timedelta]
"""An answer, and how long it took."""
T = TypeVar("T")


@dataclass(frozen=True)
class Answer:
    """What came back from a request that worked."""

    body: Raw
    asked_at: datetime | None = None
    """By Harvest's clock, and not later than the moment Harvest looked; None when it did not tell the time."""


@dataclass(frozen=True)
class Upload:
    """A file that goes with a request, which is then sent as a form (``harvest/api`` §1)."""

    field: str
    name: str
    content: bytes
    content_type: str


_check: ContextVar[Callable[[], None] | None] = ContextVar("check", default=None)


@contextmanager
def guarded(check: Callable[[], None]) -> Iterator[None]:
    """Within it *check* is called right before each write of this thread is sent; what it raises stops the write.

    Waiting for the rate limit, for a token or after a refusal lies before it: nothing but the sending comes after.
    """
    former = _check.set(check)
    try:
        yield
    finally:
        _check.reset(former)


# Seconds for a receipt of 10 MB, at 100 kB/s.
_DOWNLOAD = 100.0


@dataclass(frozen=True)
class Retries:
    """When to give up: after so many *attempts*, or when *seconds* have passed."""

    attempts: int = 5
    seconds: float = 60.0


class Transport:
    """Sends requests for one account with one person's tokens. Threads may share it."""

    def __init__(
        self,
        account_id: AccountId,
        token: str | Tokens,
        *,
        base_url: str = BASE_URL,
        timeout: float = 10.0,
        connect_timeout: float = 5.0,
        deadline: float = 25.0,
        limits: Throttle | None = None,
        retries: Retries = Retries(),
        user_agent: str = USER_AGENT,
        on_request: Callable[[str, str], None] | None = None,
        on_exchange: Callable[[Exchange], None] | None = None,
        before_write: Callable[[], None] | None = None,
        http: httpx2.BaseTransport | None = None,
    ) -> None:
        """*timeout* seconds of silence fail a request, and so does an answer that is not complete after *deadline*.

        *on_request* hears method and path before each request is sent, *on_exchange* what became of it; *before_write*
        is called right before each write is sent, and what it raises stops it. All three
        times stay below the 30 s after which a silent worker is taken for dead.
        """
        self._tokens: Tokens = FixedToken(token) if isinstance(token, str) else token
        self.account_id = account_id
        self.base_url = base_url.rstrip("/")
        self._limits = limits if limits is not None else Limits()
        self._deadline = deadline
        self._retries = retries
        hear_retries()
        self._retrying = stamina.RetryingCaller(attempts=retries.attempts, timeout=retries.seconds)
        self._on_request = on_request
        self._on_exchange = on_exchange
        self._before_write = before_write
        self._requests_made = 0
        self._lock = Lock()
        self._http = httpx2.Client(
            headers={"User-Agent": user_agent},
            timeout=httpx2.Timeout(timeout, connect=connect_timeout),
            follow_redirects=False,
            verify=certificates(),
            transport=http,
        )

    def __repr__(self) -> str:
        return f"<Transport to {self.base_url} for account {self.account_id}>"

    @property
    def requests_made(self) -> int:
        """How many requests were sent so far, repeated ones included."""
        return self._requests_made

    @property
    def is_closed(self) -> bool:
        return self._http.is_closed

    def close(self) -> None:
        self._http.close()

    def get(self, path: str, params: Params | None = None) -> Answer:
        return self.request("GET", path, params=params)

    def request(
        self,
        method: Method,
        path: str,
        *,
        params: Params | None = None,
        body: Mapping[str, object] | None = None,
        upload: Upload | None = None,
        is_harmless: bool | None = None,
    ) -> Answer:
        """Harvest's answer, after repeating what may be repeated.

        *is_harmless*: may be sent twice. By default GET, and DELETE: when the answer to one was lost, that the next
        finds nothing means that it worked.
        Raises Refused, Unavailable or ConfigError.
        """
        assert path.startswith("/"), path
        harmless = method in ("GET", "DELETE") if is_harmless is None else is_harmless

        may_be_done = False

        def once() -> Answer:
            nonlocal may_be_done
            try:
                return self._once(method, path, query(params or {}), body, upload)
            except Unavailable as error:
                may_be_done = may_be_done or error.answer_lost
                raise
            except Refused as refusal:
                if method == "DELETE" and may_be_done and refusal.status == 404:
                    return Answer({})
                raise

        return self._repeated(once, is_harmless=harmless)

    def download(self, url: str, to: BinaryIO, *, limit: int) -> None:
        """The bytes at *url*, written to *to* as they arrive; from its beginning again when it is repeated.

        The token goes along to the base URL's own address only. Raises Refused when there are more than *limit*.
        """
        ours, theirs = httpx2.URL(self.base_url), httpx2.URL(url)
        is_ours = (ours.scheme, ours.host, ours.port) == (theirs.scheme, theirs.host, theirs.port)

        def once() -> None:
            to.seek(0)
            to.truncate()
            self._stream(theirs, to, limit, with_token=is_ours)

        self._repeated(once, is_harmless=True)

    def _repeated(self, once: Callable[[], T], *, is_harmless: bool) -> T:
        deadline = time.monotonic() + self._retries.seconds

        def decide(error: Exception) -> bool | float:
            left = deadline - time.monotonic()
            return faults.repeat_in(error, is_harmless=is_harmless, seconds_left=left)

        return self._retrying(decide, once)

    def _once(
        self,
        method: Method,
        path: str,
        params: Mapping[str, str],
        body: Mapping[str, object] | None,
        upload: Upload | None,
    ) -> Answer:
        def send(token: Secret) -> _Timed:
            return self._sent(method, path, lambda: self._built(method, path, token, params, body, upload))

        token, (response, took) = self._answered(path, send)
        return Answer(self._body(method, path, response, token), _asked_at(response.headers, took))

    def _built(
        self,
        method: Method,
        path: str,
        token: Secret,
        params: Mapping[str, str],
        body: Mapping[str, object] | None,
        upload: Upload | None,
    ) -> httpx2.Request:
        url, headers = self.base_url + path, {**self._known_as(token), "Accept": "application/json"}
        if upload is not None:
            fields = {name: form_field(value) for name, value in (body or {}).items() if value is not None}
            files = {upload.field: (upload.name, upload.content, upload.content_type)}
            return self._http.build_request(
                method, url, params=params, headers=headers, data=fields, files=files
            )
        if body is None:
            return self._http.build_request(method, url, params=params, headers=headers)
        headers["Content-Type"] = "application/json"
        return self._http.build_request(method, url, params=params, headers=headers, content=to_json(body))

    def _answered(self, path: str, send: Callable[[Secret], _Timed]) -> tuple[Secret, _Timed]:
        """What *send* gives with our token; once more with another when that one is refused.

        A request whose token is refused did nothing, so even a POST may be sent again.
        """
        # Waiting comes first: it may take minutes, in which a token that was fetched before would grow old.
        self._limits.wait(path)
        token = self._tokens.current()
        answer = send(token)
        if answer[0].status_code == 401 and (other := self._tokens.instead_of(token)) is not None:
            answer[0].close()
            self._limits.wait(path)
            return other, send(other)
        return token, answer

    def _sent(
        self, method: Method, path: str, build: Callable[[], httpx2.Request], *, stream: bool = False
    ) -> _Timed:
        request = build()
        self._count(method, path)
        if method != "GET":
            for check in (_check.get(), self._before_write):
                if check is not None:
                    check()
        started = time.monotonic()
        status = None
        try:
            response = self._http.send(request, stream=True)
            if not stream:
                response = patience.whole(response, started + self._deadline)
            status = response.status_code
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise faults.from_network(method, path, error) from error
        finally:
            took = time.monotonic() - started
            if self._on_exchange is not None:
                self._on_exchange(Exchange(method, path, status, took))
        return response, timedelta(seconds=took)

    def _stream(self, url: httpx2.URL, to: BinaryIO, limit: int, *, with_token: bool) -> None:
        def built(token: Secret) -> httpx2.Request:
            request = self._http.build_request("GET", url, headers=self._known_as(token) if token else None)
            if not token:
                request.headers.pop("Cookie", None)  # a cookie may be for a whole domain, and name us too
            return request

        def send(token: Secret) -> _Timed:
            return self._sent("GET", url.path, lambda: built(token), stream=True)

        if with_token:
            token, (response, _) = self._answered(url.path, send)
        else:
            self._limits.wait(url.path)
            token, (response, _) = Secret(), send(Secret())
        try:
            if not response.is_success:
                said = patience.whole(response, time.monotonic() + self._deadline)
                raise self._fault("GET", url.path, said, token)
            size = 0
            for chunk in patience.in_time(response, time.monotonic() + _DOWNLOAD):
                size += len(chunk)
                if size > limit:
                    raise Refused(
                        f"GET {url.path} gives more than {limit // 1_000_000} MB; it is left alone."
                    )
                to.write(chunk)
        except httpx2.HTTPError as error:
            raise faults.from_network("GET", url.path, error) from error
        finally:
            response.close()

    def _known_as(self, token: Secret) -> dict[str, str]:
        return {"Authorization": Secret(f"Bearer {token}"), "Harvest-Account-Id": str(self.account_id)}

    def _body(self, method: Method, path: str, response: httpx2.Response, token: Secret) -> Raw:
        if not response.is_success:
            raise self._fault(method, path, response, token)
        if method == "DELETE":  # the deleted object, or nothing: it tells us no more than the status
            return {}
        try:
            return from_json(response.content)
        except ValueError:
            pass  # and not the cause of what follows: it holds the whole body, which is nobody's business
        raise faults.garbled(method, path, "it is not a JSON object")

    def _fault(self, method: str, path: str, response: httpx2.Response, token: Secret) -> GleanerError:
        said = response.content.replace(token.encode(), b"[token]") if token else response.content
        return faults.from_status(method, path, response.status_code, response.headers, said)

    def _count(self, method: Method, path: str) -> None:
        with self._lock:
            self._requests_made += 1
        if self._on_request is not None:
            self._on_request(method, path)


def _asked_at(headers: Mapping[str, str], took: timedelta) -> datetime | None:
    try:
        answered = parsedate_to_datetime(headers["date"]).astimezone(UTC)
    except (KeyError, ValueError):
        return None
    # Harvest looked at some time while we waited, so the answer's date is too late by up to that.
    return answered - took
