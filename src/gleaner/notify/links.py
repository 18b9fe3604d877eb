"""Deeds as text that nobody can forge: in a link of a mail, in the value of a button.

``BODY.SIGNATURE``, both base64url: the body is JSON with everything a deed says, the language of its pages and when
it expires; the signature is HMAC-SHA256 over the body. Whoever holds the text may do the deed, so it is short-lived,
and used once: :mod:`gleaner.adapters.store.used_links` remembers a digest of it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol, get_args

from gleaner.core.catalog import AccountId, UserId
from gleaner.core.messages import Deed, Language, Verb
from gleaner.core.secrets import Secret

LIFE = timedelta(days=7)
"""How long a click counts."""
PATH = "/links/"
_MOST = 4000
"""Letters; whatever is longer is not ours."""


class Forged(Exception):
    """That text is not ours, or was changed."""


@dataclass(frozen=True)
class Signed:
    """What a text of ours says."""

    deed: Deed
    language: Language
    expires_at: datetime
    digest: str
    """Tells this text from all others, and does not tell what is in it."""

    def is_expired(self, now: datetime) -> bool:
        return now >= self.expires_at


def link_key(key: Secret, account_id: AccountId) -> Secret:
    """The key for one account's links, from a key of its secrets: who has the one cannot find the other."""
    made = hmac.new(key.encode(), f"gleaner links {account_id}".encode(), hashlib.sha256)
    return Secret(made.hexdigest())


def signed(deed: Deed, language: Language, expires_at: datetime, key: Secret) -> str:
    """*deed* as text; *expires_at* counts to the second."""
    said = [
        deed.verb, deed.account_id, deed.user_id, deed.about, deed.seen, language, int(expires_at.timestamp()),
    ]  # fmt: skip
    body = _encoded(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode())
    return f"{body}.{_signature(body, key)}"


def claimed_account(text: str) -> AccountId:
    """Whose key may have signed *text*: what it says of itself, before anybody believes it. Raises Forged."""
    return AccountId(int(_said(text.partition(".")[0])[1]))


def opened(text: str, keys: Sequence[Secret]) -> Signed:
    """What *text* says, if one of *keys* signed it, expired or not. Raises Forged."""
    body, _, signature = text.partition(".")
    if (
        len(text) > _MOST
        or not text.isascii()
        or not any(hmac.compare_digest(signature.encode(), _signature(body, key).encode()) for key in keys)
    ):
        raise Forged
    verb, account_id, user_id, about, seen, language, expires = _said(body)
    deed = Deed(verb, AccountId(account_id), UserId(user_id), about, seen)
    return Signed(deed, language, datetime.fromtimestamp(expires, UTC), digest(text))


def digest(text: str) -> str:
    """What is remembered of a used link."""
    return hashlib.sha256(text.encode()).hexdigest()


def _said(body: str) -> tuple[Verb, int, int, str, str, Language, int]:
    try:
        said = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        verb, account_id, user_id, about, seen, language, expires = said
    except (binascii.Error, ValueError, TypeError, RecursionError):
        raise Forged from None
    is_right = (
        verb in get_args(Verb)
        and language in get_args(Language)
        and all(type(number) is int for number in (account_id, user_id, expires))
        and all(isinstance(word, str) for word in (about, seen))
    )
    if not is_right:
        raise Forged
    return verb, account_id, user_id, about, seen, language, expires


def _signature(body: str, key: Secret) -> str:
    return _encoded(hmac.new(key.encode(), body.encode(), hashlib.sha256).digest())


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


class Links(Protocol):
    """Addresses at which a click does a deed."""

    def of(self, deed: Deed, language: Language) -> str:
        """The address for *deed*, whose pages are in *language*; empty where no address is configured.

        Raises ConfigError when there is no key to sign with.
        """
        ...

    def text(self, deed: Deed, language: Language) -> str:
        """*deed* as signed text, for a button that needs no address. Raises ConfigError as :meth:`of` does."""
        ...


class SignedLinks:
    """Addresses below *public_url*, signed with the key that *key* gives; none where *public_url* is empty."""

    def __init__(self, public_url: str, key: Callable[[], Secret], now: Callable[[], datetime]) -> None:
        self._public_url = public_url.rstrip("/")
        self._key = key
        self._now = now

    def of(self, deed: Deed, language: Language) -> str:
        """The address for *deed*. Raises ConfigError when there is no key."""
        return f"{self._public_url}{PATH}{self.text(deed, language)}" if self._public_url else ""

    def text(self, deed: Deed, language: Language) -> str:
        """*deed*, signed: for a button that needs no address. Raises ConfigError when there is no key."""
        return signed(deed, language, self._now() + LIFE, self._key())
