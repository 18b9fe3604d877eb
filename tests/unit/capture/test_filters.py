"""Which events are work. One reason to leave an event out is one test."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from tests.unit.capture.build import ANA, BOB, PEOPLE, TUESDAY, all_day, at, event, span

from gleaner.capture.filters import Filters, meetings
from gleaner.capture.observed import Event, TimeOff
from gleaner.core.activities import Meeting
from gleaner.core.catalog import Catalog


def reason(seen: Event, filters: Filters | None = None) -> str:
    """Why *seen* was left out; empty if it was kept."""
    found = meetings([seen], PEOPLE, filters or Filters())
    assert len(found.activities) + len(found.skipped) == 1
    return found.skipped[0].reason if found.skipped else ""


LEFT_OUT: list[tuple[str, Event, str]] = [
    ("declined", event(participation="declined"), "it was declined"),
    ("cancelled", event(status="cancelled"), "it was cancelled"),
    ("cancelled", event(title="Abgesagt: Apollo review"), "it was cancelled"),
    ("all_day", all_day("Sprint 12"), "it is an all-day event"),
    ("transparent", event(is_transparent=True), "it is shown as free"),
    ("private", event(is_private=True), "it is private"),
    ("focus", event(busy_kind="focus"), "it is focus time, not a meeting"),
    ("focus", event(title="Fokuszeit", attendees=()), "it is a block of time, not a meeting"),
    ("focus", event(title="BLOCKED – Ana", attendees=()), "it is a block of time, not a meeting"),
    ("lunch", event(title="Mittagspause"), "it is a break"),
    ("travel", event(title="Commute", attendees=()), "it is travel"),
    ("travel", event(title="Flight to Oslo", attendees=()), "it is travel"),
    ("personal", event(title="Zahnarzt", attendees=()), "it is a personal appointment"),
    ("out_of_office", event(busy_kind="out-of-office"), "it is an absence"),
]


@pytest.mark.parametrize(("switch", "seen", "said"), LEFT_OUT)
def test_it_is_left_out_with_its_reason_unless_switched_on(switch: str, seen: Event, said: str) -> None:
    assert reason(seen) == said
    options: dict[str, Any] = {switch: False}
    assert reason(seen, Filters(**options)) == ""


@pytest.mark.parametrize(
    "title",
    ["Focus group with Acme", "Vacation rental app: sprint planning", "Lunch & learn: Rust", "Break-even analysis",
     "Travel portal kickoff", "Office hours", "Blocked tickets triage", "Holiday campaign review"],
)  # fmt: skip
def test_a_title_that_says_more_is_a_meeting(title: str) -> None:
    assert reason(event(title=title, attendees=())) == ""


def test_with_others_a_block_is_a_meeting() -> None:
    assert reason(event(title="Focus", attendees=("kim@acme.example",))) == ""


def test_ones_own_patterns() -> None:
    filters = Filters(personal_patterns=("piano*kim", "Choir"))
    assert reason(event(title="Piano lesson, Kim"), filters) == "its title is on the list of personal ones"
    assert reason(event(title="Apollo choir app"), filters) == "its title is on the list of personal ones"
    assert reason(event(title="Kim plays piano"), filters) == ""


def test_maybe_is_asked_not_posted() -> None:
    for seen in (
        event(participation="tentative"),
        event(status="tentative"),
        event(participation="needs-action"),
    ):
        (activity,) = meetings([seen], PEOPLE).activities
        assert isinstance(activity.detail, Meeting)
        assert activity.detail.is_tentative


def test_maybe_can_be_left_out() -> None:
    filters = Filters(tentative="skip", unanswered="skip")
    assert reason(event(participation="tentative"), filters) == "it is tentative"
    assert reason(event(participation="needs-action"), filters) == "the invitation was not answered"


def test_an_event_of_16_hours_or_more_is_no_meeting() -> None:
    """Mon 09:00 to Wed 17:00: a fair, or a slip of the pen; either way no meeting of 56 hours."""
    long = event(span=replace(span("09:00-17:00"), end=at("17:00") + timedelta(days=2)))
    assert reason(long).startswith("it lasts 56 h, longer than any meeting")


def test_a_reminder_has_no_length() -> None:
    assert reason(event("09:00-09:00", attendees=())).startswith("it has no length")


def test_a_private_event_keeps_no_text_even_when_it_counts() -> None:
    clinic = event(
        title="Clinic",
        is_private=True,
        description="Biopsy",
        url="https://c.example",
        organizer="d@c.example",
    )
    (activity,) = meetings([clinic], PEOPLE, Filters(private=False)).activities
    assert isinstance(activity.detail, Meeting)
    assert (activity.title, activity.description, activity.url) == ("Private event", "", "")
    assert (activity.participants, activity.detail.organizer) == ((), "")


def test_a_private_event_left_out_is_not_named_either() -> None:
    (skipped,) = meetings([event(title="Clinic", is_private=True)], PEOPLE).skipped
    assert skipped.what == "Private event"


def test_no_coding_is_placed_in_a_private_event() -> None:
    found = meetings(
        [event("09:00-10:00", is_private=True), event("11:00-12:00", "Declined", participation="declined")],
        PEOPLE,
    )
    assert found.away == {ANA.id: (span("09:00-10:00"),)}


def test_one_event_in_two_calendars_counts_once_and_the_answer_decides() -> None:
    """A team calendar shows it without an answer; Ana's own says that she declined."""
    team = event(source="team", participation="unknown")
    own = event(source="own", participation="declined")
    for order in ([team, own], [own, team]):
        found = meetings(order, PEOPLE)
        assert (len(found.activities), len(found.skipped)) == (0, 1)


def test_what_is_private_in_one_calendar_is_private() -> None:
    same = event(source="a"), event(source="b", is_private=True)
    assert meetings(same, PEOPLE).activities == ()


def test_two_people_in_one_meeting_have_an_activity_each() -> None:
    found = meetings([event(), event(owner=BOB.email)], PEOPLE)
    assert {activity.user_id for activity in found.activities} == {ANA.id, BOB.id}


def test_a_stranger_is_one_problem_however_many_events() -> None:
    seen = [event(title=f"{number}", owner="eve@else.example") for number in range(3)]
    found = meetings([*seen, event()], PEOPLE)
    assert len(found.activities) == 1
    (problem,) = found.problems
    assert problem.where == "work"
    assert "eve@else.example, so 3 events were left out" in problem.text


def test_identity_stays_when_the_event_is_moved_and_renamed() -> None:
    before = meetings([event("09:00-10:00")], PEOPLE).activities[0]
    moved = event("15:00-15:30", "Renamed", uid=event().uid, original_start=span("09:00-10:00").start)
    after = meetings([moved], PEOPLE).activities[0]
    assert before.key == after.key
    assert before.fingerprint != after.fingerprint


def time_off(*seen: Event) -> list[TimeOff]:
    return list(meetings(seen, PEOPLE).time_off)


@pytest.mark.parametrize(
    "title", ["Urlaub", "OOO: Ana", "Vacation", "Ana Lind – sick", "Urlaub Mallorca", "Feiertag"]
)
def test_an_absence_is_time_off(title: str) -> None:
    """Tue 14 to Thu 16 July."""
    off = TimeOff(ANA.id, TUESDAY, date(2026, 7, 16), is_half_day=False, source="work")
    assert time_off(all_day(title, days=3)) == [off]
    assert time_off(all_day(title, days=3, is_transparent=True)) == [off]


@pytest.mark.parametrize(
    "seen",
    [
        all_day("Urlaub Bob"),
        all_day("Urlaub", participation="accepted"),
        all_day("Urlaub", attendees=("bob@lark.example",)),
        all_day("Urlaub", status="cancelled"),
        all_day("Vacationland launch"),
        event("09:00-10:00", "Out of office", attendees=(), participation="unknown"),
        all_day("Urlaub", is_private=True),
    ],
)
def test_not_every_absence_is_ones_own(seen: Event) -> None:
    """Somebody else's, an invitation's, a cancelled one, an hour at the doctor's."""
    assert time_off(seen) == []


def test_half_a_day_off() -> None:
    half = TimeOff(ANA.id, TUESDAY, TUESDAY, is_half_day=True, source="work")
    assert time_off(all_day("Urlaub (halber Tag)")) == [half]
    own = {"attendees": (), "participation": "unknown", "busy_kind": "out-of-office"}
    assert time_off(event("13:00-17:00", "Errands", **own)) == [half]
    assert time_off(event("09:00-17:00", "Errands", **own)) == [replace(half, is_half_day=False)]


def test_a_whole_day_off_beats_half_of_the_same_day() -> None:
    for uid in ("before", "zzz"):
        off = time_off(all_day("Urlaub (halber Tag)", uid="half"), all_day("Krank", uid=uid))
        assert [each.is_half_day for each in off] == [False]


AWAY: dict[str, Any] = {"attendees": (), "participation": "unknown", "busy_kind": "out-of-office"}


def test_two_halves_of_a_day_are_all_of_it() -> None:
    morning, afternoon = event("09:00-13:00", "Dentist", **AWAY), event("13:00-17:00", "School", **AWAY)
    titled = all_day("Urlaub (halber Tag)", uid="urlaub"), all_day("Krank (halber Tag)", uid="krank")
    for halves in ((morning, afternoon), titled, (titled[0], afternoon)):
        (off,) = time_off(*halves)
        assert not off.is_half_day


def test_one_half_told_twice_stays_half() -> None:
    """In her own calendar and the team's; and two blocks that overlap."""
    twice = (
        all_day("Urlaub (halber Tag)", uid="own"),
        all_day("Urlaub – halber Tag", uid="team", source="team"),
    )
    overlapping = event("09:00-13:00", "Dentist", **AWAY), event("10:00-14:00", "School", **AWAY)
    for same in (twice, overlapping):
        (off,) = time_off(*same)
        assert off.is_half_day


def test_each_person_may_have_their_own_filters_but_a_calendars_win() -> None:
    seen = [
        event(title="Ana", is_transparent=True),
        event(title="Team", source="team", is_transparent=True),
        event(title="Bob", owner=BOB.email, is_transparent=True),
    ]
    keeps = Filters(transparent=False)
    found = meetings(seen, PEOPLE, Filters(), {"team": Filters()}, {ANA.id: keeps})
    assert [one.title for one in found.activities] == ["Ana"]


def test_a_name_that_two_people_share_does_not_make_it_the_others() -> None:
    namesake = replace(BOB, name="Ana Moor")
    people = Catalog(people={ANA.id: ANA, BOB.id: namesake})
    (off,) = meetings([all_day("Urlaub Ana Mallorca")], people).time_off
    assert off.user_id == ANA.id


def test_an_all_day_event_that_counts_is_a_question_about_a_working_day() -> None:
    found = meetings(
        [all_day("Offsite"), all_day("Fair", days=3), all_day("Party", first=date(2026, 7, 18))],
        PEOPLE,
        Filters(all_day=False),
    )
    (activity,) = found.activities
    assert activity.observed == timedelta(hours=7)
    assert isinstance(activity.detail, Meeting)
    assert activity.detail.is_tentative
    assert {each.reason for each in found.skipped} == {"it lasts several days", "it is on a day off"}


def test_each_calendar_may_have_its_own_filters() -> None:
    found = meetings(
        [event(is_transparent=True), event(is_transparent=True, source="team", title="Other")],
        PEOPLE, Filters(), {"team": Filters(transparent=False)},
    )  # fmt: skip
    assert [activity.title for activity in found.activities] == ["Other"]


def test_the_order_of_events_does_not_matter() -> None:
    seen = [
        event(),
        all_day("Urlaub"),
        event("11:00-12:00", "Lunch"),
        event(owner=BOB.email),
        event(source="b"),
    ]
    assert meetings(seen, PEOPLE) == meetings(reversed(seen), PEOPLE)


def test_a_meeting_of_others_that_one_only_keeps_in_sight_is_asked() -> None:
    others = event(participation="unknown", attendees=("bob@lark.example", "cy@lark.example"))
    own = event(participation="unknown", attendees=(), organizer="")
    (asked,) = meetings([others], PEOPLE, Filters()).activities
    (kept,) = meetings([own], PEOPLE, Filters()).activities
    assert isinstance(asked.detail, Meeting)
    assert isinstance(kept.detail, Meeting)
    assert (asked.detail.is_tentative, kept.detail.is_tentative) == (True, False)


def test_a_single_event_keeps_its_identity_when_it_is_moved() -> None:
    before, after = event("09:00-10:00"), event("15:00-16:00")
    keys = {meetings([one], PEOPLE, Filters()).activities[0].key for one in (before, after)}
    assert len(keys) == 1
