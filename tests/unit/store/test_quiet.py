"""Quiet times: kept while they last, replaced by what was read whole, gone with whoever is forgotten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from gleaner.adapters.store.quiet import StoredQuiet
from gleaner.capture.observed import Quiet
from gleaner.core.catalog import AccountId, UserId
from gleaner.core.time import Span

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
DAY = Span(NOON - timedelta(hours=12), NOON + timedelta(hours=12))
BO = UserId(5)


def quiet(begin: int, end: int, source: str = "cal", user: int = 5) -> Quiet:
    return Quiet(UserId(user), Span(NOON + timedelta(hours=begin), NOON + timedelta(hours=end)), source)


def kept(store: sa.Engine) -> StoredQuiet:
    return StoredQuiet(store, AccountId(1))


def test_it_holds_from_its_first_moment_to_before_its_last(store: sa.Engine) -> None:
    times = kept(store)
    times.keep([quiet(1, 2)], DAY, complete={"cal"}, now=NOON)
    moments = [NOON, NOON + timedelta(hours=1), NOON + timedelta(minutes=119), NOON + timedelta(hours=2)]
    assert [times.holds(BO, at) for at in moments] == [False, True, True, False]
    assert not times.holds(UserId(6), moments[1])
    assert not StoredQuiet(store, AccountId(2)).holds(BO, moments[1])


def test_what_a_source_says_no_more_is_gone_unless_it_could_not_be_read(store: sa.Engine) -> None:
    times = kept(store)
    times.keep([quiet(1, 2)], DAY, complete={"cal"}, now=NOON)
    times.keep([], DAY, complete={"other"}, now=NOON)
    assert times.holds(BO, NOON + timedelta(hours=1))
    times.keep([], DAY, complete={"cal"}, now=NOON)
    assert not times.holds(BO, NOON + timedelta(hours=1))


def test_what_is_over_is_not_kept(store: sa.Engine) -> None:
    times = kept(store)
    times.keep([quiet(-2, -1), quiet(1, 2), quiet(1, 2)], DAY, complete={"cal"}, now=NOON)
    with store.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM quiet")).scalar_one() == 1
    times.keep([], Span(NOON, NOON + timedelta(minutes=1)), complete=set(), now=NOON + timedelta(hours=3))
    with store.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM quiet")).scalar_one() == 0
