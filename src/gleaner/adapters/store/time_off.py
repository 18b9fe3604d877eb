"""Time off, as calendars said it when they were last read."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

import sqlalchemy as sa

from gleaner.adapters.store.engine import upsert
from gleaner.adapters.store.people import forgotten_users
from gleaner.adapters.store.tables import time_off
from gleaner.capture.observed import TimeOff
from gleaner.core.catalog import AccountId, UserId


class StoredTimeOff:
    """The time off of one account's people."""

    def __init__(self, engine: sa.Engine, account_id: AccountId) -> None:
        self._engine = engine
        self._ours = time_off.c.account_id == account_id
        self._account_id = account_id

    def keep(self, found: Iterable[TimeOff], *, complete: Collection[str], first: date, last: date) -> None:
        """Remember what was *found*; what the *complete* sources said of those days before, and not now, is gone."""
        rows = {
            (off.user_id, off.first, off.last): {
                "account_id": self._account_id, "user_id": off.user_id, "first_day": off.first,
                "last_day": off.last, "source": off.source, "is_half_day": off.is_half_day,
            }
            for off in found
        }  # fmt: skip
        with self._engine.begin() as connection:
            forgotten = forgotten_users(connection, self._account_id)
            kept = [row for (user_id, *_), row in rows.items() if user_id not in forgotten]
            within = (time_off.c.first_day <= last, time_off.c.last_day >= first)
            connection.execute(
                sa.delete(time_off).where(self._ours, *within, time_off.c.source.in_(sorted(complete)))
            )
            if kept:
                connection.execute(upsert(connection, time_off, ["source", "is_half_day"]), kept)

    def between(self, first: date, last: date, user_id: UserId | None = None) -> list[TimeOff]:
        """Everybody's that touches those days, or one person's."""
        c = time_off.c
        asked = sa.select(time_off).where(self._ours, c.first_day <= last, c.last_day >= first)
        if user_id is not None:
            asked = asked.where(c.user_id == user_id)
        with self._engine.connect() as connection:
            rows = connection.execute(asked.order_by(c.user_id, c.first_day, c.last_day)).all()
        return [
            TimeOff(UserId(row.user_id), row.first_day, row.last_day, row.is_half_day, row.source)
            for row in rows
        ]
