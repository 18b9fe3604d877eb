"""Confirmations, on both databases: for one person and one thing, once, and for a while."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from gleaner.adapters.store.confirmations import StoredConfirmations
from gleaner.adapters.store.journal import StoredJournal
from gleaner.adapters.store.people import SOMEBODY, StoredPeople
from gleaner.adapters.store.sessions import StoredSessions
from gleaner.core.catalog import AccountId, UserId
from gleaner.review.journal import Line, through

NOW = datetime(2026, 3, 10, 17, tzinfo=UTC)
HERE, ANA, BO = AccountId(7), UserId(3), UserId(4)
LIFE = timedelta(minutes=10)


@pytest.fixture
def kept(store: sa.Engine) -> StoredConfirmations:
    return StoredConfirmations(store, HERE)


def make(kept: StoredConfirmations, about: str = "delete 7") -> str:
    return kept.make(ANA, about, now=NOW, life=LIFE)


def test_it_says_what_it_is_about_to_its_person_alone(kept: StoredConfirmations, store: sa.Engine) -> None:
    said = make(kept)
    assert kept.about(said, ANA, now=NOW) == "delete 7"
    assert kept.about(said, BO, now=NOW) is None
    assert StoredConfirmations(store, AccountId(8)).about(said, ANA, now=NOW) is None
    assert kept.about("made up", ANA, now=NOW) is None


def test_it_is_over_after_a_while(kept: StoredConfirmations) -> None:
    said = make(kept)
    assert kept.about(said, ANA, now=NOW + LIFE) is None
    assert not kept.use(said, ANA, now=NOW + LIFE)


def test_of_many_at_once_one_uses_it(kept: StoredConfirmations) -> None:
    said = make(kept)
    with ThreadPoolExecutor(8) as threads:
        used = list(threads.map(lambda _: kept.use(said, ANA, now=NOW), range(8)))
    assert sum(used) == 1
    assert kept.about(said, ANA, now=NOW) is None


def test_nobody_signs_in_with_one_nor_confirms_with_a_link(
    kept: StoredConfirmations, store: sa.Engine
) -> None:
    sessions = StoredSessions(store)
    assert sessions.look(make(kept), "link", NOW) is None
    link = sessions.attempt(HERE, ANA, "link", detail="delete 7", now=NOW, life=LIFE)
    assert kept.about(link, ANA, now=NOW) is None


def test_who_was_forgotten_confirms_nothing_and_is_named_nowhere(
    kept: StoredConfirmations, store: sa.Engine
) -> None:
    said, address = make(kept), "ana@studio.example"
    journal = StoredJournal(store, HERE)
    journal.write(Line(NOW, through(address, "agent"), "approved", "Approved: Call", user_id=BO))
    StoredPeople(store, HERE).forget(ANA, [address], now=NOW, by="bo", copied=lambda _: 0)
    assert kept.about(said, ANA, now=NOW) is None
    assert make(kept) == ""
    assert {line.actor for line in journal.lines(user_id=BO)} == {SOMEBODY}
