"""Who may come in: people who allow an application, and service accounts that speak for people of their domain.

Source: Google Identity, *OAuth 2.0 for mobile and desktop apps*, *OAuth 2.0 for server to server applications*.
"""

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

READ = "https://www.googleapis.com/auth/calendar.events.readonly"
WRITE = "https://www.googleapis.com/auth/calendar.events"
MEET = "https://www.googleapis.com/auth/meetings.space.readonly"
OPENID = "openid"
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
LIFE = 3599


class Denied(Exception):
    """An answer of the token endpoint that says no (RFC 6749 §5.2)."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.said = {"error": error, "error_description": description}
        self.status = status


@dataclass(frozen=True)
class Ticket:
    """What an access token, a code or a refresh token opens."""

    person: str
    scope: str
    client_id: str = ""
    until: float = float("inf")
    challenge: str = ""
    redirect_uri: str = ""

    def allows(self, *scopes: str) -> bool:
        """Whether it opens what one of *scopes* opens."""
        return not set(scopes).isdisjoint(self.scope.split())


@dataclass(frozen=True)
class ServiceAccount:
    """One with domain-wide delegation."""

    email: str
    public_key: str
    """PEM."""
    domain: str
    """Whose people it may speak for."""
    scopes: tuple[str, ...] = (READ,)


@dataclass
class Identity:
    """The identity host's memory. *now* is seconds since 1970."""

    apps: dict[str, str] = field(default_factory=dict)
    """Secrets of applications by id."""
    services: dict[str, ServiceAccount] = field(default_factory=dict)
    access: dict[str, Ticket] = field(default_factory=dict)
    refresh: dict[str, Ticket] = field(default_factory=dict)
    codes: dict[str, Ticket] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)
    """Ids of Google accounts by address; whoever has none gets one made of theirs."""

    def who(self, header: str) -> Ticket | None:
        """Whose bearer token that is."""
        ticket = self.access.get(header.removeprefix("Bearer ").strip())
        return ticket if ticket is not None and ticket.until > time.time() else None

    def account(self, person: str) -> str:
        """The id of a person's Google account, which says nothing of their address: 21 digits."""
        made = int.from_bytes(hashlib.sha256(person.encode()).digest()[:8]) % 10**20
        return self.accounts.setdefault(person, f"1{made:020}")

    def allow(self, ticket: Ticket) -> str:
        """A person said yes; the code that goes back to the application."""
        code = f"4/{secrets.token_urlsafe(24)}"
        self.codes[code] = ticket
        return code

    def revoke(self, person: str) -> None:
        """The person took the access away: nothing of theirs is accepted any more."""
        for tickets in (self.access, self.refresh, self.codes):
            for key in [key for key, ticket in tickets.items() if ticket.person == person]:
                del tickets[key]

    def token(self, form: Mapping[str, str], endpoint: str) -> dict[str, Any]:
        """The answer of the token endpoint. Raises Denied."""
        match form.get("grant_type"):
            case "authorization_code":
                return self._for_code(form)
            case "refresh_token":
                return self._for_refresh(form)
            case grant if grant == JWT_BEARER:
                return self._for_word(form.get("assertion", ""), endpoint)
            case _:
                raise Denied("unsupported_grant_type", "Invalid grant_type")

    def _app(self, form: Mapping[str, str]) -> str:
        known = self.apps.get(form.get("client_id", ""))
        if known is None or not hmac.compare_digest(known, form.get("client_secret", "")):
            raise Denied("invalid_client", "The OAuth client was not found.", 401)
        return form["client_id"]

    def _for_code(self, form: Mapping[str, str]) -> dict[str, Any]:
        app = self._app(form)
        ticket = self.codes.pop(form.get("code", ""), None)
        if ticket is None or ticket.client_id != app or ticket.redirect_uri != form.get("redirect_uri"):
            raise Denied("invalid_grant", "Malformed auth code.")
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != ticket.challenge:
            raise Denied("invalid_grant", "Invalid code verifier.")
        refresh = f"1//{secrets.token_urlsafe(24)}"
        self.refresh[refresh] = Ticket(ticket.person, ticket.scope, app)
        return {**self._given(ticket.person, ticket.scope, app), "refresh_token": refresh}

    def _for_refresh(self, form: Mapping[str, str]) -> dict[str, Any]:
        app = self._app(form)
        ticket = self.refresh.get(form.get("refresh_token", ""))
        if ticket is None or ticket.client_id != app:
            raise Denied("invalid_grant", "Token has been expired or revoked.")
        return self._given(ticket.person, ticket.scope, app)

    def _for_word(self, assertion: str, endpoint: str) -> dict[str, Any]:
        head, _, rest = assertion.partition(".")
        body, _, signature = rest.partition(".")
        try:
            claims = json.loads(_decoded(body))
            service = self.services[claims["iss"]]
            key = load_pem_public_key(service.public_key.encode())
            assert isinstance(key, RSAPublicKey)
            key.verify(_decoded(signature), f"{head}.{body}".encode(), PKCS1v15(), SHA256())
        except (ValueError, KeyError, TypeError, InvalidSignature):
            raise Denied("invalid_grant", "Invalid JWT Signature.") from None
        now = time.time()
        if (
            claims.get("aud") != endpoint
            or not claims["iat"] - 60 <= now <= claims["exp"] <= claims["iat"] + 3600
        ):
            raise Denied("invalid_grant", "Invalid JWT: it must be short-lived and for this endpoint.")
        person, scope = claims.get("sub", ""), claims.get("scope", "")
        if not scope or not set(scope.split()) <= set(service.scopes):
            raise Denied(
                "unauthorized_client",
                "Client is unauthorized to retrieve access tokens using this method.",
                401,
            )
        if person.partition("@")[2] != service.domain:
            raise Denied("invalid_grant", "Invalid email or User ID")
        return self._given(person, scope, service.email)

    def _given(self, person: str, scope: str, client_id: str) -> dict[str, Any]:
        access = f"ya29.{secrets.token_urlsafe(24)}"
        self.access[access] = Ticket(person, scope, client_id, time.time() + LIFE)
        return {"access_token": access, "expires_in": LIFE, "scope": scope, "token_type": "Bearer"}


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
