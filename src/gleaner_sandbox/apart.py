"""A service apart from Harvest that listens on loopback, in a thread of its own."""

from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from gleaner_sandbox import loopback
from gleaner_sandbox.server import in_thread, listen
from gleaner_sandbox.wire.connection import BreakableProtocol


def application(routes: list[BaseRoute]) -> Starlette:
    """The application of *routes*. Other names than loopback's get nothing."""

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
def listening(app: Starlette, name: str, *, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """*app* over real HTTP while the block lasts; its address."""
    bound = listen(host, port)
    config = uvicorn.Config(
        app, ws="none", lifespan="off", log_config=None, access_log=False, server_header=False,
        http=BreakableProtocol,
    )  # fmt: skip
    with in_thread(config, bound, f"sandbox-{name}"):
        yield f"http://{host}:{bound.getsockname()[1]}"
