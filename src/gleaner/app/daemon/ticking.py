"""The minute's tick: what is due goes into the queues, each run once, whoever ticks and however often."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from gleaner.adapters.store.inbox import StoredInbox
from gleaner.adapters.store.jobs import JobKey, JobRow, StoredJobs
from gleaner.app.daemon.accounts import Accounts
from gleaner.app.daemon.job import Job, jobs_of
from gleaner.app.daemon.roster import APPLY, NOBODY
from gleaner.app.daemon.schedule import due
from gleaner.app.logs import logger
from gleaner.core.catalog import AccountId
from gleaner.durable.engine import Submitter
from gleaner.durable.queues import PEOPLE, RUNS, WRITES

_log = logger("daemon")

LOST_AFTER = timedelta(seconds=30)
"""What was queued or approved longer ago than this, the engine is asked about: it may know of it no more, or have ended
it without a word to us. Sooner would do no harm, and cost a question more for everything that just began."""
_AT_ONCE = 500
"""Runs queued in one transaction; on SQLite nobody else writes meanwhile."""
_MOST_WRITES = 2000
"""Proposals of one account handed over at one tick; the rest comes with the next."""


@dataclass(frozen=True)
class Ticked:
    """What one tick put into the queues."""

    runs: int = 0
    again: int = 0
    """Runs that the engine had lost."""
    writes: int = 0


@dataclass(frozen=True)
class Ticker:
    """What a tick needs."""

    accounts: Accounts
    engine: sa.Engine
    jobs: StoredJobs
    submitter: Submitter

    def tick(self, now: datetime) -> Ticked:
        """Queue what is due at *now*, what was lost, and what was approved."""
        runs = self._queue_due(now)
        again = self._queue_lost(now)
        writes = sum(self.hand_over(account_id, now) for account_id in self.accounts.ids)
        return Ticked(runs, again, writes)

    def _queue_due(self, now: datetime) -> int:
        count = 0
        rows = iter(self.jobs.due(now, self.accounts.ids))
        while part := list(islice(rows, _AT_ONCE)):
            with self.engine.begin() as connection:
                count += sum(self._queue(connection, row, job, now) for row, job in self._known(part))
        return count

    def _known(self, rows: Sequence[JobRow]) -> Iterator[tuple[JobRow, Job]]:
        known = {one: jobs_of(self.accounts.settings(one)) for one in self.accounts.ids}
        for row in rows:
            job = known.get(row.key.account_id, {}).get(row.key.name)
            if job is not None:
                yield row, job

    def _queue(self, connection: sa.Connection, row: JobRow, job: Job, now: datetime) -> bool:
        """Whether this tick was the one to queue it."""
        # Whether a day is one of the person's is settled when the run begins: only there is the person at hand.
        wanted = due(job.schedule, now, ZoneInfo(row.zone), row.done_through)
        slot = wanted.slot if wanted is not None else called_slot(row.next_at or now)
        attempt = self.jobs.queue(connection, row, slot, now)
        if attempt is None:
            return False
        self._submit(connection, row.key, job, slot, attempt)
        return True

    def _submit(self, connection: sa.Connection, key: JobKey, job: Job, slot: str, attempt: int) -> None:
        queue = PEOPLE if job.is_personal else RUNS
        self.submitter.submit(
            queue,
            key.account_id,
            workflow_id(key, slot, attempt),
            "job",
            key.account_id,
            key.name,
            key.user_id,
            attempt,
            connection=connection,
        )

    def _queue_lost(self, now: datetime) -> int:
        """Queue again what began long ago and the engine does not know any more: its rows may be thrown away."""
        rows = self.jobs.under_way(now - LOST_AFTER)
        stands = self.submitter.status(workflow_id(row.key, row.slot, row.attempt) for row in rows)
        count = 0
        for row, job in self._known(rows):
            if stands.get(workflow_id(row.key, row.slot, row.attempt)) in ("waiting", "running"):
                continue
            with self.engine.begin() as connection:
                attempt = self.jobs.requeue(connection, row, now)
                if attempt is not None:
                    self._submit(connection, row.key, job, row.slot, attempt)
                    count += 1
        if count:
            _log.warning("runs queued again", count=count)
        return count

    def hand_over(self, account_id: AccountId, now: datetime, *, since: datetime | None = None) -> int:
        """Hand what is approved in that account (*since* then) to the engine; how much that was. Again is harmless."""
        paused = self.jobs.get(JobKey(account_id, APPLY, NOBODY))
        if paused is not None and paused.is_paused:
            return 0
        inbox = StoredInbox(self.engine, account_id)
        ready = inbox.due(now=now, limit=_MOST_WRITES)
        waiting = [one for one in ready if since is None or one.since >= since]
        ids = {one.key: write_id(account_id, one.short, one.attempts) for one in waiting}
        old = [one for one in waiting if one.since <= now - LOST_AFTER]
        stands = self.submitter.status(ids[one.key] for one in old)
        for one in old:
            if stands.get(ids[one.key]) in ("done", "failed", "cancelled"):
                # Its workflow ended without a word to us. The next attempt, at the next tick, has another id.
                inbox.try_again(one.key, one.attempts, now=now)
        parts = iter(waiting)
        while part := list(islice(parts, _AT_ONCE)):
            with self.engine.begin() as connection:
                for one in part:
                    self.submitter.submit(
                        WRITES, account_id, ids[one.key], "apply", account_id, one.key, connection=connection
                    )
        return len(waiting)


def called_slot(next_at: datetime) -> str:
    """The run that somebody asked for at that moment, before its time."""
    return f"called {next_at:%Y-%m-%dT%H:%M:%S}"


def workflow_id(key: JobKey, slot: str, attempt: int) -> str:
    """The run's name in the engine: the same run is carried out once."""
    return f"job:{key.account_id}:{key.name}:{key.user_id}:{slot}:{attempt}"


def write_id(account_id: AccountId, short: str, attempts: int) -> str:
    """The name of one attempt at applying a proposal."""
    return f"apply:{account_id}:{short}:{attempts}"
