"""Tokens of programs, on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from gleaner.adapters.store.access_tables import api_token as table
from gleaner.adapters.store.api_tokens import StoredApiTokens
from gleaner.adapters.store.people import StoredPeople
from gleaner.core.catalog import AccountId, UserId

NOW = datetime(2026, 3, 10, 17, tzinfo=UTC)
HERE, ELSEWHERE, ANA, BO = AccountId(7), AccountId(8), UserId(3), UserId(4)
QUARTER, DAY = timedelta(minutes=15), timedelta(days=1)


@pytest.fixture
def tokens(store: sa.Engine) -> StoredApiTokens:
    return StoredApiTokens(store)


def make(tokens: StoredApiTokens, who: UserId = ANA, scopes: Sequence[str] = ("read",)) -> str:
    return tokens.make(HERE, who, "editor", scopes, now=NOW, expires_at=NOW + DAY)


def test_a_token_tells_who_it_is_and_what_it_may(tokens: StoredApiTokens) -> None:
    found = tokens.get(make(tokens, scopes=("read", "propose")), NOW)
    assert found is not None
    assert (found.account_id, found.user_id, found.scopes) == (HERE, ANA, frozenset({"read", "propose"}))


@pytest.mark.parametrize("said", ["", "glnr_", "glnr_wrong", "Bearer x", "glnr_" + "x" * 10_000])
def test_what_is_none_of_ours_lets_nobody_in(tokens: StoredApiTokens, said: str) -> None:
    make(tokens)
    assert tokens.get(said, NOW) is None


def test_what_a_token_says_is_not_in_the_database(tokens: StoredApiTokens, store: sa.Engine) -> None:
    said = make(tokens)
    with store.connect() as connection:
        (row,) = connection.execute(sa.select(table)).all()
    assert said not in str(row)
    assert said.removeprefix("glnr_") not in str(row)


def test_it_ends_when_it_expires_or_is_revoked(tokens: StoredApiTokens) -> None:
    first, second = make(tokens), make(tokens)
    assert tokens.get(first, NOW + DAY) is None
    found = tokens.get(second, NOW)
    assert found is not None
    assert not tokens.revoke(ELSEWHERE, found.digest)
    assert tokens.revoke(HERE, found.digest)
    assert tokens.get(second, NOW) is None
    assert not tokens.revoke(HERE, found.digest)


def test_a_use_is_noted_every_five_minutes(tokens: StoredApiTokens) -> None:
    said = make(tokens)

    def used() -> datetime | None:
        return tokens.of(HERE, ANA)[0].used_at

    assert used() is None
    tokens.get(said, NOW)
    tokens.get(said, NOW + timedelta(minutes=4))
    assert used() == NOW
    tokens.get(said, NOW + QUARTER)
    assert used() == NOW + QUARTER


def test_everybody_has_their_own(tokens: StoredApiTokens) -> None:
    make(tokens)
    make(tokens, BO)
    assert [one.user_id for one in tokens.of(HERE, BO)] == [BO]
    assert {one.user_id for one in tokens.of(HERE)} == {ANA, BO}
    assert tokens.of(ELSEWHERE) == []


def test_who_was_forgotten_gets_in_no_more_and_none_anew(tokens: StoredApiTokens, store: sa.Engine) -> None:
    said = make(tokens)
    StoredPeople(store, HERE).forget(ANA, ["ana@studio.example"], now=NOW, by="ana", copied=lambda _: 0)
    assert tokens.get(said, NOW) is None
    assert make(tokens) == ""


def test_what_was_over_long_ago_is_listed_no_more(tokens: StoredApiTokens) -> None:
    make(tokens)
    assert tokens.forget_expired(NOW + DAY) == 0
    assert tokens.forget_expired(NOW + DAY + QUARTER) == 1
    assert tokens.of(HERE) == []
