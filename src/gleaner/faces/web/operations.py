"""``/healthz``, ``/readyz`` and ``/metrics``: what machines ask of the daemon. Numbers and ids, and nobody's words.

Mounted by itself or below a larger application; neither writes anything.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from functools import partial
from typing import TypeAlias, TypeVar

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route

from gleaner.app.health import UNANSWERED, AccountHealth, Health
from gleaner.app.logs import logger
from gleaner.app.meters import Meters
from gleaner.core.hosts import is_here
from gleaner.core.text import shown
from gleaner.faces.web.guard import BodyLimit, KnownHosts, OwnForms, SafeHeaders

PATIENCE = 5.0
"""Seconds a look at everything may take; most probes give up after ten."""
_AT_ONCE = 3
_SIGNED = ("/webhooks/", "/slack/")
"""Who sends something there signs it, and how much it may be is counted there."""
_PROGRAMS = ("/mcp", "/api/")
"""What comes from programs brings receipts inside of JSON."""
_APART = (*_SIGNED, *_PROGRAMS, "/links/", "/healthz", "/readyz", "/metrics")
"""Where no cookie opens anything, so that no other site's page can do anything in somebody's name."""
_METHODS = ["GET"]  # Starlette adds HEAD
_log = logger("web")
T = TypeVar("T")
_Page: TypeAlias = Callable[[Request], Awaitable[Response]]


def operations(
    health: Callable[[], Health],
    meters: Meters,
    *,
    host: str = "127.0.0.1",
    names: Collection[str] = (),
    patience: float = PATIENCE,
    also: Sequence[Route | Mount] = (),
    site: Sequence[Route] = (),
    beside: Sequence[Callable[[], AbstractAsyncContextManager[None]]] = (),
) -> Starlette:
    """The application. *host* is where it listens: on loopback only loopback names, and *names*, are answered to.

    *also* are routes that are served beside these, and named where somebody asks for what there is not; *site* are
    those of the pages for people; *beside* is what has to run as long as they are.

    *health* and the scrape may block; what takes longer than *patience* seconds is not waited for.
    """
    # What hangs keeps its thread, so that probes do not pile up behind a database that hangs.
    threads = ThreadPoolExecutor(_AT_ONCE, "gleaner-operations")

    async def in_time(work: Callable[[], T]) -> T:
        return await asyncio.wait_for(asyncio.get_running_loop().run_in_executor(threads, work), patience)

    async def examined() -> Health:
        try:
            return await in_time(health)
        except TimeoutError:
            _log.warning("the examination took too long", seconds=patience)
            return UNANSWERED

    async def healthz(_request: Request) -> Response:
        found = await examined()
        return _told(found, is_good=found.is_live)

    async def readyz(_request: Request) -> Response:
        found = await examined()
        return _told(found, is_good=found.is_ready)

    async def metrics(request: Request) -> Response:
        accept = request.headers.get("accept", "")
        try:
            body, content_type = await in_time(partial(meters.page, accept))
        except TimeoutError:
            return PlainTextResponse("The numbers could not be gathered in time; ask again.\n", 503)
        return Response(body, media_type=content_type)

    pages = {"/healthz": healthz, "/readyz": readyz, "/metrics": metrics}
    known = [*pages, *(route.path for route in also)]

    async def unknown(request: Request, _error: Exception) -> Response:
        path = shown(request.url.path)[:100]
        return PlainTextResponse(f"There is nothing at {path}. There is {', '.join(known)}.\n", 404)

    app = Starlette(
        lifespan=_running(beside),
        routes=[
            *(Route(path, _always(page), methods=_METHODS) for path, page in pages.items()),
            *also,
            *site,
        ],
        middleware=[
            Middleware(SafeHeaders),
            Middleware(KnownHosts, names=names if is_here(host) else None),
            Middleware(OwnForms, names=names, apart=_APART),
            Middleware(BodyLimit, programs=_PROGRAMS, apart=_SIGNED),
        ],
        exception_handlers={404: unknown, 405: _not_allowed},
    )
    app.router.redirect_slashes = False
    return app


def _running(
    beside: Sequence[Callable[[], AbstractAsyncContextManager[None]]],
) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_site: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for one in beside:
                await stack.enter_async_context(one())
            yield

    return lifespan


def _always(page: _Page) -> _Page:
    """*page*, which answers even when looking fails: a probe learns nothing from a connection that is cut."""

    async def answer(request: Request) -> Response:
        try:
            return await page(request)
        except Exception:  # noqa: BLE001 - whatever it is, the log has it
            _log.exception("an answer could not be made", path=request.url.path)
            return PlainTextResponse("Gleaner could not answer this; its log says why.\n", 500)

    return answer


def _told(found: Health, *, is_good: bool) -> Response:
    body = json.dumps(as_json(found), indent=2) + "\n"
    return Response(body, 200 if is_good else 503, media_type="application/json")


def as_json(found: Health) -> dict[str, object]:
    """What was looked at, as plain values; of the accounts numbers only."""
    return {
        "is_live": found.is_live,
        "is_ready": found.is_ready,
        "is_fine": found.is_fine,
        "checks": [
            {"name": check.what, "is_fine": check.is_fine, "text": check.text} for check in found.checks
        ],
        "accounts": {str(account_id): _numbers(one) for account_id, one in sorted(found.accounts.items())},
    }


def _numbers(one: AccountHealth) -> dict[str, object]:
    return {
        "is_fine": one.is_fine,
        "amiss": [check.what for check in one.checks if not check.is_fine],
        "copy_age_seconds": round(one.copy_age.total_seconds()) if one.copy_age is not None else None,
        "approved_waiting": one.waiting,
        "oldest_approved_seconds": round(one.oldest_waiting.total_seconds()),
        "jobs": one.jobs,
        "jobs_failing": one.failing,
        "jobs_late": one.late,
        "jobs_paused": one.paused,
        "is_token_refused": one.is_token_refused,
    }


async def _not_allowed(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException), "registered for a status"
    allowed = (error.headers or {}).get("Allow", "GET, HEAD")
    if "POST" in allowed:
        text = f"{shown(request.method)[:20]} does nothing here: this address takes messages, with POST.\n"
        return PlainTextResponse(text, 405, headers={"Allow": "POST"})
    text = (
        f"{shown(request.method)[:20]} changes nothing here: this page can only be read, with GET or HEAD.\n"
    )
    return PlainTextResponse(text, 405, headers={"Allow": "GET, HEAD"})
