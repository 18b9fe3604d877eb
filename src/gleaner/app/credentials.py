"""How this account's sources get in, for ``capture.source``: Google by a service account, or by a person's login."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from gleaner import config
from gleaner.adapters.google import ATTENDANCE, EVENTS, Identity, ServiceAccount, Tokens
from gleaner.adapters.harvest.tokens import RenewedTokens
from gleaner.adapters.secrets import SecretStore
from gleaner.app.access import StoredPair, read
from gleaner.core.credentials import Bearer
from gleaner.core.errors import ConfigError
from gleaner.core.secrets import Secret


@dataclass
class StoredCredentials:
    """The port ``core.credentials.Credentials``."""

    settings: config.GoogleSettings
    secrets: SecretStore
    base: Path
    """Folder of the configuration file."""
    now: Callable[[], datetime]
    _bearers: dict[str, Bearer] = field(default_factory=dict, repr=False)
    _meeting: dict[str, Bearer] = field(default_factory=dict, repr=False)

    def google(self, person: str) -> Bearer:
        if person not in self._bearers:
            self._bearers[person] = self._delegated(person, EVENTS) or self._logged_in(person)
        return self._bearers[person]

    def meet(self, person: str) -> Bearer:
        # A service account asks for each thing apart: an administrator who allows one of them takes nothing from the
        # other. A person's login has one token for all that they allowed.
        if person not in self._meeting:
            self._meeting[person] = self._delegated(person, ATTENDANCE) or self.google(person)
        return self._meeting[person]

    def mailbox(self, user: str) -> Secret | None:
        """The password of that user's mailbox, if it is kept."""
        return self.secrets.get(mailbox_login(user))

    def _delegated(self, person: str, scope: str) -> Bearer | None:
        if not self.settings.key_file:
            return None
        file = self.base / Path(self.settings.key_file).expanduser()
        return ServiceAccount(file, Tokens(self.settings.token_url, self.now), scope).bearer(person)

    def _logged_in(self, person: str) -> Bearer:
        kept = read(self.secrets, google_login(person))
        if kept is None:
            raise ConfigError(f"nobody let us into {person or 'this calendar'} at Google; {_again(person)}")
        identity = google_identity(self.settings, Secret(kept.client_secret), self.now, kept.client_id)
        stored = StoredPair(self.secrets, kept.id, google_login(person))
        return RenewedTokens(stored, identity.refresh, self.now, where="Google", again=_again(person))


def mailbox_login(user: str) -> str:
    """The name of the secret that is the password of that mailbox."""
    name = f"mailbox/{user}"
    # What is kept has short names.
    return name if len(name) <= 60 else f"mailbox/{hashlib.sha256(user.encode()).hexdigest()[:32]}"


def google_login(person: str) -> str:
    """The name of the secret that opens *person*'s calendars."""
    return f"google/{person}"


def google_identity(
    settings: config.GoogleSettings, client_secret: Secret, now: Callable[[], datetime], client_id: str = ""
) -> Identity:
    """Google as configured. The environment's client secret comes before *client_secret*."""
    given = settings.client_secret
    return Identity(
        client_id or settings.client_id,
        Secret(given.get_secret_value()) if given is not None else client_secret,
        settings.login_url,
        Tokens(settings.token_url, now),
    )


def _again(person: str) -> str:
    return f"log in: gleaner login --google {person or 'ADDRESS'}"
