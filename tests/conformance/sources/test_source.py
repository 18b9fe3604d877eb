"""What every source guarantees. A new one adds a case to ``CASES``; nothing else here changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from tests.conformance.calendars.conftest import FixedBearer
from tests.conformance.calendars.radicale import PASSWORD, USER, Radicale
from tests.conformance.forges.town import KINDS, Kind
from tests.unit.capture.build import at, vcalendar, vevent
from tests.unit.capture.gitlog.repository import Repository

from gleaner.capture.filters import external_id
from gleaner.capture.observed import Observed
from gleaner.capture.source import MemoryCache, Source, sources
from gleaner.core.activities import Problem
from gleaner.core.errors import ConfigError
from gleaner.core.secrets import Secret
from gleaner.core.time import Span
from gleaner_sandbox.forges.books import Books
from gleaner_sandbox.forges.server import serve_in_thread
from gleaner_sandbox.google.calendars import Calendar, Calendars
from gleaner_sandbox.google.endpoints import Google
from gleaner_sandbox.google.identity import READ, Identity, Ticket
from gleaner_sandbox.google.server import serve_in_thread as serve_google

TUESDAY = Span(at("2026-07-14 00:00"), at("2026-07-15 00:00"))


@dataclass(frozen=True)
class Case:
    """A source with something on Monday, Tuesday and Wednesday, of which one part is broken."""

    kind: str
    make: Callable[[Path], Source]
    make_broken: Callable[[Path], Source]
    """Nothing of it can be read, in a way a person can put right."""
    count_on_tuesday: int
    missing: str = ""
    """What the problem then names; otherwise the folder."""


SERVERS = ExitStack()
"""What the sources of a test read over HTTP; closed after each."""


@pytest.fixture(autouse=True)
def _served(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("GLEANER_TEST_FORGE", "forge-token")
    monkeypatch.setenv("GLEANER_TEST_CALDAV", PASSWORD)
    with SERVERS:
        yield


def ics(folder: Path) -> Source:
    path = folder / "ana.ics"
    path.write_bytes(
        vcalendar(
            vevent("DTSTART:20260713T080000Z\nDTEND:20260713T090000Z\nSUMMARY:Monday", "mon"),
            vevent("DTSTART:20260713T210000Z\nDTEND:20260713T230000Z\nSUMMARY:Into Tuesday", "night"),
            vevent("DTSTART:20260713T200000Z\nDTEND:20260713T220000Z\nSUMMARY:Until midnight", "until"),
            vevent(
                "DTSTART:20260701T080000Z\nDTEND:20260701T090000Z\nRRULE:FREQ=DAILY\nSUMMARY:Daily", "daily"
            ),
            vevent("DTSTART:20260714T220000Z\nDTEND:20260714T230000Z\nSUMMARY:Wednesday", "wed"),
            vevent("DTSTART:broken\nSUMMARY:Broken", "broken"),
        ).encode()
    )
    return sources.get("ics")("ana@lark.example", path=str(path), name="mine", zone="Europe/Berlin")


def no_ics(folder: Path) -> Source:
    return sources.get("ics")("ana@lark.example", path=str(folder / "none.ics"), name="mine")


def git(folder: Path) -> Source:
    repository = Repository(folder / "apollo")
    repository.commit("2026-07-13T23:59:59+02:00", "Monday")
    repository.commit("2026-07-14T00:00:00+02:00", "Tuesday")
    repository.commit("2026-07-14T23:59:59+02:00", "Tuesday night")
    repository.commit("2026-07-15T00:00:00+02:00", "Wednesday")
    return sources.get("git")([str(repository.path), str(folder / "gone")], name="mine")


def no_git(folder: Path) -> Source:
    return sources.get("git")([str(folder / "gone")], name="mine")


def forge(kind: Kind, folder: Path, *paths: str) -> Source:
    repository = Repository(folder / "forge" / "apollo")
    for time in ("13T23:59:59", "14T00:00:00", "14T23:59:59", "15T00:00:00"):
        repository.commit(f"2026-07-{time}+02:00", time)
    books = Books()
    books.tokens["forge-token"] = None
    books.host("lark/apollo", repository.path)
    running = SERVERS.enter_context(serve_in_thread(kind, books))
    return sources.get(kind)(
        list(paths), name="mine", base_url=running.base_url, token_variable="GLEANER_TEST_FORGE"
    )


def google(*calendars: str) -> Source:
    """Ana's calendar, and one nobody knows."""
    said = [("13T10", "13T11"), ("13T23", "14T01"), ("13T22", "14T00"), ("14T10", "14T11")]

    def at(hour: str) -> dict[str, str]:
        return {"dateTime": f"2026-07-{hour}:00:00+02:00"}

    events = [{"summary": start, "start": at(start), "end": at(end)} for start, end in said]
    known = Calendars()
    known.add(Calendar("ana@lark.example", "ana@lark.example"), events)
    identity = Identity(access={"token-ana": Ticket("ana@lark.example", READ)})
    running = SERVERS.enter_context(serve_google(Google(known, identity)))
    bearer, url = FixedBearer(Secret("token-ana")), running.base_url
    return sources.get("google-calendar")(
        bearer, "ana@lark.example", calendars=calendars, name="mine", base_url=url
    )


def caldav(folder: Path, *calendars: str) -> Source:
    """Ana's calendar, and one nobody knows."""
    (folder / "dav").mkdir(parents=True)
    server = Radicale(folder / "dav")
    server.start()
    SERVERS.callback(server.stop)
    server.calendar("work")
    said = [("13T10", "13T11"), ("13T23", "14T01"), ("13T22", "14T00"), ("14T10", "14T11")]
    for start, end in said:
        times = f"DTSTART:202607{start}0000\nDTEND:202607{end}0000\nSUMMARY:{start}"
        server.put("work", f"{start}.ics", vcalendar(vevent(times, start)))
    return sources.get("caldav")(
        server.url, USER, "ana@lark.example", calendars=calendars, name="mine",
        password_variable="GLEANER_TEST_CALDAV", zone="Europe/Berlin",
    )  # fmt: skip


CASES = [
    Case("ics", ics, no_ics, 2),
    Case("git", git, no_git, 2),
    Case(
        "caldav",
        lambda folder: caldav(folder, "work", "gone"),
        lambda folder: caldav(folder, "gone"),
        2,
        "gone",
    ),
    Case("google-calendar", lambda _: google("primary", "gone"), lambda _: google("gone"), 2, "gone"),
    *(
        Case(
            kind,
            lambda folder, kind=kind: forge(kind, folder, "lark/apollo", "lark/gone"),  # type: ignore[misc]
            lambda folder, kind=kind: forge(kind, folder, "lark/gone"),  # type: ignore[misc]
            2,
            "lark/gone",
        )
        for kind in KINDS
    ),
]


@pytest.fixture(params=CASES, ids=lambda case: case.kind)
def case(request: pytest.FixtureRequest) -> Case:
    found = request.param
    assert isinstance(found, Case)
    return found


def identities(observed: Observed) -> list[str]:
    return [external_id(event) for event in observed.events] + [commit.sha for commit in observed.commits]


def test_every_source_has_a_case() -> None:
    assert {case.kind for case in CASES} == set(sources)


def test_it_has_the_name_it_was_given(case: Case, tmp_path: Path) -> None:
    assert case.make(tmp_path).name == "mine"


def test_only_what_overlaps_the_window_is_given(case: Case, tmp_path: Path) -> None:
    """Touching it is not overlapping it."""
    observed = case.make(tmp_path).observe(TUESDAY, MemoryCache())
    assert len(identities(observed)) == case.count_on_tuesday
    assert all(event.span.overlaps(TUESDAY) for event in observed.events)
    assert all(TUESDAY.start <= commit.authored_at < TUESDAY.end for commit in observed.commits)


def test_two_readings_are_alike(case: Case, tmp_path: Path) -> None:
    source, cache = case.make(tmp_path), MemoryCache()
    first, second = source.observe(TUESDAY, cache), source.observe(TUESDAY, cache)
    assert identities(first) == identities(second)
    assert len(set(identities(first))) == case.count_on_tuesday
    assert (first.events, first.commits, first.problems) == (second.events, second.commits, second.problems)


def test_windows_side_by_side_see_what_one_wide_window_sees(case: Case, tmp_path: Path) -> None:
    source, cache = case.make(tmp_path), MemoryCache()
    day = timedelta(days=1)
    apart = [
        source.observe(Span(TUESDAY.start + day * step, TUESDAY.end + day * step), cache)
        for step in (-1, 0, 1)
    ]
    wide = source.observe(Span(TUESDAY.start - day, TUESDAY.end + day), cache)
    assert {each for one in apart for each in identities(one)} == set(identities(wide))


def test_one_broken_part_is_a_problem_that_names_the_source(case: Case, tmp_path: Path) -> None:
    observed = case.make(tmp_path).observe(TUESDAY, MemoryCache())
    assert len(observed.problems) == 1
    assert observed.problems[0].where.startswith("mine")
    assert not observed.is_complete


def test_when_nothing_can_be_read_it_says_so(case: Case, tmp_path: Path) -> None:
    source = case.make_broken(tmp_path)
    try:
        said = source.observe(TUESDAY, MemoryCache())
    except ConfigError as error:
        said = Observed(problems=(Problem(source.name, str(error)),), is_complete=False)
    assert identities(said) == []
    assert not said.is_complete
    assert (case.missing or str(tmp_path)) in said.problems[0].text


def test_it_can_be_made_without_reading_anything(case: Case, tmp_path: Path) -> None:
    """Sources are made to check the configuration; what they name need not be there yet."""
    assert case.make_broken(tmp_path / "nowhere").name == "mine"
