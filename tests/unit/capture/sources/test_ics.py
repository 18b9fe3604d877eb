"""A calendar's address: fetched when it changed, never shown, never trusted to be empty."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tests.unit.capture.build import at, vcalendar, vevent

from gleaner.capture.download import web_address
from gleaner.capture.source import MemoryCache, sources
from gleaner.capture.sources.ics import Ics
from gleaner.core.errors import ConfigError, Suspicious, Unavailable
from gleaner.core.time import Span

WINDOW = Span(at("2026-07-01 00:00"), at("2026-08-01 00:00"))
TALK = vevent("DTSTART:20260714T080000Z\nDTEND:20260714T090000Z\nSUMMARY:Talk")
SECRET = "s3cr3t-token"


@dataclass
class Server:
    """A calendar server on loopback that knows ETags."""

    body: bytes = vcalendar(TALK).encode()
    etag: str = '"v1"'
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    url: str = ""

    def handler(server) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - ``self`` is the request's
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.asked.append({name.lower(): value for name, value in self.headers.items()})
                is_same = server.etag and self.headers.get("If-None-Match") == server.etag
                self.send_response(304 if is_same and server.status == 200 else server.status)
                if server.etag:
                    self.send_header("ETag", server.etag)
                    self.send_header("Last-Modified", "Tue, 14 Jul 2026 10:00:00 GMT")
                for name, value in server.headers.items():
                    self.send_header(name, value)
                body = b"" if is_same else server.body
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
                pass

        return Handler


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    http = ThreadingHTTPServer(("127.0.0.1", 0), made.handler())
    made.url = f"http://127.0.0.1:{http.server_port}/{SECRET}/basic.ics"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    http.shutdown()
    thread.join()
    http.server_close()


def calendar(server: Server, *, allow_empty: bool = False) -> Ics:
    return Ics("ana@lark.example", url=server.url, zone="Europe/Berlin", timeout=5, allow_empty=allow_empty)


def test_an_unchanged_feed_is_not_sent_again(server: Server) -> None:
    cache = MemoryCache()
    first = calendar(server).observe(WINDOW, cache)
    second = calendar(server).observe(WINDOW, cache)
    assert [first.is_unchanged, second.is_unchanged] == [False, True]
    assert first.events == second.events != ()


def test_an_unchanged_feed_is_not_read_again_either(server: Server) -> None:
    """What was found is put into the cache once, however the server wraps its lines."""

    class Watched(MemoryCache):
        def put(self, key: str, value: bytes) -> None:
            written.append(key.rpartition("/")[2])
            super().put(key, value)

    written: list[str] = []
    server.body = vcalendar(TALK.replace("SUMMARY:", "SUMMARY:A long\n  ")).encode()
    cache = Watched()
    for _ in range(3):
        assert [event.title for event in calendar(server).observe(WINDOW, cache).events] == ["A long Talk"]
    assert written.count("found") == 1
    assert "if-none-match" not in server.asked[0]
    assert server.asked[1]["if-none-match"] == '"v1"'
    assert server.asked[1]["if-modified-since"] == "Tue, 14 Jul 2026 10:00:00 GMT"


def test_private_text_is_not_kept_on_disk(server: Server) -> None:
    event = "DTSTART:20260714T080000Z\nDTEND:20260714T090000Z\nSUMMARY:Oncologist\nCLASS:PRIVATE"
    server.body = vcalendar(vevent(event)).encode()
    cache = MemoryCache()
    first = calendar(server).observe(WINDOW, cache)
    assert b"Oncologist" not in b"".join(cache.kept.values())
    assert calendar(server).observe(WINDOW, cache).events == first.events != ()


def test_a_changed_feed_is_read_anew(server: Server) -> None:
    cache = MemoryCache()
    calendar(server).observe(WINDOW, cache)
    server.body, server.etag = vcalendar(TALK.replace("Talk", "Walk")).encode(), '"v2"'
    assert [event.title for event in calendar(server).observe(WINDOW, cache).events] == ["Walk"]


def test_a_copy_that_is_not_whole_is_fetched_again(server: Server) -> None:
    """A run that ended while it kept the copy must not leave half of it in use."""
    cache = MemoryCache()
    calendar(server).observe(WINDOW, cache)
    body = next(key for key in cache.kept if key.endswith("/body"))
    cache.kept[body] = cache.kept[body][:50]
    assert len(calendar(server).observe(WINDOW, cache).events) == 1
    assert "if-none-match" not in server.asked[1]


def test_a_second_day_in_one_process_parses_nothing_twice(server: Server) -> None:
    source, cache = calendar(server), MemoryCache()
    source.observe(WINDOW, cache)
    before = source._feed
    source.observe(Span(at("2026-07-14 00:00"), at("2026-07-15 00:00")), cache)
    assert source._feed is before


@pytest.mark.parametrize(
    ("status", "error", "said"),
    [
        (401, ConfigError, "secret iCal address"),
        (404, ConfigError, "copy the secret iCal address again"),
        (410, ConfigError, "copy the secret iCal address again"),
        (418, ConfigError, "answered 418"),
        (429, Unavailable, "the next run tries again"),
        (503, Unavailable, "the next run tries again"),
    ],
)
def test_answers_that_are_no_calendar(server: Server, status: int, error: type[Exception], said: str) -> None:
    server.status = status
    with pytest.raises(error, match=said) as raised:
        calendar(server).observe(WINDOW, MemoryCache())
    assert SECRET not in str(raised.value)
    assert raised.value.__cause__ is None


def test_a_server_may_say_when_to_come_back(server: Server) -> None:
    server.status, server.headers = 503, {"Retry-After": "120"}
    with pytest.raises(Unavailable) as raised:
        calendar(server).observe(WINDOW, MemoryCache())
    assert raised.value.retry_after == 120


def test_a_login_page_is_named_without_the_address(server: Server) -> None:
    server.body = b"<!DOCTYPE html><html>Sign in</html>"
    with pytest.raises(ConfigError, match=r"the calendar at 127\.0\.0\.1 is a web page") as raised:
        calendar(server).observe(WINDOW, MemoryCache())
    assert SECRET not in str(raised.value)


def test_a_download_that_was_cut_off_is_tried_again(server: Server) -> None:
    server.body = server.body[:-40]
    with pytest.raises(Unavailable, match="ends in the middle"):
        calendar(server).observe(WINDOW, MemoryCache())


def test_nobody_answers() -> None:
    source = Ics("ana@lark.example", url=f"http://127.0.0.1:9/{SECRET}", timeout=2)
    with pytest.raises(Unavailable, match="cannot be reached") as raised:
        source.observe(WINDOW, MemoryCache())
    assert SECRET not in str(raised.value)


def full(count: int) -> bytes:
    return vcalendar(*(TALK.replace("one@", f"{number}@") for number in range(count))).encode()


def test_a_calendar_that_lost_all_its_events_is_refused(server: Server) -> None:
    cache = MemoryCache()
    server.body = full(5)
    calendar(server).observe(WINDOW, cache)
    server.body, server.etag = full(0), '"v2"'
    for _ in range(2):
        with pytest.raises(Suspicious, match="had 5 events and now has none"):
            calendar(server).observe(WINDOW, cache)
    assert calendar(server, allow_empty=True).observe(WINDOW, cache).events == ()
    assert calendar(server).observe(WINDOW, cache).events == ()


def test_a_small_calendar_may_become_empty(server: Server) -> None:
    cache = MemoryCache()
    server.body = full(4)
    calendar(server).observe(WINDOW, cache)
    server.body, server.etag = full(0), '"v2"'
    assert calendar(server).observe(WINDOW, cache).events == ()


def test_an_empty_file_of_a_full_calendar_is_refused(tmp_path: Path) -> None:
    cache, path = MemoryCache(), tmp_path / "ana.ics"
    path.write_bytes(full(5))
    source = Ics("ana@lark.example", path=str(path))
    source.observe(WINDOW, cache)
    path.write_bytes(full(0))
    with pytest.raises(Suspicious):
        source.observe(WINDOW, cache)


def test_webcal_is_a_web_address() -> None:
    assert web_address("webcal://cal.example/a.ics") == "https://cal.example/a.ics"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "exactly one"),
        ({"path": "a.ics", "url": "https://cal.example/a.ics"}, "exactly one"),
        ({"url": "file:///etc/passwd"}, "starts with https"),
        ({"url": "cal.example/a.ics"}, "starts with https"),
        ({"path": "a.ics", "zone": "Europe/Atlantis"}, "no time zone"),
    ],
)
def test_a_wrong_configuration_says_what_is_right(options: dict[str, str], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        sources.get("ics")("ana@lark.example", **options)


def test_the_owner_is_a_mail_address() -> None:
    with pytest.raises(ConfigError, match="mail address"):
        Ics("Ana", path="a.ics")
