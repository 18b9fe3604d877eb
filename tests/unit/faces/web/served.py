"""An application of ours over real HTTP, on a free port of this machine."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection

import uvicorn
from starlette.applications import Starlette


@dataclass(frozen=True)
class Said:
    """One answer."""

    status: int
    headers: Mapping[str, str]
    """Names in small letters."""
    text: str


@dataclass(frozen=True)
class Site:
    """Where it listens."""

    port: int
    _connections: list[HTTPConnection] = field(default_factory=list)

    def ask(self, path: str, method: str = "GET", *, hosts: list[str] | None = None, **headers: str) -> Said:
        """One request, just as it is given here; *hosts* are its Host headers."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.putrequest(method, path, skip_host=True)
            for host in hosts if hosts is not None else [f"127.0.0.1:{self.port}"]:
                connection.putheader("Host", host)
            for name, value in headers.items():
                connection.putheader(name.replace("_", "-"), value)
            connection.endheaders()
            answer = connection.getresponse()
            pairs = {name.lower(): value for name, value in answer.getheaders()}
            return Said(answer.status, pairs, answer.read().decode())
        finally:
            connection.close()


@contextmanager
def served(app: Starlette) -> Iterator[Site]:
    """*app*, as long as the block lasts."""
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    config = uvicorn.Config(
        app, lifespan="off", ws="none", log_config=None, access_log=False, server_header=False
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
    thread.start()
    try:
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        yield Site(bound.getsockname()[1])
    finally:
        server.should_exit = True
        thread.join()
        bound.close()
