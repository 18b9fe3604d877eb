"""Listening beside whatever else the process does."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from tests.unit.app.log import kept
from tests.unit.faces.web.served import Site

from gleaner.app.health import Health
from gleaner.app.meters import Meters
from gleaner.core.errors import ConfigError
from gleaner.faces.web.listening import listening
from gleaner.faces.web.operations import operations


@contextmanager
def up(host: str = "127.0.0.1", port: int = 0) -> Iterator[int]:
    with listening(operations(lambda: Health(()), Meters()), host, port) as taken:
        yield taken


def test_it_answers_on_a_free_port_until_the_end_and_leaves_signals_alone() -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    with up() as port:
        assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before
        said = Site(port).ask("/healthz")
        assert said.status == 200
        assert "server" not in said.headers
    with pytest.raises(ConnectionRefusedError):
        Site(port).ask("/healthz")


def test_a_port_that_is_taken_is_said_before_anything_starts() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(
                ConfigError,
                match=rf"daemon: 127\.0\.0\.1, port {port} cannot be had \(Address already in use\)",
            ),
            up(port=port),
        ):
            pytest.fail("it listens")


@pytest.mark.parametrize("host", ["nowhere.invalid", "192.0.2.1"])
def test_an_address_that_is_not_this_machines_is_said_too(host: str) -> None:
    with pytest.raises(ConfigError, match="cannot be had"), up(host):
        pytest.fail("it listens")


def test_its_log_goes_the_way_of_all_others() -> None:
    with kept(as_json=True) as log, up() as port:
        Site(port).ask("/metrics")
    assert {event["logger"] for event in log.events} == {"uvicorn.error"}
