"""Connections: a process that stands still in the middle of a transaction does not keep the others from theirs."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from gleaner.adapters.store.engine import make_engine


def test_postgresql_takes_the_locks_from_who_stands_still_in_a_transaction(pg_url: str) -> None:
    sleeper, other = make_engine(pg_url, idle=0.3), make_engine(pg_url)
    with other.begin() as connection:
        connection.execute(sa.text("CREATE TABLE place (id INTEGER PRIMARY KEY, holder TEXT)"))
        connection.execute(sa.text("INSERT INTO place VALUES (1, 'nobody')"))
    take = sa.text("UPDATE place SET holder = :who WHERE id = 1")
    asleep = sleeper.connect()
    asleep.execute(take, {"who": "the sleeper"})
    with other.begin() as connection:
        connection.execute(sa.text("SET LOCAL lock_timeout = '20s'"))
        connection.execute(take, {"who": "the other"})
    with pytest.raises(sa.exc.DBAPIError, match="idle-in-transaction"):
        asleep.execute(sa.text("SELECT 1"))
    asleep.close()
    with sleeper.connect() as connection:
        assert connection.execute(sa.text("SELECT holder FROM place")).scalar_one() == "the other"
    sleeper.dispose()
    other.dispose()
