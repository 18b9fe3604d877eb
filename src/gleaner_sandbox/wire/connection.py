"""Reaching the TCP connection behind a request, to break it as a network would."""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from uvicorn._types import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, Scope
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

_KEY = "gleaner_sandbox.transport"
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class BreakableProtocol(H11Protocol):
    """uvicorn's HTTP/1.1, with the transport in the scope: ASGI has no word for breaking a connection."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        inner: ASGI3Application = self.app

        async def app(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
            scope[_KEY] = self.transport  # type: ignore[literal-required]
            await inner(scope, receive, send)

        self.app = app


async def drop(scope: MutableMapping[str, Any], receive: Receive, *, reset: bool) -> None:
    """Close the connection without (further) answer.  *reset* sends a TCP RST; otherwise it just ends.

    Bytes already handed to the transport still leave when it just ends.
    """
    transport: asyncio.Transport | None = scope.get(_KEY)
    if transport is None:
        raise ConnectionResetError("the sandbox dropped this connection on purpose")
    if reset:
        raw: socket.socket = transport.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        transport.abort()
    else:
        transport.close()
    # Only when uvicorn has seen the end does it let us return without an answer.
    while (await receive())["type"] != "http.disconnect":
        pass
