"""CalDAV against Radicale: the same happenings as every other calendar, and what a server of one's own is good for."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx2
import pytest
from tests.conformance.calendars.conftest import IcsFile
from tests.conformance.calendars.radicale import PASSWORD, USER, Radicale
from tests.conformance.calendars.test_same_days import (  # noqa: F401  (held against our own ``kept`` too)
    met,
    plain,
    seen,
    test_a_calendar_that_lost_everything_is_refused_and_nothing_is_lost,
    test_moments_are_in_utc,
    test_private_text_is_nowhere,
    test_rooms_are_nobody_and_the_organizer_takes_part,
    test_the_next_look_shows_what_changed_and_nothing_else,
    test_what_the_two_weeks_come_to,
    titles,
)
from tests.conformance.calendars.week import ANA, BERLIN, HAPPENINGS, Happening, as_ics
from tests.unit.capture.build import vcalendar, vevent

from gleaner.capture.observed import Observed
from gleaner.capture.source import MemoryCache, Source, sources
from gleaner.core.errors import ConfigError, Suspicious, Unavailable
from gleaner.core.time import Span

VARIABLE = "GLEANER_CALDAV__PASSWORD"
WINDOW = Span(datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 8, 1, tzinfo=UTC))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Radicale]:
    made = Radicale(tmp_path_factory.mktemp("radicale"))
    made.start()
    yield made
    made.stop()


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, PASSWORD)


@pytest.fixture
def work(server: Radicale, request: pytest.FixtureRequest) -> Calendar:
    """A new calendar, empty."""
    name = re.sub(r"\W", "", request.node.name)[:40] + str(len(server.written))
    return Calendar(server, name, server.calendar(name, f"Work {len(server.written)}"))


@dataclass
class Calendar:
    server: Radicale
    name: str
    url: str
    source: Source = field(init=False)

    def __post_init__(self) -> None:
        self.source = self.read_by()

    def read_by(self, **more: Any) -> Source:
        options = {"url": self.url, "user": USER, "person": ANA, "name": "mine", "zone": BERLIN, **more}
        return sources.get("caldav")(**options)

    def write(self, happenings: tuple[Happening, ...]) -> None:
        # With an @ and a space, which servers and libraries write in more than one way.
        self.server.hold(
            self.name, {re.sub(r"\W+", " ", one.uid) + "@lark.ics": as_ics((one,)) for one in happenings}
        )

    def meet(self, uid: str, start: str = "20260714T080000Z", *lines: str, title: str = "") -> None:
        text = "\n".join((f"DTSTART:{start}", "DURATION:PT1H", f"SUMMARY:{title or uid}", *lines))
        self.server.put(self.name, f"{uid}.ics", vcalendar(vevent(text, uid)))


@pytest.fixture
def kept(work: Calendar) -> Calendar:
    work.write(HAPPENINGS)
    return work


def look(source: Source, cache: MemoryCache | None = None) -> Observed:
    return source.observe(WINDOW, cache if cache is not None else MemoryCache())


def times(found: Observed) -> list[str]:
    return [f"{event.title} {event.span.start:%d %H:%M}" for event in found.events]


def test_it_shows_the_same_events_as_a_file(kept: Calendar, ics: IcsFile) -> None:
    one, other = seen(ics), seen(kept)
    assert one.problems == other.problems == ()
    assert [plain(event) for event in one.events] == [plain(event) for event in other.events]


# --- what changed --------------------------------------------------------------------------------------------


def test_added_changed_moved_and_deleted_events_are_seen_at_the_next_look(work: Calendar) -> None:
    cache = MemoryCache()
    for uid in ("stays", "moves", "goes"):
        work.meet(uid)
    assert times(look(work.source, cache)) == ["goes 14 08:00", "moves 14 08:00", "stays 14 08:00"]
    work.meet("moves", "20260715T100000Z")
    work.meet("new", "20260713T100000Z")
    work.meet("stays", title="Renamed")
    work.server.delete(work.name, "goes.ics")
    assert times(look(work.source, cache)) == ["new 13 10:00", "Renamed 14 08:00", "moves 15 10:00"]


def test_an_unchanged_calendar_says_so_in_another_process_too(work: Calendar) -> None:
    cache = MemoryCache()
    work.meet("one")
    assert not look(work.source, cache).is_unchanged
    again = look(work.read_by(), cache)
    assert again.is_unchanged
    assert times(again) == ["one 14 08:00"]


def test_only_what_changed_is_asked_for(work: Calendar, between: Between) -> None:
    cache = MemoryCache()
    for number in range(3):
        work.meet(f"one{number}")
    source = work.read_by(url=between.instead_of(work.url))
    look(source, cache)
    assert between.asked_for == 3
    work.meet("one1", title="Changed")
    between.asked_for = 0
    assert "Changed 14 08:00" in times(look(source, cache))
    assert between.asked_for == 1


def test_a_server_that_forgot_the_token_is_read_whole(work: Calendar) -> None:
    cache = MemoryCache()
    for uid in ("stays", "goes"):
        work.meet(uid)
    look(work.source, cache)
    work.server.delete(work.name, "goes.ics")
    work.server.forget_tokens()
    assert times(look(work.source, cache)) == ["stays 14 08:00"]


def test_a_server_without_tokens_is_read_whole_each_time(work: Calendar, between: Between) -> None:
    between.has_tokens = False
    cache = MemoryCache()
    for uid in ("stays", "goes"):
        work.meet(uid)
    source = work.read_by(url=between.instead_of(work.url))
    assert times(look(source, cache)) == ["goes 14 08:00", "stays 14 08:00"]
    work.server.delete(work.name, "goes.ics")
    assert times(look(source, cache)) == ["stays 14 08:00"]


def test_a_server_that_was_away_goes_on_where_it_was(tmp_path: Path) -> None:
    server, cache = Radicale(tmp_path), MemoryCache()
    server.start()
    try:
        work = Calendar(server, "work", server.calendar("work"))
        work.meet("one")
        look(work.source, cache)
        server.stop()
        with pytest.raises(Unavailable, match=r"127\.0\.0\.1 cannot be reached .* the next run tries again"):
            look(work.source, cache)
        server.start()
        work.meet("two", "20260715T080000Z")
        assert times(look(work.source, cache)) == ["one 14 08:00", "two 15 08:00"]
    finally:
        server.stop()


def test_a_calendar_that_lost_its_events_is_read_when_told_that_this_is_right(work: Calendar) -> None:
    cache = MemoryCache()
    for number in range(6):
        work.meet(f"one{number}")
    look(work.source, cache)
    work.server.hold(work.name, {})
    for _ in range(2):
        with pytest.raises(Suspicious):
            look(work.source, cache)
    assert look(work.read_by(allow_empty=True), cache).events == ()
    assert look(work.source, cache).events == ()


# --- several calendars ---------------------------------------------------------------------------------------


def test_several_calendars_by_name_and_by_address(work: Calendar, server: Radicale) -> None:
    other = Calendar(server, f"{work.name}x", server.calendar(f"{work.name}x", f"Other {work.name}"))
    work.meet("one")
    other.meet("two", "20260715T080000Z")
    source = work.read_by(url=server.url, calendars=(work.url, f"Other {work.name}"))
    assert times(look(source)) == ["one 14 08:00", "two 15 08:00"]


def test_a_calendar_that_is_not_there_is_named_and_the_others_are_read(
    work: Calendar, server: Radicale
) -> None:
    work.meet("one")
    source = work.read_by(url=server.url, calendars=(work.url, "Nope", f"{server.url}{USER}/gone/"))
    found = look(source)
    assert times(found) == ["one 14 08:00"]
    assert not found.is_complete
    by_name, by_address = (problem.text for problem in found.problems)
    assert by_name.startswith('127.0.0.1 has no calendar "Nope" for ana. There are: ')
    assert "Work" in by_name
    assert by_address == (
        '127.0.0.1 does not know the calendar "gone"; copy its address from the calendar\'s settings'
    )


def test_of_two_calendars_with_one_name_the_address_is_wanted(work: Calendar, server: Radicale) -> None:
    for number in range(2):
        server.calendar(f"{work.name}{number}", "Twins")
    with pytest.raises(ConfigError, match='has 2 calendars called "Twins"; name the address'):
        look(work.read_by(url=server.url, calendars=("Twins",)))


def test_two_zones_of_one_name_are_two_zones(work: Calendar) -> None:
    """Each object brings its own definition; both call it "Office"."""
    for uid, offset in (("east", "+0900"), ("west", "-0500")):
        zone = (
            "BEGIN:VTIMEZONE\nTZID:Office\nBEGIN:STANDARD\nDTSTART:19700101T000000\n"
            f"TZOFFSETFROM:{offset}\nTZOFFSETTO:{offset}\nEND:STANDARD\nEND:VTIMEZONE"
        )
        meant = f"DTSTART;TZID=Office:20260714T120000\nDURATION:PT1H\nSUMMARY:{uid}"
        work.server.put(work.name, f"{uid}.ics", vcalendar(zone, vevent(meant, uid)))
    assert times(look(work.source)) == ["east 14 03:00", "west 14 17:00"]


def test_tasks_are_no_events(work: Calendar) -> None:
    todo = vevent("SUMMARY:Buy milk", "todo").replace("VEVENT", "VTODO")
    work.server.put(work.name, "todo.ics", vcalendar(todo))
    cache = MemoryCache()
    assert look(work.source, cache) == Observed()
    assert b"milk" not in b"".join(cache.kept.values())


# --- what goes wrong -----------------------------------------------------------------------------------------


def test_a_wrong_password_is_said_in_one_sentence(work: Calendar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTHER", "not it")
    with pytest.raises(ConfigError) as raised:
        look(work.read_by(password_variable="OTHER"))
    assert str(raised.value) == (
        "127.0.0.1 does not let ana in; put the right password into OTHER, or correct user"
    )


def test_no_password_is_said_before_anybody_is_asked(work: Calendar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE)
    with pytest.raises(ConfigError, match=f"there is no password for ana: put it into {VARIABLE}"):
        look(work.read_by(url="https://nowhere.invalid/"))


def test_somebody_elses_calendar_is_refused(work: Calendar) -> None:
    with pytest.raises(ConfigError, match=r'127\.0\.0\.1 does not let ana read the calendar "home"'):
        look(work.read_by(url=f"{work.server.url}bo/home/"))


@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        (503, Unavailable, "127.0.0.1 answered 503; the next run tries again"),
        (500, Unavailable, "127.0.0.1 answered 500; the next run tries again"),
        (429, Unavailable, "127.0.0.1 answered 429; the next run tries again"),
        (200, ConfigError, "127.0.0.1 did not answer like a calendar server"),
        (418, ConfigError, "127.0.0.1 answered 418 when it was asked for the calendar"),
    ],
)
def test_odd_answers_are_one_sentence(
    work: Calendar, between: Between, answer: int, error: type[Exception], said: str
) -> None:
    between.answer = answer
    with pytest.raises(error) as raised:
        look(work.read_by(url=between.instead_of(work.url)))
    assert str(raised.value).startswith(said)
    assert "s3cret" not in str(raised.value)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"url": "http://cal.example/ana/"}, "url starts with https://"),
        ({"url": "cal.example"}, "url starts with https://"),
        ({"url": "https://ana:pw@cal.example/"}, "keep user and password out of url"),
        ({"calendars": ("https://else.example/ana/",)}, "calendars are all on the server in url"),
        ({"calendars": (" ",)}, "a calendar has a name or an address"),
        ({"person": "ana"}, "person is the calendar owner's mail address"),
        ({"holidays": "DE"}, "exactly one of them"),
    ],
)
def test_what_cannot_be_right_is_said_at_once(options: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        sources.get("caldav")(**{"url": "https://cal.example/", "user": "ana", "person": ANA, **options})


def test_without_the_package_it_says_what_to_install() -> None:
    script = (
        "import sys; sys.modules['caldav'] = None\n"
        "from gleaner.capture.source import MemoryCache, sources\n"
        "from gleaner.core.errors import ConfigError\n"
        "source = sources.get('caldav')('https://cal.example/', 'ana', 'ana@lark.example')\n"
        "try: source.observe(None, MemoryCache())\n"
        "except ConfigError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == 'calendars over CalDAV need one more package: pip install "gleaner[caldav]"\n'


# --- a server between ----------------------------------------------------------------------------------------


@dataclass
class Between:
    """Passes requests on to Radicale, unless it is told to answer itself."""

    server: Radicale
    url: str = ""
    answer: int = 0
    has_tokens: bool = True
    asked_for: int = 0
    """Objects of which the text was asked for."""

    def instead_of(self, url: str) -> str:
        return url.replace(self.server.url, self.url)


@pytest.fixture
def between(server: Radicale) -> Iterator[Between]:
    made = Between(server)

    class Handler(BaseHTTPRequestHandler):
        def do_REPORT(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if made.answer:
                self._say(made.answer, "text/html", b"<p>s3cret<br></p>")
            elif not made.has_tokens and b"sync-collection" in body:
                refusal = b'<error xmlns="DAV:"><supported-report/></error>'
                self._say(403, "application/xml", refusal)
            else:
                made.asked_for += body.count(b"href>") // 2 if b"calendar-multiget" in body else 0
                sent = {
                    key: self.headers[key]
                    for key in ("Authorization", "Depth", "Content-Type")
                    if key in self.headers
                }
                got = httpx2.request("REPORT", server.url + self.path[1:], content=body, headers=sent)
                self._say(got.status_code, got.headers["Content-Type"], got.content, got.headers)

        do_PROPFIND = do_REPORT  # noqa: N815  (the base class asks for this name)

        def _say(self, status: int, kind: str, body: bytes, more: Any = None) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            if more is not None and "WWW-Authenticate" in more:
                self.send_header("WWW-Authenticate", more["WWW-Authenticate"])
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        made.url = f"http://127.0.0.1:{running.server_address[1]}/"
        thread = Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield made
        running.shutdown()
        thread.join()
