"""Who is signed in where. What a cookie says is never kept, only its digest; what is deleted here is signed out."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

import sqlalchemy as sa

from gleaner.adapters.store.access_tables import session as table
from gleaner.adapters.store.access_tables import sign_in
from gleaner.adapters.store.people import forgotten_users
from gleaner.core.catalog import AccountId, UserId

Way = Literal["link", "harvest", "oidc", "here"]
"""How somebody came in: a mailed link, Harvest, an identity provider, or this machine."""
LIFE = timedelta(days=14)
"""Without a visit; each visit begins it anew."""
LONGEST = timedelta(days=90)
"""Altogether; then one has to sign in again."""
_STAMP_EVERY = timedelta(minutes=5)
"""A visit is noted no more often: a page that is looked at should not cost a write."""


@dataclass(frozen=True)
class Session:
    """A browser in which somebody is signed in."""

    digest: str
    account_id: AccountId
    user_id: UserId
    way: Way
    agent: str
    """What the browser calls itself."""
    begun_at: datetime
    seen_at: datetime


@dataclass(frozen=True)
class Attempt:
    """An attempt to sign in, whose second half came."""

    account_id: AccountId
    user_id: UserId | None
    detail: str


class StoredSessions:
    """The sessions of all accounts of an installation: a cookie tells the account."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def begin(self, account_id: AccountId, user_id: UserId, way: Way, *, agent: str, now: datetime) -> str:
        """Sign somebody in; what their cookie has to say. Empty for a person who was forgotten."""
        said = secrets.token_urlsafe(32)
        row = {
            "digest": digest(said), "account_id": account_id, "user_id": user_id, "way": way, "agent": agent[:200],
            "begun_at": now, "seen_at": now, "expires_at": now + LIFE,
        }  # fmt: skip
        with self._engine.begin() as connection:
            if user_id in forgotten_users(connection, account_id):
                return ""
            connection.execute(sa.insert(table), row)
        return said

    def get(self, said: str, now: datetime) -> Session | None:
        """Whose cookie says that; None for nobody's, or one that is too old. The visit is noted."""
        asked = sa.select(table).where(table.c.digest == digest(said), table.c.expires_at > now)
        with self._engine.connect() as connection:
            row = connection.execute(asked).first()
        if row is None or now >= row.begun_at + LONGEST:
            return None
        if now - row.seen_at >= _STAMP_EVERY:
            seen = {"seen_at": now, "expires_at": min(now + LIFE, row.begun_at + LONGEST)}
            with self._engine.begin() as connection:
                connection.execute(sa.update(table).where(table.c.digest == row.digest).values(seen))
        return _session(row)

    def of(self, account_id: AccountId, user_id: UserId, now: datetime) -> list[Session]:
        """Where that person is signed in, the newest visit first."""
        asked = sa.select(table).where(*_theirs(account_id, user_id), table.c.expires_at > now)
        with self._engine.connect() as connection:
            return [_session(row) for row in connection.execute(asked.order_by(table.c.seen_at.desc()))]

    def end(self, account_id: AccountId, user_id: UserId, digest: str | None = None) -> int:
        """Sign that person out there, or everywhere; how many sessions that were."""
        gone = sa.delete(table).where(*_theirs(account_id, user_id))
        if digest is not None:
            gone = gone.where(table.c.digest == digest)
        with self._engine.begin() as connection:
            return connection.execute(gone).rowcount

    def attempt(
        self,
        account_id: AccountId,
        user_id: UserId | None,
        way: Way,
        *,
        detail: str = "",
        now: datetime,
        life: timedelta,
    ) -> str:
        """Begin an attempt to sign in; the secret with which its second half comes."""
        said = secrets.token_urlsafe(32)
        row = {
            "digest": digest(said), "account_id": account_id, "user_id": user_id, "way": way, "detail": detail,
            "made_at": now, "expires_at": now + life,
        }  # fmt: skip
        with self._engine.begin() as connection:
            connection.execute(sa.insert(sign_in), row)
        return said

    def look(self, said: str, way: Way, now: datetime) -> Attempt | None:
        """The attempt that belongs to *said*, which stays: following a link must not use it up."""
        asked = sa.select(sign_in).where(*_waits(said, way, now))
        with self._engine.connect() as connection:
            row = connection.execute(asked).first()
        return None if row is None else Attempt(row.account_id, row.user_id, row.detail)

    def redeem(self, said: str, way: Way, now: datetime) -> Attempt | None:
        """The same, and it is over: None for whoever comes second."""
        found = self.look(said, way, now)
        with self._engine.begin() as connection:
            done = connection.execute(sa.delete(sign_in).where(*_waits(said, way, now))).rowcount
        return found if done == 1 else None

    def forget_expired(self, now: datetime) -> int:
        """Delete what is over; how many rows that were."""
        with self._engine.begin() as connection:
            ended = connection.execute(sa.delete(table).where(table.c.expires_at <= now)).rowcount
            return ended + connection.execute(sa.delete(sign_in).where(sign_in.c.expires_at <= now)).rowcount


def digest(said: str) -> str:
    """How a secret is kept. It is random, so nothing slower is needed."""
    return hashlib.sha256(said.encode()).hexdigest()


def _theirs(account_id: AccountId, user_id: UserId) -> tuple[sa.ColumnElement[bool], ...]:
    return table.c.account_id == account_id, table.c.user_id == user_id


def _waits(said: str, way: Way, now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return sign_in.c.digest == digest(said), sign_in.c.way == way, sign_in.c.expires_at > now


def _session(row: sa.Row[tuple[object, ...]]) -> Session:
    assert row.way in get_args(Way), "we wrote it"
    return Session(
        row.digest,
        AccountId(row.account_id),
        UserId(row.user_id),
        row.way,
        row.agent,
        row.begun_at,
        row.seen_at,
    )
