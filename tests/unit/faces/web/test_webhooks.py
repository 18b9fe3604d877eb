"""What GitHub sends, over real HTTP: who is heard, and who is not."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection

import pytest
from starlette.applications import Starlette
from tests.unit.faces.web.served import Said, Site, served

from gleaner.app.health import Health
from gleaner.app.meters import Meters
from gleaner.core.secrets import Secret
from gleaner.faces.web.operations import operations
from gleaner.faces.web.webhooks import PATH, github_route
from gleaner_sandbox.forges.webhooks import deliver, signature

SECRET = "a long and random secret"
MOST = 10_000


@dataclass
class Heard:
    """Remembers what it is told, like the store."""

    names: set[str] = field(default_factory=set)
    times: int = 0

    def __call__(self, names: Iterable[str]) -> bool:
        new = set(names)
        if new & self.names:
            return False
        self.names |= new
        self.times += 1
        return True


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def site(heard: Heard) -> Iterator[Site]:
    route = github_route(Secret(SECRET), heard, most_bytes=MOST, patience=0.5)
    with served(app(route)) as running:
        yield running


def app(*routes: object) -> Starlette:
    return operations(lambda: Health(()), Meters(), also=routes)  # type: ignore[arg-type]


def post(site: Site, body: bytes, secret: str = SECRET, **changed: str | None) -> Said:
    """The message as GitHub would send it, but for what is *changed*; None leaves a header out."""
    headers: dict[str, str | None] = {
        "X-GitHub-Event": "push",
        "X-GitHub-Delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
        "X-Hub-Signature-256": signature(secret, body),
    }
    headers |= {name.replace("_", "-"): value for name, value in changed.items()}
    connection = HTTPConnection("127.0.0.1", site.port, timeout=10)
    try:
        connection.request(
            "POST", PATH, body, {name: text for name, text in headers.items() if text is not None}
        )
        answer = connection.getresponse()
        return Said(answer.status, {}, answer.read().decode())
    finally:
        connection.close()


@pytest.mark.parametrize("event", ["push", "pull_request", "pull_request_review", "issue_comment"])
def test_a_signed_message_about_work_is_heard(site: Site, heard: Heard, event: str) -> None:
    assert deliver(f"http://127.0.0.1:{site.port}{PATH}", SECRET, event, {"ref": "refs/heads/main"}) == 202
    assert heard.times == 1


def test_what_people_do_not_do_is_answered_and_forgotten(site: Site, heard: Heard) -> None:
    for event in ("ping", "star", "unheard-of"):
        assert deliver(f"http://127.0.0.1:{site.port}{PATH}", SECRET, event, {}) == 202
    assert heard.times == 0


@pytest.mark.parametrize(
    "wrong",
    [None, "", "sha256=", "sha1=abc", "sha256=" + "0" * 64, "sha256=" + "é" * 64],
    ids=["none", "empty", "nothing", "old kind", "zeros", "letters"],
)
def test_a_message_without_our_signature_is_not_heard(site: Site, heard: Heard, wrong: str | None) -> None:
    said = post(site, b"{}", X_Hub_Signature_256=wrong)
    assert said.status == 401
    assert SECRET not in said.text
    assert heard.times == 0


def test_a_signature_of_another_secret_or_another_body_is_not_ours(site: Site, heard: Heard) -> None:
    assert post(site, b"{}", secret="some other random secret").status == 401
    assert post(site, b"{ }", X_Hub_Signature_256=signature(SECRET, b"{}")).status == 401
    assert heard.times == 0


def test_a_message_that_came_before_is_refused(site: Site, heard: Heard) -> None:
    assert post(site, b"{}").status == 202
    assert post(site, b"{}").status == 409
    assert post(site, b"{}", X_GitHub_Delivery="another-number").status == 409
    assert heard.times == 1


def test_a_message_that_says_not_what_it_is_is_refused(site: Site, heard: Heard) -> None:
    for changed in ({"X_GitHub_Event": None}, {"X_GitHub_Delivery": None}, {"X_GitHub_Delivery": "x" * 65}):
        assert post(site, b"{}", **changed).status == 400
    assert heard.times == 0


def test_what_it_says_is_not_read(site: Site, heard: Heard) -> None:
    """Signed nonsense leads to the same look as everything else: what happened is asked of GitHub."""
    assert post(site, b"\xff\x00 no JSON").status == 202
    assert heard.times == 1


def test_a_huge_message_is_refused_before_and_while_it_is_read(site: Site, heard: Heard) -> None:
    assert post(site, b"x" * (MOST + 1)).status == 413
    with socket.create_connection(("127.0.0.1", site.port), timeout=10) as line:
        line.sendall(
            f"POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
        )
        line.sendall(b"2000\r\n" + b"x" * 0x2000 + b"\r\n" + b"2000\r\n" + b"x" * 0x2000 + b"\r\n")
        assert line.recv(100).startswith(b"HTTP/1.1 413")
    assert heard.times == 0


def test_a_message_that_drips_is_not_waited_for(site: Site, heard: Heard) -> None:
    with socket.create_connection(("127.0.0.1", site.port), timeout=10) as line:
        line.sendall(f"POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n{{".encode())
        assert line.recv(100).startswith(b"HTTP/1.1 408")
    assert heard.times == 0


def test_only_messages_are_taken(site: Site) -> None:
    said = site.ask(PATH)
    assert (said.status, said.headers["allow"]) == (405, "POST")
    assert site.ask("/healthz", "POST").headers["allow"] == "GET, HEAD"


def test_by_a_name_that_is_not_this_machines_nothing_is_heard(site: Site, heard: Heard) -> None:
    assert post(site, b"{}", Host="rebound.example").status == 421
    assert heard.times == 0


def test_without_a_secret_there_is_no_such_address() -> None:
    with served(app()) as site:
        assert post(site, b"{}").status == 404


def test_the_body_may_be_as_large_as_allowed(site: Site) -> None:
    body = json.dumps({"x": "y" * (MOST - 10)}).encode()
    assert len(body) <= MOST
    assert post(site, body).status == 202
