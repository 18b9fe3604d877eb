"""OAuth tokens: issued, refreshed, revoked; and what any token opens.  Source: api.md §2."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from gleaner_sandbox.clock import stamp
from gleaner_sandbox.shelves import Shelves
from gleaner_sandbox.state import State
from gleaner_sandbox.tables import Row

EXPIRES_IN = 1_209_599
"""Seconds an access token lives, as in the docs' examples (uncertain).  A refresh token lives on (uncertain)."""

_ACCESS, _REFRESH = "access_tokens", "refresh_tokens"


@dataclass(frozen=True)
class Opened:
    """What a valid token opens."""

    users: Mapping[int, int]
    """Account id → whom the token stands for there; never empty."""
    only: int | None = None
    """The account of an OAuth token that is for one account."""


def opened(state: State, token: str) -> Opened | None:
    """What *token* opens; None when it is unknown, revoked or expired."""
    users = state.users_of(token)
    if users:
        return Opened(users)
    with state.shared() as shelves:
        kept = shelves.get(_ACCESS, token)
    if kept is None or kept["expires_at"] <= stamp(state.clock.now()):
        return None
    users = _users(kept)
    return Opened(users, only=next(iter(users)) if len(users) == 1 and "all" not in kept["scope"] else None)


def issue(state: State, shelves: Shelves, client_id: str, scope: str, users: Mapping[int, int]) -> Row:
    """A new access token, as the token endpoint answers it but without a refresh token."""
    token = _new("at", users)
    until = stamp(state.clock.now() + timedelta(seconds=EXPIRES_IN))
    shelves.put(_ACCESS, token, {**_kept(client_id, scope, users), "expires_at": until})
    return {"access_token": token, "token_type": "bearer", "expires_in": EXPIRES_IN}


def issue_refresh(shelves: Shelves, client_id: str, scope: str, users: Mapping[int, int]) -> str:
    """A new refresh token."""
    token = _new("rt", users)
    shelves.put(_REFRESH, token, _kept(client_id, scope, users))
    return token


def refreshable(shelves: Shelves, token: str, client_id: str) -> tuple[str, dict[int, int]] | None:
    """Scope and users of the app's refresh token; None when it is not the app's or nobody's."""
    kept = shelves.get(_REFRESH, token)
    return (kept["scope"], _users(kept)) if kept and kept["client_id"] == client_id else None


def drop_refresh(shelves: Shelves, token: str) -> None:
    """Let a refresh token refresh no more."""
    shelves.drop(_REFRESH, token)


def revoke(state: State, token: str) -> bool:
    """End a token of any kind; whether there was one."""
    with state.shared() as shelves:
        dropped = [shelves.drop(shelf, token) for shelf in (_ACCESS, _REFRESH)]
    return any([*dropped, state.revoke(token)])


def report(state: State) -> list[Row]:
    """Every token there is, with what it is and for whom."""
    now = stamp(state.clock.now())
    personal = [
        {"token": token, "kind": "personal", "accounts": {str(account): user}}
        for token, account, user in state.tokens()
    ]
    with state.shared() as shelves:
        shelved = {"access": shelves.all(_ACCESS), "refresh": shelves.all(_REFRESH)}
    return personal + [
        {
            "token": token,
            "kind": kind,
            "accounts": kept["users"],
            "client_id": kept["client_id"],
            "scope": kept["scope"],
            **(
                {"expires_at": kept["expires_at"], "is_expired": kept["expires_at"] <= now}
                if kind == "access"
                else {}
            ),
        }
        for kind, shelf in shelved.items()
        for token, kept in shelf.items()
    ]


def _new(kind: str, users: Mapping[int, int]) -> str:
    return f"{next(iter(users.values()))}.{kind}.{secrets.token_urlsafe(48)}"


def _kept(client_id: str, scope: str, users: Mapping[int, int]) -> Row:
    return {"client_id": client_id, "scope": scope, "users": {str(key): users[key] for key in users}}


def _users(kept: Row) -> dict[int, int]:
    return {int(account): user for account, user in kept["users"].items()}
