"""A language model's budget, held and settled on both databases."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Lock, Thread

import sqlalchemy as sa
from tests.studio import ACCOUNT
from tests.unit.store.test_people import forget

from gleaner.adapters.store.model_use import StoredUse
from gleaner.core.catalog import AccountId

MARCH = "2026-03"
MUCH = 1_000_000


def at_once(threads: int, work: Callable[[], None]) -> None:
    """*work*, begun by so many threads at the same moment."""
    start = Barrier(threads)

    def go() -> None:
        start.wait()
        work()

    begun = [Thread(target=go) for _ in range(threads)]
    for thread in begun:
        thread.start()
    for thread in begun:
        thread.join()


def test_what_is_held_adds_up_by_month_and_account(store: sa.Engine) -> None:
    use, others = StoredUse(store, ACCOUNT), StoredUse(store, AccountId(int(ACCOUNT) + 1))
    assert use.tokens(MARCH) == 0
    assert use.hold(MARCH, 1000, most=MUCH)
    assert use.hold(MARCH, 200, most=MUCH)
    assert use.hold("2026-04", 5, most=MUCH)
    assert others.hold(MARCH, 7, most=MUCH)
    assert (use.tokens(MARCH), use.tokens("2026-04"), others.tokens(MARCH)) == (1200, 5, 7)


def test_no_more_is_held_than_there_is(store: sa.Engine) -> None:
    use = StoredUse(store, ACCOUNT)
    assert not use.hold(MARCH, 101, most=100)
    assert use.tokens(MARCH) == 0
    assert use.hold(MARCH, 60, most=100)
    assert not use.hold(MARCH, 41, most=100)
    assert use.hold(MARCH, 40, most=100)
    assert not use.hold(MARCH, 1, most=100)
    assert use.tokens(MARCH) == 100


def test_settled_is_what_was_taken_and_what_nobody_settles_stays_counted(store: sa.Engine) -> None:
    use = StoredUse(store, ACCOUNT)
    for _ in range(3):
        use.hold(MARCH, 1000, most=MUCH)
    use.settle(MARCH, 1000, 120)
    assert use.tokens(MARCH) == 2120
    use.settle(MARCH, 1000, 1500)
    assert use.tokens(MARCH) == 2620
    use.settle("2026-04", 1000, 0)  # of a month that is not counted any more
    assert use.tokens("2026-04") == 0


def test_many_at_once_hold_all_there_is_and_not_one_token_more(store: sa.Engine) -> None:
    held: list[bool] = []
    at_once(8, lambda: held.extend([StoredUse(store, ACCOUNT).hold(MARCH, 3, most=100) for _ in range(6)]))
    assert (len(held), held.count(True)) == (48, 33)
    assert StoredUse(store, ACCOUNT).tokens(MARCH) == 99


def test_while_others_settle_there_is_never_more_than_the_budget(store: sa.Engine) -> None:
    """Three fit at once; each takes four of its thirty."""
    use, lock = StoredUse(store, ACCOUNT), Lock()
    seen: list[int] = []
    done = 0

    def ask() -> None:
        nonlocal done
        for _ in range(5):
            if not use.hold(MARCH, 30, most=100):
                continue
            seen.append(use.tokens(MARCH))
            use.settle(MARCH, 30, 4)
            with lock:
                done += 1

    at_once(10, ask)
    assert 3 <= done <= 18
    assert max(seen) <= 100
    assert use.tokens(MARCH) == 4 * done


def test_forgetting_somebody_gives_nothing_back(store: sa.Engine) -> None:
    StoredUse(store, ACCOUNT).hold(MARCH, 1000, most=MUCH)
    forget(store)
    assert StoredUse(store, ACCOUNT).tokens(MARCH) == 1000
