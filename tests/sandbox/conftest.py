"""One sandbox for all tests, and for each test an account of its own in it."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

import pytest
from tests.sandbox import house
from tests.sandbox.house import House

from gleaner_sandbox.clock import Clock
from gleaner_sandbox.server import Running, serve_in_thread
from gleaner_sandbox.state import State

Builder = Callable[..., House]


@pytest.fixture(scope="session")
def server() -> Iterator[Running]:
    state = State(clock=Clock(datetime.fromisoformat(house.NOW)))
    with serve_in_thread(state, limits=False) as running:
        yield running
    state.close()


@pytest.fixture
def running(server: Running) -> Running:
    """The server, with its clock on Monday 2 March 2026, 09:30 in London, and without faults."""
    server.control.set_now(datetime.fromisoformat(house.NOW))
    server.control.set_faults("")
    server.state.switches.reset()
    server.control.forget_requests()
    return server


@pytest.fixture
def new(running: Running) -> Iterator[Builder]:
    """Builds an account to order."""
    built: list[House] = []

    def build(**said: object) -> House:
        built.append(partial(house.build, running, **said)())  # type: ignore[arg-type]
        return built[-1]

    yield build
    for one in built:
        one.close()


@pytest.fixture
def firm(new: Builder) -> House:
    """The usual account: durations, 12h clock, no rounding."""
    return new()
