"""The sandbox's Slack refuses what Slack would, so that who passes here has shown something."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx2
import pytest

from gleaner_sandbox.slack.kit import unescaped, wrong_blocks, wrong_view
from gleaner_sandbox.slack.server import Running, serve_in_thread
from gleaner_sandbox.slack.workspace import Fault, Member, Workspace

ANA = "ana@studio.example"


@pytest.fixture
def running() -> Iterator[Running]:
    with serve_in_thread(Workspace([Member("U1", ANA)])) as one:
        yield one


def call(running: Running, method: str, token: str = "xoxb-sandbox", **asked: Any) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = httpx2.post(f"{running.base_url}{method}", json=asked, headers=headers)
    found: dict[str, Any] = answer.json()
    return found


def text(said: str, kind: str = "plain_text") -> dict[str, str]:
    return {"type": kind, "text": said}


def button(label: str = "Log it", **more: object) -> dict[str, Any]:
    return {"type": "button", "action_id": "a", "text": text(label), "value": "v", **more}


def actions(*elements: object) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


@pytest.mark.parametrize(
    "blocks",
    [
        [{"type": "section", "text": text("x")}] * 51,
        [{"type": "section", "text": text("x" * 3001)}],
        [{"type": "section", "text": text("")}],
        [{"type": "header", "text": text("x" * 151)}],
        [{"type": "header", "text": text("x", "mrkdwn")}],
        [{"type": "section", "block_id": "a", "text": text("x")}] * 2,
        [actions()],
        [actions(*[button(action_id=str(number)) for number in range(26)])],
        [actions(button("x" * 76))],
        [actions(button(value="v" * 2001))],
        [actions(button(url="u" * 3001))],
        [actions(button(style="loud"))],
        [actions(button(), button())],
        [{"type": "context", "elements": []}],
        [{"type": "carousel"}],
        "no list",
    ],
)
def test_blocks_beyond_the_limits_are_refused(running: Running, blocks: Any) -> None:
    assert list(wrong_blocks(blocks if isinstance(blocks, list) else 7)) != []
    if isinstance(blocks, list):
        said = call(running, "chat.postMessage", channel="D1", text="x", blocks=blocks)
        assert said["error"] == "invalid_blocks"
        assert running.space.messages == []


def test_blocks_within_the_limits_are_taken(running: Running) -> None:
    blocks = [{"type": "section", "text": text("x" * 3000)}, actions(button("x" * 75, value="v" * 2000))]
    assert call(running, "chat.postMessage", channel="D1", text="x", blocks=blocks)["ok"]


@pytest.mark.parametrize("said", ["<!channel>", "<https://evil.example|Harvest>", "a & b", "<@U1>"])
def test_what_slack_would_obey_is_found(said: str) -> None:
    assert unescaped([{"type": "section", "text": text(said)}]) != []
    assert unescaped([{"type": "section", "text": text("a &amp; &lt;b&gt;")}]) == []


@pytest.mark.parametrize(
    ("method", "asked", "error"),
    [
        ("users.lookupByEmail", {"email": "nobody@studio.example"}, "users_not_found"),
        ("conversations.open", {"users": "U9"}, "user_not_found"),
        ("chat.postMessage", {"channel": "D9", "text": "x"}, "channel_not_found"),
        ("chat.postMessage", {"channel": "D1"}, "no_text"),
        ("chat.update", {"channel": "D1", "ts": "1", "text": "x"}, "message_not_found"),
        ("views.open", {"trigger_id": "1", "view": {}}, "expired_trigger_id"),
        ("dnd.info", {"user": "U9"}, "user_not_found"),
        ("apps.connections.open", {}, "invalid_auth"),
        ("chat.delete", {}, "unknown_method"),
    ],
)
def test_what_is_not_there_is_said_in_slacks_words(
    running: Running, method: str, asked: dict[str, Any], error: str
) -> None:
    assert call(running, method, **asked) == {"ok": False, "error": error} | (
        {"req_method": method} if error == "unknown_method" else {}
    )


def test_without_the_token_nothing_is_answered(running: Running) -> None:
    assert call(running, "auth.test", token="")["error"] == "not_authed"
    assert call(running, "auth.test", token="xoxb-other")["error"] == "invalid_auth"


def test_who_left_is_not_found_any_more(running: Running) -> None:
    assert call(running, "users.lookupByEmail", email=ANA.upper())["user"]["id"] == "U1"
    running.space.members[0].is_deleted = True
    assert call(running, "users.lookupByEmail", email=ANA)["error"] == "users_not_found"
    assert call(running, "conversations.open", users="U1")["error"] == "user_disabled"


def test_a_trigger_opens_one_window_within_three_seconds(running: Running) -> None:
    now = [1000.0]
    running.space.now = lambda: now[0]
    view = {"type": "modal", "title": text("Change"), "blocks": []}
    assert list(wrong_view(view)) == []
    assert list(wrong_view({**view, "title": text("x" * 25)})) != []
    for later, error in ((2, None), (4, "expired_trigger_id")):
        trigger = running.space._payload("block_actions", "U1")["trigger_id"]
        now[0] += later
        assert call(running, "views.open", trigger_id=trigger, view=view).get("error") == error
        assert call(running, "views.open", trigger_id=trigger, view=view)["error"] == "expired_trigger_id"


def test_faults_come_once_and_in_order(running: Running) -> None:
    running.space.faults += [
        Fault("auth.test", "ratelimited", 429, retry_after=3),
        Fault("auth.test", after=True),
    ]
    headers = {"Authorization": "Bearer xoxb-sandbox"}
    limited = httpx2.post(f"{running.base_url}auth.test", headers=headers)
    assert (limited.status_code, limited.headers["retry-after"]) == (429, "3")
    with pytest.raises(httpx2.TransportError):
        httpx2.post(f"{running.base_url}auth.test", headers=headers)
    assert call(running, "auth.test")["ok"]


def test_the_command_serves_a_workspace_and_sends_on_what_is_clicked(tmp_path: Path) -> None:
    heard: list[tuple[dict[str, Any], str]] = []

    class App(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            heard.append((json.loads(parse_qs(body)["payload"][0]), self.headers["X-Slack-Signature"]))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_said: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), App) as app:
        threading.Thread(target=app.serve_forever, daemon=True).start()
        seed = tmp_path / "seed.json"
        url = f"http://127.0.0.1:{app.server_port}/slack/interactive"
        seed.write_text(json.dumps({"members": [{"id": "U1", "email": ANA}], "interactive_url": url}))
        program = [sys.executable, "-m", "gleaner_sandbox", "slack", str(seed)]
        with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            said = json.loads(process.stdout.readline())
            try:
                headers = {"Authorization": "Bearer xoxb-sandbox"}
                message = {"channel": "D1", "text": "x", "blocks": [actions(button())]}
                httpx2.post(f"{said['base_url']}chat.postMessage", json=message, headers=headers)
                root = said["base_url"].removesuffix("/api/")
                assert [one["text"] for one in httpx2.get(f"{root}/sandbox/messages").json()] == ["x"]
                click = httpx2.post(f"{root}/sandbox/click", json={"button": "Log it"})
                assert click.json()["status"] == 200
                assert httpx2.post(f"{root}/sandbox/click", json={"button": "Nothing"}).status_code == 404
            finally:
                process.terminate()
        app.shutdown()
    ((payload, signature),) = heard
    assert (payload["type"], payload["actions"][0]["value"]) == ("block_actions", "v")
    assert signature.startswith("v0=")


@pytest.mark.parametrize("seed", ["{}", "[]", '{"members": [], "colour": 1}', "no json"])
def test_a_seed_that_is_none_is_said(tmp_path: Path, seed: str) -> None:
    file = tmp_path / "seed.json"
    file.write_text(seed)
    program = [sys.executable, "-m", "gleaner_sandbox", "slack", str(file)]
    done = subprocess.run(program, capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 2
    assert done.stderr.startswith("gleaner-sandbox: ")
    assert "Traceback" not in done.stderr
