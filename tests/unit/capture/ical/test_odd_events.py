"""What calendars really hold now and then, from the text to what is proposed: lengths, titles and very long series."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.capture.build import PEOPLE, read, vcalendar, vevent

from gleaner.capture.filters import Meetings, meetings
from gleaner.capture.observed import Observed
from gleaner.core.errors import GleanerError

GOOD = vevent("DTSTART:20260714T080000Z\nDTEND:20260714T090000Z\nSUMMARY:Good", "good@cal.example")
FIRST = datetime(2012, 11, 3, 8, tzinfo=UTC)
"""5,000 days before the window's middle."""


def met(folder: Path, *events: str) -> tuple[Meetings, Observed]:
    seen = read(folder, vcalendar(*events, GOOD))
    return meetings(seen.events, PEOPLE), seen


def odd(start: str, end: str, *lines: str, title: str = "Odd") -> str:
    return vevent(
        "\n".join((f"DTSTART:{start}", f"DTEND:{end}", f"SUMMARY:{title}", *lines)), "odd@cal.example"
    )


def test_an_event_of_30_hours_is_left_out_with_advice(tmp_path: Path) -> None:
    found, seen = met(tmp_path, odd("20260714T060000Z", "20260715T120000Z"))
    assert [one.title for one in found.activities] == ["Good"]
    (skipped,) = found.skipped
    assert skipped.reason.startswith("it lasts 30 h, longer than any meeting: if it is one, correct its end")
    assert seen.problems == ()


def test_an_event_of_no_minutes_is_a_reminder_or_with_others_a_mistake(tmp_path: Path) -> None:
    found, seen = met(tmp_path, odd("20260714T060000Z", "20260714T060000Z"))
    assert [one.reason for one in found.skipped] == [
        "it has no length, like a reminder; give it an end if it was work"
    ]
    assert seen.problems == ()
    invited = odd("20260714T060000Z", "20260714T060000Z", "ATTENDEE:mailto:kim@acme.example")
    found, seen = met(tmp_path, invited)
    assert [problem.text for problem in seen.problems] == [
        'Event "Odd" on Tue 14 Jul 2026, 08:00, lasts 0 minutes; it was left out. Give it an end after its start.'
    ]
    assert [one.title for one in found.activities] == ["Good"]


def test_an_event_that_ends_before_it_starts_is_a_problem_and_the_rest_goes_on(tmp_path: Path) -> None:
    found, seen = met(tmp_path, odd("20260714T060000Z", "20260714T050000Z"))
    (problem,) = seen.problems
    assert problem.text.startswith(
        'Event "Odd" on Tue 14 Jul 2026, 08:00, ends before it starts; it was left out.'
    )
    assert [one.title for one in found.activities] == ["Good"]
    assert not found.skipped


@pytest.mark.parametrize(
    ("title", "kept"),
    [
        ("<script>alert(1)</script> & <b>bold</b>", "<script>alert(1)</script> & <b>bold</b>"),
        ("\U0001f680\U0001f468‍\U0001f469‍\U0001f467 launch", "\U0001f680\U0001f468‍\U0001f469‍\U0001f467 launch"),
        ("פגישה \u202ewith\u202c צוות", "פגישה \u202ewith\u202c צוות"),
        ("=HYPERLINK(1)", "=HYPERLINK(1)"),
        ("bell \x07 and\\nlines", "bell and lines"),
        ("x" * 10_000, "x" * 300),
        ("", "(no title)"),
    ],
    ids=["markup", "emoji", "right to left", "formula", "control", "10 kB", "none"],
)  # fmt: skip
def test_any_title_is_data_of_a_bounded_length(tmp_path: Path, title: str, kept: str) -> None:
    found, seen = met(tmp_path, odd("20260714T060000Z", "20260714T070000Z", title=title))
    assert [one.title for one in found.activities] == [kept, "Good"]
    assert seen.problems == ()


def exceptions(count: int = 5_000, moved_by: timedelta = timedelta(hours=1)) -> list[str]:
    """A daily event, every instance of which somebody moved."""
    text = [f"DTSTART:{FIRST:%Y%m%dT%H%M%SZ}\nDURATION:PT30M\nRRULE:FREQ=DAILY\nSUMMARY:Daily"]
    for number in range(count):
        day = FIRST + timedelta(days=number)
        start = day + moved_by
        text.append(
            f"RECURRENCE-ID:{day:%Y%m%dT%H%M%SZ}\nDTSTART:{start:%Y%m%dT%H%M%SZ}\n"
            f"DTEND:{start + timedelta(minutes=30):%Y%m%dT%H%M%SZ}\nSUMMARY:Moved {number}"
        )
    return [vevent(one, "daily@cal.example") for one in text]


def test_a_series_with_5_000_exceptions_is_read_in_a_second(tmp_path: Path) -> None:
    """Measured: a quarter of a second, most of it to look through the text once."""
    begin = time.process_time()
    seen = read(tmp_path, vcalendar(*exceptions()), "2026-07-06", "2026-07-13")
    assert time.process_time() - begin < 1.5
    numbers = [(at - FIRST).days for at in (event.span.start for event in seen.events)]
    assert [event.title for event in seen.events] == [f"Moved {number}" for number in numbers]
    assert len(seen.events) == 7
    assert seen.is_complete


def test_an_exception_far_away_still_takes_its_instance_out_of_the_window(tmp_path: Path) -> None:
    """Moved by 40 days: in the window are those of 40 days before, each once."""
    seen = read(tmp_path, vcalendar(*exceptions(moved_by=timedelta(days=40))), "2026-07-06", "2026-07-13")
    assert len(seen.events) == 7
    assert all(event.title.startswith("Moved") for event in seen.events)
    assert {(event.span.start - at).days for event in seen.events
            if isinstance(at := event.original_start, datetime)} == {40}  # fmt: skip


def test_an_old_version_of_an_exception_does_not_come_back_where_the_new_one_is_not(tmp_path: Path) -> None:
    master = vevent(
        "DTSTART:20260601T080000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY\nSUMMARY:Weekly", "w@cal.example"
    )
    moved = [
        vevent(
            f"RECURRENCE-ID:20260601T080000Z\nDTSTART:{day}T080000Z\nDTEND:{day}T090000Z\nSUMMARY:Moved\n"
            f"SEQUENCE:{sequence}",
            "w@cal.example",
        )
        for day, sequence in (("20260709", 1), ("20260901", 2))
    ]
    seen = read(tmp_path, vcalendar(master, *moved), "2026-07-06", "2026-07-13")
    assert [event.title for event in seen.events] == ["Weekly"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    title=st.text(max_size=40),
    start=st.integers(0, 3_000),
    minutes=st.integers(-3_000, 6_000),
    is_alone=st.booleans(),
)
def test_whatever_its_length_and_title_it_is_work_or_has_a_reason(
    tmp_path: Path, title: str, start: int, minutes: int, is_alone: bool
) -> None:
    begin = datetime(2026, 7, 10, tzinfo=UTC) + timedelta(minutes=start)
    end = begin + timedelta(minutes=minutes)
    guests = () if is_alone else ("ATTENDEE:mailto:kim@acme.example",)
    safe = "".join(char for char in title if char.isprintable())
    try:
        found, seen = met(
            tmp_path, odd(f"{begin:%Y%m%dT%H%M%SZ}", f"{end:%Y%m%dT%H%M%SZ}", *guests, title=safe)
        )
    except GleanerError as error:
        pytest.fail(f"the rest did not go on: {error}")
    about_it = [one for one in found.activities if one.external_id == "odd@cal.example"]
    assert len(about_it) + len(found.skipped) + len(seen.problems) == 1
    assert all(timedelta(0) < one.span.duration <= timedelta(hours=16) for one in about_it)
    assert [one.title for one in found.activities if one.external_id == "good@cal.example"] == ["Good"]
