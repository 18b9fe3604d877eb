"""A language model's budget, counted on both databases."""

from __future__ import annotations

from threading import Barrier, Thread

import sqlalchemy as sa
from tests.studio import ACCOUNT
from tests.unit.store.test_people import forget

from gleaner.adapters.store.model_use import StoredUse
from gleaner.core.catalog import AccountId


def test_what_is_taken_adds_up_by_month_and_account(store: sa.Engine) -> None:
    use, others = StoredUse(store, ACCOUNT), StoredUse(store, AccountId(int(ACCOUNT) + 1))
    assert use.tokens("2026-03") == 0
    use.add("2026-03", 1000)
    use.add("2026-03", 200)
    use.add("2026-04", 5)
    others.add("2026-03", 7)
    assert (use.tokens("2026-03"), use.tokens("2026-04"), others.tokens("2026-03")) == (1200, 5, 7)


def test_of_many_at_once_each_counts(store: sa.Engine) -> None:
    start = Barrier(8)

    def take() -> None:
        start.wait()
        for _ in range(10):
            StoredUse(store, ACCOUNT).add("2026-03", 3)

    threads = [Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert StoredUse(store, ACCOUNT).tokens("2026-03") == 240


def test_forgetting_somebody_gives_nothing_back(store: sa.Engine) -> None:
    StoredUse(store, ACCOUNT).add("2026-03", 1000)
    forget(store)
    assert StoredUse(store, ACCOUNT).tokens("2026-03") == 1000
