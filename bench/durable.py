"""The daemon, measured: proposals applied per second, accounts at Harvest's limit, a tick for 10,000 people, what it
costs to do nothing, and how soon it works again after being killed.

Sandbox, daemons and PostgreSQL are processes on one machine. ``python -m bench.durable --write`` puts the tables into
``docs/benchmarks.md``; ``--only NAME`` measures one of them.
"""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from bench import page, team
from gleaner.adapters.store import tables
from gleaner.adapters.store.engine import make_engine

KINDS = ("sqlite", "postgresql")
ACCOUNTS = 8
EACH = 100
WINDOW = 15.0


# --- processes ---


def work(files: Sequence[Path], role: str, *, unlimited: bool) -> None:
    """Be a daemon until SIGTERM; *unlimited*: without Harvest's limits, in the queue and in the client."""
    from gleaner.adapters.harvest.limits import Unlimited
    from gleaner.app.daemon.daemon import Options, running
    from gleaner.durable.queues import QUEUES

    told = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: told.set())
    options = Options(patience=2)
    if unlimited:
        queues = [replace(queue, starts=None) for queue in QUEUES]
        options = Options(patience=2, queues=queues, limits=lambda _account: Unlimited())
    with running(files, "up" if role == "up" else "worker", options):
        told.wait()


@contextmanager
def daemons(files: list[Path], count: int, *, unlimited: bool) -> Iterator[list[subprocess.Popen[bytes]]]:
    """One ``up`` and so many more workers that there are *count* processes."""
    more = ["--unlimited"] if unlimited else []
    commands = [
        [sys.executable, "-m", "bench.durable", "--work", "worker" if n else "up", *more, *map(str, files)]
        for n in range(count)
    ]
    started = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for command in commands]
    try:
        yield started
    finally:
        for process in started:
            process.send_signal(signal.SIGTERM)
        for process in started:
            process.wait()


def moments(engine: sa.Engine) -> list[datetime]:
    """When each entry was logged, in order."""
    journal = tables.journal
    with engine.connect() as connection:
        asked = sa.select(journal.c.at).where(journal.c.event == "applied").order_by(journal.c.at)
        return list(connection.execute(asked).scalars())


def waited(engine: sa.Engine, count: int, *, seconds: float) -> list[datetime]:
    """The moments, once there are *count* of them."""
    end = time.monotonic() + seconds
    while len(found := moments(engine)) < count:
        if time.monotonic() > end:
            raise SystemExit(f"only {len(found)} of {count} were logged in {seconds:.0f} s")
        time.sleep(0.5)
    return found


# --- measurements ---


def throughput() -> str:
    """Proposals applied per second with the limiter off."""
    accounts = [team.FIRST_ACCOUNT + n for n in range(ACCOUNTS)]
    rows = []
    for kind in KINDS:
        rates = []
        for count in (1, 2, 4):
            with (
                team.database(kind) as url,
                tempfile.TemporaryDirectory() as folder,
                team.sandbox(accounts, limits=False) as base_url,
            ):
                made = team.installed(Path(folder), url, base_url, accounts)
                team.approve(made, EACH)
                engine = make_engine(url)
                with daemons(made.files, count, unlimited=True):
                    found = waited(engine, ACCOUNTS * EACH, seconds=400)
                engine.dispose()
                rates.append(len(found) / (found[-1] - found[0]).total_seconds())
        rows.append([kind, *(f"{rate:.1f}" for rate in rates)])
    heads = ("database", "1 process", "2 processes", "4 processes")
    return (
        f"Proposals applied per second ({ACCOUNTS} accounts with {EACH} each, no limits):\n\n"
        + page.table(heads, rows)
    )


def at_the_limit() -> str:
    """Ten accounts, each as fast as Harvest allows."""
    accounts = [team.FIRST_ACCOUNT + n for n in range(10)]
    windows = 4
    rows = []
    for kind, count in (("sqlite", 2), ("postgresql", 2)):
        with (
            team.database(kind) as url,
            tempfile.TemporaryDirectory() as folder,
            team.sandbox(accounts, limits=True) as base_url,
        ):
            made = team.installed(Path(folder), url, base_url, accounts)
            team.approve(made, 50 * (windows + 2))
            engine = make_engine(url)
            with daemons(made.files, count, unlimited=False):
                waited(engine, 1, seconds=60)
                time.sleep(WINDOW * (windows + 1) + 3)
            found = moments(engine)
            engine.dispose()
        # The first window begins with a full purse; from the second on it is the pace that lasts.
        begin = found[0] + timedelta(seconds=WINDOW)
        inside = [at for at in found if begin <= at < begin + timedelta(seconds=WINDOW * windows)]
        allowed = 10 * 100 * windows
        share = 100 * 2 * len(inside) / allowed
        rows.append(
            [
                f"{kind}, {count} process{'es' if count > 1 else ''}",
                f"{2 * len(inside):,}",
                f"{allowed:,}",
                f"{share:.1f} %",
            ]
        )
    heads = ("installation", "requests of writes in 60 s", "allowed", "share")
    return "Ten accounts, Harvest's limit of 100 requests in 15 s on; an entry takes two:\n\n" + page.table(
        heads, rows
    )


def ticking() -> str:
    """How long a tick takes that finds everybody's day ended."""
    from gleaner.adapters.store.engine import migrate
    from gleaner.adapters.store.jobs import JobKey, StoredJobs
    from gleaner.app.daemon.accounts import served
    from gleaner.app.daemon.ticking import Ticker
    from gleaner.core.catalog import AccountId, UserId
    from gleaner.durable.engine import Engine

    rows = []
    for kind in KINDS:
        took = []
        for people in (100, 1_000, 10_000):
            with team.database(kind) as url, tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "a.toml"
                path.write_text(f'database = "{url}"\n[harvest]\naccount_id = 1\n')
                engine = make_engine(url)
                migrate(engine)
                jobs, now = StoredJobs(engine), datetime.now(UTC)
                own = Engine(engine, executor_id="bench", handlers={}, on_tick=lambda _at: None, queues=[])
                own.start()
                yesterday = date.today() - timedelta(days=1)  # noqa: DTZ011  (any day will do)
                keys = [JobKey(AccountId(1), "end-of-day", UserId(n)) for n in range(1, people + 1)]
                jobs.add((key, "Europe/Berlin", now, yesterday) for key in keys)
                with served([path], engine, token="bench") as accounts:
                    begun = time.perf_counter()
                    queued = Ticker(accounts, engine, jobs, own).tick(now).runs
                    took.append(time.perf_counter() - begun)
                assert queued == people, (queued, people)
                own.stop()
                engine.dispose()
        rows.append([kind, *(f"{one:.2f} s" for one in took)])
    return "One tick that queues everybody's end of day:\n\n" + page.table(
        ("database", "100 people", "1,000", "10,000"), rows
    )


def idle() -> str:
    """What a daemon costs that has nothing to do, and how soon it works after a kill -9."""
    accounts = [team.FIRST_ACCOUNT]
    rows = []
    for kind in KINDS:
        with (
            team.database(kind) as url,
            tempfile.TemporaryDirectory() as folder,
            team.sandbox(accounts, limits=True) as base_url,
        ):
            made = team.installed(Path(folder), url, base_url, accounts)
            engine = make_engine(url)
            with _up(made.files[0]) as process:
                _first_job(engine, after=datetime.now(UTC) - timedelta(seconds=30))
                time.sleep(20)
                before, begun = _cpu(process.pid), time.monotonic()
                time.sleep(60)
                share = 100 * (_cpu(process.pid) - before) / (time.monotonic() - begun)
                memory = _rss_mb(process.pid)
                _rest(engine)
                process.kill()
                process.wait()
            again = []
            for _ in range(3):
                _call(engine)
                begun_at = datetime.now(UTC)
                with _up(made.files[0]) as process:
                    again.append((_first_job(engine, after=begun_at) - begun_at).total_seconds())
                    _rest(engine)
                    process.kill()
                    process.wait()
            engine.dispose()
        rows.append([kind, f"{memory:.0f} MB", f"{share:.1f} %", f"{sorted(again)[1]:.1f} s"])
    heads = ("database", "memory", "share of a core in a minute", "killed, started, first job after")
    return "`gleaner up` with one account and nothing to do:\n\n" + page.table(heads, rows)


@contextmanager
def _up(config: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "gleaner", "up", "--config", str(config)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait()


def _rest(engine: sa.Engine) -> None:
    """Wait until nothing is under way."""
    busy = sa.select(sa.func.count()).select_from(tables.job).where(tables.job.c.state != "idle")
    while True:
        with engine.connect() as connection:
            if not connection.scalar(busy):
                return
        time.sleep(0.05)


def _call(engine: sa.Engine) -> None:
    """Let the sync be due."""
    due = {"next_at": datetime.now(UTC)}
    with engine.begin() as connection:
        connection.execute(sa.update(tables.job).where(tables.job.c.name == "sync").values(due))


def _first_job(engine: sa.Engine, *, after: datetime) -> datetime:
    job = tables.job
    asked = sa.select(sa.func.max(job.c.started_at)).where(job.c.name == "sync")
    end = time.monotonic() + 60
    while True:
        with engine.connect() as connection:
            at: datetime | None = connection.scalar(asked)
        if at is not None and at >= after:
            return at
        if time.monotonic() > end:
            raise SystemExit("no job began within a minute")
        time.sleep(0.02)


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def _rss_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    (kept,) = (line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(kept) / 1024


MEASUREMENTS = {"throughput": throughput, "limit": at_the_limit, "tick": ticking, "idle": idle}


def main() -> None:
    """Measure and print; with ``--write`` into the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--only", choices=MEASUREMENTS)
    parser.add_argument("--work", help=argparse.SUPPRESS)
    parser.add_argument("--unlimited", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("files", nargs="*", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.work:
        work(given.files, given.work, unlimited=given.unlimited)
        return
    parts = [MEASUREMENTS[given.only]()] if given.only else [measure() for measure in MEASUREMENTS.values()]
    text = "\n\n".join([f"{page.machine()}.", *parts])
    print(text)
    if given.write and not given.only:
        page.write("durable", text)


if __name__ == "__main__":
    main()
