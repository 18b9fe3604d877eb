"""Calendars as they come: broken, cut off, hostile. What is wrong is said; the rest is read."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.capture.build import BERLIN, at, read, span, vcalendar, vevent

from gleaner.capture.ical.rules import refusal
from gleaner.capture.source import MemoryCache
from gleaner.capture.sources.ics import Ics
from gleaner.core.errors import ConfigError

GOOD = vevent("DTSTART:20260714T080000Z\nDTEND:20260714T090000Z\nSUMMARY:Good", uid="good@cal.example")
OTHERS = "\nATTENDEE:mailto:kim@acme.example"


def problem(folder: Path, bad: str) -> str:
    """The one problem of a calendar that holds *bad* and a good event, which is read in any case."""
    seen = read(folder, vcalendar(vevent(bad, uid="bad@cal.example"), GOOD))
    assert [event.title for event in seen.events] == ["Good"]
    (found,) = seen.problems
    assert found.where == "ana"
    return found.text


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ("DTSTART:20260714T080000Z\nSUMMARY:Talk" + OTHERS, '"Talk" on Tue 14 Jul 2026, 10:00, has no end'),
        ("DTSTART:20260714T080000Z\nDTEND:20260714T080000Z\nSUMMARY:Talk" + OTHERS, "lasts 0 minutes"),
        ("DTSTART:20260714T080000Z\nDTEND:20260714T070000Z\nSUMMARY:Talk", "ends before it starts"),
        ("DTSTART:20260714T080000Z\nDURATION:-PT1H\nSUMMARY:Talk", "ends before it starts"),
        ("DTSTART:someday\nDTEND:20260714T070000Z\nSUMMARY:Talk", '"Talk" cannot be read (its DTSTART is'),
        ("SUMMARY:Talk", '"Talk" cannot be read (it has no DTSTART)'),
        (
            "DTSTART:20260701T080000Z\nDTEND:20260701T090000Z\nRRULE:FREQ=SECONDLY\nSUMMARY:Talk",
            "repeats secondly",
        ),
        (
            "DTSTART:20260701T080000Z\nDTEND:20260701T090000Z\nRRULE:FREQ=SOMETIMES",
            "without a known frequency",
        ),
        ("DTSTART:19000101T080000Z\nDTEND:19000101T090000Z\nRRULE:FREQ=DAILY;BYHOUR=8,9", "50,000 instances"),
        (
            "DTSTART:20260701T080000Z\nDTEND:20260701T090000Z\nRRULE:FREQ=DAILY\nEXDATE:never",
            "cannot be read",
        ),
    ],
)
def test_one_bad_event_is_a_problem_and_the_others_are_read(tmp_path: Path, bad: str, said: str) -> None:
    assert said in problem(tmp_path, bad)


def test_a_reminder_is_no_problem(tmp_path: Path) -> None:
    """Something without a length and without anybody else is a note to oneself."""
    seen = read(tmp_path, vcalendar(vevent("DTSTART:20260714T080000Z\nSUMMARY:Send invoice")))
    assert seen.problems == ()
    assert [event.span.start == event.span.end for event in seen.events] == [True]


def test_a_bad_event_of_another_month_is_not_mentioned(tmp_path: Path) -> None:
    seen = read(tmp_path, vcalendar(vevent("DTSTART:20260914T080000Z\nSUMMARY:Talk" + OTHERS), GOOD))
    assert seen.problems == ()


def test_a_private_events_title_is_not_in_its_problem(tmp_path: Path) -> None:
    said = problem(tmp_path, "CLASS:PRIVATE\nDTSTART:20260714T080000Z\nSUMMARY:Clinic" + OTHERS)
    assert "Clinic" not in said
    assert "Private event" in said


def test_an_incomplete_reading_says_so(tmp_path: Path) -> None:
    """What a broken series hides must not be taken for cancelled."""
    broken = vevent(
        "DTSTART:20260701T080000Z\nDTEND:20260701T090000Z\nRRULE:FREQ=DAILY\nEXDATE:never", uid="b"
    )
    assert not read(tmp_path, vcalendar(broken, GOOD)).is_complete
    assert read(tmp_path, vcalendar(GOOD)).is_complete


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("<!DOCTYPE html><html><body>Sign in</body></html>", "is a web page, not a calendar"),
        ("name;start;end\n", "is not a calendar"),
        (vcalendar(GOOD)[:-30], "ends in the middle"),
        (vcalendar(GOOD).replace("END:VEVENT", "END:NOTHING"), "ends in the middle"),
    ],
)
def test_what_is_no_whole_calendar_is_refused_with_its_path(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as error:
        read(tmp_path, text)
    assert str(tmp_path / "ana.ics") in str(error.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:

    with pytest.raises(ConfigError, match="there is no file"):
        Ics("ana@lark.example", path=str(tmp_path / "no.ics")).observe(span("09:00-10:00"), MemoryCache())


def test_bytes_that_are_not_utf8_are_read_as_windows_writes_them(tmp_path: Path) -> None:
    path = tmp_path / "ana.ics"
    text = vcalendar(vevent("DTSTART:20260714T080000Z\nDTEND:20260714T090000Z\nSUMMARY:Prüfung"))
    seen = read(tmp_path, text)
    path.write_bytes(text.encode("cp1252"))

    again = Ics("ana@lark.example", path=str(path)).observe(span("09:00-11:00"), MemoryCache())
    assert again.events[0].title == seen.events[0].title == "Prüfung"


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=HOURLY",
        "FREQ=DAILY;BYHOUR=1,2,3,4,5;BYMINUTE=1,2,3,4,5,6",
        "FREQ=YEARLY;BYYEARDAY=400",
        "FREQ=MONTHLY;BYSETPOS=900;BYDAY=MO",
        "INTERVAL=1",
    ],
)
def test_rules_that_never_end_are_refused(rule: str) -> None:
    assert refusal(rule, date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
        "FREQ=MONTHLY;BYDAY=-1FR",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
        "FREQ=MONTHLY;BYMONTHDAY=-1",
        "FREQ=DAILY;COUNT=10;INTERVAL=2",
        "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1",
    ],
)
def test_ordinary_rules_are_not_refused(rule: str) -> None:
    assert refusal(rule, date(2006, 1, 1), date(2026, 12, 31)) is None


def custom_zone(offset: str) -> str:
    return (
        "BEGIN:VTIMEZONE\nTZID:Customized Time Zone\nBEGIN:STANDARD\nDTSTART:19700101T000000\n"
        f"TZOFFSETFROM:{offset}\nTZOFFSETTO:{offset}\nEND:STANDARD\nEND:VTIMEZONE"
    )


TEN = "DTSTART;TZID={zone}:20260714T100000\nDTEND;TZID={zone}:20260714T110000\nSUMMARY:Talk"


def test_two_calendars_may_call_different_zones_by_one_name(tmp_path: Path) -> None:
    """icalendar keeps definitions by name for the whole process; the second one must not get the first's."""
    talk = vevent(TEN.format(zone="Customized Time Zone"))
    first = read(tmp_path, vcalendar(custom_zone("+0300"), talk))
    second = read(tmp_path, vcalendar(custom_zone("-0500"), talk))
    assert (first.events[0].span.start.hour, second.events[0].span.start.hour) == (7, 15)


@pytest.mark.parametrize(
    "zone", ["W. Europe Standard Time", '"Europe/Berlin"', "/freeassociation.sourceforge.net/Europe/Berlin"]
)
def test_berlin_has_many_names(tmp_path: Path, zone: str) -> None:
    seen = read(tmp_path, vcalendar(vevent(TEN.format(zone=zone))), zone="America/New_York")
    assert seen.problems == ()
    assert seen.events[0].span.start.astimezone(BERLIN).hour == 10


def test_an_unknown_zone_is_read_in_the_owners_and_said_once(tmp_path: Path) -> None:
    talk = vevent(TEN.format(zone="Mars/Olympus"))
    other = vevent(TEN.format(zone="Mars/Olympus"), uid="two@cal.example")
    seen = read(tmp_path, vcalendar(talk, other))
    assert [event.span.start.astimezone(BERLIN).hour for event in seen.events] == [10, 10]
    assert ["Mars/Olympus" in each.text for each in seen.problems] == [True]


FLOATING = vevent("DTSTART:20260714T100000\nDTEND:20260714T110000\nSUMMARY:Talk")


def test_a_floating_time_is_in_the_owners_zone(tmp_path: Path) -> None:
    seen = read(tmp_path, vcalendar(FLOATING), zone="America/New_York")
    assert (seen.problems, seen.events[0].span.start.hour) == ((), 14)


def test_a_floating_time_falls_back_to_the_calendars_own_zone(tmp_path: Path) -> None:
    seen = read(tmp_path, vcalendar("X-WR-TIMEZONE:Europe/Berlin", FLOATING), zone=None)
    assert (seen.problems, seen.events[0].span.start.hour) == ((), 8)


def test_a_floating_time_nobody_can_place_is_utc_and_a_problem(tmp_path: Path) -> None:
    seen = read(tmp_path, vcalendar(FLOATING), zone=None)
    assert seen.events[0].span.start.hour == 10
    assert "were read as UTC" in seen.problems[0].text


def test_all_day_events_are_days_in_the_owners_zone(tmp_path: Path) -> None:
    google = vevent("DTSTART;VALUE=DATE:20260714\nDTEND;VALUE=DATE:20260716\nSUMMARY:Fair", uid="g")
    same_day = vevent("DTSTART;VALUE=DATE:20260714\nDTEND;VALUE=DATE:20260714\nSUMMARY:Fair", uid="o")
    no_end = vevent("DTSTART;VALUE=DATE:20260714\nSUMMARY:Fair", uid="n")
    seen = read(tmp_path, vcalendar(google, same_day, no_end))
    assert seen.problems == ()
    days = {event.uid: event.all_day_dates for event in seen.events}
    one = (date(2026, 7, 14), date(2026, 7, 15))
    assert days == {"g": (date(2026, 7, 14), date(2026, 7, 16)), "o": one, "n": one}
    assert {event.span.start for event in seen.events} == {at("00:00")}


LINES = st.sampled_from(
    """
    DTSTART:20260714T080000Z|DTSTART;VALUE=DATE:20260714|DTSTART;TZID=Nowhere:20260714T080000|DTSTART:99999999T999999
    |DTSTART;TZID=:20260714T080000|DTEND:20260714T090000Z|DTEND;VALUE=DATE:20260716|DTEND:|DTEND:00000000T000000Z
    |DURATION:PT1H|DURATION:P999999999999D|DURATION:-P1D|RRULE:FREQ=DAILY|RRULE:|RRULE:FREQ=WEEKLY;BYDAY=XX
    |RRULE:FREQ=DAILY;UNTIL=20260101|RRULE:FREQ=YEARLY;BYMONTH=13|RRULE:FREQ=DAILY;COUNT=-1|RRULE:FREQ=WEEKLY;UNTIL=x
    |EXDATE:20260714T080000Z|EXDATE;VALUE=DATE:20260714|EXDATE:x|RDATE:20260715T080000Z|RDATE;VALUE=PERIOD:x/y
    |RDATE;VALUE=PERIOD:20260715T080000Z/PT1H|RECURRENCE-ID:20260714T080000Z|RECURRENCE-ID;VALUE=DATE:20260714
    |RECURRENCE-ID;RANGE=THISANDFUTURE:20260714T080000Z|RECURRENCE-ID:x|SEQUENCE:x|SEQUENCE:99|STATUS:CANCELLED
    |ATTENDEE:|ATTENDEE;PARTSTAT=:mailto:|ATTENDEE;CN="a:b;c":mailto:ana@lark.example|ORGANIZER:x|CLASS:PRIVATE|SUMMARY
    |SUMMARY:a|SUMMARY;LANGUAGE=:b|:|;|=|BEGIN:VALARM|END:VALARM|BEGIN:VTIMEZONE|TZID:Nowhere|END:VTIMEZONE|UID:good
    |X-MICROSOFT-CDO-BUSYSTATUS:OOF|\x00\x1f| folded|DESCRIPTION:\\\\;\\n|BEGIN:VEVENT|GEO:1|ATTACH;ENCODING=BASE64:!!
    """.replace("\n    ", "").split("|")
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(st.lists(LINES, max_size=9))
def test_whatever_an_event_says_the_others_are_read(tmp_path: Path, lines: list[str]) -> None:
    """Unless the text no longer is a whole calendar: then nothing is read, and it is said."""
    try:
        seen = read(tmp_path, vcalendar(vevent("\n".join(lines), uid="odd"), GOOD))
    except ConfigError:
        assert {"BEGIN:VEVENT", "BEGIN:VALARM", "END:VALARM", "BEGIN:VTIMEZONE", "END:VTIMEZONE"} & set(lines)
    else:
        assert "Good" in [event.title for event in seen.events]
