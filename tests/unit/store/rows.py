"""Rows as a daemon leaves them, for tests of those who watch it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from gleaner.adapters.store import tables
from gleaner.adapters.store.workers import database_now

NOW = datetime(2026, 3, 10, 17, 0, tzinfo=UTC)
TUESDAY = date(2026, 3, 10)


def ago(**lengths: float) -> datetime:
    """``ago(minutes=5)`` before :data:`NOW`."""
    return NOW - timedelta(**lengths)


def proposals(engine: sa.Engine, account: int, state: str, count: int = 1, **columns: Any) -> None:
    """*count* proposals of *account* in *state*."""
    title = columns.pop("title", "Salary talk")
    with engine.begin() as connection:
        first = connection.scalar(sa.select(sa.func.count()).select_from(tables.proposal)) or 0
        rows = [
            {
                "account_id": account, "key": f"entry:ics:{title}:{number}", "short": f"{number:08x}", "state": state,
                "user_id": 7, "on_date": TUESDAY, "rule": "", "level": "sure", "activity_key": f"ics:{number}",
                "fingerprint": "", "content": "{}", "offered": "{}", "created_at": NOW, "updated_at": NOW, **columns,
            }
            for number in range(first, first + count)
        ]  # fmt: skip
        connection.execute(sa.insert(tables.proposal), rows)


def job(engine: sa.Engine, account: int, name: str, user: int = 0, **columns: Any) -> None:
    """One job of *account*; idle, and due in a minute, unless *columns* say otherwise."""
    values = {"zone": "Europe/Berlin", "next_at": NOW + timedelta(minutes=1), "state": "idle", **columns}
    with engine.begin() as connection:
        connection.execute(
            sa.insert(tables.job).values(account_id=account, name=name, user_id=user, **values)
        )


def worker(engine: sa.Engine, name: str, *, silent: float = 0.0) -> None:
    """A worker whose heart beat last *silent* seconds ago, by the database's clock."""
    with engine.begin() as connection:
        now = connection.scalar(sa.select(database_now(engine)))
        assert now is not None
        connection.execute(
            sa.insert(tables.worker).values(
                executor_id=name, incarnation="1", role="up", host="studio", pid=4711, started_at=now - 3600,
                beat_at=now - silent,
            )
        )  # fmt: skip


def copied(engine: sa.Engine, account: int, as_of: datetime, resource: str = "time_entries") -> None:
    """The copy of an account's list is right until then."""
    with engine.begin() as connection:
        connection.execute(
            sa.insert(tables.mirror_state).values(account_id=account, resource=resource, as_of=as_of)
        )


def began(engine: sa.Engine, account: int, at: datetime) -> None:
    """A pass began then."""
    with engine.begin() as connection:
        connection.execute(
            sa.insert(tables.run).values(account_id=account, id=f"{at:%H%M%S}", what="run", started_at=at)
        )
