"""Carrying out what the queues hold: one run of a job, one approved proposal. Both may begin again after a crash."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from gleaner.adapters.store.jobs import JobKey, JobRow, Result, StoredJobs
from gleaner.app.account import Account
from gleaner.app.daemon.accounts import Accounts
from gleaner.app.daemon.job import Job, Report, jobs_of
from gleaner.app.daemon.roster import refresh
from gleaner.app.daemon.schedule import Daily, Due, Schedule, due, next_time
from gleaner.app.daemon.ticking import Ticker, called_slot
from gleaner.app.drafting import still_wanted
from gleaner.app.holding import is_allowed
from gleaner.app.logs import about, logger
from gleaner.app.meters import Meters
from gleaner.core.catalog import AccountId, UserId
from gleaner.core.errors import GleanerError, Unavailable
from gleaner.core.proposals import State
from gleaner.review.apply import apply, give_up, is_of_login, pause, put_back, reopen
from gleaner.review.door import Outcome
from gleaner.review.policy import NOT_UNASKED

_log = logger("daemon")

_MOST_FAILURES = 8
"""In a row, within about two hours; then a daily run is left alone for longer, and reported."""
_HALF_A_DAY = timedelta(hours=12)
_LONGEST_HOLD = timedelta(minutes=5)
_GIVE_UP = 6
"""Attempts at a proposal that end in a fault of our own."""


@dataclass
class Holds:
    """Accounts that are left alone for a while in this process, because Harvest or the login is away."""

    _until: dict[AccountId, datetime] = field(default_factory=dict)
    _faults: dict[AccountId, int] = field(default_factory=dict)

    def until(self, account_id: AccountId, now: datetime) -> datetime | None:
        """Until when the account is left alone; None when it is not."""
        until = self._until.get(account_id)
        # Farther ahead than any hold: the clock was put back meanwhile.
        return until if until is not None and now < until <= now + _LONGEST_HOLD else None

    def hold(self, account_id: AccountId, now: datetime) -> None:
        """After a fault: each in a row doubles the time."""
        faults = self._faults[account_id] = self._faults.get(account_id, 0) + 1
        self._until[account_id] = now + min(pause(faults) / 2, _LONGEST_HOLD)

    def free(self, account_id: AccountId) -> None:
        self._faults.pop(account_id, None)
        self._until.pop(account_id, None)


@dataclass
class UnderWay:
    """What this process is applying. Its own claim may look abandoned when the clock leaps or the process slept."""

    _keys: set[tuple[AccountId, str]] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def alone(self, account_id: AccountId, key: str) -> Iterator[bool]:
        """Whether nobody else in this process has it; others see it until the end of the block."""
        one = (account_id, key)
        with self._lock:
            is_free = one not in self._keys
            self._keys.add(one)
        try:
            yield is_free
        finally:
            if is_free:
                with self._lock:
                    self._keys.discard(one)


@dataclass(frozen=True)
class _Run:
    """One run, with all it needs."""

    account: Account
    job: Job
    schedule: Schedule
    zone: ZoneInfo
    due: Due | None


@dataclass(frozen=True)
class Hand:
    """Carries work out; one for each process."""

    accounts: Accounts
    jobs: StoredJobs
    ticker: Ticker
    meters: Meters
    holds: Holds = field(default_factory=Holds)
    under_way: UnderWay = field(default_factory=UnderWay)

    # --- jobs ----------------------------------------------------------------------------------------------

    def job(self, account_id: int, name: str, user_id: int, attempt: int) -> str:
        """One run; what came of it, as a word. Never raises for what a run does: it is postponed and reported."""
        key = JobKey(AccountId(account_id), name, UserId(user_id))
        row = self.jobs.begin(key, attempt, self.accounts.clock.now())
        if row is None:
            return "given up"
        begun = time.monotonic()
        with about(account=account_id, job=name):
            result = self._job(row)
        if result is not None:
            self.meters.ran(name, result, time.monotonic() - begun)
        return result or "gone"

    def _job(self, row: JobRow) -> Result | None:
        """What came of the run; None where there is nothing to run any more."""
        try:
            run = self._prepared(row)
            if run is None:
                self.jobs.remove([row.key])
                return None
            result, report = self._run(run, row)
        except GleanerError as error:
            self._lost_login(row.key.account_id, error)
            _log.warning("job postponed", failures=row.failures + 1, error=error)
            return self._postpone(row, _result(error), error.text)
        except Exception as error:  # noqa: BLE001  (one job's fault is that job's: the daemon goes on)
            _log.exception("job failed", failures=row.failures + 1)
            return self._postpone(row, "failed", f"{type(error).__name__}; see the log")
        self._finish(run, row, result, report.text)
        return result

    def _prepared(self, row: JobRow) -> _Run | None:
        """What the row asks for now; None where its job or its person is gone."""
        account = self.accounts.open(row.key.account_id)
        job = jobs_of(account.settings).get(row.key.name)
        if job is None:
            return None
        person = account.catalog.people.get(row.key.user_id) if job.is_personal else None
        if job.is_personal and (person is None or not person.is_active):
            return None
        schedule, zone = job.schedule_for(person), ZoneInfo(row.zone)
        now = self.accounts.clock.now()
        return _Run(account, job, schedule, zone, due(schedule, now, zone, row.done_through))

    def _run(self, run: _Run, row: JobRow) -> tuple[Result, Report]:
        wanted = run.due
        if wanted is None and row.next_at is not None and row.slot == called_slot(row.next_at):
            today = self.accounts.clock.now().astimezone(run.zone).date()
            wanted = Due(row.slot, today, today)
        if wanted is None:
            return "fine", Report("nothing was due any more")
        begun = self.accounts.clock.now()
        report = run.job.run(run.account, wanted, row.key.user_id if run.job.is_personal else None)
        if row.key.name == "sync":
            refresh(self.jobs, run.account, self.accounts.clock.now())
        self.ticker.hand_over(run.account.id, self.accounts.clock.now(), since=begun)
        return ("trouble" if report.is_trouble else "fine"), report

    def _finish(self, run: _Run, row: JobRow, result: Result, text: str) -> None:
        now = self.accounts.clock.now()
        is_daily = isinstance(run.schedule, Daily)
        done = run.due.last if is_daily and run.due is not None else row.done_through
        next_at = next_time(run.schedule, now, run.zone, done)
        self.jobs.finish(
            row,
            now=now,
            result=result,
            text=text,
            failures=0,
            next_at=next_at,
            done_through=done,
        )

    def _postpone(self, row: JobRow, result: Result, text: str) -> Result:
        """Try again a little later; a daily run that fails too often is left alone for longer, and made up for."""
        now, failures = self.accounts.clock.now(), row.failures + 1
        next_at = now + pause(failures)
        if row.done_through is not None and failures % _MOST_FAILURES == 0:
            next_at = now + _HALF_A_DAY
            _log.error("job left alone for half a day", failures=failures, next_at=next_at)
        self.jobs.finish(
            row, now=now, result=result, text=text, failures=failures, next_at=next_at,
            done_through=row.done_through,
        )  # fmt: skip
        return result

    # --- proposals -----------------------------------------------------------------------------------------

    def apply(self, account_id: int, key: str) -> str:
        """Apply one approved proposal; what came of it, as a word. Whatever goes wrong, it is not lost."""
        own = AccountId(account_id)
        try:
            account = self.accounts.open(own)
        except GleanerError as error:
            _log.warning("account cannot be opened", account=own, error=error)
            return "closed"
        item = account.inbox.get(key)
        if item is None or item.state not in (State.APPROVED, State.APPLYING):
            return "gone"
        now = account.clock.now()
        held = self.holds.until(own, now)
        if held is not None and item.state is State.APPROVED:
            account.inbox.postpone(key, until=held, now=now)
            return "held"
        if item.state is State.APPROVED and not is_allowed(account, item, account.ladder):
            return reopen(account.door(""), item, NOT_UNASKED).result
        with (
            about(account=account_id, proposal=item.short, run=item.run_id or None),
            self.under_way.alone(own, key) as is_free,
        ):
            return self._apply(account, key) if is_free else "taken"

    def _apply(self, account: Account, key: str) -> str:
        door = account.door("", still_wanted(account))
        try:
            outcome: Outcome = apply(door, key)
        except GleanerError as error:
            self.holds.hold(account.id, account.clock.now())
            self._lost_login(account.id, error)
            _log.warning("account held", error=error)
            return _result(error)
        except Exception as error:  # noqa: BLE001  (one proposal's fault is that proposal's)
            _log.exception("proposal failed")
            why = f"a fault in Gleaner itself ({type(error).__name__}); see the log"
            item = account.inbox.get(key)
            if item is not None:
                (give_up if item.attempts >= _GIVE_UP else put_back)(door, item, why)
            return "failed"
        self.meters.applied(account.id, [outcome])
        if outcome.result == "waiting":
            self.holds.hold(account.id, account.clock.now())
        elif outcome.result != "taken":
            self.holds.free(account.id)
        return outcome.result

    def _lost_login(self, account_id: AccountId, error: GleanerError) -> None:
        if is_of_login(error):
            self.accounts.reopen(account_id)


def _result(error: GleanerError) -> Result:
    return "waiting" if isinstance(error, Unavailable) else "trouble"
