"""Used links, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from gleaner.adapters.store.people import StoredPeople
from gleaner.adapters.store.used_links import StoredUsedLinks
from gleaner.core.catalog import AccountId, UserId

NOW = datetime(2026, 3, 10, 17, tzinfo=UTC)
LATER = NOW + timedelta(days=7)
ANA = UserId(3)


@pytest.fixture
def links(store: sa.Engine) -> StoredUsedLinks:
    return StoredUsedLinks(store, AccountId(7))


def use(links: StoredUsedLinks, digest: str = "a", expires_at: datetime = LATER) -> bool:
    return links.use(digest, ANA, "accept", now=NOW, expires_at=expires_at)


def test_a_link_is_used_once(links: StoredUsedLinks) -> None:
    assert not links.is_used("a")
    assert use(links)
    assert not use(links)
    assert links.is_used("a")
    assert use(links, "b")


def test_what_is_given_back_can_be_used_again(links: StoredUsedLinks) -> None:
    use(links)
    links.give_back("a")
    assert not links.is_used("a")
    assert use(links)


def test_each_account_has_its_own(links: StoredUsedLinks, store: sa.Engine) -> None:
    use(links)
    other = StoredUsedLinks(store, AccountId(8))
    assert not other.is_used("a")
    other.give_back("a")
    assert other.forget_expired(LATER + timedelta(days=1)) == 0
    assert links.is_used("a")


def test_what_expired_goes_and_the_rest_stays(links: StoredUsedLinks) -> None:
    use(links, "old", NOW)
    use(links, "new")
    assert links.forget_expired(NOW + timedelta(seconds=1)) == 1
    assert (links.is_used("old"), links.is_used("new")) == (False, True)


def test_who_was_forgotten_uses_none_and_leaves_none(links: StoredUsedLinks, store: sa.Engine) -> None:
    use(links)
    people = StoredPeople(store, AccountId(7))
    people.forget(ANA, ["ana@studio.example"], now=NOW, by="an administrator", copied=lambda _connection: 0)
    assert not links.is_used("a")
    assert not use(links, "b")
    assert not links.is_used("b")
