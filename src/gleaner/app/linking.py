"""The account's links: what signs them, and what knows them again."""

from __future__ import annotations

from gleaner.adapters.secrets import VARIABLE
from gleaner.app.access import keys_of
from gleaner.app.account import Account
from gleaner.core.errors import ConfigError
from gleaner.core.secrets import Secret
from gleaner.notify.links import SignedLinks, link_key


def links_of(account: Account) -> SignedLinks:
    """What signs deeds for this account. Without a key nothing is signed: it raises ConfigError when it is asked."""
    return SignedLinks(account.settings.daemon.public_url, lambda: link_keys(account)[0], account.clock.now)


def page_address(account: Account, path: str) -> str:
    """Where people reach that page of ours from outside; empty where nobody does."""
    base = account.settings.daemon.public_url
    return f"{base}{path}" if base and account.settings.web.enabled else ""


def link_keys(account: Account) -> list[Secret]:
    """The keys that sign the account's links: the first one does, all are believed. Raises ConfigError for none."""
    keys = keys_of(account.settings, account.base)
    known = keys.known()
    if not known:
        raise ConfigError(
            f"there is no key in {keys.where}, so no button of a message can be signed. Put 32 random bytes in"
            f" URL-safe base64 into {VARIABLE}, or log in, which makes a key file: gleaner login"
        )
    short = [number for number, key in enumerate(known, 1) if len(key) < 43]  # 32 bytes
    if short:
        raise ConfigError(
            f"{keys.where}, key {short[0]}: that is no key; it has to be 32 random bytes in URL-safe base64"
        )
    return [link_key(key, account.id) for key in known]
