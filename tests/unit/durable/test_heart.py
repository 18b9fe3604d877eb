"""The heart: who falls silent is taken over, once, and who comes back is told so."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from tests.unit.store.test_inbox import NOW, offer, proposal

from gleaner.adapters.store import tables
from gleaner.adapters.store.inbox import StoredInbox
from gleaner.adapters.store.workers import StoredWorkers
from gleaner.core.catalog import AccountId
from gleaner.durable.heart import Heart, Me, process_space

SILENCE = 60.0


class FakeEngine:
    """Remembers whose work it was asked to put back."""

    def __init__(self, *busy: str) -> None:
        self.busy = set(busy)
        self.recovered: list[str] = []

    def recover(self, executor_ids: Sequence[str]) -> list[str]:
        moved = [one for one in executor_ids if one in self.busy]
        self.busy -= set(moved)
        self.recovered += moved
        return moved

    def under_way(self) -> dict[str, set[str]]:
        return {one: {f"work of {one}"} for one in self.busy}

    def give_up_lost(self, ours: Collection[str], after: float) -> list[str]:
        return []


@pytest.fixture
def workers(store: sa.Engine) -> StoredWorkers:
    return StoredWorkers(store)


def heart(workers: StoredWorkers, name: str, engine: FakeEngine | None = None) -> Heart:
    return Heart(Me(name, "worker"), workers, engine or FakeEngine(), dead_after=30)


def fall_silent(store: sa.Engine, name: str, seconds: float = SILENCE) -> None:
    """As if its last beat had been so long ago."""
    with store.begin() as connection:
        worker = tables.worker
        connection.execute(
            sa.update(worker).where(worker.c.executor_id == name).values(beat_at=worker.c.beat_at - seconds)
        )


def test_who_beats_is_known_and_fresh(workers: StoredWorkers) -> None:
    one = heart(workers, "a")
    assert one.silent_for == float("inf")
    one.first()
    assert one.silent_for < 5
    (row,) = workers.all()
    assert (row.executor_id, row.incarnation, row.role) == ("a", one.me.incarnation, "worker")
    assert abs(row.silent_for) < timedelta(seconds=5)
    assert abs(row.started_at - datetime.now(UTC)) < timedelta(seconds=60)


def test_who_fell_silent_is_taken_over(workers: StoredWorkers, store: sa.Engine) -> None:
    heart(workers, "dead").first()
    heart(workers, "busy").first()
    engine = FakeEngine("dead", "busy")
    living = heart(workers, "me", engine)
    living.first()
    assert living.take_over() == []
    fall_silent(store, "dead")
    assert living.take_over() == ["dead"]
    assert engine.busy == {"busy"}


def test_who_never_had_a_heartbeat_counts_as_dead(workers: StoredWorkers) -> None:
    """It died before its first beat, or its row was removed."""
    engine = FakeEngine("stranger", "me")
    living = heart(workers, "me", engine)
    living.first()
    assert living.take_over() == ["stranger"]
    assert engine.busy == {"me"}


def test_what_a_dead_process_was_applying_is_free_at_once(workers: StoredWorkers, store: sa.Engine) -> None:
    inbox = StoredInbox(store, AccountId(1))
    dead, living = heart(workers, "dead"), heart(workers, "me")
    dead.first()
    living.first()
    offer(inbox, proposal())
    inbox.decide("entry:a", "accept", by="ana", now=NOW)
    inbox.claim("entry:a", dead.me.incarnation, now=NOW, run_id="r")
    living.take_over()
    assert inbox.reclaim("me", now=NOW) == []
    fall_silent(store, "dead")
    living.take_over()
    assert not inbox.renew("entry:a", "me", now=NOW)
    assert inbox.reclaim("me", now=NOW) == ["entry:a"]
    assert not inbox.renew("entry:a", dead.me.incarnation, now=NOW)


def test_a_new_life_under_the_same_name_frees_what_the_last_one_held_when_it_may(
    workers: StoredWorkers, store: sa.Engine
) -> None:
    """What the killed process had sent may still arrive: a moment has to pass, but no whole lease."""
    inbox, now = StoredInbox(store, AccountId(1)), datetime.now(UTC)
    first, second = heart(workers, "up"), heart(workers, "up")
    assert first.first() == 0
    offer(inbox, proposal())
    inbox.decide("entry:a", "accept", by="ana", now=now)
    inbox.claim("entry:a", first.me.incarnation, now=now, run_id="r")
    assert second.first() == 1
    assert inbox.reclaim("me", now=now + timedelta(seconds=25)) == []
    assert inbox.reclaim("me", now=now + timedelta(seconds=35)) == ["entry:a"]
    assert [row.incarnation for row in workers.all()] == [second.me.incarnation]


def test_who_was_killed_on_this_machine_is_taken_over_by_who_starts(workers: StoredWorkers) -> None:
    """Whoever restarts a daemon need not wait until the old one has been silent for long."""
    killed = subprocess.Popen([sys.executable, "-c", "pass"])
    killed.wait()
    space = process_space()
    dead = Me(f"up-here-{space}-{killed.pid}-1", "up", pid=killed.pid)
    alive = Me(f"up-here-{space}-{os.getpid()}-2", "up")
    elsewhere = Me(f"up-there-0badc0de-{killed.pid}-3", "up", pid=killed.pid)
    for me in (dead, alive, elsewhere):
        Heart(me, workers, FakeEngine(), dead_after=30).first()
    engine = FakeEngine(dead.executor_id, alive.executor_id, elsewhere.executor_id)
    starting = heart(workers, "me", engine)
    starting.first()
    assert starting.take_over_from_the_killed() == [dead.executor_id]
    assert engine.busy == {alive.executor_id, elsewhere.executor_id}


def test_who_says_goodbye_is_forgotten_and_nobody_else(workers: StoredWorkers) -> None:
    one, other = heart(workers, "a"), heart(workers, "b")
    one.first()
    other.first()
    one.stop()
    assert [row.executor_id for row in workers.all()] == ["b"]
    workers.leave("b", "another life")
    assert len(workers.all()) == 1


def test_the_long_dead_are_forgotten(workers: StoredWorkers, store: sa.Engine) -> None:
    heart(workers, "dead").first()
    living = heart(workers, "me")
    living.first()
    fall_silent(store, "dead", 3700)
    living.take_over()
    assert [row.executor_id for row in workers.all()] == ["me"]


def test_a_database_that_is_away_does_not_stop_the_heart(workers: StoredWorkers) -> None:
    class Shaky(StoredWorkers):
        faults = 2

        def beat(self, executor_id: str, incarnation: str, role: str, host: str, pid: int) -> str | None:
            if self.faults:
                self.faults -= 1
                raise sa.exc.OperationalError("UPDATE worker", {}, Exception("the server is gone"))
            return super().beat(executor_id, incarnation, role, host, pid)

    shaky = Shaky(workers._engine)
    beating = Heart(Me("a", "worker"), shaky, FakeEngine(), beat_every=0.02, dead_after=30)
    beating.start()
    deadline = time.monotonic() + 10
    while beating.silent_for > 5 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert beating.silent_for < 5
    beating.stop()
    assert workers.all() == []


def test_a_process_that_stood_still_in_the_middle_of_a_beat_says_so(
    workers: StoredWorkers, caplog: pytest.LogCaptureFixture
) -> None:
    class Stopped(StoredWorkers):
        count = 0

        def beat(self, executor_id: str, incarnation: str, role: str, host: str, pid: int) -> str | None:
            self.count += 1
            if self.count == 3:
                time.sleep(5.5)
            return super().beat(executor_id, incarnation, role, host, pid)

    beating = Heart(Me("a", "worker"), Stopped(workers._engine), FakeEngine(), beat_every=0.02, dead_after=5)
    beating.first()
    beating.start()
    deadline = time.monotonic() + 20
    while "stood still for" not in caplog.text and time.monotonic() < deadline:
        time.sleep(0.02)
    beating.stop()
    assert caplog.text.count("stood still for") == 1


def test_all_processes_go_by_the_database_clock(workers: StoredWorkers) -> None:
    assert abs(workers.clock() - datetime.now(UTC)) < timedelta(seconds=60)
