"""The daemon without its engine: ticks when it is told, and carries out in order what was submitted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from tests.fakes import FakeClock

from gleaner.adapters.harvest.limits import Unlimited
from gleaner.adapters.store.engine import make_engine, migrate
from gleaner.adapters.store.jobs import JobKey, JobRow, StoredJobs
from gleaner.app.daemon.accounts import served
from gleaner.app.daemon.roster import enrol
from gleaner.app.daemon.running import Hand
from gleaner.app.daemon.ticking import Ticked, Ticker
from gleaner.app.meters import Meters
from gleaner.config import load
from gleaner.core.catalog import AccountId, UserId
from gleaner.durable.engine import Status, Submitter
from gleaner.durable.queues import Queue


class Desk(Submitter):
    """An engine that only keeps what it is given, in the order it came; the same id once."""

    def __init__(self, engine: sa.Engine) -> None:
        super().__init__(engine)
        self.given: dict[str, tuple[str, tuple[str | int, ...]]] = {}
        self.waiting: list[str] = []
        self.done: list[str] = []

    def submit(
        self,
        queue: Queue,
        account_id: AccountId,
        workflow_id: str,
        name: str,
        *args: str | int,
        connection: sa.Connection | None = None,
    ) -> None:
        if workflow_id not in self.given:
            self.given[workflow_id] = (name, args)
            self.waiting.append(workflow_id)

    def status(self, workflow_ids: object) -> dict[str, Status]:
        assert not isinstance(workflow_ids, str)
        found: dict[str, Status] = {}
        for one in workflow_ids:  # type: ignore[attr-defined]
            if one in self.given:
                found[one] = "waiting" if one in self.waiting else "done"
        return found


@dataclass
class Shift:
    """A daemon at work, by a clock that tests move."""

    clock: FakeClock
    desk: Desk
    jobs: StoredJobs
    ticker: Ticker
    hand: Hand
    said: list[str] = field(default_factory=list)

    def tick(self, after: timedelta = timedelta(0)) -> Ticked:
        self.clock.at += after
        return self.ticker.tick(self.clock.now())

    def work(self) -> list[str]:
        """Carry out everything submitted, and what comes of it; what each piece said."""
        said = []
        while self.desk.waiting:
            one = self.desk.waiting.pop(0)
            name, args = self.desk.given[one]
            said.append(f"{one}: {getattr(self.hand, name)(*args)}")
            self.desk.done.append(one)
        return said

    def work_without_writes(self) -> None:
        """Carry out the jobs, and leave the proposals they handed over."""
        kept: list[str] = []
        while self.desk.waiting:
            one = self.desk.waiting.pop(0)
            name, args = self.desk.given[one]
            if name == "apply":
                kept.append(one)
            else:
                self.hand.job(*args)  # type: ignore[arg-type]
        self.desk.waiting = kept

    def goes_on(self, *, hours: float, every: timedelta = timedelta(minutes=5)) -> list[str]:
        """Tick and work for so long."""
        said, until = [], self.clock.at + timedelta(hours=hours)
        while self.clock.at < until:
            self.tick(every)
            said += self.work()
        return said

    def row(self, name: str, user_id: int = 0, account: int | None = None) -> JobRow:
        account_id = self.hand.accounts.ids[0] if account is None else AccountId(account)
        found = self.jobs.get(JobKey(account_id, name, UserId(user_id)))
        assert found is not None, f"there is no {name} for {user_id}"
        return found


@contextmanager
def on_shift(files: Sequence[Path], at: str) -> Iterator[Shift]:
    """A daemon for the accounts of those files, at that moment."""
    engine = make_engine(load(files[0]).database)
    migrate(engine)
    clock = FakeClock(datetime.fromisoformat(at))
    with served(files, engine, token="me", clock=clock, limits=lambda _account: Unlimited()) as accounts:
        jobs, desk = StoredJobs(engine), Desk(engine)
        for one in accounts.ids:
            enrol(jobs, one, accounts.settings(one), clock.now())
        ticker = Ticker(accounts, engine, jobs, desk)
        yield Shift(clock, desk, jobs, ticker, Hand(accounts, jobs, ticker, Meters()))
    engine.dispose()
