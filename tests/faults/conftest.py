"""A world with many sure meetings, and processes that work on it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.faults.daemons import Daemons
from tests.faults.houses import Builder as StreetBuilder
from tests.journeys import world as worlds
from tests.journeys.world import ANA, BO, TUESDAY, Meeting, World, meeting

from gleaner_sandbox.server import Running, serve_in_thread
from gleaner_sandbox.state import State

DRIVER = Path(__file__).with_name("driver.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """These wait for processes several times: each has time for all its waits on a busy machine."""
    for item in items:
        if Path(__file__).parent in item.path.parents and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(500))


@pytest.fixture(scope="session")
def server() -> Iterator[Running]:
    state = State()
    with serve_in_thread(state, limits=False) as running:
        yield running
    state.close()


@pytest.fixture
def world(server: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A world for what is done in this process."""
    server.control.set_faults("")
    made = worlds.build(server, tmp_path, monkeypatch)
    yield made
    server.control.set_faults("")
    made.close()


def meetings(whose: str, count: int) -> list[Meeting]:
    """So many meetings of five minutes, one after the other from 08:00, each with a title of its own."""
    starts = [480 + 5 * n for n in range(count)]
    return [
        meeting(f"{_clock(start)}-{_clock(start + 5)}", f"APL topic {whose}{n}")
        for n, start in enumerate(starts)
    ]


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


@dataclass
class Busy:
    """Ana and Bo with *expected* sure meetings on Tuesday, all of which are to be logged exactly once."""

    world: World
    expected: int

    def start(self, *words: str) -> subprocess.Popen[str]:
        """A process that makes one pass; see ``driver.py``."""
        command = [sys.executable, str(DRIVER), str(self.world.config), TUESDAY, *words]
        return subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ)
        )

    def dies(self, where: str, *words: str) -> None:
        """A pass that is killed at *where*."""
        process = self.start(where, *words)
        out, err = process.communicate(timeout=60)
        assert process.returncode == -signal.SIGKILL, (process.returncode, out, err)

    def passes(self, *words: str) -> dict[str, Any]:
        """A pass that comes to its end; its summary."""
        return finished(self.start(*words))

    def logged(self) -> Counter[str]:
        """How many entries there are per key."""
        return Counter(entry["external_reference"]["id"] for entry in self.world.entries())

    def assert_each_once(self) -> None:
        logged = self.logged()
        assert (len(logged), set(logged.values())) == (self.expected, {1}), logged
        assert set(self.world.states().values()) == {"applied"}
        by_inbox = {item["action"]["reference"]: item["entry_id"] for item in self.world.review()}
        in_harvest = {entry["external_reference"]["id"]: entry["id"] for entry in self.world.entries()}
        assert by_inbox == in_harvest


def finished(process: subprocess.Popen[str]) -> dict[str, Any]:
    """The summary of a pass that must come to its end."""
    out, err = process.communicate(timeout=90)
    assert (process.returncode, err) == (0, ""), (out, err)
    summary: dict[str, Any] = json.loads(out.splitlines()[-1])
    return summary


Builder = Callable[..., Busy]


@pytest.fixture
def new_busy(server: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Builder]:
    """Builds a busy Tuesday; ``running`` may be another sandbox than the usual one."""
    server.control.set_faults("")
    built: list[World] = []

    def build(count: int, *, database: str = "", running: Running = server) -> Busy:
        world = worlds.build(running, tmp_path, monkeypatch)
        built.append(world)
        if database:
            world.use(database)
        world.calendar(ANA, *meetings("a", count // 2))
        world.calendar(BO, *meetings("b", count - count // 2))
        return Busy(world, count)

    yield build
    server.control.set_faults("")
    for one in built:
        one.close()


@pytest.fixture
def busy(new_busy: Builder, migrated_url: str) -> Busy:
    """Six meetings, on each database."""
    return new_busy(6, database=migrated_url)


@pytest.fixture
def daemons(tmp_path: Path) -> Iterator[Daemons]:
    """Starts daemons; what is left of them at the end is killed."""
    folder = tmp_path / "daemons"
    folder.mkdir()
    started = Daemons(folder)
    yield started
    started.end()


@pytest.fixture
def new_street(server: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StreetBuilder]:
    """Builds several accounts on one database."""
    server.control.set_faults("")
    builder = StreetBuilder(server, tmp_path, monkeypatch)
    yield builder
    server.control.set_faults("")
    builder.close()
