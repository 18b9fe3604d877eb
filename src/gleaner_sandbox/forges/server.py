"""A forge that listens on loopback, in a thread of its own."""

import socket
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from gleaner_sandbox import loopback
from gleaner_sandbox.forges.books import Books
from gleaner_sandbox.forges.doors import Door
from gleaner_sandbox.forges.github import GitHub
from gleaner_sandbox.forges.gitlab import GitLab
from gleaner_sandbox.server import listen

Kind = Literal["github", "gitlab"]


def kind_of(text: str) -> Kind:
    """The forge of that name."""
    match text:
        case "github" | "gitlab":
            return text
        case _:
            raise ValueError(f'there is no forge "{text}"; there are github and gitlab')


@dataclass(frozen=True)
class Running:
    """A forge that listens."""

    base_url: str
    """Of its API."""
    books: Books
    door: Door


class _Server(uvicorn.Server):
    """uvicorn that tells when it listens, and leaves signals alone."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_up = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.is_up.set()

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


def create_app(kind: Kind, books: Books, door: Door) -> Starlette:
    """The application: the endpoints of GitHub or of GitLab on *books*. Other names than loopback's get nothing."""
    routes = GitHub(books, door).routes() if kind == "github" else GitLab(books, door).routes()

    async def unknown(request: Request, _error: Exception) -> Response:
        return JSONResponse({"message": f"the sandbox does not imitate {request.url.path}"}, 404)

    app = Starlette(routes=routes, exception_handlers={404: unknown})
    app.add_middleware(_LoopbackOnly)
    return app


class _LoopbackOnly:
    """Answers loopback names only: no web page reaches the sandbox through a name of its own (DNS rebinding)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not loopback.names(Headers(scope=scope).get("host", "")):
            await JSONResponse({"message": "the sandbox answers on loopback names only"}, 403)(
                scope, receive, send
            )
            return
        await self._app(scope, receive, send)


@contextmanager
def serve_in_thread(
    kind: Kind, books: Books, door: Door | None = None, *, host: str = "127.0.0.1", port: int = 0
) -> Iterator[Running]:
    """The forge over real HTTP while the block lasts."""
    door = door or Door()
    bound = listen(host, port)
    app = create_app(kind, books, door)
    server = _Server(
        uvicorn.Config(app, ws="none", lifespan="off", log_config=None, access_log=False, server_header=False)
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, name=f"sandbox-{kind}")
    thread.start()
    try:
        while not server.is_up.wait(0.05):
            if not thread.is_alive():
                raise RuntimeError("the forge did not start; see its log")
        prefix = "/api/v4" if kind == "gitlab" else ""
        yield Running(f"http://{host}:{bound.getsockname()[1]}{prefix}", books, door)
    finally:
        server.should_exit = True
        thread.join()
        bound.close()
