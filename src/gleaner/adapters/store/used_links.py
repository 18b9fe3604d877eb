"""Links that were used: a digest of each, so that none counts twice."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from gleaner.adapters.store.engine import insert_once
from gleaner.adapters.store.people import forgotten_users
from gleaner.adapters.store.tables import used_link as table
from gleaner.core.catalog import AccountId, UserId


class StoredUsedLinks:
    """The used links of one account."""

    def __init__(self, engine: sa.Engine, account_id: AccountId) -> None:
        self._engine = engine
        self._account_id = account_id

    def is_used(self, digest: str) -> bool:
        """Whether that link was used."""
        with self._engine.connect() as connection:
            return connection.execute(sa.select(table.c.verb).where(*self._row(digest))).first() is not None

    def use(self, digest: str, user_id: UserId, verb: str, *, now: datetime, expires_at: datetime) -> bool:
        """Whether the link is used now by this call alone; False when it was before, or its person is forgotten."""
        row = {
            "account_id": self._account_id, "digest": digest, "user_id": user_id, "verb": verb, "used_at": now,
            "expires_at": expires_at,
        }  # fmt: skip
        with self._engine.begin() as connection:
            if user_id in forgotten_users(connection, self._account_id):
                return False
            return insert_once(connection, table, row)

    def give_back(self, digest: str) -> None:
        """The link may be used again: what it asked for could not be done."""
        with self._engine.begin() as connection:
            connection.execute(sa.delete(table).where(*self._row(digest)))

    def forget_expired(self, now: datetime) -> int:
        """Delete those that expired before *now*; how many there were."""
        gone = sa.delete(table).where(table.c.account_id == self._account_id, table.c.expires_at < now)
        with self._engine.begin() as connection:
            return connection.execute(gone).rowcount

    def _row(self, digest: str) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
        return table.c.account_id == self._account_id, table.c.digest == digest
