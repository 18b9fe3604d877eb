"""Google's identity host: one person's login (OAuth 2.0 for installed applications, PKCE), or a service account's word.

Only events may be read, and who was in a Google Meet where somebody wants that; nothing else. Secrets go into the body
of requests to this host; never into an address, an error or a log.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import urlencode

import httpx2

from gleaner.adapters.harvest.tokens import Pair
from gleaner.adapters.redirect import Attempt
from gleaner.capture.download import host
from gleaner.capture.jwt import private_key, signed
from gleaner.core.errors import ConfigError, Refused, Unavailable
from gleaner.core.secrets import Secret
from gleaner.core.tls import certificates

EVENTS = "https://www.googleapis.com/auth/calendar.events.readonly"
"""The scope of calendars."""
ATTENDANCE = "https://www.googleapis.com/auth/meetings.space.readonly openid"
"""The scopes of attendance: calls and who was in them, and which Google account the person's is."""
_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_EARLY = timedelta(minutes=5)
_LONGEST = 86_400


@dataclass(frozen=True)
class Tokens:
    """The token endpoint."""

    url: str
    now: Callable[[], datetime]
    timeout: float = 20.0

    def ask(self, form: Mapping[str, str]) -> tuple[Secret, Secret, datetime]:
        """Access token, refresh token (perhaps empty), and when the first ends.

        Raises Refused with Google's word for it, Unavailable when it cannot be asked.
        """
        where = host(self.url)
        try:
            with httpx2.Client(timeout=self.timeout, verify=certificates()) as client:
                response = client.post(self.url, data=dict(form), headers={"Accept": "application/json"})
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            # ``from None``: the request with its secrets hangs on these exceptions.
            kind = type(error).__name__
            raise Unavailable(f"{where} cannot be reached ({kind}); the next run tries again") from None
        said = _object(response)
        if response.status_code == 429 or response.status_code >= 500:
            raise Unavailable(f"{where} answered {response.status_code}; the next run tries again")
        if not response.is_success:
            word = str(said.get("error", ""))[:60] or str(response.status_code)
            raise Refused(f"{where} refused the login: {word}", status=response.status_code)
        access = said.get("access_token")
        if not isinstance(access, str) or not access.isascii() or not access.isprintable():
            raise Unavailable(f"{where} answered without a token; the next run tries again")
        life = said.get("expires_in")
        seconds = min(life, _LONGEST) if isinstance(life, int) and life > 0 else 3600
        return (
            Secret(access),
            Secret(said.get("refresh_token") or ""),
            self.now() + timedelta(seconds=seconds),
        )


def _object(response: httpx2.Response) -> dict[str, Any]:
    try:
        said = response.json()
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


@dataclass(frozen=True)
class Identity:
    """Where a person lets us in."""

    client_id: str
    client_secret: Secret
    login_url: str
    tokens: Tokens

    def authorise_url(self, attempt: Attempt, person: str, scope: str = EVENTS) -> str:
        """The page where *person* allows us what *scope* says; it leads back to the attempt's address."""
        asked = {
            **attempt.asked(self.client_id),
            "scope": scope,
            # A refresh token comes with these two only.
            "access_type": "offline",
            "prompt": "consent",
            "login_hint": person,
        }
        return f"{self.login_url}?{urlencode(asked)}"

    def exchange(self, code: Secret, attempt: Attempt) -> Pair:
        """The first pair. Raises Refused when the code is not taken."""
        return self._pair(attempt.grant(code))

    def refresh(self, refresh_token: Secret) -> Pair:
        """The next pair; Google keeps the refresh token. Raises Refused when the login is over."""
        return self._pair({"grant_type": "refresh_token", "refresh_token": refresh_token}, refresh_token)

    def _pair(self, grant: Mapping[str, str], refresh_token: Secret = Secret()) -> Pair:  # noqa: B008  (a text)
        asked_at = self.tokens.now()
        form = {"client_id": self.client_id, "client_secret": self.client_secret, **grant}
        access, following, until = self.tokens.ask(form)
        following = following or refresh_token
        if not following:
            raise Refused(
                "Google gave no refresh token; take Gleaner's access away in your account, and try again"
            )
        return Pair(access, following, asked_at, until)


@dataclass
class ServiceAccount:
    """Reads the calendars of everybody in a domain whose administrator allowed it (domain-wide delegation)."""

    key_file: Path
    tokens: Tokens
    scope: str = EVENTS
    _known: dict[str, tuple[Secret, datetime]] = field(default_factory=dict, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def bearer(self, person: str) -> Delegated:
        """The way into *person*'s calendars."""
        return Delegated(self, person)

    def token(self, person: str, refused: Secret | None = None) -> Secret:
        """One that lasts for some minutes, and is not the *refused* one."""
        with self._lock:
            known = self._known.get(person)
            if known is None or known[0] == refused or self.tokens.now() > known[1] - _EARLY:
                known = self._known[person] = self._asked(person)
            return known[0]

    def _asked(self, person: str) -> tuple[Secret, datetime]:
        key = self._key()
        now = int(self.tokens.now().timestamp())
        claims = {
            "iss": key["client_email"], "scope": self.scope, "aud": self.tokens.url, "iat": now - 30, "exp": now + 3570,
        }  # fmt: skip
        pem = private_key(str(key["private_key"]).encode())
        if pem is None:
            raise self._wrong()
        said = signed(
            {**claims, "sub": person} if person else claims, pem, kid=str(key.get("private_key_id", ""))
        )
        try:
            access, _, until = self.tokens.ask({"grant_type": _GRANT, "assertion": said})
        except Refused as error:
            scopes = " and ".join(self.scope.split())
            what = (
                f"let your administrator allow the service account {key['client_email']} the scope {scopes}"
            )
            # A scope that is not allowed is so for everybody; nobody has to be named.
            who = (
                ""
                if "unauthorized_client" in str(error)
                else f", and see that {person or 'it'} is somebody there"
            )
            raise ConfigError(f"{error}; {what} (domain-wide delegation){who}") from None
        return access, until

    def _key(self) -> dict[str, Any]:
        try:
            key = json.loads(self.key_file.read_bytes())
        except OSError as error:
            raise ConfigError(f"google.key_file {self.key_file} cannot be read: {error.strerror}") from None
        except ValueError:
            raise self._wrong() from None
        if not isinstance(key, dict) or not {"client_email", "private_key"} <= key.keys():
            raise self._wrong()
        return key

    def _wrong(self) -> ConfigError:
        return ConfigError(
            f"google.key_file {self.key_file} is no JSON key of a service account; download it again"
        )


@dataclass(frozen=True)
class Delegated:
    """One person's calendars, by the service account (a ``Bearer``)."""

    account: ServiceAccount
    person: str

    def current(self) -> Secret:
        return self.account.token(self.person)

    def instead_of(self, refused: Secret) -> Secret | None:
        return self.account.token(self.person, refused)
