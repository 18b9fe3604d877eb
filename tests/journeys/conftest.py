"""One sandbox for all journeys, and for each an account, a folder and a command line of its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from tests.journeys import world as worlds
from tests.journeys.world import World

from gleaner_sandbox.server import Running, serve_in_thread
from gleaner_sandbox.state import State

Builder = Callable[..., World]


@pytest.fixture(scope="session")
def server() -> Iterator[Running]:
    state = State()
    with serve_in_thread(state, limits=False) as running:
        yield running
    state.close()


@pytest.fixture
def new_world(
    server: Running, sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Builder]:
    """Builds a world to order."""
    server.control.set_faults("")
    built: list[World] = []

    def build(**said: object) -> World:
        # What each migration does has its own tests; here they would be a sixth of the time.
        shutil.copyfile(sqlite_template, tmp_path / "gleaner.db")
        built.append(partial(worlds.build, server, tmp_path, monkeypatch, **said)())  # type: ignore[arg-type]
        return built[-1]

    yield build
    server.control.set_faults("")
    for one in built:
        one.close()


@pytest.fixture
def world(new_world: Builder) -> World:
    """The usual world: an account that keeps durations, and nothing seen yet."""
    return new_world()


@pytest.fixture(scope="module")
def lasting(
    server: Running, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """The usual world for all tests of a module, which may only look at it."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("lasting")
        shutil.copyfile(sqlite_template, folder / "gleaner.db")
        world = worlds.build(server, folder, patch)
        yield world
        world.close()
