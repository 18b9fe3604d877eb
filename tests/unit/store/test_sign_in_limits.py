"""How often somebody may try, on both databases, and by several at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from gleaner.adapters.store.access_tables import sign_in as table
from gleaner.adapters.store.sessions import StoredSessions
from gleaner.adapters.store.sign_in_limits import StoredLimits

NOW = datetime(2026, 3, 10, 17, 2, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


@pytest.fixture
def limits(store: sa.Engine) -> StoredLimits:
    return StoredLimits(store)


def take(limits: StoredLimits, what: str = "ana", now: datetime = NOW) -> datetime | None:
    return limits.take(what, most=3, within=QUARTER, now=now)


def test_there_are_so_many_places_and_then_one_waits_until_they_are_free(limits: StoredLimits) -> None:
    assert [take(limits) for _ in range(3)] == [None, None, None]
    assert take(limits) == NOW.replace(minute=15)
    assert take(limits, "bo") is None
    assert take(limits, now=NOW + QUARTER) is None


def test_two_cannot_share_a_place(limits: StoredLimits) -> None:
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: take(limits), range(12)))
    assert found.count(None) == 3


def test_who_tried_is_not_told_by_the_database_and_no_place_is_a_way_in(
    limits: StoredLimits, store: sa.Engine
) -> None:
    take(limits, "address/ana@studio.example")
    with store.connect() as connection:
        (row,) = connection.execute(sa.select(table)).all()
    assert "ana" not in str(row)
    window = int(NOW.timestamp()) // 900
    said = f"limit\x1faddress/ana@studio.example\x1f{window}\x1f0"
    sessions = StoredSessions(store)
    for way in ("link", "here", "harvest", "oidc"):
        assert sessions.look(said, way, NOW) is None
        assert sessions.redeem(said, way, NOW) is None


def test_places_go_with_what_is_too_old(limits: StoredLimits, store: sa.Engine) -> None:
    take(limits)
    assert StoredSessions(store).forget_expired(NOW) == 0
    assert StoredSessions(store).forget_expired(NOW + QUARTER) == 1
