"""GET requests to one of Google's APIs with one bearer: what every API there answers in the same way.

Source: Google Calendar API v3, *Handle API errors* (``errors[].reason``); AIP-193, *Errors* (``details[].reason``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Self

import httpx2

from gleaner.capture.download import host
from gleaner.core.credentials import Bearer
from gleaner.core.errors import ConfigError, Unavailable
from gleaner.core.phrases import phrase
from gleaner.core.secrets import Secret
from gleaner.core.tls import certificates

_TIRED = frozenset(
    ("rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "calendarUsageLimitsExceeded")
)


class Door:
    """One API of Google."""

    def __init__(self, bearer: Bearer, base_url: str, timeout: float = 30.0) -> None:
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

    @property
    def where(self) -> str:
        """All of its address that may be shown."""
        return host(self._base_url)

    def get(
        self,
        path: str,
        params: Mapping[str, Any],
        fault: Callable[[httpx2.Response], Exception],
        wanted: str,
    ) -> dict[str, Any]:
        """The object at *path*, which holds what is *wanted*.

        Raises Unavailable when a later try may succeed, ConfigError when the login is over, and for every other
        answer what *fault* makes of it.
        """
        token = self._bearer.current()
        response = self._sent(path, params, token)
        if response.status_code == 401:
            another = self._bearer.instead_of(token)
            if another is not None:
                response = self._sent(path, params, another)
        if response.status_code != 200:
            raise self._passing(response) or fault(response)
        try:
            said = response.json()
        except ValueError:
            said = None
        if not isinstance(said, dict):
            raise Unavailable(
                phrase(
                    "{where} answered something else than {wanted}; the next run tries again",
                    where=self.where,
                    wanted=wanted,
                )
            )
        return said

    def _sent(self, path: str, params: Mapping[str, Any], token: Secret) -> httpx2.Response:
        try:
            return self._http.get(
                self._base_url + path, params=dict(params), headers={"Authorization": f"Bearer {token}"}
            )
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            # ``from None``: the request with its token hangs on these exceptions.
            kind = type(error).__name__
            raise Unavailable(
                phrase(
                    "{where} cannot be reached ({kind}); the next run tries again",
                    where=self.where,
                    kind=kind,
                )
            ) from None

    def _passing(self, response: httpx2.Response) -> Exception | None:
        """The fault when it is the same at every API."""
        status = response.status_code
        if status in (408, 425, 429) or status >= 500 or not _TIRED.isdisjoint(reasons(response)):
            wait = response.headers.get("retry-after", "")
            seconds = float(wait) if wait.isdecimal() and len(wait) < 7 else None
            return Unavailable(
                phrase(
                    "{where} answered {status}; the next run tries again", where=self.where, status=status
                ),
                retry_after=seconds,
            )
        if status == 401:
            return ConfigError(
                phrase(
                    "{where} does not accept the login any more; log in again: gleaner login --google",
                    where=self.where,
                )
            )
        return None


def reasons(response: httpx2.Response) -> list[str]:
    """The API's words for what is wrong: those of ``errors``, then those of ``details``."""
    try:
        error = response.json()["error"]
        return [
            str(one["reason"])
            for one in (*error.get("errors", ()), *error.get("details", ()))
            if "reason" in one
        ]
    except (ValueError, LookupError, TypeError, AttributeError):
        return []
