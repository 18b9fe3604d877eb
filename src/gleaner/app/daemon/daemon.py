"""One process of the daemon: accounts, engine and heart, started and stopped in the right order."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

import sqlalchemy as sa

from gleaner import config
from gleaner.adapters.harvest.limits import Throttle
from gleaner.adapters.store.engine import make_engine, migrate
from gleaner.adapters.store.jobs import StoredJobs
from gleaner.adapters.store.workers import StoredWorkers
from gleaner.app.daemon.accounts import Accounts, chosen_files, served
from gleaner.app.daemon.clock import check_clock
from gleaner.app.daemon.roster import enrol
from gleaner.app.daemon.running import Hand
from gleaner.app.daemon.ticking import Ticker
from gleaner.core.catalog import AccountId
from gleaner.core.errors import Suspicious
from gleaner.core.ports import Clock
from gleaner.durable.alone import alone
from gleaner.durable.engine import Engine
from gleaner.durable.heart import BEAT_EVERY, DEAD_AFTER, Heart, Me, Role, named
from gleaner.durable.queues import QUEUES, Queue

_log = logging.getLogger(__name__)

PATIENCE = 25.0
"""Seconds that work under way has to finish when the daemon stops."""
_CONNECTIONS = 40


@dataclass(frozen=True)
class Options:
    """How a process behaves; the defaults are for everyday use."""

    beat_every: float = BEAT_EVERY
    dead_after: float = DEAD_AFTER
    queues: Sequence[Queue] = QUEUES
    limits: Callable[[AccountId], Throttle | None] = lambda _account: None
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
    hand: Hand


@contextmanager
def running(files: Sequence[Path] | None, role: Role, options: Options = Options()) -> Iterator[Daemon]:
    """A process that carries out work for the accounts of *files* (see ``chosen_files``), until the end of the block.

    Raises ConfigError for what is wrong with the files, or when another daemon has the SQLite file;
    Unavailable when the database is away.
    """
    paths = chosen_files(files)
    database = make_engine(config.load(paths[0]).database, connections=_CONNECTIONS)
    try:
        is_sqlite = database.dialect.name == "sqlite"
        with _alone(database, role):
            migrate(database)
            me = named(role, is_alone=is_sqlite and role == "up")
            with served(
                paths, database, token=me.incarnation, clock=options.clock, limits=options.limits
            ) as accounts:
                yield from _started(me, database, accounts, options)
    finally:
        database.dispose()


@contextmanager
def _alone(database: sa.Engine, role: Role) -> Iterator[None]:
    if role == "up":
        with alone(database.url):
            yield
    else:
        yield


def _started(me: Me, database: sa.Engine, accounts: Accounts, options: Options) -> Iterator[Daemon]:
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
    hand = Hand(accounts, jobs, Ticker(accounts, database, jobs, engine), me.incarnation)
    held = heart.first()
    for account_id in accounts.ids:
        enrol(jobs, account_id, accounts.settings(account_id), accounts.clock.now())
    later = threading.Timer(options.dead_after + 1, _tick, [hand])
    later.daemon = True
    engine.start()
    try:
        heart.start()
        engine.tick()
        if held:
            later.start()
        yield Daemon(me, engine, heart, accounts, database, hand)
    finally:
        later.cancel()
        _log.info("stopping: what is under way has %.0f s to finish", options.patience)
        engine.stop(options.patience)
        heart.stop()


def _tick(hand: Hand) -> None:
    """The schedule's minute. Its own time is not asked for: a late tick looks at what is due now."""
    now = hand.accounts.clock.now()
    try:
        check_clock(hand.jobs, now)
    except Suspicious as error:
        _log.error("%s", error)
        return
    ticked = hand.ticker.tick(now)
    if ticked.runs or ticked.again or ticked.writes:
        _log.info(
            "tick %s: %d runs queued, %d again, %d proposals handed over",
            f"{now.astimezone(UTC):%H:%M}", ticked.runs, ticked.again, ticked.writes,
        )  # fmt: skip
