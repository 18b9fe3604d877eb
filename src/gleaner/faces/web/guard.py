"""What every answer of ours over HTTP has in common: who may ask, by which name, and what a browser may do with it."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gleaner.core.hosts import is_here

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""For answers that no browser has to render. One that sets a header itself keeps its own."""


class SafeHeaders:
    """Adds :data:`HEADERS` to each answer of *app*."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, sent)


class KnownHosts:
    """Answers only who asked for this machine by a name of its own.

    A page on the web can make a browser ask a name of its that resolves to 127.0.0.1; the Host header tells. With
    *names* None every name will do: behind a proxy that checks it.
    """

    def __init__(self, app: ASGIApp, names: Collection[str] | None = ()) -> None:
        self.app = app
        self.names = None if names is None else frozenset(name.lower() for name in names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self._knows(Headers(scope=scope).getlist("host")):
            await PlainTextResponse(_NOT_HERE, 421)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _knows(self, asked: list[str]) -> bool:
        if self.names is None:
            return True
        name = hostname(asked[0]) if len(asked) == 1 else ""
        return bool(name) and (is_here(name) or name in self.names)


_NOT_HERE = (
    "This is not a name of this machine, so there is no answer. Ask for 127.0.0.1 or localhost,"
    " or have the proxy in front set the Host header to that.\n"
)


def hostname(authority: str) -> str:
    """The host in a Host header, without its port; empty when there is none.

    >>> hostname("LOCALHOST:8321"), hostname("[::1]:8321"), hostname("rebound.example"), hostname("a@127.0.0.1")
    ('localhost', '::1', 'rebound.example', '')
    """
    if "@" in authority or "/" in authority:
        return ""
    try:
        return urlsplit(f"//{authority}").hostname or ""
    except ValueError:
        return ""
