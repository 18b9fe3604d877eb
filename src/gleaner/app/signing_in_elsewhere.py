"""Signing in at another's page: with Harvest, or with an identity provider of one's own.

What proves that a browser began it, and the verifier of PKCE, are in that browser's cookie alone; here is a digest.
What is granted there is used once, to ask who it is, and not kept.
"""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, TypeVar

from gleaner.adapters.harvest.client import Client
from gleaner.adapters.harvest.tokens import FixedToken
from gleaner.adapters.oidc import Provider
from gleaner.adapters.redirect import Attempt
from gleaner.adapters.store.sessions import Attempt as Begun
from gleaner.app.access import identity_of, user_agent
from gleaner.app.account import Account
from gleaner.app.logs import logger
from gleaner.app.signing_in import PATH, NotSignedIn, SignedIn, SigningIn, harvest_app, is_set_up, wanted_of
from gleaner.core.catalog import AccountId, Person, UserId
from gleaner.core.errors import GleanerError, Unavailable
from gleaner.core.secrets import Secret

LIFE = timedelta(minutes=10)
"""How long somebody may take on the other page."""
Place = Literal["harvest", "oidc"]
_T = TypeVar("_T")
_log = logger("sign-in")


@dataclass(frozen=True)
class Sent:
    """Where the browser goes, and what its cookie has to say when it comes back."""

    url: str
    kept: Secret


@dataclass(frozen=True)
class Came:
    """What a browser came back with."""

    kept: str
    """Its cookie."""
    state: str
    code: str
    """Empty when the person, or the page, said no."""


@dataclass(frozen=True)
class Elsewhere:
    """The two halves of signing in at another's page. Everything here may block."""

    signing_in: SigningIn

    def begin(self, place: Place, account_id: AccountId, wanted: str, base: str) -> Sent:
        """The first half. *base* is where our site is, *wanted* where somebody wants to go. Raises NotSignedIn."""
        signing_in = self.signing_in
        account = self._account(account_id, place)
        back = f"{base}{PATH}/{place}/back"
        verifier = Secret(secrets.token_urlsafe(64))
        said = signing_in.sessions.attempt(
            account.id, None, place, detail=json.dumps({"wanted": wanted[:500], "back": back}),
            now=signing_in.now, life=LIFE,
        )  # fmt: skip
        attempt = Attempt(back, Secret(said), verifier)
        asks = {"harvest": _harvest_page, "oidc": _oidc_page}[place]
        url = self._asked(place, account, lambda: asks(account, attempt))
        return Sent(url, Secret(f"{said}.{verifier}"))

    def back(self, place: Place, came: Came, *, agent: str, before: str) -> SignedIn:
        """The second half: who it was, signed in. *before* is what the browser's cookie said until now."""
        signing_in = self.signing_in
        said, _, verifier = came.kept.partition(".")
        if not said or not verifier or not hmac.compare_digest(said.encode(), came.state.encode()):
            raise NotSignedIn("elsewhere")
        begun = signing_in.sessions.redeem(said, place, signing_in.now)
        if begun is None:
            raise NotSignedIn("gone")
        if not came.code:
            raise NotSignedIn("no")
        account = self._account(begun.account_id, place)
        attempt = Attempt(_back(begun), Secret(said), Secret(verifier))
        finds = {"harvest": _harvest_person, "oidc": _oidc_person}[place]
        found = self._asked(place, account, lambda: finds(account, Secret(came.code), attempt))
        account, person = signing_in.person(account.id, found, place)
        return signing_in.begin(account, person, place, wanted_of(begun.detail), agent=agent, before=before)

    def _account(self, account_id: AccountId, place: Place) -> Account:
        try:
            account = self.signing_in.accounts.open(account_id)
        except GleanerError:
            raise NotSignedIn("off") from None
        if place not in account.settings.web.ways or not is_set_up(account, place):
            raise NotSignedIn("off")
        return account

    def _asked(self, place: Place, account: Account, ask: Callable[[], _T]) -> _T:
        try:
            return ask()
        except Unavailable as error:
            _log.warning("nobody can sign in", account=account.id, way=place, error=error)
            raise NotSignedIn("later") from None
        except GleanerError as error:
            _log.warning("not signed in", account=account.id, way=place, error=error)
            raise NotSignedIn("no") from None


def _back(begun: Begun) -> str:
    return str(json.loads(begun.detail)["back"])


# --- Harvest -----------------------------------------------------------------------------------------------------


def _harvest_page(account: Account, attempt: Attempt) -> str:
    app = harvest_app(account)
    assert app is not None, "the way is set up"
    identity = identity_of(account.settings, *app, account.clock.now)
    try:
        return identity.authorise_url(attempt)
    finally:
        identity.close()


def _harvest_person(account: Account, code: Secret, attempt: Attempt) -> UserId | None:
    """The number that the person has in this account: the identity host has other numbers, and addresses change."""
    app = harvest_app(account)
    assert app is not None, "the way is set up"
    identity = identity_of(account.settings, *app, account.clock.now)
    try:
        token = identity.exchange(code, attempt).access_token
        if account.id not in {one.id for one in identity.accounts(token).harvest}:
            _log.warning("not signed in", account=account.id, way="harvest", reason="another account")
            return None
    finally:
        identity.close()
    with Client(
        account.id,
        FixedToken(token),
        base_url=account.settings.harvest.base_url,
        user_agent=user_agent(account.settings),
    ) as client:
        return UserId(client.users.me().id)


# --- a provider of one's own -------------------------------------------------------------------------------------


def _provider(account: Account) -> Provider:
    settings = account.settings.oidc
    secret = settings.client_secret
    given = Secret(secret.get_secret_value()) if secret is not None else Secret()
    return Provider(settings.issuer, settings.client_id, given)


def _oidc_page(account: Account, attempt: Attempt) -> str:
    return _provider(account).authorise_url(attempt)


def _oidc_person(account: Account, code: Secret, attempt: Attempt) -> UserId | None:
    """Whose address the provider vouches for: one active person's, and nobody else's."""
    claims = _provider(account).claims(code, attempt, account.clock.now())
    if not claims.email or not claims.is_verified:
        _log.warning(
            "not signed in", account=account.id, way="oidc", reason="an address that is not verified"
        )
        return None
    found: list[Person] = [
        one for one in account.catalog.people.values() if one.is_active and claims.email in one.addresses
    ]
    if len(found) != 1:
        _log.warning(
            "not signed in", account=account.id, way="oidc", reason=f"the address is {len(found)} people's"
        )
        return None
    return found[0].id
