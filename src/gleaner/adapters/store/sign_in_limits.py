"""How often somebody may try to sign in, or show a wrong token: counted in the database, for all processes together."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from gleaner.adapters.store.access_tables import sign_in as table
from gleaner.adapters.store.engine import insert_once
from gleaner.core.catalog import AccountId

_WAY = "limit"
_NOBODY = AccountId(0)


class StoredLimits:
    """Each try takes one of so many places, which are free again when their time is over.

    A place is a row that only one can insert, so tries at the same moment cannot share one. What was tried is kept as a
    digest.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def take(self, what: str, *, most: int, within: timedelta, now: datetime) -> datetime | None:
        """Take a place for *what*; None when it was had, and until when all are taken otherwise.

        Windows begin at fixed times, so at the border of two there may be twice as many.
        """
        seconds = int(within.total_seconds())
        number = int(now.timestamp()) // seconds
        until = datetime.fromtimestamp((number + 1) * seconds, UTC)
        places = [
            hashlib.sha256(f"{_WAY}\x1f{what}\x1f{number}\x1f{n}".encode()).hexdigest() for n in range(most)
        ]
        with self._engine.connect() as connection:
            taken = set(connection.scalars(sa.select(table.c.digest).where(table.c.digest.in_(places))))
        for place in places:
            if place not in taken and self._insert(place, now, until):
                return None
        return until

    def _insert(self, place: str, now: datetime, until: datetime) -> bool:
        row = {
            "digest": place, "account_id": _NOBODY, "user_id": None, "way": _WAY, "detail": "", "made_at": now,
            "expires_at": until,
        }  # fmt: skip
        with self._engine.begin() as connection:
            return insert_once(connection, table, row)
