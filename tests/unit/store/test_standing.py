"""How everything stands, on both databases: counted right, and cheaply."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from tests.unit.store.rows import NOW, ago, began, copied, job, proposals, worker

from gleaner.adapters.store.engine import make_engine, migrate
from gleaner.adapters.store.standing import (
    INSTALLATION,
    TICK,
    Jobs,
    Standing,
    Waiting,
    head,
    newest_start,
    revision,
    standing,
    troubled,
)
from gleaner.core.catalog import AccountId

APOLLO, BETA = AccountId(1), AccountId(2)


def of(engine: sa.Engine) -> Standing:
    with engine.connect() as connection:
        return standing(connection, NOW)


def test_nothing_stands_in_an_empty_database(store: sa.Engine) -> None:
    assert of(store) == Standing()
    assert of(store).accounts == []


def test_proposals_are_counted_by_account_and_state(store: sa.Engine) -> None:
    proposals(store, APOLLO, "proposed", 3)
    proposals(store, APOLLO, "applied", 2)
    proposals(store, BETA, "proposed")
    assert of(store).proposals == {(1, "proposed"): 3, (1, "applied"): 2, (2, "proposed"): 1}


def test_the_oldest_approved_one_counts_from_its_approval_until_it_is_in_harvest(store: sa.Engine) -> None:
    proposals(store, APOLLO, "approved", decided_at=ago(minutes=3))
    proposals(store, APOLLO, "applying", decided_at=ago(minutes=9))
    proposals(store, APOLLO, "applied", decided_at=ago(hours=9))
    proposals(store, BETA, "approved", updated_at=ago(hours=1))
    proposals(store, BETA, "proposed", updated_at=ago(hours=5))
    assert of(store).waiting == {1: Waiting(2, ago(minutes=9)), 2: Waiting(1, ago(hours=1))}


def test_jobs_are_counted_by_how_they_are(store: sa.Engine) -> None:
    job(store, APOLLO, "capture", user=7)
    job(store, APOLLO, "capture", user=8, failures=2)
    job(store, APOLLO, "capture", user=9, failures=2, is_paused=True, next_at=ago(days=3))
    job(store, BETA, "sync", next_at=ago(minutes=11))
    assert of(store).jobs == {(1, "capture"): Jobs(3, 1, 1, 0), (2, "sync"): Jobs(1, 0, 0, 1)}


@pytest.mark.parametrize(
    ("columns", "is_late"),
    [
        ({"next_at": ago(minutes=9)}, False),
        ({"next_at": ago(minutes=10)}, True),
        ({"next_at": None}, False),
        ({"state": "running", "next_at": ago(minutes=20), "queued_at": ago(minutes=20)}, False),
        ({"state": "running", "next_at": None, "queued_at": ago(minutes=61)}, True),
        ({"state": "queued", "queued_at": ago(minutes=61)}, True),
        ({"state": "running", "started_at": ago(minutes=61)}, True),
        ({"next_at": ago(days=9), "is_paused": True}, False),
    ],
)
def test_a_job_is_late_when_it_should_have_begun_or_ended(
    store: sa.Engine, columns: dict[str, Any], is_late: bool
) -> None:
    job(store, APOLLO, "sync", **columns)
    assert of(store).jobs[APOLLO, "sync"].late == is_late


def test_workers_are_alive_by_the_databases_clock(store: sa.Engine) -> None:
    worker(store, "dead", silent=3600)
    worker(store, "alive", silent=2)
    worker(store, "ahead", silent=-5)
    found = of(store).workers
    assert [one.executor_id for one in found] == ["ahead", "alive", "dead"]
    assert [one.executor_id for one in of(store).alive] == ["ahead", "alive"]


def test_a_copy_is_as_old_as_its_time_entries(store: sa.Engine) -> None:
    copied(store, APOLLO, ago(minutes=4))
    copied(store, APOLLO, ago(days=4), "tasks")
    assert of(store).copied == {1: ago(minutes=4)}


def test_what_needs_eyes_is_listed_with_its_words(store: sa.Engine) -> None:
    job(store, APOLLO, "capture", user=7, failures=3, text="the calendar is gone", ended_at=ago(minutes=1))
    job(store, APOLLO, "capture", user=8)
    job(store, APOLLO, "sync", is_paused=True)
    job(store, BETA, "sync", next_at=ago(hours=1))
    job(store, BETA, "capture", user=9, result="trouble")
    job(store, INSTALLATION, "retention", failures=1)
    with store.connect() as connection:
        found = troubled(connection, NOW)
        ours = troubled(connection, NOW, account_id=APOLLO)
        first = troubled(connection, NOW, limit=1)
    named = [(one.account_id, one.name, one.user_id) for one in found]
    assert named == [
        (0, "retention", 0),
        (1, "sync", 0),
        (2, "sync", 0),
        (1, "capture", 7),
        (2, "capture", 9),
    ]
    assert [one.text for one in found] == ["", "", "", "the calendar is gone", ""]
    assert [one.is_amiss for one in found] == [True, False, False, True, True]
    assert [one.name for one in ours] == ["retention", "sync", "capture"]
    assert len(first) == 1


def test_the_newest_start_is_a_jobs_or_a_runs(store: sa.Engine) -> None:
    with store.connect() as connection:
        assert newest_start(connection) is None
    job(store, APOLLO, "sync", started_at=ago(hours=2))
    began(store, BETA, ago(hours=1))
    with store.connect() as connection:
        assert newest_start(connection) == ago(hours=1)
    job(store, INSTALLATION, TICK, next_at=None, started_at=ago(hours=3))
    with store.connect() as connection:
        assert newest_start(connection) == ago(hours=3), "somebody said that the clock is right"


def test_the_schemas_revision_is_known(store: sa.Engine, tmp_path: Path) -> None:
    with store.connect() as connection:
        assert revision(connection) == head()
    empty = make_engine(f"sqlite:///{tmp_path}/empty.db")
    with empty.connect() as connection:
        assert revision(connection) is None
    migrate(empty)
    with empty.connect() as connection:
        assert revision(connection) == head()
    empty.dispose()


def test_counting_reads_an_index_and_never_what_proposals_say(store: sa.Engine) -> None:
    if store.dialect.name != "sqlite":
        pytest.skip("PostgreSQL chooses by the size of its tables")
    asked: list[tuple[str, object]] = []

    @sa.event.listens_for(store, "before_cursor_execute")
    def note(_c: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        asked.append((statement, parameters))

    proposals(store, APOLLO, "approved", 2, decided_at=NOW)
    asked.clear()
    of(store)
    of_proposals = [(statement, given) for statement, given in asked if "FROM proposal" in statement]
    assert len(of_proposals) == 2
    with store.connect() as connection:
        plans = [
            " ".join(row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given))  # type: ignore[arg-type]
            for statement, given in of_proposals
        ]
    assert plans[0] == "SCAN proposal USING COVERING INDEX ix_proposal_account_id_state"
    assert "USING INDEX ix_proposal_account_id_state (account_id=? AND state=?)" in plans[1]


def test_fifty_thousand_proposals_are_counted_in_no_time(store: sa.Engine) -> None:
    proposals(store, APOLLO, "applied", 50_000, decided_at=NOW, content="x" * 400)
    proposals(store, APOLLO, "approved", 50, decided_at=ago(minutes=1))
    started = time.perf_counter()
    found = of(store)
    took = time.perf_counter() - started
    assert found.proposals[APOLLO, "applied"] == 50_000
    assert found.waiting[APOLLO].count == 50
    assert took < 1.0


def test_the_installation_is_no_account(store: sa.Engine) -> None:
    job(store, INSTALLATION, TICK, next_at=None, started_at=NOW)
    job(store, APOLLO, "sync")
    assert of(store).accounts == [APOLLO]
    assert of(store).jobs[INSTALLATION, TICK] == Jobs(1, 0, 0, 0)
