"""Messages about budgets: claimed once, taken over from the dead, never sent twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gleaner.adapters.store.budgets import STALE, Slip, StoredBudgets
from gleaner.adapters.store.engine import make_engine, migrate
from gleaner.budgets.alerts import Alert
from gleaner.core.catalog import AccountId, ProjectId, UserId

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
SLIP = Slip(ProjectId(1), "all", 1, Alert("used", 75), UserId(5))


@pytest.fixture
def stored(tmp_path: object) -> StoredBudgets:
    engine = make_engine(f"sqlite:///{tmp_path}/x.db")
    migrate(engine)
    return StoredBudgets(engine, AccountId(1))


def test_a_message_is_claimed_by_one_only(stored: StoredBudgets) -> None:
    assert stored.claim([SLIP], "a", NOW) == [SLIP]
    assert stored.claim([SLIP], "b", NOW) == []
    assert not stored.begin(SLIP, "b", NOW)


def test_what_a_dead_process_claimed_is_taken_over_once(stored: StoredBudgets) -> None:
    stored.claim([SLIP], "a", NOW)
    later = NOW + STALE + timedelta(minutes=1)
    assert stored.left("b", NOW) == []
    assert stored.left("b", later) == [SLIP]
    assert stored.left("c", later) == []
    assert not stored.begin(SLIP, "a", later)
    assert stored.begin(SLIP, "b", later)


def test_a_message_in_whose_sending_a_process_died_is_named_and_not_sent_again(stored: StoredBudgets) -> None:
    stored.claim([SLIP], "a", NOW)
    assert stored.begin(SLIP, "a", NOW)
    later = NOW + STALE + timedelta(minutes=1)
    assert stored.left("b", later) == []
    assert [one.slip for one in stored.unsure(later)] == [SLIP]


def test_a_budget_that_changes_and_changes_back_is_another_each_time(stored: StoredBudgets) -> None:
    stamps = ("project/10/once", "project/10/once", "project/12/once", "project/10/once")
    assert [stored.version(ProjectId(1), stamp, NOW) for stamp in stamps] == [1, 1, 2, 3]
