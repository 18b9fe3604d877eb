"""One timeline per person and day."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.studio import attended, coding, meeting

from gleaner.core.activities import Activity
from gleaner.core.time import ZERO, total
from gleaner.matching.match import Match
from gleaner.timesheets.timeline import Line, lay


def unmatched(activity: Activity) -> Match:
    return Match(activity, None, 0.0, "unsure")


def laid(*activities: Activity) -> list[Line]:
    return lay([unmatched(activity) for activity in activities])


def claims(lines: list[Line]) -> dict[str, float]:
    return {line.activity.title: line.worked / timedelta(hours=1) for line in lines}


def test_meetings_beat_coding() -> None:
    lines = laid(meeting("10:00-11:00", "Design"), coding("09:00-12:00"))
    assert claims(lines) == {"apollo-api: feat/login": 2.0, "Design": 1.0}


def test_of_two_meetings_at_once_the_first_keeps_the_time_and_both_are_asked() -> None:
    lines = laid(meeting("10:00-11:00", "Design"), meeting("10:30-11:30", "Budget"))
    assert claims(lines) == {"Design": 1.0, "Budget": 0.5}
    assert [line.doubt for line in lines] == [
        '"Budget" was at the same time',
        '"Design" was at the same time',
    ]


def test_a_meeting_inside_another_becomes_its_rival() -> None:
    (line,) = laid(meeting("10:00-12:00", "Workshop"), meeting("10:30-11:00", "Call"))
    assert [rival.activity.title for rival in line.rivals] == ["Call"]
    assert line.doubt


def test_leaving_one_meeting_for_the_next_is_no_double_booking() -> None:
    lines = laid(meeting("10:00-11:05", "Design"), meeting("11:00-12:00", "Budget"))
    assert [line.doubt for line in lines] == ["", ""]
    assert sum((line.worked for line in lines), ZERO) == timedelta(hours=2)


def test_a_maybe_comes_after_coding() -> None:
    lines = laid(meeting("10:00-11:00", "Town hall", tentative=True), coding("10:00-10:45"))
    assert claims(lines) == {"apollo-api: feat/login": 0.75, "Town hall": 0.25}
    assert lines[1].doubt == "you did not accept the invitation"


def clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def stretch(pair: tuple[int, int]) -> str:
    start, length = pair
    return f"{clock(start)}-{clock(min(start + length, 23 * 60 + 59))}"


stretches = st.tuples(st.integers(0, 22 * 60), st.integers(1, 240)).map(stretch)
activities = st.one_of(
    st.builds(meeting, stretches, st.sampled_from(["A", "B", "C", "D"]), tentative=st.booleans()),
    st.builds(coding, stretches, st.sampled_from(["one", "two", "three"])),
)
day_of_activities = st.lists(activities, max_size=8, unique_by=lambda activity: activity.key)


@given(day_of_activities)
def test_no_minute_is_claimed_twice_and_none_is_invented(seen: list[Activity]) -> None:
    lines = laid(*seen)
    claimed = [part for line in lines for part in line.spans]
    assert total(claimed) == sum((part.duration for part in claimed), ZERO)
    assert sum((line.worked for line in lines), ZERO) <= total(part for one in seen for part in one.spans)
    for line in lines:
        assert timedelta(0) < line.worked <= line.activity.observed
        assert line.worked <= total(line.spans)


@given(day_of_activities, st.randoms())
def test_the_order_in_which_things_were_seen_does_not_matter(seen: list[Activity], random: object) -> None:
    shuffled = list(seen)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert laid(*seen) == laid(*shuffled)


def test_who_left_one_call_for_another_and_came_back_was_in_both() -> None:
    review = attended(meeting("10:00-11:00", "Review"), "10:00-10:20", "10:50-11:10")
    other = attended(meeting("10:15-10:45", "Client call"), "10:22-10:48")
    lines = laid(review, other)
    assert [line.worked for line in lines] == [timedelta(minutes=40), timedelta(minutes=26)]
    assert [line.doubt for line in lines] == ["", ""]


def test_a_call_one_was_in_beats_coding_whatever_is_doubted_about_its_end() -> None:
    review = attended(meeting("10:00-11:00", "Review"), "10:00-11:00", doubt="the line stayed open")
    assert claims(laid(review, coding("09:00-12:00"))) == {"apollo-api: feat/login": 2.0, "Review": 1.0}


def test_a_doubt_of_its_own_is_said_instead_of_the_invitation() -> None:
    review = attended(meeting("10:00-11:00", "Review"), "10:00-11:00", doubt="the line stayed open")
    (line,) = laid(review)
    assert line.doubt == "the line stayed open"
