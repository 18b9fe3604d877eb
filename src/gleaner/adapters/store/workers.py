"""Who is at work, by the heart: the port :class:`gleaner.durable.heart.Hearts` in our database."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from gleaner.adapters.store.tables import proposal, worker
from gleaner.core.proposals import State
from gleaner.review.inbox import LEASE

_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class WorkerRow:
    """One process, as last heard of."""

    executor_id: str
    incarnation: str
    role: str
    host: str
    pid: int
    started_at: datetime
    silent_for: timedelta
    """Since its last beat, by the database's clock."""


class StoredWorkers:
    """Heartbeats of all processes on one database. All times are the database's own: machines may disagree."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def beat(self, executor_id: str, incarnation: str, role: str, host: str, pid: int) -> str | None:
        """Say that the process lives. The incarnation that had this name until now, if it was another."""
        now = database_now(self._engine)
        with self._engine.begin() as connection:
            former = connection.scalar(
                sa.select(worker.c.incarnation).where(worker.c.executor_id == executor_id)
            )
            values = {"incarnation": incarnation, "role": role, "host": host, "pid": pid}
            if former is None:
                row = {**values, "executor_id": executor_id, "started_at": now, "beat_at": now}
                connection.execute(sa.insert(worker).values(row))
            else:
                changed = {**values, "beat_at": now}
                if former != incarnation:
                    changed["started_at"] = now
                connection.execute(
                    sa.update(worker).where(worker.c.executor_id == executor_id).values(changed)
                )
        return former if former not in (None, incarnation) else None

    def all(self) -> list[WorkerRow]:
        """Every process there is a row for, the one heard of last first."""
        asked = sa.select(worker, (database_now(self._engine) - worker.c.beat_at).label("silent")).order_by(
            worker.c.beat_at.desc()
        )
        with self._engine.connect() as connection:
            return [
                WorkerRow(
                    row.executor_id, row.incarnation, row.role, row.host, row.pid,
                    datetime.fromtimestamp(row.started_at, UTC), timedelta(seconds=float(row.silent)),
                )
                for row in connection.execute(asked)
            ]  # fmt: skip

    def release(self, incarnations: Collection[str]) -> int:
        """Let what dead processes held be taken over at once, in every account; how much that was.

        It stays under way: whoever takes it over looks it up in Harvest before anything else.
        """
        if not incarnations:
            return 0
        statement = sa.update(proposal).where(
            proposal.c.state == State.APPLYING.value, proposal.c.claim.in_(sorted(incarnations))
        )
        with self._engine.begin() as connection:
            return connection.execute(statement.values(claimed_at=_LONG_AGO)).rowcount

    def shorten(self, incarnations: Collection[str], lease: timedelta) -> int:
        """Let what processes held that died just now be taken over *lease* after they last asked; how much that was.

        Not at once: what they sent to Harvest may still be on its way there.
        """
        held = sa.and_(proposal.c.state == State.APPLYING.value, proposal.c.claim.in_(sorted(incarnations)))
        asked = sa.select(proposal.c.account_id, proposal.c.key, proposal.c.claimed_at).where(held)
        with self._engine.begin() as connection:
            rows = connection.execute(asked).all()
            for row in rows:
                one = (proposal.c.account_id == row.account_id, proposal.c.key == row.key, held)
                earlier = row.claimed_at - max(LEASE - lease, timedelta())
                connection.execute(sa.update(proposal).where(*one).values(claimed_at=earlier))
        return len(rows)

    def leave(self, executor_id: str, incarnation: str) -> None:
        """Forget a process that stopped by itself."""
        with self._engine.begin() as connection:
            ours = (worker.c.executor_id == executor_id, worker.c.incarnation == incarnation)
            connection.execute(sa.delete(worker).where(*ours))

    def forget(self, *, silent_for: timedelta) -> None:
        """Forget processes that were not heard of for so long."""
        before = database_now(self._engine) - silent_for.total_seconds()
        with self._engine.begin() as connection:
            connection.execute(sa.delete(worker).where(worker.c.beat_at < before))

    def clock(self) -> datetime:
        """The time, by the database."""
        with self._engine.connect() as connection:
            return datetime.fromtimestamp(
                float(connection.scalar(sa.select(database_now(self._engine))) or 0), UTC
            )


def database_now(engine: sa.Engine) -> sa.ColumnElement[float]:
    """The database's clock, in seconds since 1970."""
    if engine.dialect.name == "sqlite":
        return sa.literal_column("((julianday('now') - 2440587.5) * 86400.0)", sa.Float)
    return sa.cast(sa.func.extract("epoch", sa.func.clock_timestamp()), sa.Float)
