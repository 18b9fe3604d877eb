"""Schedules and how runs went: one row for each job of an account or of one of its people.

    idle ──queue──► queued ──begin──► running ──finish──► idle

Every step is a compare-and-set on the state and the attempt, so that two ticks queue a run once, and a run that was
taken for lost and queued again ends once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, NamedTuple, cast

import sqlalchemy as sa

from gleaner.adapters.store.engine import insert_once
from gleaner.adapters.store.tables import job as table
from gleaner.core.catalog import AccountId, UserId

Result = Literal["fine", "trouble", "waiting", "failed"]
"""``trouble``: a person can put it right. ``waiting``: a service is away. ``failed``: our own fault."""
JobState = Literal["idle", "queued", "running"]


class JobKey(NamedTuple):
    """Which job, of which account (0: of this installation), for whom (0: for the account)."""

    account_id: AccountId
    name: str
    user_id: UserId


@dataclass(frozen=True)
class JobRow:
    """A job, when it is next, and how the last run went."""

    key: JobKey
    zone: str
    next_at: datetime | None
    is_paused: bool
    state: JobState
    slot: str
    attempt: int
    failures: int
    """In a row."""
    done_through: date | None
    queued_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    result: Result | None
    text: str


class StoredJobs:
    """The schedules of all accounts on one database."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    # --- reading -------------------------------------------------------------------------------------------

    def get(self, key: JobKey) -> JobRow | None:
        found = self._select(*_is(key))
        return found[0] if found else None

    def all(self, account_ids: Collection[AccountId] | None = None) -> list[JobRow]:
        return self._select(*([] if account_ids is None else [table.c.account_id.in_(sorted(account_ids))]))

    def due(self, now: datetime, account_ids: Collection[AccountId]) -> list[JobRow]:
        """What is idle, not paused, and whose time has come; the longest waiting first."""
        return self._select(
            table.c.next_at <= now,
            table.c.state == "idle",
            table.c.is_paused.is_(False),
            table.c.account_id.in_(sorted(account_ids)),
            order=(table.c.next_at, table.c.account_id, table.c.name, table.c.user_id),
        )

    def under_way(self, since: datetime) -> list[JobRow]:
        """What was queued before *since* and has not ended."""
        return self._select(table.c.state != "idle", table.c.queued_at <= since)

    # --- one run -------------------------------------------------------------------------------------------

    def queue(self, connection: sa.Connection, row: JobRow, slot: str, now: datetime) -> int | None:
        """idle → queued within the caller's transaction: the number of the attempt, or None where another was first."""
        values = {"state": "queued", "slot": slot, "attempt": row.attempt + 1, "queued_at": now}
        done = connection.execute(
            sa.update(table)
            .where(*_is(row.key), table.c.state == "idle", table.c.attempt == row.attempt)
            .values(values)
        )
        return row.attempt + 1 if done.rowcount == 1 else None

    def requeue(self, connection: sa.Connection, row: JobRow, now: datetime) -> int | None:
        """The same run once more, where the engine lost it; None where it ended or was queued again meanwhile."""
        done = connection.execute(
            sa.update(table)
            .where(*_is(row.key), table.c.state != "idle", table.c.attempt == row.attempt)
            .values(state="queued", attempt=row.attempt + 1, queued_at=now)
        )
        return row.attempt + 1 if done.rowcount == 1 else None

    def begin(self, key: JobKey, attempt: int, now: datetime) -> JobRow | None:
        """queued → running; None where that attempt is no longer wanted. A run that a crash cut off begins again."""
        statement = sa.update(table).where(*_is(key), table.c.state != "idle", table.c.attempt == attempt)
        with self._engine.begin() as connection:
            if connection.execute(statement.values(state="running", started_at=now)).rowcount != 1:
                return None
            found = connection.execute(sa.select(table).where(*_is(key))).one()
            return _row(found)

    def finish(
        self,
        row: JobRow,
        *,
        now: datetime,
        result: Result,
        text: str,
        failures: int,
        next_at: datetime | None,
        done_through: date | None,
    ) -> bool:
        """running → idle, with what came of the run that *row* began; False where it was given up meanwhile.

        Whoever called the job while it ran gets another run: then it stays due.
        """
        planned = sa.literal(next_at, table.c.next_at.type)
        values = {
            "state": "idle", "ended_at": now, "result": result, "text": text[:2000], "failures": failures,
            "next_at": sa.case((_is_still(row), planned), else_=table.c.next_at), "done_through": done_through,
        }  # fmt: skip
        statement = sa.update(table).where(
            *_is(row.key), table.c.state != "idle", table.c.attempt == row.attempt
        )
        with self._engine.begin() as connection:
            return connection.execute(statement.values(values)).rowcount == 1

    # --- the list ------------------------------------------------------------------------------------------

    def add(self, rows: Iterable[tuple[JobKey, str, datetime | None, date | None]]) -> int:
        """Make rows (key, zone, next time, last day done) that are not there yet; how many were made."""
        made = 0
        with self._engine.begin() as connection:
            for key, zone, next_at, done_through in rows:
                values = {
                    **key._asdict(), "zone": zone, "next_at": next_at, "done_through": done_through,
                    "is_paused": False, "state": "idle", "attempt": 0, "failures": 0,
                }  # fmt: skip
                made += insert_once(connection, table, values)
        return made

    def remove(self, keys: Iterable[JobKey]) -> None:
        with self._engine.begin() as connection:
            for key in keys:
                connection.execute(sa.delete(table).where(*_is(key)))

    def move(self, row: JobRow, zone: str, next_at: datetime | None) -> None:
        """Let *row* go by another clock, unless it was called meanwhile."""
        statement = sa.update(table).where(*_is(row.key), _is_still(row))
        with self._engine.begin() as connection:
            connection.execute(statement.values(zone=zone, next_at=next_at))

    def stamp(self, key: JobKey, now: datetime) -> None:
        """Note that it happened now, where nothing is queued for it."""
        with self._engine.begin() as connection:
            connection.execute(sa.update(table).where(*_is(key)).values(started_at=now))

    def call(self, key: JobKey, now: datetime) -> bool:
        """Let it be due now; whether there is such a job."""
        with self._engine.begin() as connection:
            return connection.execute(sa.update(table).where(*_is(key)).values(next_at=now)).rowcount == 1

    def pause(self, key: JobKey, *, is_paused: bool) -> bool:
        with self._engine.begin() as connection:
            done = connection.execute(sa.update(table).where(*_is(key)).values(is_paused=is_paused))
            return done.rowcount == 1

    def _select(self, *where: sa.ColumnElement[bool], order: tuple[Any, ...] = ()) -> list[JobRow]:
        statement = sa.select(table).where(*where)
        by = order or (table.c.account_id, table.c.user_id, table.c.name)
        with self._engine.connect() as connection:
            return [_row(row) for row in connection.execute(statement.order_by(*by))]


def _is(key: JobKey) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        table.c.account_id == key.account_id,
        table.c.name == key.name,
        table.c.user_id == key.user_id,
    )


def _is_still(row: JobRow) -> sa.ColumnElement[bool]:
    """Whether it is due when *row* said."""
    return table.c.next_at.is_not_distinct_from(row.next_at)


def _row(row: sa.Row[Any]) -> JobRow:
    return JobRow(
        key=JobKey(AccountId(row.account_id), row.name, UserId(row.user_id)),
        zone=row.zone,
        next_at=row.next_at,
        is_paused=row.is_paused,
        state=cast("JobState", row.state),
        slot=row.slot or "",
        attempt=row.attempt,
        failures=row.failures,
        done_through=row.done_through,
        queued_at=row.queued_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        result=cast("Result | None", row.result),
        text=row.text or "",
    )
