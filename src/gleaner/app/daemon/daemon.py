"""One process of the daemon: accounts, engine and heart, started and stopped in the right order."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from gleaner import config
from gleaner.adapters.harvest.limits import Limits, Throttle
from gleaner.adapters.store.alone import Served, alone
from gleaner.adapters.store.deliveries import StoredDeliveries
from gleaner.adapters.store.engine import make_engine, migrate
from gleaner.adapters.store.jobs import StoredJobs
from gleaner.adapters.store.standing import DEAD_AFTER
from gleaner.adapters.store.workers import StoredWorkers
from gleaner.app.daemon.accounts import Accounts, chosen_files, served
from gleaner.app.daemon.clock import check_clock
from gleaner.app.daemon.hearing import Hearing
from gleaner.app.daemon.roster import enrol
from gleaner.app.daemon.running import Hand
from gleaner.app.daemon.ticking import Ticker
from gleaner.app.health import Examiner
from gleaner.app.logs import logger
from gleaner.app.meters import Meters
from gleaner.core.catalog import AccountId
from gleaner.core.errors import ConfigError, Suspicious
from gleaner.core.ports import Clock
from gleaner.durable.engine import Engine
from gleaner.durable.heart import BEAT_EVERY, Heart, Me, Role, named
from gleaner.durable.queues import QUEUES, Queue

_log = logger("daemon")

PATIENCE = 25.0
"""Seconds that work under way has to finish when the daemon stops."""
_CONNECTIONS = 50


@dataclass(frozen=True)
class Options:
    """How a process behaves; the defaults are for everyday use."""

    beat_every: float = BEAT_EVERY
    dead_after: float = DEAD_AFTER.total_seconds()
    queues: Sequence[Queue] = QUEUES
    limits: Callable[[AccountId], Throttle] = lambda _account: Limits()
    clock: Clock | None = None
    patience: float = PATIENCE


@dataclass(frozen=True)
class Daemon:
    """A running process. What it does goes on in threads; its owner only has to wait."""

    me: Me
    engine: Engine
    heart: Heart
    accounts: Accounts
    database: sa.Engine
    meters: Meters
    hand: Hand

    def examiner(self) -> Examiner:
        """Says how the process is."""
        return Examiner(
            self.database,
            heart=lambda: self.heart.silent_for,
            is_launched=lambda: self.engine.is_running,
            now=self.accounts.clock.now,
        )

    def hearing(self, kind: str) -> Hearing:
        """What a message from a forge of that kind sets off."""
        return Hearing(
            kind, self.accounts, StoredJobs(self.database), StoredDeliveries(self.database), self.engine
        )


@contextmanager
def running(files: Sequence[Path] | None, role: Role, options: Options = Options()) -> Iterator[Daemon]:
    """A process that carries out work for the accounts of *files* (see ``chosen_files``), until the end of the block.

    Raises ConfigError for what is wrong with the files, or when another daemon has the SQLite file;
    Unavailable when the database is away.
    """
    paths = chosen_files(files)
    database = make_engine(config.load(paths[0]).database, connections=_CONNECTIONS, idle=options.dead_after)
    try:
        is_sqlite = database.dialect.name == "sqlite"
        with _alone(database, role):
            migrate(database)
            me = named(role, is_alone=is_sqlite and role == "up")
            meters = Meters()
            with served(
                paths,
                database,
                token=me.incarnation,
                clock=options.clock,
                limits=lambda account_id: meters.throttle(account_id, options.limits(account_id)),
                on_exchange=meters.requests,
            ) as accounts:
                yield from _started(me, database, accounts, meters, options)
    finally:
        database.dispose()


@contextmanager
def _alone(database: sa.Engine, role: Role) -> Iterator[None]:
    """On a SQLite file there is one ``up``; workers may join it."""
    file = database.url.database
    with ExitStack() as stack:
        if role == "up" and database.dialect.name == "sqlite" and file not in (None, "", ":memory:"):
            try:
                stack.enter_context(alone(Path(str(file))))
            except Served as other:
                who = f" (process {other.holder})" if other.holder else ""
                raise ConfigError(
                    f"another gleaner up{who} serves {file} already; stop it first, or use PostgreSQL to run several"
                ) from None
        yield


def _started(
    me: Me, database: sa.Engine, accounts: Accounts, meters: Meters, options: Options
) -> Iterator[Daemon]:
    jobs, workers = StoredJobs(database), StoredWorkers(database)
    hand: Hand

    engine = Engine(
        database,
        executor_id=me.executor_id,
        handlers={
            "job": lambda account_id, name, user_id, attempt: hand.job(account_id, name, user_id, attempt),
            "apply": lambda account_id, key: hand.apply(account_id, key),
        },
        on_tick=lambda _scheduled: _tick(hand),
        queues=options.queues,
    )
    heart = Heart(me, workers, engine, beat_every=options.beat_every, dead_after=options.dead_after)
    hand = Hand(accounts, jobs, Ticker(accounts, database, jobs, engine), meters)
    held = heart.first()
    for account_id in accounts.ids:
        enrol(jobs, account_id, accounts.settings(account_id), accounts.clock.now())
    later = threading.Timer(options.dead_after + 1, _tick, [hand])
    later.daemon = True
    engine.start()
    try:
        heart.take_over_from_the_killed()
        heart.start()
        _tick(hand)
        if held:
            later.start()
        meters.watch(database, depths=engine.depths)
        yield Daemon(me, engine, heart, accounts, database, meters, hand)
    finally:
        later.cancel()
        _log.info("stopping", patience=options.patience)
        engine.stop(options.patience)
        heart.stop()


def _tick(hand: Hand) -> None:
    """The schedule's minute. Its own time is not asked for: a late tick looks at what is due now."""
    now = hand.accounts.clock.now()
    try:
        check_clock(hand.jobs, now)
    except Suspicious as error:
        _log.error("clock went back", error=error)
        return
    ticked = hand.ticker.tick(now)
    if ticked.runs or ticked.again or ticked.writes:
        _log.info("tick", runs=ticked.runs, again=ticked.again, writes=ticked.writes)
