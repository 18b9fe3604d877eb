"""One sandbox for all journeys, and for each an account, a folder and a command line of its own."""

from __future__ import annotations

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
def new_world(server: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Builder]:
    """Builds a world to order."""
    server.control.set_faults("")
    built: list[World] = []

    def build(**said: object) -> World:
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
def lasting(server: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The usual world for all tests of a module, which may only look at it."""
    with pytest.MonkeyPatch.context() as patch:
        world = worlds.build(server, tmp_path_factory.mktemp("lasting"), patch)
        yield world
        world.close()
