"""What changes something comes from our own pages only, and nobody sends more than we want to read; over real HTTP."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from http.client import HTTPConnection

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from tests.unit.faces.web.served import Said, Site, served

from gleaner.faces.web.guard import BodyLimit, OwnForms

FORM, FILES = 1000, 5000


async def count(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"{len(await request.body())}")


async def early(_request: Request) -> PlainTextResponse:
    """Answers without reading what was sent."""
    return PlainTextResponse("early")


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
    app = Starlette(
        routes=[
            Route("/early", early, methods=methods),
            Route("/{rest:path}", count, methods=methods),
        ],
        middleware=[
            Middleware(OwnForms, names=["gleaner.example"], apart=("/webhooks/",)),
            Middleware(BodyLimit, form=FORM, files=FILES, programs=("/api/",), apart=("/webhooks/",)),
        ],
    )
    with served(app) as at:
        yield at


def send(site: Site, path: str, body: bytes, headers: Mapping[str, str], method: str = "POST") -> Said:
    connection = HTTPConnection("127.0.0.1", site.port, timeout=10)
    try:
        connection.request(method, path, body, dict(headers))
        answer = connection.getresponse()
        return Said(answer.status, dict(answer.getheaders()), answer.read().decode())
    finally:
        connection.close()


OURS = {"Sec-Fetch-Site": "same-origin"}
REFUSED: dict[str, dict[str, str]] = {
    "another site": {"Sec-Fetch-Site": "cross-site"},
    "another name of this site": {"Sec-Fetch-Site": "same-site"},
    "another site that claims to be us": {"Sec-Fetch-Site": "cross-site", "Origin": "http://{host}"},
    "nonsense": {"Sec-Fetch-Site": "SAME-ORIGIN, none"},
    "a program that says nothing": {},
    "an origin that is hidden": {"Origin": "null"},
    "another origin": {"Origin": "https://evil.example"},
    "our name in another": {"Origin": "http://{host}.evil.example"},
    "our name as a user": {"Origin": "http://{host}@evil.example"},
    "our name at another port": {"Origin": "http://127.0.0.1:1"},
    "our public name in the clear": {"Origin": "http://gleaner.example"},
    "another scheme": {"Origin": "file://{host}"},
    "no address": {"Origin": "http://[evil"},
    "a token beside a cookie": {"Authorization": "Bearer x", "Cookie": "gleaner=y"},
    "another kind of token": {"Authorization": "Basic eDp5"},
}


@pytest.mark.parametrize("headers", REFUSED.values(), ids=REFUSED.keys())
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_what_does_not_come_from_our_pages_changes_nothing(
    site: Site, method: str, headers: dict[str, str]
) -> None:
    filled = {name: value.replace("{host}", f"127.0.0.1:{site.port}") for name, value in headers.items()}
    said = send(site, "/day", b"", filled, method)
    assert (said.status, "nothing was done" in said.text) == (403, True)


FINE: dict[str, dict[str, str]] = {
    "a button of ours": OURS,
    "what somebody typed": {"Sec-Fetch-Site": "none"},
    "an older browser": {"Origin": "http://{host}"},
    "an older browser behind a proxy": {"Origin": "https://gleaner.example"},
    "a program with a token": {"Authorization": "Bearer x"},
}


@pytest.mark.parametrize("headers", FINE.values(), ids=FINE.keys())
def test_our_own_pages_and_programs_with_a_token_get_through(site: Site, headers: dict[str, str]) -> None:
    filled = {name: value.replace("{host}", f"127.0.0.1:{site.port}") for name, value in headers.items()}
    assert send(site, "/day", b"abc", filled).text == "3"


def test_looking_is_free_and_what_has_a_protection_of_its_own_keeps_it(site: Site) -> None:
    assert send(site, "/day", b"", {"Sec-Fetch-Site": "cross-site"}, "GET").status == 200
    assert send(site, "/webhooks/github", b"x" * (FILES + 1), {}).text == str(FILES + 1)
    assert send(site, "/webhooksy", b"", {}).status == 403


def test_two_origins_or_two_hosts_are_none(site: Site) -> None:
    origin = f"http://127.0.0.1:{site.port}"
    assert site.ask("/day", "POST", hosts=[f"127.0.0.1:{site.port}"], Origin=origin).status == 200
    said = site.ask("/day", "POST", Origin=origin, origin="https://evil.example")
    assert said.status == 403


@pytest.mark.parametrize(("size", "status"), [(FILES, 200), (FILES + 1, 413)])
def test_a_program_sends_a_file_inside_of_json(site: Site, size: int, status: int) -> None:
    said = {"Authorization": "Bearer glnr_x", "Content-Type": "application/json"}
    assert send(site, "/api/v1/expenses", b"x" * size, said).status == status
    assert send(site, "/api/v1/expenses", b"x" * (FORM + 1), {**said, "Content-Type": PLAIN}).status == 413


FILES_SENT = "multipart/form-data; boundary=x"
PLAIN = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("kind", "size", "status"),
    [
        (PLAIN, FORM, 200),
        (PLAIN, FORM + 1, 413),
        ("application/json", FORM + 1, 413),
        ("", FORM + 1, 413),
        (FILES_SENT, FILES, 200),
        (FILES_SENT, FILES + 1, 413),
    ],
)
@pytest.mark.parametrize("is_announced", [True, False])
def test_more_than_we_read_is_refused_whether_or_not_it_is_announced(
    site: Site, kind: str, size: int, status: int, *, is_announced: bool
) -> None:
    body = b"x" * size
    if is_announced:
        assert send(site, "/day", body, {**OURS, "Content-Type": kind}).status == status
        return
    head = (
        f"POST /day HTTP/1.1\r\nHost: 127.0.0.1\r\nSec-Fetch-Site: same-origin\r\nContent-Type: {kind}\r\n"
        "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    ).encode()
    with socket.create_connection(("127.0.0.1", site.port), timeout=10) as raw:
        raw.sendall(head)
        for start in range(0, size, 400):
            part = body[start : start + 400]
            raw.sendall(f"{len(part):x}\r\n".encode() + part + b"\r\n")
        raw.sendall(b"0\r\n\r\n")
        answer = b""
        while chunk := raw.recv(4096):
            answer += chunk
    assert answer.startswith(f"HTTP/1.1 {status}".encode()), answer


def test_a_page_that_does_not_read_what_was_sent_answers_all_the_same(site: Site) -> None:
    assert send(site, "/early", b"x" * FORM, OURS).text == "early"
