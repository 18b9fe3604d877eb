"""An identity provider of one's own (OpenID Connect): code flow with state, PKCE and nonce, checked by Authlib.

Needs the extra ``oidc``. What the provider says of itself is asked at each sign-in, so its keys may change at any time.
"""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import httpx2

from gleaner.adapters.redirect import Attempt
from gleaner.capture.download import checked_address, host
from gleaner.core.errors import ConfigError, GleanerError, Refused, Unavailable
from gleaner.core.secrets import Secret
from gleaner.core.tls import certificates

if TYPE_CHECKING:
    from authlib.integrations.httpx_client import OAuth2Client

# No shared secret and no "none": what signs has to be something that only the provider has.
_ALGORITHMS = [
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
    "Ed25519",
]
_LEEWAY = 60
_TIMEOUT = 10.0
_MOST = 1_000_000


@dataclass(frozen=True)
class Claims:
    """What the provider vouches for."""

    subject: str
    email: str
    """Lower case; empty when it did not say."""
    is_verified: bool
    """Whether the provider says that the address is this person's."""


@dataclass(frozen=True)
class Provider:
    """The provider at *issuer*."""

    issuer: str
    client_id: str
    client_secret: Secret = Secret()  # noqa: RUF009  (a text)

    def authorise_url(self, attempt: Attempt) -> str:
        """The page where a person says who they are; it leads back to the attempt's ``redirect_uri``.

        Raises ConfigError where *issuer* is no provider, Unavailable while it cannot be asked.
        """
        _needed()
        with self._client(attempt) as client:
            page = _address(self._said_of_itself(client), "authorization_endpoint")
        asked = {**attempt.asked(self.client_id), "scope": "openid email", "nonce": _nonce(attempt)}
        return f"{page}{'&' if '?' in page else '?'}{urlencode(asked)}"

    def claims(self, code: Secret, attempt: Attempt, now: datetime) -> Claims:
        """Who that was. Raises Refused for a code or a token that is not as it should be."""
        _needed()
        from authlib.integrations.base_client import OAuthError
        from joserfc.errors import JoseError

        with self._client(attempt) as client:
            about = self._said_of_itself(client)
            methods = about.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
            if self.client_secret and "client_secret_basic" not in methods:
                client.token_endpoint_auth_method = "client_secret_post"  # noqa: S105  (a method)
            try:
                token = client.fetch_token(
                    _address(about, "token_endpoint"), code=str(code), code_verifier=str(attempt.verifier),
                    grant_type="authorization_code",
                )  # fmt: skip
                keys = _json(client.request("GET", _address(about, "jwks_uri"), withhold_token=True))
                said = self._checked(token, keys, attempt, now)
            except OAuthError as error:
                raise Refused(f"{self._host} refused the login: {str(error.error)[:60]}") from None
            except (JoseError, ValueError, KeyError, TypeError) as error:
                # The token, and whatever it says, hangs on the exception.
                raise Refused(f"{self._host} sent no token that holds ({type(error).__name__})") from None
        email = said.get("email")
        return Claims(
            str(said["sub"]),
            email.strip().lower() if isinstance(email, str) else "",
            said.get("email_verified") is True,
        )

    def _checked(self, token: Any, keys: Any, attempt: Attempt, now: datetime) -> dict[str, Any]:
        """What the token says, once its signature, issuer, audience, times and nonce are right."""
        from authlib.oidc.core import CodeIDToken
        from joserfc import jwt
        from joserfc.jwk import KeySet
        from joserfc.jws import JWSRegistry

        registry = JWSRegistry(algorithms=_ALGORITHMS, strict_check_header=False)
        found = jwt.decode(token["id_token"], key=KeySet.import_key_set(keys), registry=registry)
        wanted = {
            "iss": {"essential": True, "value": self.issuer},
            "aud": {"essential": True, "value": self.client_id},
        }
        params = {
            "nonce": _nonce(attempt), "client_id": self.client_id, "access_token": token.get("access_token"),
        }  # fmt: skip
        claims = CodeIDToken(found.claims, found.header, wanted, params)
        claims.validate(now=int(now.timestamp()), leeway=_LEEWAY)
        return dict(claims)

    def _said_of_itself(self, client: OAuth2Client) -> dict[str, Any]:
        url = f"{checked_address(self.issuer, 'issuer')}/.well-known/openid-configuration"
        about = _json(client.request("GET", url, withhold_token=True))
        if about.get("issuer") != self.issuer:
            raise ConfigError(
                f"oidc: {self._host} calls itself {str(about.get('issuer'))[:100]!r}, and issuer says {self.issuer!r};"
                " write it as the provider does"
            )
        return about

    @contextmanager
    def _client(self, attempt: Attempt) -> Iterator[OAuth2Client]:
        from authlib.integrations.httpx_client import OAuth2Client

        client = OAuth2Client(
            self.client_id,
            str(self.client_secret) or None,
            token_endpoint_auth_method="client_secret_basic" if self.client_secret else "none",
            redirect_uri=attempt.redirect_uri,
            timeout=_TIMEOUT,
            verify=certificates(),
            follow_redirects=False,
        )
        try:
            with client:
                yield client
        except GleanerError:
            raise
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            # ``from None``: the request with its secrets hangs on these exceptions.
            raise Unavailable(
                f"{self._host} cannot be asked ({type(error).__name__}); try again later"
            ) from None

    @property
    def _host(self) -> str:
        return host(self.issuer)


def _nonce(attempt: Attempt) -> str:
    """Binds the token to the browser that holds the verifier, which cannot be told from it."""
    return hashlib.sha256(f"nonce\x1f{attempt.verifier}".encode()).hexdigest()


def _json(response: httpx2.Response) -> dict[str, Any]:
    where = response.url.host
    if response.status_code == 429 or response.status_code >= 500:
        raise Unavailable(f"{where} answered {response.status_code}; try again later")
    if not response.is_success or len(response.content) > _MOST:
        raise ConfigError(f"oidc: {where} answered {response.status_code} where a provider describes itself")
    try:
        found = response.json()
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ConfigError(f"oidc: {where} does not describe itself as a provider does; check issuer")
    return found


def _address(about: dict[str, Any], key: str) -> str:
    return checked_address(str(about.get(key) or ""), f"oidc: the provider's {key}")


def _needed() -> None:
    if importlib.util.find_spec("authlib") is None:
        raise ConfigError(
            "signing in with a provider of your own needs the extra oidc: pip install 'gleaner[oidc]'"
        )
