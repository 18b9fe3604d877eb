"""What we need of the engine, on both databases. The library is pinned; a new version has to pass this first."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from gleaner.core.catalog import AccountId
from gleaner.durable.engine import Engine, Submitter
from gleaner.durable.queues import PEOPLE, QUEUES, RUNS, WRITES

ONE, TWO = AccountId(1), AccountId(2)
QUICK = [replace(queue, look_every=0.05, starts=None) for queue in QUEUES]


class Work:
    """What was carried out, and how much at once."""

    def __init__(self) -> None:
        self.done: Counter[str] = Counter()
        self.ticks: list[datetime] = []
        self.gate = threading.Event()
        self.gate.set()
        self.at_once: Counter[int] = Counter()
        self.most: Counter[int] = Counter()
        self._lock = threading.Lock()

    def do(self, account_id: int, key: str) -> str:
        with self._lock:
            self.at_once[account_id] += 1
            self.most[account_id] = max(self.most[account_id], self.at_once[account_id])
        self.gate.wait(20)
        if key == "bad":
            raise ValueError("this one never works")
        with self._lock:
            self.at_once[account_id] -= 1
            self.done[f"{account_id}:{key}"] += 1
        return key

    def tick(self, at: datetime) -> None:
        self.ticks.append(at)


def until(is_so: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
def engine(store: sa.Engine, work: Work) -> Iterator[Engine]:
    engine = Engine(store, executor_id="me", handlers={"do": work.do}, on_tick=work.tick, queues=QUICK)
    engine.start()
    yield engine
    work.gate.set()
    engine.stop()
    # A thread that still waits for a result would go on asking a database that is gone, through every later test.
    until(lambda: not any(thread.name.startswith("dbos-executor") for thread in threading.enumerate()))


def test_the_same_id_is_carried_out_once(engine: Engine, work: Work) -> None:
    for _ in range(3):
        engine.submit(RUNS, ONE, "run:1", "do", 1, "a")
    until(lambda: engine.status(["run:1"]) == {"run:1": "done"})
    engine.submit(RUNS, ONE, "run:1", "do", 1, "a")
    engine.submit(RUNS, ONE, "run:2", "do", 1, "b")
    until(lambda: work.done["1:b"] == 1)
    assert work.done["1:a"] == 1


def test_what_is_rolled_back_is_not_carried_out(engine: Engine, work: Work, store: sa.Engine) -> None:
    with store.connect() as connection, connection.begin() as transaction:
        engine.submit(RUNS, ONE, "rolled back", "do", 1, "a", connection=connection)
        transaction.rollback()
    with store.begin() as connection:
        engine.submit(RUNS, ONE, "committed", "do", 1, "b", connection=connection)
    until(lambda: work.done["1:b"] == 1)
    until(lambda: engine.status(["rolled back", "committed"]) == {"committed": "done"})


def test_one_account_does_not_wait_for_another(engine: Engine, work: Work) -> None:
    work.gate.clear()
    for number in range(4):
        engine.submit(RUNS, ONE, f"one:{number}", "do", 1, str(number))
    until(lambda: work.at_once[1] == 1)
    engine.submit(RUNS, TWO, "two", "do", 2, "a")
    until(lambda: work.at_once[2] == 1)
    assert engine.depths()["runs"] == 3
    work.gate.set()
    until(lambda: sum(work.done.values()) == 5)
    assert work.most == {1: 1, 2: 1}


def test_work_that_raises_has_failed_and_the_rest_goes_on(engine: Engine, work: Work) -> None:
    engine.submit(PEOPLE, ONE, "bad", "do", 1, "bad")
    engine.submit(PEOPLE, ONE, "good", "do", 1, "good")
    until(lambda: engine.status(["bad", "good"]) == {"bad": "failed", "good": "done"})


def test_what_is_cancelled_before_it_begins_never_begins(engine: Engine, work: Work) -> None:
    work.gate.clear()
    for name in ("first", "second"):
        engine.submit(RUNS, ONE, name, "do", 1, name)
        until(lambda: work.at_once[1] == 1)
    engine.cancel(["second"])
    work.gate.set()
    until(lambda: work.done["1:first"] == 1)
    assert engine.status(["second"]) == {"second": "cancelled"}
    assert work.done["1:second"] == 0


def test_the_work_of_a_dead_process_is_put_back_once(engine: Engine, work: Work, store: sa.Engine) -> None:
    """The contract with the one private call of the library that we use."""
    work.gate.clear()
    engine.submit(RUNS, ONE, "cut off", "do", 1, "a")
    until(lambda: work.at_once[1] == 1)
    assert engine.under_way() == {"me": {"cut off"}}
    schema = None if store.dialect.name == "sqlite" else "dbos"
    rows = sa.table("workflow_status", sa.column("executor_id"), schema=schema)
    with store.begin() as connection:
        connection.execute(sa.update(rows).values(executor_id="dead"))
    assert engine.recover(["dead"]) == ["cut off"]
    assert engine.recover(["dead"]) == []
    assert engine.recover([]) == []
    work.gate.set()
    until(lambda: engine.status(["cut off"]) == {"cut off": "done"})
    assert work.done["1:a"] in (1, 2)  # at least once; our own rows make it once


def test_what_the_database_lost_on_the_way_is_given_up_and_frees_its_place(
    engine: Engine, work: Work, store: sa.Engine
) -> None:
    """Given to us, by its row, and never begun: the connection broke in between."""
    work.gate.clear()
    for name in ("under way", "lost", "waiting"):
        engine.submit(RUNS, ONE, name, "do", 1, name)
        until(lambda: work.at_once[1] == 1)
    schema = None if store.dialect.name == "sqlite" else "dbos"
    rows = sa.table(
        "workflow_status",
        sa.column("workflow_uuid"),
        sa.column("status"),
        sa.column("executor_id"),
        schema=schema,
    )
    with store.begin() as connection:
        lost = sa.update(rows).where(rows.c.workflow_uuid == "lost")
        connection.execute(lost.values(status="PENDING", executor_id="me"))
    assert engine.give_up_lost(engine.under_way()["me"], after=0.2) == []
    time.sleep(0.3)
    assert engine.give_up_lost(engine.under_way()["me"], after=0.2) == ["lost"]
    work.gate.set()
    until(lambda: work.done["1:waiting"] == 1)
    assert work.done == {"1:under way": 1, "1:waiting": 1}
    assert engine.status(["lost"]) == {"lost": "cancelled"}


def test_a_tick_can_be_called_from_any_process(engine: Engine, work: Work, store: sa.Engine) -> None:
    before = len(work.ticks)
    other = Submitter(store)
    other.tick()
    until(lambda: len(work.ticks) > before)
    assert all(at.tzinfo is not None for at in work.ticks)
    other.close()


def test_what_ended_long_ago_is_forgotten(engine: Engine, work: Work) -> None:
    engine.submit(RUNS, ONE, "old", "do", 1, "a")
    until(lambda: engine.status(["old"]) == {"old": "done"})
    assert engine.purge(older_than=timedelta(days=1)) == 0
    assert engine.purge(older_than=timedelta(seconds=-5)) >= 1
    assert engine.status(["old"]) == {}


def test_a_rate_counts_for_each_account_alone(store: sa.Engine, work: Work) -> None:
    slow = replace(WRITES, look_every=0.05, starts=(3, 2.0), per_account=10)
    engine = Engine(store, executor_id="me", handlers={"do": work.do}, on_tick=work.tick, queues=[slow])
    engine.start()
    try:
        started = time.monotonic()
        for account in (1, 2):
            for number in range(7):
                engine.submit(slow, AccountId(account), f"{account}:{number}", "do", account, str(number))
        until(lambda: sum(work.done.values()) >= 6)
        assert sum(work.done.values()) == 6
        until(lambda: sum(work.done.values()) == 14)
        assert time.monotonic() - started >= 4.0
    finally:
        engine.stop()
