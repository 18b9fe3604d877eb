"""Which way Gleaner gets into Harvest: a token in the environment, or what ``gleaner login`` keeps."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from gleaner import config
from gleaner.adapters.harvest.identity import Identity
from gleaner.adapters.harvest.tokens import LOGIN_AGAIN, FixedToken, Pair, RenewedTokens, Tokens
from gleaner.adapters.harvest.transport import USER_AGENT
from gleaner.adapters.secrets import GivenKeys, KeyFile, Keys, SecretStore
from gleaner.core.catalog import AccountId
from gleaner.core.errors import ConfigError
from gleaner.core.phrases import phrase
from gleaner.core.secrets import Secret

LOGIN = "login"
"""The name of the secret that gets us into Harvest."""
TOKEN = config.variable("harvest", "token")


class Kept(BaseModel):
    """What a login leaves behind, encrypted: a personal access token, or a pair and what renews it."""

    model_config = ConfigDict(hide_input_in_errors=True, frozen=True)

    kind: Literal["token", "login"]
    id: str = Field(default_factory=lambda: uuid.uuid4().hex)
    """Names this login, however often its tokens change."""
    who: str = ""
    token: str = Field("", repr=False)
    client_id: str = ""
    client_secret: str = Field("", repr=False)
    access_token: str = Field("", repr=False)
    refresh_token: str = Field("", repr=False)
    obtained_at: datetime | None = None
    expires_at: datetime | None = None

    def with_pair(self, pair: Pair) -> Kept:
        return self.model_copy(
            update={
                "access_token": str(pair.access_token),
                "refresh_token": str(pair.refresh_token),
                "obtained_at": pair.obtained_at,
                "expires_at": pair.expires_at,
            }
        )

    @property
    def pair(self) -> Pair | None:
        if self.obtained_at is None or self.expires_at is None:
            return None
        return Pair(Secret(self.access_token), Secret(self.refresh_token), self.obtained_at, self.expires_at)


@dataclass(frozen=True)
class Access:
    """One way in, found by :func:`access`."""

    way: Literal["environment", "token", "login"]
    tokens: Tokens
    owner: str
    """The same as long as it is the same person's token or login."""
    who: str = ""
    _stored: StoredPair | None = field(default=None, repr=False)

    def sentence(self) -> str:
        """For the doctor."""
        if self.way == "environment":
            return phrase("the token in {variable}", variable=TOKEN)
        if self.way == "token" or self._stored is None:
            return phrase("the stored personal access token of {who}", who=self.who)
        pair = self._stored.load()
        if pair is None:
            return phrase("logged in as {who}; the access token is renewed by itself", who=self.who)
        return phrase(
            "logged in as {who}; the access token is renewed by itself; the present one lasts until"
            " {day:%a} {day:%d} {day:%b %Y} {at} UTC",
            who=self.who, day=pair.expires_at.date(), at=pair.expires_at.time(),
        )  # fmt: skip


class StoredPair:
    """The port ``tokens.KeptPair`` in our database. A login that was forgotten or replaced is not brought back."""

    def __init__(self, secrets: SecretStore, login_id: str, name: str = LOGIN) -> None:
        self._secrets = secrets
        self._id = login_id
        self._name = name

    def load(self) -> Pair | None:
        kept = read(self._secrets, self._name)
        return kept.pair if kept is not None and kept.id == self._id else None

    def save(self, pair: Pair) -> None:
        while (text := self._secrets.get(self._name)) is not None and (kept := _kept(text)).id == self._id:
            if self._secrets.replace(self._name, _text(kept.with_pair(pair)), instead_of=text):
                return
            # Changed since we looked: by a renewal elsewhere, which ours follows, or by a new login, which stays.
        raise ConfigError(f"the login was forgotten or replaced meanwhile; {LOGIN_AGAIN}")


@contextmanager
def opened_access(
    settings: config.Settings, secrets: SecretStore, now: Callable[[], datetime]
) -> Iterator[Access]:
    """The way in: the environment's token first, else what is stored. Raises ConfigError naming both."""
    if settings.harvest.token is not None:
        token = Secret(settings.harvest.token.get_secret_value())
        yield Access("environment", FixedToken(token), _digest(token))
        return
    kept = read(secrets)
    if kept is None:
        raise ConfigError(
            f"no Harvest token: set {TOKEN} to a personal access token from id.getharvest.com/developers,"
            " or log in: gleaner login"
        )
    if kept.kind == "token":
        token = Secret(kept.token)
        yield Access("token", FixedToken(token), _digest(token), kept.who)
        return
    identity = identity_of(settings, kept.client_id, Secret(kept.client_secret), now)
    stored = StoredPair(secrets, kept.id)
    try:
        tokens = RenewedTokens(stored, identity.refresh, now)
        yield Access("login", tokens, kept.id, kept.who, stored)
    finally:
        identity.close()


def identity_of(
    settings: config.Settings, client_id: str, client_secret: Secret, now: Callable[[], datetime]
) -> Identity:
    """Harvest's identity host as configured. The environment's client secret comes before *client_secret*."""
    given = settings.harvest.client_secret
    return Identity(
        client_id,
        Secret(given.get_secret_value()) if given is not None else client_secret,
        base_url=settings.harvest.identity_url,
        user_agent=user_agent(settings),
        now=now,
    )


def user_agent(settings: config.Settings) -> str:
    """How we introduce ourselves to Harvest."""
    return f"Gleaner ({settings.harvest.contact})" if settings.harvest.contact else USER_AGENT


def secrets_of(
    settings: config.Settings, base: Path, engine: sa.Engine, now: Callable[[], datetime]
) -> SecretStore:
    """The account's secrets; *base* is the configuration file's folder."""
    return SecretStore(engine, AccountId(settings.harvest.account_id), keys_of(settings, base), now)


def keys_of(settings: config.Settings, base: Path) -> Keys:
    """The environment's key, else the key file."""
    given: SecretStr | None = settings.secrets.key
    if given is not None:
        return GivenKeys(Secret(given.get_secret_value()))
    return KeyFile(base / settings.secrets.key_file)


def read(secrets: SecretStore, name: str = LOGIN) -> Kept | None:
    """What the last login left behind."""
    text = secrets.get(name)
    return None if text is None else _kept(text)


def _kept(text: Secret) -> Kept:
    try:
        return Kept.model_validate_json(text)
    except ValidationError:
        raise ConfigError(
            f"the stored login was written by another version of Gleaner; {LOGIN_AGAIN}"
        ) from None


def keep(secrets: SecretStore, kept: Kept, name: str = LOGIN) -> None:
    """Store what a login left behind, in the place of the one before."""
    secrets.put(name, _text(kept))


def _text(kept: Kept) -> Secret:
    return Secret(kept.model_dump_json())


def _digest(token: Secret) -> str:
    return hashlib.sha256(token.encode()).hexdigest()[:24]
