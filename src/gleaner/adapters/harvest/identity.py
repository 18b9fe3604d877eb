"""Harvest's identity host: logging in, renewing a login, and which accounts it opens (``harvest/api`` §2).

Secrets go into the body of requests to this host and the bearer header, never into an address, error or log.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from math import isnan
from typing import Literal
from urllib.parse import urlencode

import httpx2

from gleaner.adapters.harvest import faults, patience
from gleaner.adapters.harvest.encoding import Raw, from_json
from gleaner.adapters.harvest.tokens import Pair, checked_token
from gleaner.adapters.harvest.transport import USER_AGENT
from gleaner.adapters.harvest.wire import Wire, read
from gleaner.adapters.redirect import Attempt
from gleaner.core.errors import ConfigError, Refused, Unavailable
from gleaner.core.secrets import Secret
from gleaner.core.tls import certificates

IDENTITY_URL = "https://id.getharvest.com"

# When the answer does not say how long the token lives; what other clients assume too (``harvest/api`` §2).
_LIFE = timedelta(hours=17)
# A shorter life would be a renewal with every request; a longer one nobody has to be told of.
_LEAST, _MOST = timedelta(minutes=1), timedelta(days=366)


class IdentityUser(Wire):
    id: int
    first_name: str = ""
    last_name: str = ""
    email: str = ""

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.email


class AccountEntry(Wire):
    id: int
    name: str = ""
    product: str = "harvest"
    """``harvest`` or ``forecast``."""


class Accounts(Wire):
    """Who a token belongs to, and what it opens."""

    user: IdentityUser | None = None
    accounts: tuple[AccountEntry, ...] = ()

    @property
    def harvest(self) -> tuple[AccountEntry, ...]:
        """Without those of Forecast, another product."""
        return tuple(account for account in self.accounts if account.product == "harvest")


class Identity:
    """The host where people log in. Needs the OAuth application for everything but :meth:`accounts`."""

    def __init__(
        self,
        client_id: str = "",
        client_secret: Secret = Secret(),  # noqa: B008  (a text)
        *,
        base_url: str = IDENTITY_URL,
        user_agent: str = USER_AGENT,
        timeout: float = 10.0,
        deadline: float = 25.0,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        http: httpx2.BaseTransport | None = None,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self._client_id = client_id
        self._client_secret = client_secret
        self._now = now
        self._deadline = deadline
        self._http = httpx2.Client(
            headers={"User-Agent": user_agent, "Accept": "application/json"},
            timeout=httpx2.Timeout(timeout, connect=min(timeout, 5.0)),
            follow_redirects=False,
            verify=certificates(),
            transport=http,
        )

    def __repr__(self) -> str:
        return f"<Harvest's identity host at {self.base_url}>"

    def close(self) -> None:
        self._http.close()

    def authorise_url(self, attempt: Attempt) -> str:
        """The page where a person allows us in; it leads back to the attempt's ``redirect_uri``."""
        return f"{self.base_url}/oauth2/authorize?{urlencode(attempt.asked(self._client_id))}"

    def exchange(self, code: Secret, attempt: Attempt) -> Pair:
        """The first pair. A code works once; raises Refused when it does not."""
        return self._pair(attempt.grant(code))

    def refresh(self, refresh_token: Secret) -> Pair:
        """The next pair. Raises Refused when the login is over."""
        return self._pair({"grant_type": "refresh_token", "refresh_token": refresh_token}, refresh_token)

    def accounts(self, token: Secret) -> Accounts:
        """Whose *token* it is, a personal access token's too. Raises Refused when it is nobody's."""
        path = "/api/v2/accounts"
        headers = {"Authorization": Secret(f"Bearer {token}")}
        try:
            return read(Accounts, self._sent("GET", path, (token,), headers=headers))
        except ValueError as error:
            raise faults.garbled("GET", path, str(error)) from error

    def _pair(self, grant: Mapping[str, str], refresh_token: Secret | None = None) -> Pair:
        path = "/api/v2/oauth2/token"
        form = {"client_id": self._client_id, "client_secret": self._client_secret, **grant}
        kept = tuple(Secret(value) for value in (self._client_secret, *grant.values()))
        asked_at = self._now()
        said = self._sent("POST", path, kept, form=form)
        told = {name: Secret(value) if isinstance(value, str) else value for name, value in said.items()}
        del said
        access, following = told.get("access_token"), told.get("refresh_token") or refresh_token
        if not isinstance(access, Secret) or not isinstance(following, Secret):
            raise Unavailable("Harvest's answer to the login has no tokens in it; try again later.")
        life = _life(told.get("expires_in"))
        return Pair(checked_token(access), checked_token(following), asked_at, asked_at + life)

    def _sent(
        self,
        method: Literal["GET", "POST"],
        path: str,
        secret: tuple[Secret, ...],
        *,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Raw:
        try:
            until = time.monotonic() + self._deadline
            request = self._http.build_request(method, self.base_url + path, data=form, headers=headers)
            response = patience.whole(self._http.send(request, stream=True), until)
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            fault = faults.from_network(method, path, error)
            if isinstance(fault, ConfigError):
                raise ConfigError(f"{self.base_url} cannot be asked; check identity_url") from error
            # Nothing of ours is written by a login: whoever waits for it may simply ask again.
            raise Unavailable(f"{fault} ({self.base_url})") from error
        if response.is_success:
            try:
                return from_json(response.content)
            except ValueError:
                pass  # it may hold a token
            raise Unavailable(
                f"The answer of {self.base_url} cannot be read; check identity_url, or try later."
            )
        said = response.content
        for one in secret:
            said = said.replace(one.encode(), b"[secret]") if one else said
        if response.status_code in (408, 429) or response.status_code >= 500:
            fault = faults.from_status("GET", path, response.status_code, response.headers, said)
            assert isinstance(fault, Unavailable), fault
            raise fault
        why = faults.spoken(said)
        raise Refused(
            f"{self.base_url} refused {'the login' if method == 'POST' else 'the access token'}"
            f"{f': {why}' if why else f' with status {response.status_code}'}",
            status=response.status_code,
        )


def _life(said: object) -> timedelta:
    """How long a token lives when Harvest says *said* seconds, of which no nonsense may cost us the token.

    >>> [_life(said).total_seconds() for said in (3600, "-5", 1e300, "soon", "nan")]
    [3600.0, 60.0, 31622400.0, 61200.0, 61200.0]
    """
    try:
        seconds = float(str(said))
    except ValueError:
        return _LIFE
    if isnan(seconds):
        return _LIFE
    return timedelta(seconds=min(max(seconds, _LEAST.total_seconds()), _MOST.total_seconds()))
