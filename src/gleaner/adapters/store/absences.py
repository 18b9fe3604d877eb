"""Exceptions that administrators made: who is due less, when, why, and who said so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from gleaner.adapters.store.people import forgotten_users
from gleaner.adapters.store.tables import absence
from gleaner.core.catalog import AccountId, UserId


@dataclass(frozen=True)
class Kept:
    """One exception as it stands."""

    id: int
    user_id: UserId
    first: date
    last: date
    hours: timedelta | None
    """Less on each of the days; None: all of them."""
    reason: str
    made_by: str
    made_at: datetime
    removed_by: str = ""
    removed_at: datetime | None = None
    """When it was taken back; None while it counts."""


class StoredAbsences:
    """The exceptions of one account."""

    def __init__(self, engine: sa.Engine, account_id: AccountId) -> None:
        self._engine = engine
        self._account = account_id
        self._ours = absence.c.account_id == account_id

    def add(
        self,
        user_id: UserId,
        first: date,
        last: date,
        hours: timedelta | None,
        reason: str,
        *,
        by: str,
        now: datetime,
    ) -> Kept | None:
        """Keep one more; None for somebody who was forgotten."""
        row = {
            "account_id": self._account, "user_id": user_id, "first_day": first, "last_day": last,
            "minutes": None if hours is None else round(hours / timedelta(minutes=1)), "reason": reason,
            "made_by": by, "made_at": now,
        }  # fmt: skip
        with self._engine.begin() as connection:
            if user_id in forgotten_users(connection, self._account):
                return None
            made = connection.execute(sa.insert(absence).returning(absence.c.id), row).scalar_one()
        return Kept(made, user_id, first, last, hours, reason, by, now)

    def get(self, number: int) -> Kept | None:
        """That one, removed or not."""
        return next(iter(self._read(absence.c.id == number)), None)

    def remove(self, number: int, *, by: str, now: datetime) -> bool:
        """Let it count no more from now on; whether it did until now."""
        still = (self._ours, absence.c.id == number, absence.c.removed_at.is_(None))
        with self._engine.begin() as connection:
            done = sa.update(absence).where(*still).values(removed_by=by, removed_at=now)
            return connection.execute(done).rowcount == 1

    def between(
        self, first: date, last: date, user_id: UserId | None = None, *, removed: bool = False
    ) -> list[Kept]:
        """Everybody's that touches those days, or one person's; with *removed* those taken back too."""
        c = absence.c
        wanted = [c.first_day <= last, c.last_day >= first]
        if user_id is not None:
            wanted.append(c.user_id == user_id)
        if not removed:
            wanted.append(c.removed_at.is_(None))
        return self._read(*wanted)

    def _read(self, *wanted: sa.ColumnElement[bool]) -> list[Kept]:
        asked = sa.select(absence).where(self._ours, *wanted)
        with self._engine.connect() as connection:
            rows = connection.execute(asked.order_by(absence.c.first_day, absence.c.id)).all()
        return [
            Kept(
                row.id, UserId(row.user_id), row.first_day, row.last_day,
                None if row.minutes is None else timedelta(minutes=row.minutes),
                row.reason, row.made_by, row.made_at, row.removed_by or "", row.removed_at,
            )
            for row in rows
        ]  # fmt: skip
