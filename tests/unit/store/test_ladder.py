"""The ladder in the database; on both databases."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread

import sqlalchemy as sa
from tests.fakes import FakeClock
from tests.studio import ACCOUNT, ANA, BO
from tests.unit.store.test_people import forget

from gleaner.adapters.store.ladder import StoredLadder
from gleaner.core.catalog import AccountId
from gleaner.review.ladder import Footing, Standing, Step

NOW = FakeClock().now()
SERIES = Footing(ANA, "meeting", "series")


CODE = Footing(ANA, "meeting", "code")
POST = Standing("post", (True,) * 20, adopted=20)


def adopt(
    ladder: StoredLadder, on: Footing, run_id: str = "run-1", standing: Standing = POST
) -> tuple[bool, Step | None]:
    return ladder.adopt(on, standing, now=NOW, why="a back-test", run_id=run_id)


def kept(ladder: StoredLadder, times: int, on: Footing = SERIES) -> None:
    for _ in range(times):
        ladder.judge(on, is_kept=True, now=NOW, why="it was kept")


def test_each_step_is_kept_with_the_record_it_was_taken_on(store: sa.Engine) -> None:
    ladder = StoredLadder(store, ACCOUNT)
    kept(ladder, 20)
    later = NOW + timedelta(hours=1)
    fall = ladder.judge(SERIES, is_kept=False, now=later, why="it was corrected")
    assert fall is not None
    assert fall.is_fall
    steps = [(step.before, step.after, step.kept, step.decided) for step in ladder.steps()]
    assert steps == [
        ("suggest", "preselect", 5, 5),
        ("preselect", "post", 20, 20),
        ("post", "preselect", 20, 20),
    ]
    assert ladder.steps(since=later) == [fall]
    assert ladder.standings() == {SERIES: Standing("preselect")}
    assert StoredLadder(store, AccountId(2)).standings() == {}


def test_what_turned_out_wrong_counts_once(store: sa.Engine) -> None:
    ladder = StoredLadder(store, ACCOUNT)
    kept(ladder, 20)
    for _ in range(3):
        ladder.judge(SERIES, is_kept=False, now=NOW, why="undone", once="entry:meeting:1:x")
    assert ladder.standings()[SERIES] == Standing("preselect")


def test_a_back_test_is_adopted_only_where_nobody_decided(store: sa.Engine) -> None:
    ladder = StoredLadder(store, ACCOUNT)
    ladder.judge(CODE, is_kept=False, now=NOW, why="it was dismissed")
    assert adopt(ladder, CODE) == (False, None)
    is_taken, step = adopt(ladder, SERIES)
    assert is_taken
    assert step is not None
    assert adopt(ladder, SERIES, "run-2", Standing()) == (False, None)
    assert ladder.standings() == {SERIES: POST, CODE: Standing("suggest", (False,))}


def test_what_a_run_adopted_is_taken_back_once_and_can_be_adopted_anew(store: sa.Engine) -> None:
    ladder = StoredLadder(store, ACCOUNT)
    adopt(ladder, SERIES)
    adopt(ladder, CODE, "run-2")
    assert ladder.adopted_in("run-1") == {SERIES: POST}
    done = ladder.unadopt(SERIES, "run-1", now=NOW, why="taken back")
    assert done is not None
    taken, step = done
    assert (taken.before, taken.after) == (POST, None)
    assert step is not None
    assert (step.before, step.after, step.kept) == ("post", "suggest", 20)
    assert ladder.unadopt(SERIES, "run-1", now=NOW, why="taken back") is None
    assert ladder.unadopt(CODE, "run-1", now=NOW, why="taken back") is None
    assert ladder.standings() == {CODE: POST}
    assert adopt(ladder, SERIES, "run-3")[0]


def test_what_was_decided_since_survives_taking_a_back_test_back(store: sa.Engine) -> None:
    ladder = StoredLadder(store, ACCOUNT)
    adopt(ladder, SERIES)
    adopt(ladder, CODE)
    kept(ladder, 6)
    ladder.judge(CODE, is_kept=False, now=NOW, why="it was corrected")
    for on in (SERIES, CODE):
        assert ladder.unadopt(on, "run-1", now=NOW, why="taken back") is not None
    assert ladder.standings() == {SERIES: Standing("preselect", (True,) * 6), CODE: Standing()}
    assert adopt(ladder, CODE, "run-2") == (False, None)
    assert ladder.adopted_in("run-1") == {}


def test_a_decision_while_a_back_test_is_taken_back_is_not_lost(store: sa.Engine) -> None:
    ladder = StoredLadder(store, ACCOUNT)
    adopt(ladder, SERIES)

    def take_back() -> None:
        StoredLadder(store, ACCOUNT).unadopt(SERIES, "run-1", now=NOW, why="taken back")

    threads = [Thread(target=take_back) for _ in range(2)]
    threads += [Thread(target=kept, args=(StoredLadder(store, ACCOUNT), 3))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ladder.standings()[SERIES].record == (True,) * 3


def test_two_who_decide_at_once_both_count(store: sa.Engine) -> None:
    ladder = StoredLadder(store, ACCOUNT)
    threads = [Thread(target=kept, args=(StoredLadder(store, ACCOUNT), 4)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ladder.standings()[SERIES].record == (True,) * 12


def test_with_a_person_goes_their_ladder(store: sa.Engine) -> None:
    ladder, bo = StoredLadder(store, ACCOUNT), Footing(BO, "meeting", "series")
    kept(ladder, 6)
    kept(ladder, 6, bo)
    forget(store)
    assert set(ladder.standings()) == {bo}
    assert {step.footing.user_id for step in ladder.steps()} == {BO}
    kept(ladder, 6)
    assert set(ladder.standings()) == {bo}
