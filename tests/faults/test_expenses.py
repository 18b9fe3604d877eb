"""A process that files an expense is killed, or its answer is lost: Harvest holds one, and one only."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.faults.conftest import DRIVER, finished
from tests.journeys import world as worlds
from tests.journeys.test_filing import receipt, spent
from tests.journeys.world import TUESDAY, World

from gleaner_sandbox.server import Running

ROOT = Path(__file__).parents[2]
KINDS = ("lost", "reset", "truncate", "status=500", "status=502-html", "status=429, retry_after=0")


@dataclass
class Purse:
    """Ana with one taxi to be filed, with or without its receipt."""

    world: World
    receipt: Path | None

    def starts(self, where: str) -> subprocess.Popen[str]:
        words = [str(self.world.config), TUESDAY, where, *([str(self.receipt)] if self.receipt else [])]
        return subprocess.Popen(
            [sys.executable, "-m", "tests.faults.filer", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, env=dict(os.environ), cwd=ROOT,
        )  # fmt: skip

    def dies(self, where: str) -> None:
        process = self.starts(where)
        out, err = process.communicate(timeout=60)
        assert process.returncode == -signal.SIGKILL, (process.returncode, out, err)

    def recovers(self) -> None:
        """A pass two minutes later, when the dead process's lease is over."""
        command = [sys.executable, str(DRIVER), str(self.world.config), TUESDAY, "--later", "120"]
        finished(
            subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ)
            )
        )

    def adds(self) -> int:
        cost = ("--amount", "20", "--project", "APL", "--category", "Transportation", "--on", TUESDAY)
        given = [str(self.receipt)] if self.receipt is not None else []
        return self.world.gleaner("expenses", "add", *given, *cost, "--notes", "Taxi").code

    def assert_once(self) -> None:
        """What is in Harvest is what the inbox says it wrote."""
        applied = [item["expense_id"] for item in self.world.review() if item["state"] == "applied"]
        assert [one["id"] for one in spent(self.world)] == applied
        assert len(applied) == 1
        assert {item["state"] for item in self.world.review()} == {"applied"}


@pytest.fixture(params=["with a receipt", "without one"])
def purse(
    request: pytest.FixtureRequest, server: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Purse]:
    server.control.set_faults("")
    world = worlds.build(server, tmp_path, monkeypatch)
    yield Purse(world, receipt(world) if request.param == "with a receipt" else None)
    server.control.set_faults("")
    world.close()


@pytest.mark.parametrize("where", ["claimed:1", "noted:1", "asked:1", "posted:1"])
def test_the_next_process_finishes_what_a_dead_one_began(purse: Purse, where: str) -> None:
    purse.dies(where)
    purse.recovers()
    purse.assert_once()
    purse.recovers()
    purse.assert_once()


def test_it_is_the_same_on_every_database(purse: Purse, migrated_url: str) -> None:
    purse.world.use(migrated_url)
    purse.dies("posted:1")
    purse.recovers()
    purse.assert_once()


def test_any_request_may_be_the_last(purse: Purse) -> None:
    """From the first one on, until one process comes through: what was not asked for yet is asked for again then.

    Every other one without a receipt, and those between with one.
    """
    purse.world.fine("sync")
    for number in range(1 if purse.receipt is None else 2, 60, 2):
        process = purse.starts(f"request:{number}")
        out, err = process.communicate(timeout=60)
        purse.recovers()
        there = spent(purse.world)
        applied = [item["expense_id"] for item in purse.world.review() if item["state"] == "applied"]
        assert [one["id"] for one in there] == applied, number
        for item in purse.world.review():
            if item["state"] == "applied":
                purse.world.fine("undo", item["id"])
        if process.returncode == 0:
            return
        assert process.returncode == -signal.SIGKILL, (process.returncode, out, err)
    raise AssertionError("there is no end to it")


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_that_goes_wrong_doubles_nothing(purse: Purse, kind: str) -> None:
    purse.world.running.control.set_faults(f"{kind}, match=POST /v2/expenses, every=2")
    for _ in range(4):
        # The first POST goes well, so that the fault meets the second one.
        code = purse.adds()
        for _ in range(6):
            if code == 3:
                code = purse.world.gleaner("run", "--on", TUESDAY).code
        assert code in (0, 1), "0: filed; 1: the receipt was filed already"
    purse.world.running.control.set_faults("")
    written = [item["expense_id"] for item in purse.world.review() if item["state"] == "applied"]
    assert sorted(one["id"] for one in spent(purse.world)) == sorted(written)
    assert len(set(written)) == (1 if purse.receipt is not None else 4)
