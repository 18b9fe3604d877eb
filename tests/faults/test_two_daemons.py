"""One ``gleaner up`` for each SQLite file; what a killed one leaves behind stands in nobody's way."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.faults.daemons import Daemons
from tests.faults.houses import Builder


@pytest.fixture
def database(sqlite_template: Path, tmp_path: Path) -> str:
    file = tmp_path / "gleaner.db"
    file.write_bytes(sqlite_template.read_bytes())
    return f"sqlite:///{file}"


def test_a_second_daemon_names_the_first_and_a_worker_may_join(
    new_street: Builder, daemons: Daemons, database: str
) -> None:
    street = new_street(1, database)
    (house,) = street.houses
    first = daemons.start("up", *street.configs)
    command = [sys.executable, "-m", "gleaner", "up", "--config", str(house.config)]
    second = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (second.returncode, second.stdout) == (2, "")
    assert f"another gleaner up (process {first.pid}) serves" in second.stderr
    assert "Traceback" not in second.stderr
    worker = daemons.start("worker", *street.configs)
    house.approve(4)
    street.tick()
    daemons.wait(lambda: house.is_done, "everything is applied")
    assert daemons.stop(worker) == 0
    assert daemons.stop(first) == 0
    house.assert_each_once()


def test_after_a_kill_the_next_start_takes_the_work_up_at_once(
    new_street: Builder, daemons: Daemons, database: str
) -> None:
    street = new_street(1, database)
    (house,) = street.houses
    first = daemons.start("up", *street.configs)
    house.world.running.control.set_faults("latency=0.2, match=POST /v2/time_entries")
    house.approve(40)
    street.tick()
    daemons.wait(lambda: house.states()["applied"] >= 5, "some are applied")
    first.kill()
    first.wait()
    before = house.states()
    assert before["applying"] + before["approved"] > 5
    began = time.monotonic()
    daemons.start("up", *street.configs)
    daemons.wait(lambda: house.states()["applied"] > before["applied"], "the work goes on", seconds=15)
    assert time.monotonic() - began < 15
    daemons.wait(lambda: house.is_done, "everything is applied")
    house.assert_each_once()


def test_a_post_that_is_on_its_way_when_its_process_dies_leaves_one_entry(
    new_street: Builder, daemons: Daemons, database: str
) -> None:
    """Harvest takes longer for it than the next process needs to start and to look."""
    street = new_street(1, database)
    (house,) = street.houses
    control = house.world.running.control
    patient = ("--dead-after", "12")  # Harvest needs eight seconds, and no request may take longer than this
    first = daemons.start("up", *street.configs, more=patient)
    daemons.wait(lambda: all(row.state == "idle" for row in house.jobs().values()), "the first runs are over")
    control.set_faults("latency=8, match=POST /v2/time_entries, times=1")
    control.forget_requests()
    house.approve(1)
    street.tick()
    daemons.wait(lambda: any(rule.fired for rule in control.faults), "Harvest has the request")
    first.kill()
    first.wait()
    daemons.start("up", *street.configs, more=patient)
    daemons.wait(lambda: house.is_done, "it is applied")
    assert sum(one.method == "POST" for one in control.log) == 1
    house.assert_each_once()
