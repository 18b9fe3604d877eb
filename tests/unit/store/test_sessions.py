"""Sessions and attempts to sign in, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from gleaner.adapters.store.access_tables import session as table
from gleaner.adapters.store.sessions import LIFE, LONGEST, StoredSessions
from gleaner.core.catalog import AccountId, UserId

NOW = datetime(2026, 3, 10, 17, tzinfo=UTC)
HERE, ANA, BO = AccountId(7), UserId(3), UserId(4)
QUARTER = timedelta(minutes=15)


@pytest.fixture
def sessions(store: sa.Engine) -> StoredSessions:
    return StoredSessions(store)


def begin(sessions: StoredSessions, who: UserId = ANA) -> str:
    return sessions.begin(HERE, who, "link", agent="Firefox", now=NOW)


def test_a_cookie_tells_who_it_is(sessions: StoredSessions) -> None:
    found = sessions.get(begin(sessions), NOW)
    assert found is not None
    assert (found.account_id, found.user_id, found.way, found.agent) == (HERE, ANA, "link", "Firefox")
    assert sessions.get("something else", NOW) is None


def test_what_a_cookie_says_is_not_in_the_database(sessions: StoredSessions, store: sa.Engine) -> None:
    said = begin(sessions)
    with store.connect() as connection:
        (row,) = connection.execute(sa.select(table)).all()
    assert said not in str(row)


def test_visits_keep_it_alive_and_silence_ends_it(sessions: StoredSessions) -> None:
    said = begin(sessions)
    visits = [NOW + timedelta(days=10), NOW + timedelta(days=20)]
    assert all(sessions.get(said, at) for at in visits)
    assert sessions.get(said, visits[-1] + LIFE) is None


def test_no_session_lasts_for_ever(sessions: StoredSessions) -> None:
    said, at = begin(sessions), NOW
    while at + timedelta(days=10) < NOW + LONGEST:
        at += timedelta(days=10)
        assert sessions.get(said, at)
    assert sessions.get(said, NOW + LONGEST) is None


def test_a_person_signs_out_here_or_everywhere_and_nobody_else_with_them(sessions: StoredSessions) -> None:
    first, second, bos = begin(sessions), begin(sessions), begin(sessions, BO)
    one = sessions.get(first, NOW)
    assert one is not None
    assert sessions.end(HERE, BO, one.digest) == 0
    assert sessions.end(HERE, ANA, one.digest) == 1
    assert (sessions.get(first, NOW), len(sessions.of(HERE, ANA, NOW))) == (None, 1)
    assert sessions.end(HERE, ANA) == 1
    assert sessions.get(second, NOW) is None
    assert sessions.get(bos, NOW) is not None


def test_an_attempt_is_redeemed_once_in_time_and_by_its_own_way(sessions: StoredSessions) -> None:
    said = sessions.attempt(HERE, ANA, "link", detail="/week", now=NOW, life=QUARTER)
    assert sessions.redeem(said, "harvest", NOW) is None
    assert sessions.redeem(said, "link", NOW + QUARTER) is None
    looked = sessions.look(said, "link", NOW)
    assert looked is not None
    assert sessions.redeem(said, "link", NOW) == looked
    assert sessions.redeem(said, "link", NOW) is None


def test_of_ten_who_come_at_once_one_gets_in(sessions: StoredSessions) -> None:
    said = sessions.attempt(HERE, ANA, "link", now=NOW, life=QUARTER)
    with ThreadPoolExecutor(10) as threads:
        came = list(threads.map(lambda _number: sessions.redeem(said, "link", NOW), range(10)))
    assert sum(one is not None for one in came) == 1


def test_what_is_over_is_deleted(sessions: StoredSessions) -> None:
    begin(sessions)
    sessions.attempt(HERE, ANA, "link", now=NOW, life=QUARTER)
    assert sessions.forget_expired(NOW) == 0
    assert sessions.forget_expired(NOW + QUARTER) == 1
    assert sessions.forget_expired(NOW + LIFE) == 1
