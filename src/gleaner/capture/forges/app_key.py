"""A GitHub App's way in: a token for one hour, given to whoever has the App's private key."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from threading import Lock

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from gleaner.capture.forges.session import NotThere, Session
from gleaner.capture.jwt import private_key, signed
from gleaner.core.errors import ConfigError
from gleaner.core.secrets import Secret

_EARLY = 300.0
"""Seconds before its end at which a token is not used any more."""


class Installation:
    """Tokens of one App where it is installed. Threads may share it."""

    def __init__(self, app_id: str, key_file: str, installation_id: int | None) -> None:
        self._app_id = app_id
        self._key_file = Path(key_file).expanduser()
        self._installation_id = installation_id
        self._lock = Lock()
        self._token = Secret("")
        self._until = 0.0

    def token(self, session_with: Callable[[str], Session]) -> Secret:
        """A token that lasts for some minutes at least; *session_with* makes a session for a bearer.

        Raises ConfigError when the key is not there, or opens nothing.
        """
        with self._lock:
            if time.time() > self._until - _EARLY:
                with session_with(app_token(self._app_id, self._key(), int(time.time()))) as session:
                    self._renew(session)
            return self._token

    def _renew(self, session: Session) -> None:
        number = self._installation_id or self._only_one(session)
        try:
            answer = session.post(f"/app/installations/{number}/access_tokens")
        except NotThere as error:
            raise ConfigError(
                f"{error}: the App {self._app_id} is not installed as {number}; correct installation_id"
            ) from None
        self._token = Secret(answer["token"])
        self._until = datetime.fromisoformat(answer["expires_at"]).timestamp()

    def _only_one(self, session: Session) -> int:
        found = list(session.pages("/app/installations"))
        if len(found) == 1:
            return int(found[0]["id"])
        if not found:
            raise ConfigError(
                f"the App {self._app_id} is installed nowhere; install it for your organization"
            )
        some = ", ".join(f"{one['id']} ({one['account']['login']})" for one in found[:5])
        raise ConfigError(f"the App {self._app_id} is installed more than once; set installation_id: {some}")

    def _key(self) -> RSAPrivateKey:
        try:
            key = private_key(self._key_file.read_bytes())
        except OSError as error:
            raise ConfigError(f"key_file {self._key_file} cannot be read: {error.strerror}") from None
        if key is None:
            raise ConfigError(f"key_file {self._key_file} holds no private key of a GitHub App (PEM, RSA)")
        return key


def app_token(app_id: str, key: RSAPrivateKey, now: int) -> Secret:
    """What proves to GitHub who the App is, for nine minutes.

    It is issued a minute ago, because GitHub refuses what comes from a clock that is ahead of its own.
    """
    return signed({"iat": now - 60, "exp": now + 540, "iss": app_id}, key)
