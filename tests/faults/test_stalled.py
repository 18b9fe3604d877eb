"""A process that stands still is taken for dead; when it wakes, it neither writes a second time nor over the others.

It is stopped (SIGSTOP) for longer than the others wait, at a chosen place on its way to Harvest; see ``points.py``.
"""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from tests.faults.daemons import Daemons
from tests.faults.houses import Builder, Street
from tests.faults.points import Point

from gleaner.adapters.store.jobs import StoredJobs


@contextmanager
def asleep(process: subprocess.Popen[bytes], street: Street) -> Iterator[None]:
    """*process* stands still meanwhile. Not in the middle of a transaction: on SQLite nobody else could write."""
    with street.engine.connect() as connection:
        if street.engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        process.send_signal(signal.SIGSTOP)
        while not _stands_still(process):
            time.sleep(0.001)
        connection.rollback()
    yield
    process.send_signal(signal.SIGCONT)


def _stands_still(process: subprocess.Popen[bytes]) -> bool:
    """Whether each of its threads does: the signal takes a moment, in which one could still begin a transaction."""
    threads = Path(f"/proc/{process.pid}/task").glob("*/stat")
    return all(one.read_text().rpartition(")")[2].split()[0] == "T" for one in threads)


def one_at(
    daemons: Daemons, street: Street, where: str, folder: Path
) -> tuple[subprocess.Popen[bytes], Point]:
    """A worker that will wait at that place."""
    point = Point(where, folder)
    return daemons.start("worker", *street.configs, more=("--wait-at", where, str(folder))), point


@pytest.mark.parametrize("where", ["asked:2", "sending:2", "posted:2"])
def test_a_process_that_slept_at_its_post_leaves_one_entry(
    new_street: Builder, daemons: Daemons, migrated_url: str, tmp_path: Path, where: str
) -> None:
    street = new_street(1, migrated_url)
    (house,) = street.houses
    sleeper, point = one_at(daemons, street, where, tmp_path)
    house.approve(6)
    street.tick()
    daemons.wait(lambda: point.is_reached, f"the worker is at {where}")
    with asleep(sleeper, street):
        daemons.start("up", *street.configs)
        daemons.wait(lambda: house.is_done, "the other has applied everything")
        before = recorded(street)
        point.release()
    daemons.wait(lambda: "stood still" in daemons.log(sleeper).read_text(), "the sleeper is awake")
    assert daemons.stop(sleeper) == 0
    assert recorded(street) == before
    house.assert_each_once()


def recorded(street: Street) -> list[tuple[object, ...]]:
    """What is written down of each proposal."""
    text = "SELECT key, state, entry_id, attempts, trouble FROM proposal ORDER BY account_id, key"
    with street.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(text))]


def test_a_run_that_slept_is_not_recorded_twice(
    new_street: Builder, daemons: Daemons, migrated_url: str, tmp_path: Path
) -> None:
    street = new_street(1, migrated_url)
    jobs = StoredJobs(street.engine)
    sleeper, point = one_at(daemons, street, "reading:1", tmp_path)
    if not point.is_reached:
        # Its first run may have been over before the place was there to wait at.
        time.sleep(1)
        street.houses[0].call("sync")
        street.tick()
    daemons.wait(lambda: point.is_reached, "the worker reads from Harvest")
    (under_way,) = [row for row in jobs.all([street.houses[0].id]) if row.state == "running"]

    def is_over() -> bool:
        row = jobs.get(under_way.key)
        return row is not None and row.state == "idle"

    with asleep(sleeper, street):
        other = daemons.start("up", *street.configs)
        daemons.wait(is_over, "the other has done the run")
        assert daemons.stop(other) == 0
        after = jobs.get(under_way.key)
        assert after is not None
        assert (after.attempt, after.result) == (under_way.attempt, "fine")
        point.release()
    daemons.wait(lambda: "stood still" in daemons.log(sleeper).read_text(), "the sleeper is awake")
    assert daemons.stop(sleeper) == 0
    now = jobs.get(under_way.key)
    assert now is not None
    assert (now.attempt, now.ended_at, now.result, now.text) == (
        after.attempt, after.ended_at, after.result, after.text
    )  # fmt: skip
