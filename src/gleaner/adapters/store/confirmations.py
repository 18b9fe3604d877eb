"""Confirmations that wait to be used: of each a digest, whose it is, and a digest of the one thing it is for."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa

from gleaner.adapters.store.access_tables import sign_in as table
from gleaner.adapters.store.people import forgotten_users
from gleaner.adapters.store.sessions import digest
from gleaner.core.catalog import AccountId, UserId

_WAY = "confirm"


class StoredConfirmations:
    """The confirmations of one account."""

    def __init__(self, engine: sa.Engine, account_id: AccountId) -> None:
        self._engine = engine
        self._account_id = account_id

    def make(self, user_id: UserId, about: str, *, now: datetime, life: timedelta) -> str:
        """The secret with which that person may do what *about* is a digest of, once. Empty for who was forgotten."""
        said = secrets.token_urlsafe(24)
        row = {
            "digest": digest(said), "account_id": self._account_id, "user_id": user_id, "way": _WAY, "detail": about,
            "made_at": now, "expires_at": now + life,
        }  # fmt: skip
        with self._engine.begin() as connection:
            if user_id in forgotten_users(connection, self._account_id):
                return ""
            connection.execute(sa.insert(table), row)
        return said

    def about(self, said: str, user_id: UserId, *, now: datetime) -> str | None:
        """What that person's confirmation is about; None for nobody's, a used one, or one that is over."""
        with self._engine.connect() as connection:
            found: str | None = connection.scalar(
                sa.select(table.c.detail).where(*self._waits(said, user_id, now))
            )
        return found

    def use(self, said: str, user_id: UserId, *, now: datetime) -> bool:
        """Whether it is used now by this call alone."""
        with self._engine.begin() as connection:
            return connection.execute(sa.delete(table).where(*self._waits(said, user_id, now))).rowcount == 1

    def _waits(self, said: str, user_id: UserId, now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
        return (
            table.c.digest == digest(said),
            table.c.way == _WAY,
            table.c.account_id == self._account_id,
            table.c.user_id == user_id,
            table.c.expires_at > now,
        )
