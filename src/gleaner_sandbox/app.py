"""The sandbox as an ASGI application: faults, doors, the endpoint, the log; and ``/sandbox`` beside it.

All of it, API, pages and ``/sandbox``, answers to loopback names only: a web page whose own name leads to this machine
(DNS rebinding) would be of the sandbox's origin, and could sign people in and read everything.
"""

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qsl

from starlette.datastructures import Headers

from gleaner_sandbox import loopback
from gleaner_sandbox.clock import Clock
from gleaner_sandbox.outbox import Outbox
from gleaner_sandbox.permissions import Reach, reach
from gleaner_sandbox.rules.brackets import nest
from gleaner_sandbox.state import State
from gleaner_sandbox.switches import switch
from gleaner_sandbox.tables import USERS
from gleaner_sandbox.wire import auth, faults, origins, outside
from gleaner_sandbox.wire.answers import (
    Answer,
    Refusal,
    bad_request,
    forbidden,
    missing,
    page,
    throttled,
    unauthorized,
    unroutable,
)
from gleaner_sandbox.wire.call import Call, Person
from gleaner_sandbox.wire.connection import drop
from gleaner_sandbox.wire.control import Control, Record
from gleaner_sandbox.wire.endpoints import Endpoint, Router
from gleaner_sandbox.wire.limits import HOURLY, Limiter, family
from gleaner_sandbox.wire.request import Request, read_form
from gleaner_sandbox.wire.site import SITE

_DELETED = switch(
    "deleted_body",
    ("object", "empty"),
    "DELETE answers the object that is gone, as seen live for time entries, or for everything else nothing (§1).",
)
_NOT_HERE = Answer(
    403, {"message": "The sandbox answers on loopback names only: localhost, 127.0.0.1 or [::1]."}
)
log = logging.getLogger("gleaner_sandbox")

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Sandbox:
    """The ASGI application.  ``control`` is what ``/sandbox`` offers, for use inside the process."""

    def __init__(
        self, state: State, limiter: Limiter | None, fault_spec: str, *, json_429: bool, smtp: str | None
    ) -> None:
        self.state = state
        self.control = Control(state, limiter, Outbox(state, smtp))
        self.control.set_faults(fault_spec)
        self._limiter = limiter
        self._json_429 = json_429
        self._router = Router()
        self._site = Router(SITE)
        # One thread: requests are served one after the other anyway, and the event loop stays free.
        self._worker = ThreadPoolExecutor(1, "sandbox")

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self._worker.shutdown()
        self.control.outbox.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _http(self, scope: Message, receive: Receive, send: Send) -> None:
        request = await _read(scope, receive)
        if not loopback.names(request.headers.get("host", "localhost")):
            await self._send(send, _NOT_HERE)
            return
        if f"{request.path}/".startswith("/sandbox/"):
            await self._send(send, await self._work(self.control.answer, request))
            return
        served = outside.find(request.path)
        record = Record(request.method, request.path, "pages" if served else family(request.place or ""))
        plan = self._plan(request)
        if plan.latency:
            await asyncio.sleep(plan.latency)
        if plan.breaks == "reset":
            self.control.note(record, "reset")
            await drop(scope, receive, reset=True)
            return
        answer = plan.answer
        if answer is None:
            answer = await self._work(self._answer, request, record, served)
        record.status = answer.status
        self.control.note(record, plan.name)
        if plan.breaks != "lost":
            spoilt = faults.spoilt(answer, plan.spoils)
            await self._send(send, spoilt, whole=plan.breaks != "truncate", seconds=plan.slow)
        if plan.breaks:
            await drop(scope, receive, reset=False)

    async def _work(self, function: Callable[..., Answer], *args: Any) -> Answer:
        return await asyncio.get_running_loop().run_in_executor(self._worker, function, *args)

    async def _send(self, send: Send, answer: Answer, *, whole: bool = True, seconds: float = 0.0) -> None:
        """*answer* with its true length and the sandbox clock's date; all of the body, or its first half and then
        nothing more, in so many *seconds*."""
        body = answer.content
        headers = {
            "Date": format_datetime(self.state.clock.now(), usegmt=True),
            "Content-Type": answer.media_type,
            "Content-Length": str(len(body)),
            **answer.headers,
        }
        raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": answer.status, "headers": raw})
        drops = faults.drops(body if whole else body[: len(body) // 2], seconds)
        for left, piece in enumerate(drops, 1 - len(drops)):
            if seconds:
                await asyncio.sleep(seconds / len(drops))
            await send({"type": "http.response.body", "body": piece, "more_body": bool(left) or not whole})

    def _plan(self, request: Request) -> faults.Plan:
        place = f"/v2{request.place}" if request.place and not outside.find(request.path) else request.path
        try:
            own = faults.parse(request.headers.get("x-sandbox-fault", ""))
        except ValueError as error:
            return faults.Plan(answer=Answer(400, {"message": f"X-Sandbox-Fault: {error}"}))
        return faults.plan([*own, *self.control.faults], request.method, place)

    def _answer(self, request: Request, record: Record, served: outside.Handler | None) -> Answer:
        """The answer, with nothing left open: what it changed is committed or undone."""
        try:
            answer = served(self.state, request) if served else self._admitted(request, record)
            answer = origins.shared(request, answer)
            self.control.outbox.deliver()
            _ = answer.content  # written out here, not in the event loop
            return answer
        except Refusal as refusal:
            return origins.shared(request, refusal.answer)
        except Exception:  # noqa: BLE001 one broken endpoint must not end the server
            log.error("%s %s\n%s", request.method, request.path, traceback.format_exc())
            return page(500, "HARVEST: Something went wrong", "The sandbox has a bug; see its log.")

    def _admitted(self, request: Request, record: Record) -> Answer:
        asked = origins.preflight(request)
        if asked is not None:
            return asked
        router, place = (self._router, request.place) if request.place else (self._site, request.path)
        found = router.find(request.method, place)
        if found is None:
            return unroutable()
        if not request.headers.get("user-agent", "").strip():
            raise bad_request("A User-Agent header is required.")
        token = auth.token_of(request)
        record.account, record.user = auth.account_and_user(self.state, request, token)
        families = [record.family, *(["hour"] if self.state.switches.get(HOURLY) == "on" else [])]
        wait = self._limiter.wait(token, *families) if self._limiter else None
        if wait is not None:
            return throttled(wait, as_json=self._json_429)
        return self._called(request, record, *found)

    def _called(self, request: Request, record: Record, endpoint: Endpoint, ids: list[str]) -> Answer:
        params = request.params()
        assert record.account is not None
        assert record.user is not None
        opened = self.state.reading if request.method == "GET" else self.state.writing
        with opened(record.account) as books:
            user = books.get(USERS, record.user)
            if user is None or not user["is_active"]:
                raise unauthorized()
            granted = reach(user["access_roles"], endpoint.permission)
            if granted is Reach.NONE or (endpoint.feature and not books.company[endpoint.feature]):
                raise forbidden()
            if not all(word.isascii() and word.isdigit() and len(word) < 19 for word in ids):
                raise missing()
            call = Call(
                books=books,
                person=Person(books, user),
                reach=granted,
                params=params,
                ids=[int(word) for word in ids],
                root=request.root,
                path=request.place or "",
                now=self.state.clock.now(),
                switches=self.state.switches,
            )
            answer = endpoint.handler(call)
            quiet = call.switch(_DELETED) == "empty" and endpoint.steps[0] != "time_entries"
            return Answer(200, "") if quiet and request.method == "DELETE" else answer


def create_app(
    state: State,
    *,
    clock: Clock | None = None,
    faults: str = "",
    limits: bool | Limiter = True,
    json_429: bool = False,
    smtp: str | None = None,
) -> Sandbox:
    """The ASGI application for *state*.

    *clock* replaces the state's own; *faults* is a specification as in ``wire.faults``; *limits* False admits
    everything, a ``Limiter`` counts in its own way; *json_429* answers throttled requests in JSON; *smtp* is the
    ``HOST:PORT`` on loopback that gets the outbox's mails.
    """
    if clock is not None:
        state.clock = clock
    limiter = limits if isinstance(limits, Limiter) else (Limiter() if limits else None)
    return Sandbox(state, limiter, faults, json_429=json_429, smtp=smtp)


async def _read(scope: Message, receive: Receive) -> Request:
    headers = Headers(raw=scope["headers"])
    body = b""
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return Request(
        method=scope["method"],
        path=scope["path"],
        query=nest(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)),
        headers=headers,
        body=body,
        form=await read_form(headers, body),
        root=f"{scope['scheme']}://{headers.get('host', 'localhost')}",
    )
