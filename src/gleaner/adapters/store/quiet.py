"""When people are not to be disturbed, as their calendars said when they were last read."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

import sqlalchemy as sa

from gleaner.adapters.store.engine import upsert
from gleaner.adapters.store.people import forgotten_users
from gleaner.adapters.store.tables import quiet as table
from gleaner.capture.observed import Quiet
from gleaner.core.catalog import AccountId, UserId
from gleaner.core.time import Span


class StoredQuiet:
    """The quiet times of one account's people. What is over is not kept: it was for sending only."""

    def __init__(self, engine: sa.Engine, account_id: AccountId) -> None:
        self._engine = engine
        self._account = account_id

    def keep(self, found: Iterable[Quiet], window: Span, *, complete: Collection[str], now: datetime) -> None:
        """Remember what was *found*; what the *complete* sources said of *window* before, and not now, is gone."""
        c = table.c
        with self._engine.begin() as connection:
            forgotten = forgotten_users(connection, self._account)
            rows = {
                (one.user_id, one.span.start, one.span.end): {
                    "account_id": self._account, "user_id": one.user_id, "begins": one.span.start,
                    "ends": one.span.end, "source": one.source,
                }
                for one in found
                if one.span.end > now and one.user_id not in forgotten
            }  # fmt: skip
            is_told = sa.and_(c.begins < window.end, c.ends > window.start, c.source.in_(sorted(complete)))
            connection.execute(
                sa.delete(table).where(c.account_id == self._account, sa.or_(is_told, c.ends <= now))
            )
            if rows:
                connection.execute(upsert(connection, table, ["source"]), list(rows.values()))

    def holds(self, user_id: UserId, at: datetime) -> bool:
        """Whether that person is not to be disturbed at that moment."""
        c = table.c
        asked = sa.select(sa.literal(1)).where(
            c.account_id == self._account, c.user_id == user_id, c.begins <= at, c.ends > at
        )
        with self._engine.connect() as connection:
            return connection.execute(asked.limit(1)).first() is not None
