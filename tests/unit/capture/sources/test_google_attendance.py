"""Asking Google Meet who was there, over HTTP: when it is asked, when again, and what of its answers counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from tests.conformance.calendars.conftest import FixedBearer
from tests.unit.capture.build import ANA, BERLIN, PEOPLE, at, span

from gleaner.capture.filters import Filters
from gleaner.capture.job import Captured, capture
from gleaner.capture.source import MemoryCache, Source, sources
from gleaner.core.activities import Activity, Meeting
from gleaner.core.secrets import Secret
from gleaner.core.time import Span
from gleaner_sandbox.google.calendars import Calendar, Calendars
from gleaner_sandbox.google.endpoints import Google
from gleaner_sandbox.google.identity import MEET, OPENID, READ, Identity, Ticket
from gleaner_sandbox.google.meet import Conference
from gleaner_sandbox.google.server import Running, serve_in_thread

DAY = Span(at("2026-07-14 00:00"), at("2026-07-15 00:00"))
CODE = "abc-defg-hij"


@dataclass
class Work:
    """Ana's calendar at Google with attendance, and what was remembered of it."""

    running: Running
    source: Source
    cache: MemoryCache = field(default_factory=MemoryCache)

    def plan(self, times: str, title: str = "Planning", code: str = CODE) -> None:
        when = span(times)
        self.running.google.calendars.by_id[ANA.email].put(
            {
                "summary": title,
                "organizer": {"email": ANA.email},
                "start": {"dateTime": when.start.isoformat()},
                "end": {"dateTime": when.end.isoformat()},
                "conferenceData": {
                    "conferenceId": code,
                    "conferenceSolution": {"key": {"type": "hangoutsMeet"}},
                },
            }
        )

    def call(self, start: str, end: str, *stays: str, code: str = CODE) -> Conference:
        """A call, with Ana's stays; an end left out is one that has not come."""
        times = [one.partition("-")[::2] for one in stays]
        there = [(at(first), at(last) if last else None) for first, last in times]
        return self.running.google.meet.add(
            Conference(
                code, at(start), at(end) if end else None, ANA.email, {ANA.email: there} if there else {}
            )
        )

    def look(self, now: str | None) -> Captured:
        """What is captured of the day at *now*, by Berlin's clock."""
        moment = None if now is None else at(now)
        return capture([self.source], DAY, PEOPLE, Filters(), self.cache, asked_at=moment)

    def seen(self, now: str | None) -> dict[str, Activity]:
        found = self.look(now)
        assert found.problems == ()
        return {one.title: one for one in found.activities}

    def asked(self) -> list[str]:
        """Requests to Meet since the last time, by their last part."""
        log = self.running.google.log
        paths = [path.partition("?")[0] for _, path, _ in log if path.startswith(("/v2/", "/v1/"))]
        log.clear()
        return [path.rpartition("/")[2] for path in paths]


@pytest.fixture
def work() -> Iterator[Work]:
    calendars = Calendars()
    calendars.add(Calendar(ANA.email, ANA.email))
    identity = Identity(access={"token-ana": Ticket(ANA.email, f"{READ} {MEET} {OPENID}")})
    with serve_in_thread(Google(calendars, identity)) as running:
        source = sources.get("google-calendar")(
            AnasBearer(Secret("token-ana")), ANA.email, name="work", zone="Europe/Berlin", attendance=True,
            base_url=running.base_url, meet_url=running.meet_url, userinfo_url=running.userinfo_url,
        )  # fmt: skip
        yield Work(running, source)


class AnasBearer(FixedBearer):
    """Access with one token, for this Ana."""

    def google(self, person: str) -> FixedBearer:
        assert person == ANA.email
        return self


def times(activity: Activity) -> list[str]:
    return [
        f"{one.start.astimezone(BERLIN):%H:%M}-{one.end.astimezone(BERLIN):%H:%M}" for one in activity.spans
    ]


def is_asked(activity: Activity) -> bool:
    assert isinstance(activity.detail, Meeting)
    return activity.detail.is_tentative


RECORDS, PEOPLE_THERE, STAYS, ACCOUNT = "conferenceRecords", "participants", "participantSessions", "userinfo"


def test_before_the_end_nothing_is_asked(work: Work) -> None:
    work.plan("10:00-11:00")
    work.call("10:00", "", "10:04-")
    assert times(work.seen("10:59")["Planning"]) == ["10:00-11:00"]
    assert work.asked() == []


def test_who_is_still_there_is_asked_until_they_have_left(work: Work) -> None:
    work.plan("10:00-11:00")
    call = work.call("10:00", "", "10:04-")
    found = work.seen("11:05")["Planning"]
    assert (times(found), is_asked(found)) == (["10:04-11:00"], True)
    assert work.asked() == [RECORDS, ACCOUNT, PEOPLE_THERE, STAYS]
    call.end, call.participants[ANA.email] = at("11:12"), [(at("10:04"), at("11:12"))]
    found = work.seen("11:20")["Planning"]
    assert (times(found), is_asked(found)) == (["10:04-11:12"], False)
    assert work.asked() == [RECORDS, PEOPLE_THERE, STAYS]


def test_until_nothing_can_change_a_look_is_one_request_and_then_none(work: Work) -> None:
    work.plan("10:00-11:00")
    work.call("10:00", "11:00", "10:04-10:52")
    work.seen("11:01")
    work.asked()
    for now in ("11:16", "11:31", "11:46", "12:01", "12:16"):
        assert times(work.seen(now)["Planning"]) == ["10:04-10:52"]
        assert work.asked() == [RECORDS]
    assert times(work.seen("18:00")["Planning"]) == ["10:04-10:52"]
    assert work.asked() == []


def test_a_call_taken_up_again_counts_too(work: Work) -> None:
    work.plan("10:00-11:00")
    work.call("10:00", "10:30", "10:00-10:30")
    work.seen("11:01")
    work.call("10:50", "11:20", "10:50-11:20")
    assert times(work.seen("11:30")["Planning"]) == ["10:00-10:30", "10:50-11:20"]


def test_a_line_left_open_is_settled_at_last(work: Work) -> None:
    work.plan("16:00-17:00")
    work.call("16:00", "", "16:00-")
    assert is_asked(work.seen("17:30")["Planning"])
    found = work.seen("18:30")["Planning"]
    assert times(found) == ["16:00-17:00"]
    assert isinstance(found.detail, Meeting)
    assert "the line stayed open too long" in found.detail.doubt
    work.asked()
    work.seen("23:00")
    assert work.asked() == []


def test_nothing_is_asked_when_nobody_wants_that_but_what_is_known_stays(work: Work) -> None:
    work.plan("10:00-11:00")
    work.call("10:00", "11:00", "10:04-10:52")
    assert times(work.seen(None)["Planning"]) == ["10:00-11:00"]
    assert work.asked() == []
    work.seen("18:00")
    work.asked()
    assert times(work.seen(None)["Planning"]) == ["10:04-10:52"]
    assert work.asked() == []


def test_planned_anew_it_is_asked_anew(work: Work) -> None:
    work.plan("10:00-11:00")
    work.call("10:00", "11:00", "10:04-10:52")
    work.seen("18:00")
    calendar = work.running.google.calendars.by_id[ANA.email]
    (key,) = calendar.events
    moved = span("14:00-15:00")
    when = {"start": {"dateTime": moved.start.isoformat()}, "end": {"dateTime": moved.end.isoformat()}}
    calendar.change(key, when)
    work.call("14:00", "14:45", "14:01-14:45")
    assert times(work.seen("18:00")["Planning"]) == ["14:01-14:45"]


def test_two_meetings_in_one_room_share_its_call(work: Work) -> None:
    work.plan("10:00-10:30", "Standup")
    work.plan("10:30-11:30", "Planning")
    work.call("10:00", "11:20", "10:02-11:20")
    found = work.seen("18:00")
    assert times(found["Standup"]) == ["10:02-10:30"]
    assert times(found["Planning"]) == ["10:30-11:20"]
    assert not is_asked(found["Standup"])


def test_in_a_crowd_one_is_found_on_a_later_page(work: Work) -> None:
    work.plan("10:00-11:00")
    call = work.call("10:00", "11:00", "10:04-10:52")
    for number in range(600):
        call.participants[f"guest-{number}@else.example"] = [(at("10:00"), at("11:00"))]
    assert times(work.seen("18:00")["Planning"]) == ["10:04-10:52"]
    assert work.asked().count(PEOPLE_THERE) == 3


def test_many_calls_of_a_day_are_read_page_by_page(work: Work) -> None:
    work.plan("10:00-11:00")
    for number in range(120):
        start = at("10:00") + timedelta(seconds=20 * number)
        end = start + timedelta(seconds=20)
        work.running.google.meet.add(Conference(CODE, start, end, "", {ANA.email: [(start, end)]}))
    assert times(work.seen("18:00")["Planning"]) == ["10:00-10:40"]
    assert work.asked().count(RECORDS) == 2


def test_a_name_that_only_looks_alike_is_somebody_else(work: Work) -> None:
    work.plan("10:00-11:00")
    call = work.call("10:00", "11:00")
    call.owner = ANA.email
    call.participants["ana"] = [(at("10:00"), at("11:00"))]
    call.participants["ana@other.example"] = [(at("10:00"), at("11:00"))]
    found = work.seen("18:00")["Planning"]
    assert is_asked(found)


def test_a_watched_day_costs_what_the_how_to_says(work: Work) -> None:
    """Six meetings of half an hour, five with a call, and a look every quarter of an hour from nine to six."""
    for number, hour in enumerate((9, 10, 11, 13, 14, 15)):
        code = f"day-{'abcdef'[number]}-call"
        work.plan(f"{hour:02}:00-{hour:02}:30", code, code)
        if number:
            work.call(f"{hour:02}:00", f"{hour:02}:30", f"{hour:02}:01-{hour:02}:30", code=code)
    for quarter in range(9 * 4, 18 * 4 + 1):
        work.seen(f"{quarter // 4:02}:{quarter % 4 * 15:02}")
    asked = work.asked()
    assert asked.count(PEOPLE_THERE) == asked.count(STAYS) == 5
    assert len(asked) == 6 * 6 + 5 * 2 + 1
