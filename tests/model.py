"""A language model of ours over HTTP: OpenAI's way of talking and Anthropic's, and a record of all it is sent."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "sk-test-ohsosecret-123456"
Says = Callable[[dict[str, Any]], dict[str, Any]]
"""Of a request's body the answer: ``{"text": …}``, ``{"tool": name, "said": {…}}`` or ``{"status": 500}``."""


@dataclass
class Model:
    """The model at *url*; what it *says* may be changed at any time."""

    url: str
    says: Says
    bodies: list[str] = field(default_factory=list)
    """Each request as it came."""
    keys: list[str] = field(default_factory=list)

    @property
    def told(self) -> str:
        """All it ever heard."""
        return "\n".join(json.dumps(json.loads(body), ensure_ascii=False) for body in self.bodies)

    @property
    def prompts(self) -> list[dict[str, Any]]:
        """The documents it was asked about."""
        said = [one for body in self.bodies for one in questions(json.loads(body))]
        return [json.loads(one) for one in said if one.startswith("{")]


def questions(body: dict[str, Any]) -> list[str]:
    """What it is asked in that request, without what the tools said."""
    found: list[str] = []
    for turn in body["messages"]:
        if turn["role"] == "user":
            content = turn["content"]
            parts = [{"type": "text", "text": content}] if isinstance(content, str) else content
            found += [one["text"] for one in parts if one["type"] == "text"]
    return found


def chooses(choice: str, why: str = "it sounds like it") -> Says:
    """A model that always gives that answer."""
    return lambda body: {"tool": tools(body)[0], "said": {"choice": choice, "why": why}}


def tools(body: dict[str, Any]) -> list[str]:
    """What it may call."""
    return [one.get("function", one)["name"] for one in body.get("tools", [])]


@contextmanager
def serving(says: Says) -> Iterator[Model]:
    """It answers until the block ends."""
    model = Model("", says)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            model.bodies.append(body)
            model.keys.append(
                self.headers.get("x-api-key") or self.headers.get("Authorization", "").removeprefix("Bearer ")
            )
            answer = model.says(json.loads(body))
            made = _anthropic(answer) if self.path.endswith("/messages") else _openai(answer)
            text = json.dumps(made).encode()
            self.send_response(answer.get("status", 200))
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    model.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield model
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _openai(answer: dict[str, Any]) -> dict[str, Any]:
    if "status" in answer:
        return {"error": {"message": "no", "type": "x", "code": None, "param": None}}
    message: dict[str, Any] = {"role": "assistant", "content": answer.get("text")}
    if "tool" in answer:
        call = {"name": answer["tool"], "arguments": json.dumps(answer["said"])}
        message["tool_calls"] = [{"id": "call_1", "type": "function", "function": call}]
    return {
        "id": "c1", "object": "chat.completion", "created": 1773162000, "model": "small",
        "choices": [{"index": 0, "finish_reason": "tool_calls" if "tool" in answer else "stop", "message": message}],
        "usage": {"prompt_tokens": 90, "completion_tokens": 10, "total_tokens": 100},
    }  # fmt: skip


def _anthropic(answer: dict[str, Any]) -> dict[str, Any]:
    if "status" in answer:
        return {"type": "error", "error": {"type": "api_error", "message": "no"}}
    content: list[dict[str, Any]] = [{"type": "text", "text": answer.get("text") or "ok"}]
    if "tool" in answer:
        content = [{"type": "tool_use", "id": "toolu_1", "name": answer["tool"], "input": answer["said"]}]
    return {
        "id": "m1", "type": "message", "role": "assistant", "model": "small", "content": content,
        "stop_reason": "tool_use" if "tool" in answer else "end_turn", "stop_sequence": None,
        "usage": {"input_tokens": 90, "output_tokens": 10},
    }  # fmt: skip
