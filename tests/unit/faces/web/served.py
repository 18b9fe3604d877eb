"""An application of ours over real HTTP, on a free port of this machine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection

from starlette.applications import Starlette

from gleaner.faces.web.listening import listening


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
    with listening(app, "127.0.0.1", 0) as port:
        yield Site(port)
