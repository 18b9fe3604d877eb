"""Running the sandbox: in a thread for tests and the demo, or as a process of its own."""

import signal
import socket
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

import uvicorn

from gleaner_sandbox import loopback
from gleaner_sandbox.app import Sandbox, create_app
from gleaner_sandbox.clock import Clock
from gleaner_sandbox.state import State
from gleaner_sandbox.wire.connection import BreakableProtocol
from gleaner_sandbox.wire.control import Control
from gleaner_sandbox.wire.limits import Limiter

__all__ = ["Running", "create_app", "serve", "serve_in_thread"]


@dataclass(frozen=True)
class Running:
    """A sandbox that listens."""

    base_url: str
    """``http://127.0.0.1:PORT/v2``"""
    control_url: str
    """``http://127.0.0.1:PORT/sandbox``"""
    control: Control
    """The same, without HTTP."""
    state: State


class Server(uvicorn.Server):
    """uvicorn that tells when it listens, and ends with code 0 when it was asked to."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Like uvicorn's, but the signal is not raised again at the end."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {word: signal.signal(word, self._stop) for word in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for word, handler in before.items():
                signal.signal(word, handler)

    def _stop(self, word: int, frame: FrameType | None) -> None:
        self.handle_exit(word, frame)


@contextmanager
def in_thread(config: uvicorn.Config, bound: socket.socket, name: str) -> Iterator[None]:
    """Serve on *bound* in a thread of that name while the block lasts, and close it."""
    ready = threading.Event()
    server = Server(config, ready.set)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, name=name)
    thread.start()
    try:
        while not ready.wait(0.05):
            if not thread.is_alive():
                raise RuntimeError(f"{name} did not start; see its log")
        yield
    finally:
        server.should_exit = True
        thread.join()
        bound.close()


def _config(app: Sandbox) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=BreakableProtocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,  # the application sends the sandbox clock's
        timeout_graceful_shutdown=2,
    )


def listen(host: str = "127.0.0.1", port: int = 0) -> socket.socket:
    """A socket bound to a loopback *host*; port 0 takes a free one.  Other hosts are refused."""
    family = socket.AF_INET6 if ":" in loopback.checked(host) else socket.AF_INET
    # The protocol has to be named: asyncio turns Nagle's algorithm off only for sockets that say TCP, and with it
    # every small answer on a kept-alive connection waits 40 ms for the client's acknowledgement.
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError:
        bound.close()
        raise
    return bound


def _running(app: Sandbox, bound: socket.socket) -> Running:
    host, port = bound.getsockname()[:2]
    origin = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    return Running(f"{origin}/v2", f"{origin}/sandbox", app.control, app.state)


@contextmanager
def serve_in_thread(
    state: State,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    clock: Clock | None = None,
    faults: str = "",
    limits: bool | Limiter = True,
    json_429: bool = False,
    smtp: str | None = None,
) -> Iterator[Running]:
    """A sandbox over real HTTP while the block lasts.  *state* stays open afterwards."""
    app = create_app(state, clock=clock, faults=faults, limits=limits, json_429=json_429, smtp=smtp)
    bound = listen(host, port)
    with in_thread(_config(app), bound, "sandbox-server"):
        yield _running(app, bound)


def serve(app: Sandbox, bound: socket.socket, ready: Callable[[Running], None]) -> None:
    """Serve until SIGTERM or SIGINT; *ready* is called once the server listens."""
    running = _running(app, bound)
    Server(_config(app), lambda: ready(running)).run(sockets=[bound])
