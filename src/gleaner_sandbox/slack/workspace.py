"""One workspace: its members, what was written to them, and what they click."""

import hashlib
import hmac
import itertools
import json
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass
class Member:
    """Somebody in the workspace."""

    id: str
    email: str
    is_deleted: bool = False
    quiet_until: float = 0.0
    """Seconds since 1970 until which notifications are off."""

    @property
    def channel(self) -> str:
        """Of the app's direct messages with them."""
        return f"D{self.id[1:]}"


@dataclass(frozen=True)
class Fault:
    """What the next call of a method gets instead of an answer, or (*after*) instead of its answer."""

    method: str
    error: str = "internal_error"
    status: int = 200
    retry_after: int | None = None
    after: bool = False
    """It is carried out, and the answer is lost."""


@dataclass(frozen=True)
class Heard:
    """What the app answered to a click."""

    status: int
    body: str
    seconds: float


@dataclass
class Workspace:
    """Everything in one Slack. Threads may share it."""

    members: list[Member] = field(default_factory=list)
    bot_token: str = "xoxb-sandbox"  # noqa: S105
    app_token: str = "xapp-sandbox"  # noqa: S105
    signing_secret: str = "sandbox-signing-secret"  # noqa: S105
    interactive_url: str = ""
    """Where the app hears of clicks."""
    now: Callable[[], float] = time.time
    messages: list[Json] = field(default_factory=list)
    """As ``conversations.history`` gives them, with ``channel``; the oldest first."""
    views: list[Json] = field(default_factory=list)
    """Those that were opened, with the ``user`` who sees them."""
    faults: list[Fault] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    sockets: list[Callable[[Json], Json | None]] = field(default_factory=list)
    """Who listens by Socket Mode: each takes a payload and gives what was answered."""
    _triggers: dict[str, tuple[str, float]] = field(default_factory=dict)
    _numbers: Any = field(default_factory=lambda: itertools.count(1))
    lock: Any = field(default_factory=threading.RLock)

    def number(self) -> int:
        return int(next(self._numbers))

    def member(self, email: str) -> Member | None:
        found = (one for one in self.members if one.email.lower() == email.lower())
        return next(found, None)

    def message(self, channel: str, ts: str) -> Json | None:
        found = (one for one in self.messages if (one["channel"], one["ts"]) == (channel, ts))
        return next(found, None)

    def opened_by(self, trigger: str) -> str:
        """Who may see a view for that trigger, once and within 3 seconds; empty for nobody."""
        user, until = self._triggers.pop(trigger, ("", 0.0))
        return user if self.now() <= until else ""

    # --- what people do --------------------------------------------------------------------------------------

    def click(self, message: Json, label: str, *, by: str = "", again: bool = False) -> Heard:
        """Click the button called *label*; *by* is somebody else's id; *again* sends the same request twice."""
        block, element = next(
            (block, element)
            for block in message["blocks"]
            if block["type"] == "actions"
            for element in block["elements"]
            if element["text"]["text"] == label
        )
        user = by or next(one.id for one in self.members if one.channel == message["channel"])
        payload = self._payload("block_actions", user) | {
            "container": {
                "type": "message", "message_ts": message["ts"], "channel_id": message["channel"],
                "is_ephemeral": False,
            },
            "channel": {"id": message["channel"], "name": "directmessage"},
            "message": {key: value for key, value in message.items() if key != "channel"},
            "actions": [{**element, "block_id": block["block_id"], "action_ts": f"{self.now():.6f}"}],
        }  # fmt: skip
        return self.tell(payload, again=again)

    def submit(self, view: Json, said: dict[str, dict[str, Any]]) -> Heard:
        """Submit *view* with *said* (by block id and action id): a text, or an option's value."""
        inputs = {block["block_id"]: block["element"] for block in view["blocks"] if block["type"] == "input"}
        values: Json = {}
        for block_id, element in inputs.items():
            value = said.get(block_id, {}).get(element["action_id"])
            values[block_id] = {element["action_id"]: _state(element, value)}
        shown = {key: value for key, value in view.items() if key != "user"}
        payload = self._payload("view_submission", view["user"]) | {
            "view": shown | {"state": {"values": values}}
        }
        return self.tell(payload)

    def _payload(self, kind: str, user: str) -> Json:
        trigger = f"{self.number()}.trigger"
        self._triggers[trigger] = (user, self.now() + 3)
        return {
            "type": kind, "user": {"id": user, "team_id": "T1"}, "team": {"id": "T1"}, "api_app_id": "A1",
            "trigger_id": trigger,
        }  # fmt: skip

    def tell(self, payload: Json, *, again: bool = False) -> Heard:
        """Send *payload* as Slack does: by socket where somebody listens, else as a signed request."""
        began = time.monotonic()
        if self.sockets:
            answer = self.sockets[-1](payload)
            return Heard(200, json.dumps(answer) if answer else "", time.monotonic() - began)
        body = urllib.parse.urlencode({"payload": json.dumps(payload)}).encode()
        headers = self.signed(body)
        heard = self.post(body, headers)
        return self.post(body, headers) if again else heard

    def signed(self, body: bytes, *, at: float | None = None) -> dict[str, str]:
        """The headers that say it is Slack who sends *body*."""
        stamp = str(int(at if at is not None else self.now()))
        made = hmac.new(self.signing_secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256)
        return {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": f"v0={made.hexdigest()}",
        }

    def post(self, body: bytes, headers: dict[str, str]) -> Heard:
        """Those bytes to where the app hears of clicks."""
        began = time.monotonic()
        request = urllib.request.Request(self.interactive_url, body, headers, method="POST")  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
                return Heard(answer.status, answer.read().decode(), time.monotonic() - began)
        except urllib.error.HTTPError as error:
            with error:
                return Heard(error.code, error.read().decode(), time.monotonic() - began)


def _state(element: Json, value: Any) -> Json:
    if element["type"] == "plain_text_input":
        text = element.get("initial_value") if value is None else value
        return {"type": "plain_text_input", "value": text}
    groups = element.get("option_groups") or [{"options": element.get("options", [])}]
    options = [option for group in groups for option in group["options"]]
    chosen = element.get("initial_option")
    if value is not None:
        chosen = next(option for option in options if option["value"] == value)
    return {"type": "static_select", "selected_option": chosen}
