"""Which time a meeting gets when it is known when the person was in its call."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.capture.build import ANA, BERLIN, PEOPLE, all_day, at, event, span

from gleaner.capture.attendance import DROP_OUT, OVERRUN, Attended, attended
from gleaner.capture.filters import Filters, meetings
from gleaner.capture.observed import Presence
from gleaner.core.activities import Activity, Meeting
from gleaner.core.time import Span, total

PLANNED = span("10:00-11:00")


def there(*sessions: str, planned: str = "10:00-11:00", **more: object) -> Attended:
    """Ana in the call from and to these times: ``there("10:04-10:52")``."""
    known = Presence(tuple(span(one) for one in sessions), **more)  # type: ignore[arg-type]
    return attended(span(planned), known, BERLIN)


def times(found: Attended) -> list[str]:
    return [f"{one.start.astimezone(BERLIN):%H:%M}-{one.end.astimezone(BERLIN):%H:%M}" for one in found.spans]


def test_who_came_late_and_left_early_was_there_for_that_long() -> None:
    found = there("10:04-10:52")
    assert times(found) == ["10:04-10:52"]
    assert found.text == "you were in the call 10:04–10:52; planned 10:00–11:00"
    assert (found.is_present, found.is_doubted) == (True, False)


def test_a_meeting_that_ran_over_counts_to_its_end() -> None:
    assert times(there("10:00-11:35")) == ["10:00-11:35"]


def test_waiting_for_the_others_is_not_the_meeting() -> None:
    found = there("09:48-10:50")
    assert times(found) == ["10:00-10:50"]
    assert found.text == (
        "you were in the call 09:48–10:50; planned 10:00–11:00; the wait before it does not count"
    )


def test_a_lost_connection_is_no_pause() -> None:
    found = there("10:00-10:20", "10:24-10:55")
    assert times(found) == ["10:00-10:55"]
    assert found.text.startswith("you were in the call 10:00–10:55;")


def test_a_long_pause_is_left_out() -> None:
    found = there("10:00-10:20", "10:45-11:10")
    assert times(found) == ["10:00-10:20", "10:45-11:10"]
    assert found.text == (
        "you were in the call 10:00–10:20 and 10:45–11:10; planned 10:00–11:00; the 25 min in between do not count"
    )
    assert not found.is_doubted


def test_two_devices_at_once_are_one_person() -> None:
    assert times(there("10:00-10:40", "10:10-10:50")) == ["10:00-10:50"]


def test_a_line_left_open_over_night_is_no_work() -> None:
    planned = span("16:00-17:00")
    night = Span(planned.start, planned.start + timedelta(hours=15))
    found = attended(planned, Presence((night,)), BERLIN)
    assert times(found) == ["16:00-17:00"]
    assert found.is_doubted
    assert found.text == (
        "you were in the call 16:00–Wed 07:00; planned 16:00–17:00; "
        "the line stayed open too long for a meeting, so the planned end counts"
    )


def test_a_line_opened_again_after_the_end_and_forgotten_adds_nothing() -> None:
    found = there("10:00-10:50", "11:20-15:00")
    assert times(found) == ["10:00-10:50"]
    assert found.is_doubted


def test_who_has_not_left_yet_is_asked_later_and_the_plan_counts_for_now() -> None:
    found = there("10:02-11:07", is_in_call=True)
    assert times(found) == ["10:02-11:00"]
    assert found.is_doubted
    assert "you had not left at the last look" in found.text


def test_a_call_without_them_is_a_question_about_the_planned_time() -> None:
    found = there()
    assert (times(found), found.is_present, found.is_doubted) == (["10:00-11:00"], False, True)
    assert found.text == (
        "the call took place without you, unless you sat with somebody else in it; planned 10:00–11:00"
    )


@pytest.mark.parametrize("glance", ["10:00-10:03", "08:00-09:00", "13:00-14:00"])
def test_a_glance_or_another_time_is_a_question_too(glance: str) -> None:
    found = there(glance)
    assert (times(found), found.is_present, found.is_doubted) == (["10:00-11:00"], False, True)


def test_four_minutes_of_a_short_meeting_are_the_meeting() -> None:
    assert times(there("10:00-10:04", planned="10:00-10:06")) == ["10:00-10:04"]


def test_without_any_call_the_schedule_counts() -> None:
    found = there(was_held=False)
    assert (times(found), found.is_present, found.is_doubted) == (["10:00-11:00"], False, False)
    assert found.text == "no call of it is known; planned 10:00–11:00 counts"


def test_one_room_for_two_meetings_is_shared_at_the_planned_border() -> None:
    first = there("10:00-12:00", room_until=at("11:00"))
    assert (times(first), first.is_doubted) == (["10:00-11:00"], False)
    assert first.text.endswith("; from 11:00 on the call was for what was planned next")
    assert times(there("10:00-12:00", planned="11:00-12:00")) == ["11:00-12:00"]


minutes = st.integers(-120, 400)
stays = st.lists(st.tuples(minutes, st.integers(1, 300)), max_size=5)


@given(stays, st.booleans(), st.none() | st.integers(0, 200))
def test_never_more_than_the_call_and_never_outside_what_is_credible(
    drawn: list[tuple[int, int]], is_in_call: bool, room: int | None
) -> None:
    sessions = tuple(
        Span(PLANNED.start + timedelta(minutes=m), PLANNED.start + timedelta(minutes=m + n)) for m, n in drawn
    )
    room_until = None if room is None else PLANNED.start + timedelta(minutes=room)
    found = attended(PLANNED, Presence(sessions, is_in_call=is_in_call, room_until=room_until), BERLIN)
    assert found.spans == tuple(sorted(found.spans))
    assert all(one.start >= PLANNED.start and one.end <= PLANNED.end + OVERRUN for one in found.spans)
    if found.is_present:
        assert total(found.spans) <= total(sessions) + DROP_OUT * len(sessions)
    else:
        assert found.spans == (PLANNED,)
        assert found.is_doubted


# --- in the filters ----------------------------------------------------------------------------------------------


def met(**changes: Any) -> tuple[Activity, Meeting]:
    (found,) = meetings([event("10:00-11:00", **changes)], PEOPLE, Filters()).activities
    assert isinstance(found.detail, Meeting)
    return found, found.detail


def test_the_meeting_takes_the_time_in_the_call() -> None:
    found, detail = met(presence=Presence((span("10:00-10:20"), span("10:45-11:10"))))
    assert found.span == span("10:00-11:10")
    assert found.spans == (span("10:00-10:20"), span("10:45-11:10"))
    assert found.observed == timedelta(minutes=45)
    assert not detail.is_tentative


def test_its_identity_stays() -> None:
    known = Presence((span("10:04-10:52"),))
    assert met(presence=known)[0].key == met()[0].key
    assert met(presence=known)[0].fingerprint != met()[0].fingerprint


def test_who_was_in_the_call_is_not_asked_for_the_answer_they_never_gave() -> None:
    assert met(participation="needs-action")[1].is_tentative
    assert not met(participation="needs-action", presence=Presence((span("10:00-11:00"),)))[1].is_tentative


def test_a_call_without_them_is_asked_about_and_says_why() -> None:
    _, detail = met(presence=Presence())
    assert detail.is_tentative
    assert detail.doubt.startswith("the call took place without you")


def test_no_call_changes_nothing_but_what_is_said() -> None:
    found, detail = met(participation="tentative", presence=Presence(was_held=False))
    assert (found.span, found.spans) == (span("10:00-11:00"), (span("10:00-11:00"),))
    assert (detail.is_tentative, detail.doubt) == (True, "")


def test_of_a_private_event_nothing_is_told() -> None:
    seen = event("10:00-11:00", is_private=True, presence=Presence((span("10:04-10:52"),)))
    (found,) = meetings([seen], PEOPLE, Filters(private=False)).activities
    assert found.span == span("10:00-11:00")
    assert isinstance(found.detail, Meeting)
    assert found.detail.attendance == ""


def test_an_all_day_event_has_no_call() -> None:
    seen = all_day("Workshop", attendees=("kim@acme.example",), presence=Presence((span("10:04-10:52"),)))
    (found,) = meetings([seen], PEOPLE, Filters(all_day=False)).activities
    assert isinstance(seen.original_start, date)
    assert found.span.duration == ANA.capacity_on(seen.original_start)


def test_a_copy_of_the_event_without_a_call_keeps_what_the_other_knows() -> None:
    known = event("10:00-11:00", participation="unknown", presence=Presence((span("10:04-10:52"),)))
    copy = event("10:00-11:00", source="ics")
    (found,) = meetings([known, copy], PEOPLE, Filters()).activities
    assert found.span == span("10:04-10:52")
