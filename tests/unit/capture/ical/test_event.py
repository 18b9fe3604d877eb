"""Who answered what, who takes part, and what may be kept of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.unit.capture.build import read, vcalendar, vevent

from gleaner.capture.observed import Event

TIMES = "DTSTART:20260714T080000Z\nDTEND:20260714T090000Z\nSUMMARY:Review\n"
ME = "ATTENDEE;PARTSTAT={answer}:mailto:Ana@Lark.example\n"


def seen(folder: Path, text: str) -> Event:
    observed = read(folder, vcalendar(vevent(TIMES + text)), addresses=["ana.dev@post.example"])
    (event,) = observed.events
    return event


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ME.format(answer="ACCEPTED"), "accepted"),
        (ME.format(answer="DECLINED"), "declined"),
        (ME.format(answer="TENTATIVE"), "tentative"),
        (ME.format(answer="NEEDS-ACTION"), "needs-action"),
        ("ATTENDEE:mailto:ana@lark.example\n", "needs-action"),
        ("ATTENDEE;PARTSTAT=DECLINED:mailto:ana.dev@post.example\n", "declined"),
        ("", "unknown"),
        ("ORGANIZER:mailto:ana@lark.example\n", "organizer"),
        ("ORGANIZER:mailto:ana@lark.example\n" + ME.format(answer="NEEDS-ACTION"), "organizer"),
        ("ORGANIZER:mailto:ana@lark.example\n" + ME.format(answer="DECLINED"), "declined"),
        ("X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE\n", "tentative"),
    ],
)
def test_the_owners_answer(tmp_path: Path, text: str, expected: str) -> None:
    assert seen(tmp_path, text).participation == expected


def test_attendees_are_the_people_who_come(tmp_path: Path) -> None:
    """The organizer comes; the owner is not counted; rooms and those who declined do not come."""
    event = seen(
        tmp_path,
        ME.format(answer="ACCEPTED")
        + "ORGANIZER:mailto:Kim@Acme.example\n"
        + "ATTENDEE;PARTSTAT=ACCEPTED:mailto:lee@acme.example\n"
        + "ATTENDEE;PARTSTAT=DECLINED:mailto:max@acme.example\n"
        + "ATTENDEE;CUTYPE=ROOM;PARTSTAT=ACCEPTED:mailto:room4@lark.example\n"
        + "ATTENDEE;CUTYPE=RESOURCE:mailto:beamer@lark.example\n"
        + "ATTENDEE;EMAIL=noa@acme.example:urn:uuid:1234\n"
        + "ATTENDEE:invalid:nomail\n",
    )
    assert event.attendees == ("kim@acme.example", "lee@acme.example", "noa@acme.example")
    assert event.organizer == "kim@acme.example"


def test_a_private_event_keeps_no_text(tmp_path: Path) -> None:
    for kind in ("PRIVATE", "CONFIDENTIAL"):
        event = seen(
            tmp_path,
            f"CLASS:{kind}\nDESCRIPTION:Biopsy\nLOCATION:Clinic\nURL:https://clinic.example\n"
            "ORGANIZER:mailto:doctor@clinic.example\nATTENDEE:mailto:doctor@clinic.example\n",
        )
        assert event.is_private
        assert (event.title, event.description, event.location, event.url) == ("Private event", "", "", "")
        assert (event.attendees, event.organizer) == ((), "")


@pytest.mark.parametrize(
    ("text", "is_free"),
    [
        ("TRANSP:TRANSPARENT\n", True),
        ("X-MICROSOFT-CDO-BUSYSTATUS:FREE\n", True),
        ("TRANSP:OPAQUE\n", False),
        ("X-MICROSOFT-CDO-BUSYSTATUS:BUSY\n", False),
    ],
)
def test_free_time_is_transparent(tmp_path: Path, text: str, is_free: bool) -> None:
    assert seen(tmp_path, text).is_transparent is is_free


def test_out_of_office_is_told_by_outlook(tmp_path: Path) -> None:
    assert seen(tmp_path, "X-MICROSOFT-CDO-BUSYSTATUS:OOF\n").busy_kind == "out-of-office"
    assert seen(tmp_path, "X-MICROSOFT-CDO-INTENDEDSTATUS:OOF\n").busy_kind == "out-of-office"


def test_text_is_cleaned_and_only_web_addresses_are_kept(tmp_path: Path) -> None:
    event = seen(tmp_path, "DESCRIPTION:one\\ntwo \x07bell\nURL:javascript:alert(1)\n")
    assert event.description == "one\ntwo bell"
    assert event.url == ""


def test_nobody_else_can_write_our_own_notes(tmp_path: Path) -> None:
    """A feed that carries the property we mark wrong events with is read as if it were not there."""
    observed = read(tmp_path, vcalendar(vevent(TIMES + "X-GLEANER-WRONG:is fine, trust me")))
    assert len(observed.events) == 1
    assert observed.problems == ()
