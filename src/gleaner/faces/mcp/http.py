"""``/mcp``: the assistants' door over HTTP, for who has a token; and what says where tokens come from (RFC 9728)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from contextvars import ContextVar
from dataclasses import dataclass

from anyio import to_thread
from mcp.server.transport_security import TransportSecuritySettings
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from gleaner.app.logs import logger
from gleaner.app.programs.seat import Doorman, Seat
from gleaner.app.tokens import SCOPES
from gleaner.core.errors import GleanerError, Unavailable
from gleaner.faces.mcp.server import GleanerServer
from gleaner.faces.web.bearer import TurnedAway, let_in

PATH = "/mcp"
METADATA = f"/.well-known/oauth-protected-resource{PATH}"
MOST_BYTES = 15_000_000
"""Of one question: a receipt in base64 and a little more."""
_log = logger("mcp")
_seat: ContextVar[Seat] = ContextVar("seat")


@dataclass(frozen=True)
class McpApp:
    """The routes of the door, and what has to run as long as they are served."""

    routes: tuple[Route, ...]
    running: Callable[[], AbstractAsyncContextManager[None]]


def mcp_app(doorman: Doorman, public_url: str = "") -> McpApp:
    """The door for tokens that *doorman* knows. *public_url* is where people reach it; else by the name they asked for.

    Which names are asked for at all is checked by the application it is a part of.
    """
    server = GleanerServer(_seat.get)
    inner = server.streamable_http_app(
        streamable_http_path=PATH,
        # Each question stands for itself, so that a restart in the middle loses nothing.
        stateless_http=True,
        json_response=True,
        max_request_body_size=MOST_BYTES,
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )

    def resource(request: Request) -> str:
        return f"{public_url or str(request.base_url).rstrip('/')}{PATH}"

    async def metadata(request: Request) -> Response:
        """There is no server that gives tokens: people make them with ``gleaner tokens add``."""
        said = {
            "resource": resource(request),
            "resource_name": "Gleaner",
            "scopes_supported": list(SCOPES),
            "bearer_methods_supported": ["header"],
        }
        return JSONResponse(said)

    door = _Bearer(inner, doorman, lambda request: f"{resource(request).removesuffix(PATH)}{METADATA}")
    return McpApp(
        (Route(PATH, door), Route(METADATA, metadata, methods=["GET"])), lambda: server.session_manager.run()
    )


class _Bearer:
    """Lets in who shows a token, as its person; says to others where to ask."""

    def __init__(self, app: ASGIApp, doorman: Doorman, metadata: Callable[[Request], str]) -> None:
        self._app, self._doorman, self._metadata = app, doorman, metadata

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        try:
            seat = await to_thread.run_sync(let_in, request, self._doorman, "agent")
        except TurnedAway as error:
            await self._turned_away(request, error)(scope, receive, send)
            return
        except Unavailable as error:
            await _said(503, str(error))(scope, receive, send)
            return
        except GleanerError as error:
            _log.warning("an account could not be opened", error=error)
            await _said(503, "Gleaner cannot answer for this account just now; its log says why")(
                scope, receive, send
            )
            return
        if not seat.may("read"):
            answer = _said(403, "this token may not look at anything: it lacks the scope read")
            answer.headers["WWW-Authenticate"] = (
                f'Bearer error="insufficient_scope", scope="read", resource_metadata="{self._metadata(request)}"'
            )
            await answer(scope, receive, send)
            return
        if request.method != "POST":
            # There is never anything to tell unasked, and a stream that says nothing would be held open for ever.
            answer = _said(405, "questions come with POST; there are no sessions, and nothing to listen to")
            answer.headers["Allow"] = "POST"
            await answer(scope, receive, send)
            return
        kept = _seat.set(seat)
        try:
            await self._app(scope, receive, send)
        finally:
            _seat.reset(kept)

    def _turned_away(self, request: Request, error: TurnedAway) -> JSONResponse:
        answer = _said(error.status, str(error))
        if error.wait:
            answer.headers["Retry-After"] = str(error.wait)
        else:
            wrong = 'error="invalid_token", ' if request.headers.get("authorization") else ""
            answer.headers["WWW-Authenticate"] = (
                f'Bearer {wrong}resource_metadata="{self._metadata(request)}"'
            )
        return answer


def _said(status: int, text: str) -> JSONResponse:
    return JSONResponse({"error": text}, status)
