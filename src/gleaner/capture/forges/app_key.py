"""A GitHub App's way in: a token for one hour, given to whoever has the App's private key."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from threading import Lock

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from gleaner.capture.forges.session import NotThere, Session
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
            key = load_pem_private_key(self._key_file.read_bytes(), password=None)
        except OSError as error:
            raise ConfigError(f"key_file {self._key_file} cannot be read: {error.strerror}") from None
        except (ValueError, TypeError, UnsupportedAlgorithm):
            key = None
        if not isinstance(key, RSAPrivateKey):
            raise ConfigError(f"key_file {self._key_file} holds no private key of a GitHub App (PEM, RSA)")
        return key


def app_token(app_id: str, key: RSAPrivateKey, now: int) -> Secret:
    """What proves to GitHub who the App is, for nine minutes: a JWT signed with RS256.

    It is issued a minute ago, because GitHub refuses what comes from a clock that is ahead of its own.
    """
    claims = {"iat": now - 60, "exp": now + 540, "iss": app_id}
    signed = f"{_part({'alg': 'RS256', 'typ': 'JWT'})}.{_part(claims)}"
    signature = key.sign(signed.encode(), PKCS1v15(), SHA256())
    return Secret(f"{signed}.{_encoded(signature)}")


def _part(values: dict[str, object]) -> str:
    return _encoded(json.dumps(values, separators=(",", ":")).encode())


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
