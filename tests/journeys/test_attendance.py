"""Attendance: who was in a Google Meet, and what that does to what is proposed and logged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa
from tests.journeys import test_google as whole
from tests.journeys.conftest import Builder
from tests.journeys.world import ANA, BO, TUESDAY, World

from gleaner_sandbox.google.calendars import Calendar, Calendars
from gleaner_sandbox.google.endpoints import Google
from gleaner_sandbox.google.identity import MEET, OPENID, READ, Identity
from gleaner_sandbox.google.meet import Conference, Refusal
from gleaner_sandbox.google.server import Running, serve_in_thread

CODE = "abc-defg-hij"
ALL = (READ, MEET, OPENID)
Stays = list[tuple[datetime, datetime | None]]


def moment(text: str) -> datetime:
    """``10:04`` on the day, in Berlin."""
    return datetime.fromisoformat(f"{TUESDAY}T{text}:00+01:00")


def planned(
    title: str, start: str = "10:00", end: str = "11:00", code: str = CODE, **more: Any
) -> dict[str, Any]:
    meet = {
        "conferenceId": code,
        "conferenceSolution": {"key": {"type": "hangoutsMeet"}, "name": "Google Meet"},
    }
    return {**whole.event(title, start, end), "conferenceData": meet, **more}


def held(google: Running, *stays: str, who: str = ANA, code: str = CODE, is_over: bool = True) -> Conference:
    """A call from 10:00 on in a room of the boss's, in which *who* stayed ``"10:04-10:52"``; the others until 10:58."""
    times = [one.partition("-")[::2] for one in stays]
    sessions: Stays = [(moment(start), moment(end) if end else None) for start, end in times]
    there: dict[str, Stays] = {"boss@studio.example": [(moment("10:00"), moment("10:58"))]}
    if sessions:
        there[who] = sessions
    last = max([moment("10:58"), *(end for _, end in sessions if end)])
    return google.google.meet.add(
        Conference(code, moment("10:00"), last if is_over else None, "boss@studio.example", there)
    )


@pytest.fixture
def google() -> Iterator[Running]:
    calendars = Calendars()
    calendars.add(Calendar(ANA, ANA), [planned("[APL] Planning")])
    identity = Identity({whole.APP: whole.APP_SECRET})
    with serve_in_thread(Google(calendars, identity)) as running:
        yield running


def attending(world: World, google: Running, who: str = ANA) -> None:
    whole.calendar_of(
        world, google, who, "attendance = true", f'meet_url = "{google.meet_url}"',
        f'userinfo_url = "{google.userinfo_url}"',
    )  # fmt: skip


def connected(world: World, google: Running, scopes: tuple[str, ...] = ALL) -> None:
    """A service account that the administrator allows *scopes*."""
    whole.connect(world, google, whole.robot(world.folder, google, scopes=scopes))
    attending(world, google)


def allow(google: Running, scopes: tuple[str, ...]) -> None:
    services = google.google.identity.services
    one = services[whole.ROBOT]
    services[whole.ROBOT] = type(one)(one.email, one.public_key, one.domain, scopes)


def asked(google: Running) -> list[str]:
    """Requests to Meet, without what they asked."""
    return [path.partition("?")[0] for _, path, _ in google.google.log if path.startswith(("/v2/", "/v1/"))]


def run(world: World, *words: str) -> dict[str, Any]:
    found: dict[str, Any] = world.fine("run", "--on", TUESDAY, "--json", *words).json
    return found


def hours(world: World) -> list[float]:
    return [entry["hours"] for entry in world.entries()]


def test_the_time_in_the_call_is_logged_and_not_the_planned_one(world: World, google: Running) -> None:
    connected(world, google)
    held(google, "10:04-10:52")
    shown = world.fine("run", "--on", TUESDAY, "--dry-run").out
    assert "You were in the call 10:04–10:52; planned 10:00–11:00." in shown
    world.fine("run", "--on", TUESDAY)
    assert world.timesheet() == [f"Ana {TUESDAY} 0.8 Apollo / Meetings: [APL] Planning"]
    (done,) = world.review()
    assert {"sentence": "you were in the call 10:04–10:52; planned 10:00–11:00", "weight": 0.0} in done[
        "evidence"
    ]


def test_running_again_changes_nothing(world: World, google: Running) -> None:
    connected(world, google)
    held(google, "10:04-10:52")
    world.fine("run", "--on", TUESDAY)
    before, requests = world.entries(), len(asked(google))
    again = run(world)
    assert (again["new"], again["changed"], again["applied"], again["problems"]) == (0, 0, 0, [])
    assert world.entries() == before
    assert len(asked(google)) == requests, "it is known, and nothing can change any more"


def test_start_and_end_are_those_of_the_call_where_the_account_keeps_them(
    new_world: Builder, google: Running
) -> None:
    world = new_world(has_times=True)
    connected(world, google)
    held(google, "10:04-10:52")
    world.fine("run", "--on", TUESDAY)
    (entry,) = world.entries()
    assert (entry["started_time"], entry["ended_time"], entry["hours"]) == ("10:04", "10:52", 0.8)


@pytest.mark.parametrize(("mode", "rounded"), [("up", 1.0), ("nearest", 0.75)])
def test_an_account_that_rounds_does_so_itself(
    world: World, google: Running, mode: str, rounded: float
) -> None:
    where = f"{world.running.control_url}/company/{world.account_id}"
    httpx2.put(where, json={"rounding": {"mode": mode, "minutes": 15}}).raise_for_status()
    connected(world, google)
    held(google, "10:04-10:52")
    world.fine("run", "--on", TUESDAY)
    (entry,) = world.entries()
    assert (entry["hours"], entry["rounded_hours"]) == (0.8, rounded)
    again = run(world)
    assert (again["new"], again["changed"], again["applied"]) == (0, 0, 0), "what it rounded is no change"


def test_what_comes_out_after_it_was_logged_is_one_question_about_the_entry(
    world: World, google: Running
) -> None:
    connected(world, google, scopes=(READ,))
    held(google, "10:04-10:52")
    world.fine("run", "--on", TUESDAY)
    assert hours(world) == [1.0]
    allow(google, ALL)
    run(world)
    (item,) = world.waiting().values()
    assert (item["rule"], item["must_ask"]) == ("amendment", True)
    assert item["reason"] == (
        '"[APL] Planning" took another time than was logged (you were in the call 10:04–10:52; planned 10:00–11:00),'
        " which came out after it was logged."
    )
    assert hours(world) == [1.0], "nothing without a yes"
    world.fine("review", "accept", item["id"])
    assert hours(world) == [0.8]
    again = run(world)
    assert (again["new"], again["changed"], again["applied"]) == (0, 0, 0)
    assert world.waiting() == {}


def test_a_call_without_the_person_is_asked_about(world: World, google: Running) -> None:
    google.google.calendars.by_id[ANA].owner = ANA
    connected(world, google)
    conference = held(google)
    conference.owner = ANA
    run(world)
    assert world.entries() == []
    (item,) = world.waiting().values()
    assert item["must_ask"]
    assert (
        "To check: the call took place without you, unless you sat with somebody else in it" in item["reason"]
    )
    world.fine("review", "accept", item["id"])
    assert hours(world) == [1.0]


def test_without_a_call_the_schedule_counts(world: World, google: Running) -> None:
    connected(world, google)
    shown = world.fine("run", "--on", TUESDAY, "--dry-run").out
    assert "No call of it is known; planned 10:00–11:00 counts." in shown
    world.fine("run", "--on", TUESDAY)
    assert hours(world) == [1.0]


def test_a_login_that_leaves_it_out_is_a_hint_and_all_else_goes_on(world: World, google: Running) -> None:
    whole.connect(world, google)
    attending(world, google)
    held(google, "10:04-10:52")
    assert whole.login(world, without=f"{MEET} {OPENID}").code == 0
    said = world.fine("run", "--on", TUESDAY)
    again = f"log in again and allow it: gleaner login --google {ANA}"
    hint = f"the login of {ANA} at Google does not include Google Meet; {again}"
    assert said.err.count(hint) == 1
    assert hours(world) == [1.0]
    assert whole.login(world).code == 0
    assert hint not in world.fine("run", "--on", TUESDAY).err
    assert "took another time than was logged" in world.waiting()["[APL] Planning"]["reason"]


def test_the_doctor_says_what_is_missing_for_it(world: World, google: Running) -> None:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    start, end = ({"dateTime": at.isoformat()} for at in (yesterday, yesterday + timedelta(hours=1)))
    google.google.calendars.by_id[ANA].put(planned("[APL] Yesterday") | {"start": start, "end": end})
    connected(world, google, scopes=(READ,))
    world.fine("sync")
    assert f"the scope {MEET} and openid" in world.gleaner("doctor").out
    allow(google, ALL)
    assert MEET not in world.gleaner("doctor").out


def test_the_login_asks_for_no_more_than_the_sources_want(world: World, google: Running) -> None:
    whole.connect(world, google)
    whole.calendar_of(world, google, ANA)
    whole.login(world)
    assert {ticket.scope for ticket in google.google.identity.refresh.values()} == {READ}
    google.google.identity.refresh.clear()
    world.lines = [line for line in world.lines if "google-calendar" not in line and "person" not in line]
    world.lines = world.lines[: world.lines.index("[[sources]]")]
    attending(world, google)
    whole.login(world)
    (ticket,) = google.google.identity.refresh.values()
    assert set(ticket.scope.split()) == set(ALL)


def test_a_delegation_that_leaves_it_out_is_said_once_for_all_and_the_calendars_are_read(
    world: World, google: Running
) -> None:
    google.google.calendars.add(
        Calendar(BO, BO),
        [
            whole.event("[APL] Review", "14:00", "15:00", BO)
            | {"conferenceData": planned("")["conferenceData"]}
        ],
    )
    connected(world, google, scopes=(READ,))
    attending(world, google, BO)
    said = world.fine("run", "--on", TUESDAY)
    assert (
        said.err.count(
            f"let your administrator allow the service account {whole.ROBOT} the scope {MEET} and openid"
        )
        == 1
    )
    assert hours(world) == [1.0, 1.0]


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        (Refusal(429, "Quota exceeded", "RATE_LIMIT_EXCEEDED", {"Retry-After": "30"}), "answered 429; the next run"),
        (Refusal(503, "The service is currently unavailable."), "answered 503; the next run tries again"),
        (Refusal(403, "Google Meet API has not been used", "SERVICE_DISABLED"), "turn the Google Meet REST API on"),
        (Refusal(403, "The caller does not have permission"), "your administrator may have switched this off"),
    ],
)  # fmt: skip
def test_what_meet_refuses_is_one_sentence_and_the_schedule_counts_until_it_answers(
    world: World, google: Running, refusal: Refusal, said: str
) -> None:
    google.google.calendars.by_id[ANA].put(planned("[APL] Retro", "14:00", "15:00", code="xyz-defg-hij"))
    connected(world, google)
    held(google, "10:04-10:52")
    google.google.meet.refusals.append(refusal)
    found = world.gleaner("run", "--on", TUESDAY)
    assert found.err.count(said) == 1
    assert asked(google) == ["/v2/conferenceRecords"], "after the first refusal nothing more is asked"
    assert hours(world) == [1.0, 1.0]
    run(world)
    assert list(world.waiting()) == ["[APL] Planning"]


def test_a_call_that_is_not_shown_counts_as_none(world: World, google: Running) -> None:
    connected(world, google)
    held(google, "10:04-10:52").is_hidden = True
    shown = world.fine("run", "--on", TUESDAY).out
    assert hours(world) == [1.0]
    assert "attendance is not known" not in shown


def test_of_the_others_nothing_is_kept_and_their_names_are_not_asked_for(
    world: World, google: Running
) -> None:
    connected(world, google)
    held(google, "10:04-10:52")
    world.fine("run", "--on", TUESDAY)
    boss = google.google.identity.account("boss@studio.example")
    engine = sa.create_engine(f"sqlite:///{world.folder / 'gleaner.db'}")
    with engine.connect() as connection:
        kept = b"".join(connection.execute(sa.text("SELECT value FROM cache")).scalars())
    engine.dispose()
    assert b"10:04" in kept or b"09:04" in kept, "her own time is kept"
    assert boss.encode() not in kept
    assert b"10:58" not in kept
    assert b"09:58" not in kept
    queries = [path for _, path, _ in google.google.log if "/participants?" in path]
    assert queries
    assert all("displayName" not in path for path in queries)


def test_a_meeting_costs_three_requests_and_one_without_a_call(world: World, google: Running) -> None:
    """A day of six meetings in the evening: five with a call, one without."""
    calendar = google.google.calendars.by_id[ANA]
    for number, hour in enumerate(("08", "09", "11", "13", "14")):
        code = f"day-{'abcde'[number]}-call"
        calendar.put(planned(f"[APL] {hour}", f"{hour}:00", f"{hour}:30", code=code))
        if number:
            half: Stays = [(moment(f"{hour}:01"), moment(f"{hour}:30"))]
            google.google.meet.add(Conference(code, half[0][0], moment(f"{hour}:30"), "", {ANA: half}))
    held(google, "10:04-10:52")
    connected(world, google)
    world.fine("run", "--on", TUESDAY)
    requests = asked(google)
    assert len(requests) == 5 * 3 + 1 + 1, "once whose account it is"
    world.fine("run", "--on", TUESDAY)
    assert asked(google) == requests


def test_only_the_days_looked_at_are_asked_for(world: World, google: Running) -> None:
    calendar = google.google.calendars.by_id[ANA]
    for day in ("2026-03-06", "2026-03-09"):
        start, end = ({"dateTime": f"{day}T{at}:00+01:00"} for at in ("10:00", "11:00"))
        calendar.put(planned(f"[APL] {day}") | {"start": start, "end": end})
    connected(world, google)
    world.fine("run", "--on", TUESDAY)
    assert asked(google) == ["/v2/conferenceRecords"]


@pytest.mark.parametrize(
    "more",
    [
        {"status": "cancelled"},
        {"visibility": "private"},
        {"attendees": [{"email": ANA, "responseStatus": "declined"}]},
    ],
)
def test_what_is_no_work_is_not_asked_for(world: World, google: Running, more: dict[str, Any]) -> None:
    (event,) = google.google.calendars.by_id[ANA].events
    google.google.calendars.by_id[ANA].change(event, more)
    connected(world, google)
    held(google, "10:04-10:52")
    world.fine("run", "--on", TUESDAY)
    assert asked(google) == []


@pytest.mark.parametrize(
    "call",
    [
        None,
        [],
        {"conferenceId": 7},
        {"conferenceId": 'a" OR "', "conferenceSolution": {"key": {"type": "hangoutsMeet"}}},
        {"conferenceId": "8123", "conferenceSolution": {"key": {"type": "addOn"}}},
    ],
)
def test_a_call_elsewhere_or_a_broken_one_is_none(world: World, google: Running, call: Any) -> None:
    (event,) = google.google.calendars.by_id[ANA].events
    google.google.calendars.by_id[ANA].change(event, {"conferenceData": call})
    connected(world, google)
    assert run(world)["problems"] == []
    assert asked(google) == []
    assert hours(world) == [1.0]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (("attendance = true", 'meet_url = "http://elsewhere.example"'), "meet_url starts with https://"),
        (("attendance = 7",), "valid boolean"),
    ],
)
def test_what_makes_no_sense_is_refused(
    world: World, google: Running, lines: tuple[str, ...], said: str
) -> None:
    whole.calendar_of(world, google, ANA, *lines)
    assert said in world.gleaner("run", "--on", TUESDAY).err


def test_holidays_are_attended_by_nobody(world: World) -> None:
    world.say(
        "[[sources]]", 'kind = "google-calendar"', 'holidays = "DE"', 'calendars = ["x"]', "attendance = true"
    )
    assert "nobody attends holidays" in world.gleaner("run", "--on", TUESDAY).err
