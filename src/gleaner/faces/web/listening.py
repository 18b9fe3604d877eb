"""An application on a port of this machine, beside whatever else the process does."""

from __future__ import annotations

import socket
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from gleaner.core.errors import ConfigError, Unavailable

_SECONDS = 10.0
"""To begin, and as long to answer what was asked when it ends."""


class _Server(uvicorn.Server):
    """uvicorn that tells when it listens, and leaves Ctrl-C to the process it runs in."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_up = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.should_exit:  # what runs beside the application could be begun
            self.is_up.set()

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


@contextmanager
def listening(app: ASGIApp, host: str, port: int) -> Iterator[int]:
    """*app*, answering in a thread until the end of the block; the port, which matters where *port* is 0.

    Its log lines go the way of all others: call ``configure_logs`` before. Raises ConfigError when the address is not
    to be had.
    """
    bound = _bound(host, port)
    config = uvicorn.Config(
        app, ws="none", lifespan="on", log_config=None, access_log=False, server_header=False,
        timeout_graceful_shutdown=int(_SECONDS),
    )  # fmt: skip
    server = _Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, name="web", daemon=True)
    thread.start()
    try:
        if not server.is_up.wait(_SECONDS):
            raise Unavailable(
                f"nothing answers on {host}, port {port}: the server did not start; the log says why"
            )
        yield int(bound.getsockname()[1])
    finally:
        server.should_exit = True
        thread.join(2 * _SECONDS)
        bound.close()


def _bound(host: str, port: int) -> socket.socket:
    """A socket that has the address, so that who is second hears of it before anything is started."""
    bound = socket.socket(
        socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP
    )
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
        bound.listen()
    except OSError as error:
        bound.close()
        raise ConfigError(
            f"daemon: {host}, port {port} cannot be had ({error.strerror or error}); another program may use it."
            " Choose another port in gleaner.toml"
        ) from error
    return bound
