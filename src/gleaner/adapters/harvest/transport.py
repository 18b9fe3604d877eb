"""Requests to Harvest: who asks, how long we wait, what is sent again, and what a failure means.

The token is sent to the base URL's host and nowhere else: redirects are not followed, and links in answers
are followed by their query only (:mod:`.paging`). It appears in no error, repr or log.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime
from threading import Lock
from typing import Literal, TypeAlias

import httpx2
import stamina

from gleaner.adapters.harvest import faults
from gleaner.adapters.harvest.limits import Limits, Throttle
from gleaner.core.catalog import AccountId
from gleaner.core.errors import ConfigError, GleanerError

BASE_URL = "https://api.harvestapp.com/v2"
USER_AGENT = "Gleaner (https://gleaner.example)"
"""Harvest wants the program's name with a URL or e-mail address to turn to, and answers 400 without."""

Raw: TypeAlias = dict[str, object]
"""One JSON object as Harvest sent it; numbers with a point are ``Decimal``."""
Method: TypeAlias = Literal["GET", "POST", "PATCH", "DELETE"]
Params: TypeAlias = Mapping[str, str | int | bool | date | datetime | None]


@dataclass(frozen=True)
class Answer:
    """What came back from a request that worked."""

    body: Raw
    asked_at: datetime | None = None
    """By Harvest's clock, and not later than the moment Harvest looked; None when it did not tell the time."""


@dataclass(frozen=True)
class Retries:
    """When to give up: after so many *attempts*, or when *seconds* have passed."""

    attempts: int = 5
    seconds: float = 60.0


class Transport:
    """Sends requests for one account with one token. Threads may share it."""

    def __init__(
        self,
        account_id: AccountId,
        token: str,
        *,
        base_url: str = BASE_URL,
        timeout: float = 10.0,
        connect_timeout: float = 5.0,
        limits: Throttle | None = None,
        retries: Retries = Retries(),
        user_agent: str = USER_AGENT,
        on_request: Callable[[str, str], None] | None = None,
        http: httpx2.BaseTransport | None = None,
    ) -> None:
        """*timeout* seconds of silence fail a request. *on_request* hears method and path before each is sent.

        Both timeouts stay below the 30 s after which a silent worker is taken for dead.
        """
        token = checked_token(token)
        self.account_id = account_id
        self.base_url = base_url.rstrip("/")
        self._limits = limits if limits is not None else Limits()
        self._retries = retries
        self._retrying = stamina.RetryingCaller(attempts=retries.attempts, timeout=retries.seconds)
        self._on_request = on_request
        self._requests_made = 0
        self._lock = Lock()
        self._scrub: Callable[[bytes], bytes] = lambda text: text.replace(token.encode(), b"[token]")
        self._http = httpx2.Client(
            headers={
                "Authorization": f"Bearer {token}",
                "Harvest-Account-Id": str(account_id),
                "User-Agent": user_agent,
                "Accept": "application/json",
            },
            timeout=httpx2.Timeout(timeout, connect=connect_timeout),
            follow_redirects=False,
            transport=http,
        )

    def __repr__(self) -> str:
        return f"<Transport to {self.base_url} for account {self.account_id}>"

    @property
    def requests_made(self) -> int:
        """How many requests were sent so far, repeated ones included."""
        return self._requests_made

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
        is_harmless: bool | None = None,
    ) -> Answer:
        """Harvest's answer, after repeating what may be repeated.

        *is_harmless*: may be sent twice. By default GET, and DELETE, which finds nothing the second time.
        Raises Refused, Unavailable or ConfigError.
        """
        assert path.startswith("/"), path
        harmless = method in ("GET", "DELETE") if is_harmless is None else is_harmless
        deadline = time.monotonic() + self._retries.seconds

        def decide(error: Exception) -> bool | float:
            left = deadline - time.monotonic()
            return faults.repeat_in(error, is_harmless=harmless, seconds_left=left)

        return self._retrying(decide, self._once, method, path, params or {}, body)

    def _once(self, method: Method, path: str, params: Params, body: Mapping[str, object] | None) -> Answer:
        self._limits.wait(path)
        self._count(method, path)
        started = time.monotonic()
        try:
            response = self._http.request(
                method,
                self.base_url + path,
                params=query(params),
                content=None if body is None else to_json(body),
                headers=None if body is None else {"Content-Type": "application/json"},
            )
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise faults.from_network(method, path, error) from error
        took = timedelta(seconds=time.monotonic() - started)
        return Answer(self._body(method, path, response), _asked_at(response.headers, took))

    def _body(self, method: Method, path: str, response: httpx2.Response) -> Raw:
        if not response.is_success:
            raise self._fault(method, path, response)
        if method == "DELETE":  # the deleted object, or nothing: it tells us no more than the status
            return {}
        try:
            return from_json(response.content)
        except ValueError:
            pass  # and not the cause of what follows: it holds the whole body, which is nobody's business
        raise faults.garbled(method, path, "it is not a JSON object")

    def _fault(self, method: Method, path: str, response: httpx2.Response) -> GleanerError:
        said = self._scrub(response.content)
        return faults.from_status(method, path, response.status_code, response.headers, said)

    def _count(self, method: Method, path: str) -> None:
        with self._lock:
            self._requests_made += 1
        if self._on_request is not None:
            self._on_request(method, path)


def checked_token(token: str) -> str:
    """*token* without the line break a file may end in. Raises ConfigError, which does not show it."""
    token = token.strip()
    if re.fullmatch(r"[!-~]+", token) is None:
        raise ConfigError(
            "the Harvest access token is empty or holds spaces or special characters;"
            f" copy it again from {faults.DEVELOPERS}"
        )
    return token


def query(params: Params) -> dict[str, str]:
    """*params* as Harvest reads them; None is left out.

    >>> query({"is_active": True, "from": date(2026, 3, 2), "user_id": 7, "page": None})
    {'is_active': 'true', 'from': '2026-03-02', 'user_id': '7'}
    """
    return {name: _written(value) for name, value in params.items() if value is not None}


def from_json(text: str | bytes) -> Raw:
    """The object *text* holds. Raises ValueError when it holds anything else.

    >>> from_json('{"hours": 0.83}')
    {'hours': Decimal('0.83')}
    """
    found = json.loads(text, parse_float=Decimal)
    if not isinstance(found, dict):
        raise ValueError(f"expected an object, not {type(found).__name__}")
    return found


def to_json(value: Mapping[str, object]) -> str:
    """*value* as JSON, the same text for the same value.

    >>> to_json({"hours": Decimal("0.83"), "spent_date": date(2026, 3, 2)})
    '{"hours":0.83,"spent_date":"2026-03-02"}'
    """
    return json.dumps(value, default=_encoded, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _written(value: str | int | bool | date | datetime) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case datetime():
            return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        case _:
            return str(value)


def _encoded(value: object) -> object:
    match value:
        case Decimal():
            # Written by repr, a float gives back every decimal of up to 15 digits unchanged: hours and money are.
            return float(value)
        case date():
            return value.isoformat()
        case _:
            raise TypeError(f"{value!r} cannot be sent to Harvest")


def _asked_at(headers: Mapping[str, str], took: timedelta) -> datetime | None:
    try:
        answered = parsedate_to_datetime(headers["date"]).astimezone(UTC)
    except (KeyError, ValueError):
        return None
    # Harvest looked at some time while we waited, so the answer's date is too late by up to that.
    return answered - took
