"""Each channel with what it leads to: a terminal, a mail server, a Slack, a web service; all of them here."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tests.mail import FULL, NOBODY, mail_server

from gleaner.core.catalog import UserId
from gleaner.core.messages import Recipient
from gleaner.core.secrets import Secret
from gleaner.notify.channel import Channel
from gleaner.notify.channels.apprise import Apprise
from gleaner.notify.channels.console import Console
from gleaner.notify.channels.email import Email
from gleaner.notify.channels.slack import Slack
from gleaner.notify.links import SignedLinks
from gleaner_sandbox.slack.kit import texts, unescaped
from gleaner_sandbox.slack.server import serve_in_thread
from gleaner_sandbox.slack.workspace import Fault, Member, Workspace

NOW = datetime(2026, 3, 10, 17, tzinfo=UTC)
LINKS = SignedLinks("https://gleaner.example", lambda: Secret("k" * 64), lambda: NOW)
ANA = Recipient(UserId(3), "Ana Person", "ana@studio.example")
_SIGNS = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}


@dataclass
class Room:
    """A channel, and what can be seen of it from the other side."""

    channel: Channel
    arrived: Callable[[], list[str]]
    """Everything that a person can read of each message."""
    stamps: bool
    """Whether what was sent can be changed."""
    once: bool
    """Whether the same message, sent again, is the same one there, and not a second."""
    refused: Recipient | None = None
    """Somebody it cannot reach."""
    break_it: Callable[[], None] | None = None
    """From now on what it leads to has trouble, which passes."""


@contextmanager
def console(_folder: Path, patch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Room]:
    printed: list[str] = []

    def arrived() -> list[str]:
        printed.append(capsys.readouterr().err)
        return "".join(printed).split("To: ")[1:]

    def break_it() -> None:
        gone = io.StringIO()
        gone.close()
        patch.setattr("sys.stderr", gone)

    yield Room(Console(links=LINKS), arrived, stamps=False, once=False, break_it=break_it)


@contextmanager
def email(folder: Path, _patch: pytest.MonkeyPatch, _capsys: pytest.CaptureFixture[str]) -> Iterator[Room]:
    with mail_server(folder) as server:

        def arrived() -> list[str]:
            bodies = ((mail, mail.get_body(["plain"])) for mail in server.got)
            return [f"{mail['Subject']}\n{body.get_content()}" for mail, body in bodies if body is not None]

        def break_it() -> None:
            server.handler.refuses = "451 4.3.0 later"

        channel = Email(
            "127.0.0.1",
            "gleaner@studio.example",
            port=server.port,
            security="none",
            links=LINKS,
            now=lambda: NOW,
        )
        nobody = Recipient(UserId(9), "Nobody", NOBODY)
        yield Room(channel, arrived, stamps=False, once=False, refused=nobody, break_it=break_it)
        assert FULL not in str(server.got)


@contextmanager
def slack(_folder: Path, patch: pytest.MonkeyPatch, _capsys: pytest.CaptureFixture[str]) -> Iterator[Room]:
    patch.setenv("GLEANER_SLACK__TOKEN", "xoxb-sandbox")
    space = Workspace([Member("U1", ANA.address), Member("U9", NOBODY, is_deleted=True)])
    with serve_in_thread(space) as running:

        def arrived() -> list[str]:
            assert [unescaped(one["blocks"]) for one in space.messages] == [[]] * len(space.messages)
            found = ["\n".join(texts(one["blocks"])) for one in space.messages]
            for sign, letter in _SIGNS.items():
                found = [one.replace(sign, letter) for one in found]
            return found

        def break_it() -> None:
            space.faults += [Fault("chat.postMessage", "ratelimited", 429, retry_after=7)] * 2

        channel = Slack(base_url=running.base_url, links=LINKS, now=lambda: NOW)
        left = Recipient(UserId(9), "Left", NOBODY)
        yield Room(channel, arrived, stamps=True, once=True, refused=left, break_it=break_it)


@contextmanager
def apprise(_folder: Path, patch: pytest.MonkeyPatch, _capsys: pytest.CaptureFixture[str]) -> Iterator[Room]:
    got: list[str] = []
    status = [200]

    class Service(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            answer = 404 if self.path.endswith("/nobody") else status[0]
            if answer == 200:
                got.append(f"{said['title']}\n{said['message']}")
            self.send_response(answer)
            self.end_headers()

        def log_message(self, *_said: object) -> None:
            return

    with ExitStack() as stack:
        server = stack.enter_context(ThreadingHTTPServer(("127.0.0.1", 0), Service))
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        stack.callback(thread.join, 5)
        stack.callback(server.shutdown)
        patch.setenv(
            "GLEANER_APPRISE__URL", f"json://user:hush-hush@127.0.0.1:{server.server_port}/{{local}}"
        )
        nobody = Recipient(UserId(9), "Nobody", NOBODY)
        yield Room(
            Apprise(links=LINKS), lambda: got, stamps=False, once=False, refused=nobody,
            break_it=lambda: status.__setitem__(0, 503),
        )  # fmt: skip


ROOMS = {"console": console, "email": email, "slack": slack, "apprise": apprise}
