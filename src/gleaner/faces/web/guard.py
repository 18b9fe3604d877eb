"""What every answer of ours over HTTP has in common: who may ask, by which name, and what a browser may do with it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gleaner.core.hosts import is_here
from gleaner.expenses.content import MOST_BYTES as MOST_RECEIPT

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
MOST_FORM = 1_000_000
"""Bytes of a form, or of JSON."""
MOST_FILES = 2 * MOST_RECEIPT
"""Bytes of a form with files: two of the largest receipts, or several that people really have."""


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


class OwnForms:
    """Lets what changes something come from our own pages only (CSRF): another site's form is refused, with 403.

    Browsers say where a request comes from: ``Sec-Fetch-Site`` has to be ``same-origin``, or ``none`` for what somebody
    typed. One that does not say so has to send an ``Origin`` that is the host which was asked for, or one of *names*
    by https. A program that sends neither is refused, too. Addresses that begin with one of *apart* have a protection
    of their own, and what carries a bearer token and no cookie cannot come from somebody's browser unasked.
    """

    def __init__(self, app: ASGIApp, *, names: Collection[str] = (), apart: Sequence[str] = ()) -> None:
        self.app = app
        self.names = frozenset(name.lower() for name in names)
        self.apart = tuple(apart)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self._is_fine(scope):
            await PlainTextResponse(_NOT_OURS, 403)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _is_fine(self, scope: Scope) -> bool:
        if scope["method"] in ("GET", "HEAD", "OPTIONS") or scope["path"].startswith(self.apart):
            return True
        headers = Headers(scope=scope)
        if "cookie" not in headers and headers.get("authorization", "").lower().startswith("bearer "):
            return True
        said = headers.getlist("sec-fetch-site")
        if said:
            return said in (["same-origin"], ["none"])
        origins, hosts = headers.getlist("origin"), headers.getlist("host")
        return len(origins) == 1 and len(hosts) == 1 and self._is_same(origins[0], hosts[0])

    def _is_same(self, origin: str, host: str) -> bool:
        try:
            url = urlsplit(origin)
            name = url.hostname or ""
        except ValueError:
            return False
        if url.scheme not in ("http", "https") or not name or "@" in url.netloc:
            return False
        return url.netloc.lower() == host.lower() or (url.scheme == "https" and name in self.names)


class BodyLimit:
    """Reads no more of a form than *form* bytes, and of one that brings files than *files*; more is refused, with 413.

    Whatever is behind sees a connection that was cut, and has nothing to do with it. Addresses that begin with one of
    *programs* take files inside of JSON; those that begin with one of *apart* count for themselves.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        form: int = MOST_FORM,
        files: int = MOST_FILES,
        programs: Sequence[str] = (),
        apart: Sequence[str] = (),
    ) -> None:
        self.app = app
        self.form = form
        self.files = files
        self.programs = tuple(programs)
        self.apart = tuple(apart)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(self.apart):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        kind = headers.get("content-type", "").lower()
        is_files = kind.startswith("multipart/") or (
            kind.startswith("application/json") and scope["path"].startswith(self.programs)
        )
        most = self.files if is_files else self.form
        refusal = PlainTextResponse(f"More than {most:,} bytes are not read here.\n", 413)
        announced = headers.get("content-length", "")
        if announced.isdecimal() and int(announced) > most:
            await refusal(scope, receive, send)
            return
        count, is_begun = 0, False

        async def counted() -> Message:
            nonlocal count
            message = await receive() if count <= most else {"type": "http.disconnect"}
            if message["type"] == "http.request":
                count += len(message.get("body", b""))
            return message if count <= most else {"type": "http.disconnect"}

        async def sent(message: Message) -> None:
            nonlocal is_begun
            if count > most and not is_begun:
                return  # it answers what was cut off
            is_begun = True
            await send(message)

        try:
            await self.app(scope, counted, sent)
        except ClientDisconnect:
            if count <= most:
                raise
        if count > most and not is_begun:
            await refusal(scope, receive, send)


_NOT_OURS = (
    "This was sent from another page than Gleaner's, so nothing was done. Open Gleaner and press the button there;"
    " a proxy in front has to leave the Host and Origin headers as they are.\n"
)
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
