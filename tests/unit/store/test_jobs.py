"""Schedules in the database: who comes second gets nothing, and a run ends once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from gleaner.adapters.store.jobs import JobKey, JobRow, StoredJobs
from gleaner.core.catalog import AccountId, UserId

NOW = datetime(2026, 3, 10, 17, 30, tzinfo=UTC)
KEY = JobKey(AccountId(1), "capture", UserId(0))
OTHER = JobKey(AccountId(2), "capture", UserId(0))


@pytest.fixture
def jobs(store: sa.Engine) -> StoredJobs:
    jobs = StoredJobs(store)
    jobs.add([(KEY, "Europe/Berlin", NOW, date(2026, 3, 9)), (OTHER, "UTC", NOW, None)])
    return jobs


def row(jobs: StoredJobs) -> JobRow:
    found = jobs.get(KEY)
    assert found is not None
    return found


def queued(store: sa.Engine, jobs: StoredJobs, seen: JobRow) -> int | None:
    with store.begin() as connection:
        return jobs.queue(connection, seen, "2026-03-10", NOW)


def ended(jobs: StoredJobs, attempt: int) -> bool:
    return jobs.finish(
        replace(row(jobs), attempt=attempt),
        now=NOW,
        result="fine",
        text="12 seen",
        failures=0,
        next_at=NOW + timedelta(days=1),
        done_through=date(2026, 3, 10),
    )


def test_a_row_is_made_once(jobs: StoredJobs) -> None:
    assert jobs.add([(KEY, "UTC", None, None)]) == 0
    assert row(jobs).zone == "Europe/Berlin"


def test_two_ticks_queue_a_run_once(jobs: StoredJobs, store: sa.Engine) -> None:
    first, second = row(jobs), row(jobs)
    assert queued(store, jobs, first) == 1
    assert queued(store, jobs, second) is None
    assert row(jobs).state == "queued"
    assert [one.key for one in jobs.due(NOW, [KEY.account_id, OTHER.account_id])] == [OTHER]


def test_a_run_goes_from_queue_to_its_end(jobs: StoredJobs, store: sa.Engine) -> None:
    attempt = queued(store, jobs, row(jobs))
    assert attempt is not None
    begun = jobs.begin(KEY, attempt, NOW)
    assert begun is not None
    assert (begun.state, begun.slot, begun.started_at) == ("running", "2026-03-10", NOW)
    assert ended(jobs, attempt)
    after = row(jobs)
    assert (after.state, after.result, after.text, after.done_through) == (
        "idle",
        "fine",
        "12 seen",
        date(2026, 3, 10),
    )
    assert not ended(jobs, attempt)


def test_a_run_that_a_crash_cut_off_begins_again(jobs: StoredJobs, store: sa.Engine) -> None:
    attempt = queued(store, jobs, row(jobs))
    assert attempt is not None
    assert jobs.begin(KEY, attempt, NOW)
    assert jobs.begin(KEY, attempt, NOW + timedelta(minutes=1))


def test_what_was_given_up_cannot_end_any_more(jobs: StoredJobs, store: sa.Engine) -> None:
    """A run was taken for lost and queued again; the first one wakes up."""
    attempt = queued(store, jobs, row(jobs))
    assert attempt is not None
    jobs.begin(KEY, attempt, NOW)
    with store.begin() as connection:
        again = jobs.requeue(connection, row(jobs), NOW + timedelta(minutes=6))
    assert again == attempt + 1
    assert not ended(jobs, attempt)
    assert jobs.begin(KEY, attempt, NOW) is None
    assert ended(jobs, again)


def test_queued_and_then_rolled_back_is_not_queued(jobs: StoredJobs, store: sa.Engine) -> None:
    with store.connect() as connection, connection.begin() as transaction:
        assert jobs.queue(connection, row(jobs), "2026-03-10", NOW) == 1
        transaction.rollback()
    assert row(jobs).state == "idle"


def test_only_what_is_served_here_and_not_paused_is_due(jobs: StoredJobs) -> None:
    assert [one.key for one in jobs.due(NOW, [KEY.account_id])] == [KEY]
    assert jobs.due(NOW - timedelta(seconds=1), [KEY.account_id]) == []
    assert jobs.pause(KEY, is_paused=True)
    assert jobs.due(NOW, [KEY.account_id]) == []
    assert jobs.pause(KEY, is_paused=False)
    assert jobs.call(KEY, NOW - timedelta(hours=1))
    assert len(jobs.due(NOW, [KEY.account_id])) == 1
    assert not jobs.call(JobKey(AccountId(9), "capture", UserId(0)), NOW)


def test_a_call_during_a_run_is_not_lost(jobs: StoredJobs, store: sa.Engine) -> None:
    attempt = queued(store, jobs, row(jobs))
    assert attempt is not None
    begun = jobs.begin(KEY, attempt, NOW)
    assert begun is not None
    called = NOW + timedelta(minutes=1)
    jobs.call(KEY, called)
    assert jobs.finish(
        begun, now=NOW, result="fine", text="", failures=0, next_at=NOW + timedelta(days=1), done_through=None
    )
    assert row(jobs).next_at == called


def test_a_call_is_not_lost_when_the_row_goes_by_another_clock(jobs: StoredJobs) -> None:
    seen, called = row(jobs), NOW + timedelta(minutes=1)
    jobs.call(KEY, called)
    jobs.move(seen, "Asia/Tokyo", NOW + timedelta(hours=3))
    assert row(jobs).next_at == called
    jobs.move(row(jobs), "Asia/Tokyo", NOW + timedelta(hours=3))
    assert (row(jobs).zone, row(jobs).next_at) == ("Asia/Tokyo", NOW + timedelta(hours=3))


def test_what_began_long_ago_is_found(jobs: StoredJobs, store: sa.Engine) -> None:
    queued(store, jobs, row(jobs))
    assert jobs.under_way(NOW - timedelta(minutes=5)) == []
    assert [one.key for one in jobs.under_way(NOW)] == [KEY]
