"""Recurring events: what is kept, moved, left out, and under which identity."""

from __future__ import annotations

from pathlib import Path

from tests.unit.capture.build import BERLIN, NEW_YORK, read, vcalendar, vevent

from gleaner.capture.filters import external_id, series
from gleaner.capture.observed import Observed

WEEKLY = """
    DTSTART;TZID=Europe/Berlin:20260707T100000
    DTEND;TZID=Europe/Berlin:20260707T110000
    RRULE:FREQ=WEEKLY
    SUMMARY:Apollo weekly
"""


def starts(observed: Observed) -> list[str]:
    assert observed.problems == ()
    return [f"{event.span.start.astimezone(BERLIN):%d %b %H:%M}" for event in observed.events]


def test_a_weekly_event_takes_place_every_week(tmp_path: Path) -> None:
    seen = read(tmp_path, vcalendar(vevent(WEEKLY)))
    assert starts(seen) == ["07 Jul 10:00", "14 Jul 10:00", "21 Jul 10:00", "28 Jul 10:00"]
    assert {event.is_recurring for event in seen.events} == {True}


def test_an_instance_that_was_taken_out_is_gone(tmp_path: Path) -> None:
    seen = read(tmp_path, vcalendar(vevent(WEEKLY + "EXDATE;TZID=Europe/Berlin:20260714T100000")))
    assert starts(seen) == ["07 Jul 10:00", "21 Jul 10:00", "28 Jul 10:00"]


MOVED = """
    RECURRENCE-ID;TZID=Europe/Berlin:20260714T100000
    DTSTART;TZID=Europe/Berlin:20260716T150000
    DTEND;TZID=Europe/Berlin:20260716T153000
    SUMMARY:Apollo weekly (short)
"""


def test_a_moved_and_shortened_instance_keeps_its_identity(tmp_path: Path) -> None:
    before = {external_id(event) for event in read(tmp_path, vcalendar(vevent(WEEKLY))).events}
    seen = read(tmp_path, vcalendar(vevent(WEEKLY), vevent(MOVED)))
    assert starts(seen) == ["07 Jul 10:00", "16 Jul 15:00", "21 Jul 10:00", "28 Jul 10:00"]
    assert {external_id(event) for event in seen.events} == before
    assert seen.events[1].span.duration.seconds == 30 * 60


def test_an_instance_moved_out_of_the_window_is_not_in_it(tmp_path: Path) -> None:
    seen = read(tmp_path, vcalendar(vevent(WEEKLY), vevent(MOVED)), "2026-07-14", "2026-07-15")
    assert starts(seen) == []


def test_an_instance_moved_into_the_window_is_in_it(tmp_path: Path) -> None:
    seen = read(tmp_path, vcalendar(vevent(WEEKLY), vevent(MOVED)), "2026-07-16", "2026-07-17")
    assert starts(seen) == ["16 Jul 15:00"]
    assert external_id(seen.events[0]) == "one@cal.example/2026-07-14T08:00:00+00:00"


def test_this_and_all_following_instances_moved_keep_one_identity_each(tmp_path: Path) -> None:
    later = """
        RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20260714T100000
        DTSTART;TZID=Europe/Berlin:20260714T130000
        DTEND;TZID=Europe/Berlin:20260714T140000
        SUMMARY:Apollo weekly
    """
    before = [external_id(event) for event in read(tmp_path, vcalendar(vevent(WEEKLY))).events]
    seen = read(tmp_path, vcalendar(vevent(WEEKLY), vevent(later)))
    assert starts(seen) == ["07 Jul 10:00", "14 Jul 13:00", "21 Jul 13:00", "28 Jul 13:00"]
    assert [external_id(event) for event in seen.events] == before


def test_a_series_split_by_google_stays_one_series() -> None:
    assert series("abc_R20260714T080000@google.com") == series("abc@google.com")


def test_a_cancelled_instance_is_given_as_cancelled(tmp_path: Path) -> None:
    cancelled = MOVED + "STATUS:CANCELLED"
    seen = read(tmp_path, vcalendar(vevent(WEEKLY), vevent(cancelled)))
    assert [event.status for event in seen.events] == ["confirmed", "cancelled", "confirmed", "confirmed"]


def test_the_clocks_change_and_the_meeting_stays_at_ten(tmp_path: Path) -> None:
    """Berlin springs forward on Sunday 29 March 2026 and falls back on Sunday 25 October."""
    text = vcalendar(vevent(WEEKLY.replace("20260707", "20260106")))
    seen = read(tmp_path, text, "2026-03-24", "2026-04-01")
    assert [event.span.start.hour for event in seen.events] == [9, 8]
    autumn = read(tmp_path, text, "2026-10-20", "2026-10-28")
    assert [event.span.start.hour for event in autumn.events] == [8, 9]
    assert starts(autumn) == ["20 Oct 10:00", "27 Oct 10:00"]


def test_new_york_changes_its_clocks_on_another_day(tmp_path: Path) -> None:
    """New York springs forward on Sunday 8 March 2026; until the 29th its ten o'clock is 15:00 in Berlin."""
    text = vcalendar(
        vevent(WEEKLY.replace("Europe/Berlin", "America/New_York").replace("20260707", "20260106"))
    )
    seen = read(tmp_path, text, "2026-03-02", "2026-04-02")
    assert {f"{event.span.start.astimezone(NEW_YORK):%H:%M}" for event in seen.events} == {"10:00"}
    assert starts(seen) == ["03 Mar 16:00", "10 Mar 15:00", "17 Mar 15:00", "24 Mar 15:00", "31 Mar 16:00"]


def test_a_meeting_across_the_hour_that_does_not_exist_lasts_as_long_as_it_did(tmp_path: Path) -> None:
    """01:30 to 03:30 in the night of the 29th of March is one hour."""
    night = """
        DTSTART;TZID=Europe/Berlin:20260329T013000
        DTEND;TZID=Europe/Berlin:20260329T033000
        SUMMARY:Release night
    """
    seen = read(tmp_path, vcalendar(vevent(night)), "2026-03-28", "2026-03-30")
    assert [event.span.duration.seconds for event in seen.events] == [3600]


def test_instances_written_one_by_one_under_one_uid_are_all_kept(tmp_path: Path) -> None:
    """Some feeds write no rule but every instance as an event of its own, with the same UID."""
    seen = read(
        tmp_path,
        vcalendar(
            vevent("DTSTART:20260714T080000Z\nDTEND:20260714T090000Z\nSUMMARY:Standup"),
            vevent("DTSTART:20260715T080000Z\nDTEND:20260715T090000Z\nSUMMARY:Standup"),
        ),
    )
    assert starts(seen) == ["14 Jul 10:00", "15 Jul 10:00"]
    assert len({external_id(event) for event in seen.events}) == 2


def test_of_two_versions_the_newer_counts(tmp_path: Path) -> None:
    seen = read(
        tmp_path,
        vcalendar(
            vevent("SEQUENCE:0\nDTSTART:20260714T080000Z\nDTEND:20260714T090000Z\nSUMMARY:Review"),
            vevent("SEQUENCE:2\nDTSTART:20260715T080000Z\nDTEND:20260715T090000Z\nSUMMARY:Review"),
        ),
    )
    assert starts(seen) == ["15 Jul 10:00"]
