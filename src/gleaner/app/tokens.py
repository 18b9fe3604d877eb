"""Tokens with which programs get in for one person, and what each lets them do."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, get_args

from gleaner.adapters.store.api_tokens import SHORT, ApiToken, StoredApiTokens
from gleaner.app.account import Account
from gleaner.core.catalog import Person
from gleaner.core.errors import ConfigError, Refused
from gleaner.core.phrases import phrase
from gleaner.core.text import shown
from gleaner.review.journal import Line

Scope = Literal["read", "propose", "decide", "money"]
"""``read``: look at what its owner may see. ``propose``: leave time and expenses in the owner's review. ``decide``:
what changes Harvest: decide proposals, timers, correct and delete entries, undo. ``money``: budgets and invoices; with
``decide`` it approves invoices, too. None lets a program see or do what its owner may not."""
SCOPES: tuple[Scope, ...] = get_args(Scope)
DAYS = 90
"""How long a token is good for unless somebody says otherwise."""
MOST_DAYS = 366
_MOST = 50
"""Tokens of one person."""
_SHORTEST_NAME = 4


@dataclass(frozen=True)
class Made:
    """A new token, and what it says: nobody can read that again."""

    token: ApiToken
    said: str


def make(
    account: Account, name: str, scopes: Collection[str], *, days: int = DAYS, dry_run: bool = False
) -> Made:
    """A token for the person who looks; a dry run makes none, and says nothing.

    Raises ConfigError for scopes there are not, Refused for nobody.
    """
    person, now = _me(account), account.clock.now()
    name = shown(name).strip()[:80]
    if not name:
        raise ConfigError("give the token a name, so that you know later which program has it")
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown or not scopes:
        what = f'there is no scope "{unknown[0]}"' if unknown else "a token needs a scope"
        raise ConfigError(f"{what}; there are {', '.join(SCOPES)}")
    if not 1 <= days <= MOST_DAYS:
        raise ConfigError(f"a token is good for 1 to {MOST_DAYS} days, not for {days}")
    stored = StoredApiTokens(account.engine)
    before = [one for one in stored.of(account.id, person.id) if not one.is_expired(now)]
    if any(one.name == name for one in before):
        raise ConfigError(f'you have a token "{name}" already; revoke it, or choose another name')
    if len(before) >= _MOST:
        raise ConfigError(f"you have {len(before)} tokens; revoke some you do not use")
    expires = now + timedelta(days=days)
    if dry_run:
        return Made(ApiToken("", account.id, person.id, name, frozenset(scopes), now, None, expires), said="")
    said = stored.make(account.id, person.id, name, scopes, now=now, expires_at=expires)
    if not said:
        raise Refused("this person was forgotten; nothing is kept about them")
    made = next(one for one in stored.of(account.id, person.id) if one.name == name)
    text = phrase(
        "A program got a token, {name} ({short}), until {last}: {scopes}",
        name=name, short=made.digest[:SHORT], last=expires.date(), scopes=", ".join(sorted(scopes)),
    )  # fmt: skip
    account.journal.write(Line(now, person.email, "access", text, user_id=person.id))
    return Made(made, said)


def listed(account: Account, *, everybody: bool = False) -> list[ApiToken]:
    """One's own tokens, or *everybody*'s for an administrator; the newest first. None says what it says."""
    if everybody:
        account.check_may_see_everybody("--everybody")
        return StoredApiTokens(account.engine).of(account.id)
    return StoredApiTokens(account.engine).of(account.id, _me(account).id)


def revoke(account: Account, text: str, *, dry_run: bool = False) -> ApiToken:
    """Let the token with that name or short name in no more: one's own, or anybody's for an administrator.

    Raises ConfigError when none or several are called so.
    """
    token = _called(account, text)
    if dry_run:
        return token
    if not StoredApiTokens(account.engine).revoke(account.id, token.digest):
        raise ConfigError("somebody else revoked it a moment ago")
    text = phrase("The token {name} ({short}) was revoked", name=token.name, short=token.digest[:SHORT])
    account.journal.write(
        Line(account.clock.now(), _me(account).email, "access", text, user_id=token.user_id)
    )
    return token


def owner(account: Account, token: ApiToken) -> Person | None:
    """Whom the token lets programs act for; None for somebody who was archived, or is gone."""
    person = account.catalog.people.get(token.user_id)
    return person if person is not None and person.is_active else None


def _called(account: Account, text: str) -> ApiToken:
    mine = _me(account).id
    known = StoredApiTokens(account.engine).of(account.id, None if account.is_administrator else mine)
    wanted = text.strip()
    # A name is one's own; others' tokens go by the digest.
    found = [one for one in known if one.user_id == mine and one.name == wanted]
    if not found and len(wanted) >= _SHORTEST_NAME:
        found = [one for one in known if one.digest.startswith(wanted.lower())]
    if len(found) == 1:
        return found[0]
    if found:
        raise ConfigError(f"{wanted} is not enough: {', '.join(one.digest[: SHORT * 2] for one in found)}")
    raise ConfigError(f'there is no token "{shown(wanted)}"; see: gleaner tokens')


def _me(account: Account) -> Person:
    if account.me is None:
        raise Refused("the token's owner is not an active person of this account, so nobody could get in")
    return account.me
