"""The Web API's methods, and ``/sandbox`` beside them: what was written, and clicks from outside."""

import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from gleaner_sandbox.slack.kit import wrong_blocks, wrong_view
from gleaner_sandbox.slack.workspace import Fault, Json, Workspace
from gleaner_sandbox.wire.connection import drop


class No(Exception):
    """``{"ok": false, "error": …}``."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.said = {"ok": False, "error": error, **more}


class Lost(Response):
    """No answer: the connection ends."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ARG002 (ASGI's)
        await drop(scope, receive, reset=True)


class Slack:
    """The methods over one workspace. *socket_url* is where Socket Mode connects to."""

    def __init__(self, space: Workspace, socket_url: Callable[[], str]) -> None:
        self.space = space
        self._socket_url = socket_url

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/api/{method}", self._api, methods=["GET", "POST"]),
            Route("/sandbox/messages", self._messages, methods=["GET"]),
            Route("/sandbox/click", self._click, methods=["POST"]),
        ]

    async def _api(self, request: Request) -> Response:
        name = request.path_params["method"]
        arguments = await _arguments(request)
        with self.space.lock:
            self.space.calls.append(name)
            fault = next((one for one in self.space.faults if one.method == name), None)
            if fault is not None:
                self.space.faults.remove(fault)
                if not fault.after:
                    return _failed(fault)
            try:
                said = self._called(name, request.headers.get("authorization", ""), arguments)
            except No as error:
                said = error.said
        return Lost() if fault is not None else JSONResponse(said)

    def _called(self, name: str, bearer: str, asked: Json) -> Json:
        method = _METHODS.get(name)
        if method is None:
            raise No("unknown_method", req_method=name)
        token = self.space.app_token if name == "apps.connections.open" else self.space.bot_token
        if not bearer:
            raise No("not_authed")
        if bearer != f"Bearer {token}":
            raise No("invalid_auth")
        return {"ok": True, **method(self, asked)}

    # --- methods ---------------------------------------------------------------------------------------------

    def auth_test(self, _asked: Json) -> Json:
        return {
            "url": "https://studio.slack.test/",
            "team": "Studio",
            "user": "gleaner",
            "team_id": "T1",
            "user_id": "U0",
        }

    def lookup(self, asked: Json) -> Json:
        member = self.space.member(str(asked.get("email", "")))
        # Who left is not found by address any more.
        if member is None or member.is_deleted:
            raise No("users_not_found")
        return {"user": {"id": member.id, "deleted": False, "profile": {"email": member.email}}}

    def open(self, asked: Json) -> Json:
        member = next((one for one in self.space.members if one.id == asked.get("users")), None)
        if member is None:
            raise No("user_not_found")
        if member.is_deleted:
            raise No("user_disabled")
        return {"channel": {"id": member.channel}}

    def history(self, asked: Json) -> Json:
        channel, latest = self._channel(asked), str(asked.get("latest", ""))
        found = [
            {key: value for key, value in one.items() if key != "channel"}
            for one in reversed(self.space.messages)
            if one["channel"] == channel and (not latest or one["ts"] <= latest)
        ]
        if str(asked.get("include_all_metadata", "")).lower() not in ("1", "true"):
            found = [{key: value for key, value in one.items() if key != "metadata"} for one in found]
        return {"messages": found[: int(asked.get("limit", 100))]}

    def post(self, asked: Json) -> Json:
        channel = self._channel(asked)
        made = {"type": "message", "bot_id": "B1", "channel": channel, **self._content(asked)}
        made["ts"] = f"{int(self.space.now())}.{self.space.number():06d}"
        if asked.get("metadata"):
            made["metadata"] = asked["metadata"]
        self.space.messages.append(made)
        return {"channel": channel, "ts": made["ts"], "message": made}

    def update(self, asked: Json) -> Json:
        found = self.space.message(str(asked.get("channel")), str(asked.get("ts")))
        if found is None:
            raise No("message_not_found")
        found.update(self._content(asked))
        return {"channel": found["channel"], "ts": found["ts"], "text": found["text"]}

    def dnd(self, asked: Json) -> Json:
        member = next((one for one in self.space.members if one.id == asked.get("user")), None)
        if member is None:
            raise No("user_not_found")
        begin = 1.0 if member.quiet_until else member.quiet_until
        return {
            "dnd_enabled": bool(member.quiet_until),
            "next_dnd_start_ts": begin,
            "next_dnd_end_ts": member.quiet_until,
        }

    def view(self, asked: Json) -> Json:
        user = self.space.opened_by(str(asked.get("trigger_id", "")))
        if not user:
            raise No("expired_trigger_id")
        if wrong := list(wrong_view(asked["view"])):
            raise No("invalid_arguments", response_metadata={"messages": wrong})
        made = {"id": f"V{self.space.number()}", **asked["view"], "user": user}
        self.space.views.append(made)
        return {"view": made}

    def connect(self, _asked: Json) -> Json:
        return {"url": self._socket_url()}

    def _channel(self, asked: Json) -> str:
        for member in self.space.members:
            if asked.get("channel") == member.channel:
                return member.channel
        raise No("channel_not_found")

    def _content(self, asked: Json) -> Json:
        blocks, text = asked.get("blocks") or [], str(asked.get("text", ""))
        if isinstance(blocks, str):
            blocks = json.loads(blocks)
        if wrong := list(wrong_blocks(blocks)):
            raise No("invalid_blocks", response_metadata={"messages": wrong})
        if not text and not blocks:
            raise No("no_text")
        if len(text) > 40_000:
            raise No("msg_too_long")
        made = [{"block_id": f"made-{self.space.number()}", **block} for block in blocks]
        return {"text": text, "blocks": made}

    # --- from outside ----------------------------------------------------------------------------------------

    async def _messages(self, _request: Request) -> Response:
        return JSONResponse(self.space.messages)

    async def _click(self, request: Request) -> Response:
        """``{"channel": …, "ts": …, "button": …}``; the newest message where nothing else is said."""
        asked = await request.json()
        named = self.space.message(str(asked.get("channel")), str(asked.get("ts")))
        message = named or (self.space.messages[-1] if self.space.messages else None)
        if message is None:
            return PlainTextResponse("there is no message\n", 404)
        try:
            heard = await to_thread.run_sync(lambda: self.space.click(message, str(asked.get("button"))))
        except (StopIteration, RuntimeError):
            return PlainTextResponse("there is no such button\n", 404)
        return JSONResponse({"status": heard.status, "body": heard.body, "seconds": heard.seconds})


Method = Callable[[Slack, Json], Json]
_METHODS: dict[str, Method] = {
    "auth.test": Slack.auth_test,
    "users.lookupByEmail": Slack.lookup,
    "conversations.open": Slack.open,
    "conversations.history": Slack.history,
    "chat.postMessage": Slack.post,
    "chat.update": Slack.update,
    "dnd.info": Slack.dnd,
    "views.open": Slack.view,
    "apps.connections.open": Slack.connect,
}


def _failed(fault: Fault) -> Response:
    headers = {"Retry-After": str(fault.retry_after)} if fault.retry_after is not None else {}
    return JSONResponse({"ok": False, "error": fault.error}, fault.status, headers=headers)


async def _arguments(request: Request) -> Json:
    body: Awaitable[bytes] = request.body()
    raw = await body
    asked: Json = dict(request.query_params)
    if request.headers.get("content-type", "").startswith("application/json"):
        return asked | (json.loads(raw) if raw else {})
    return asked | dict(parse_qsl(raw.decode()))
