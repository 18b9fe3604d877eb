"""What happens in Ana's calendar in the two weeks around the change of the clocks, said once and written as each kind
of calendar writes it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from gleaner.core.time import Span

ANA, BOSS, CLIENT, ROOM = (
    "ana@lark.example", "boss@lark.example", "ada@acme.example", "c_188@resource.calendar.google.com",
)  # fmt: skip
BERLIN = "Europe/Berlin"
WEEKS = Span(datetime(2026, 3, 23, tzinfo=ZoneInfo(BERLIN)), datetime(2026, 4, 6, tzinfo=ZoneInfo(BERLIN)))


@dataclass(frozen=True)
class Happening:
    """One event, or a series; times are on the wall of *zone*."""

    title: str
    start: str
    hours: float = 1.0
    zone: str = BERLIN
    answer: str = "accepted"
    guests: tuple[str, ...] = (CLIENT,)
    """Nobody: an event of one's own."""
    days: int = 0
    """So many whole days instead of hours."""
    is_private: bool = False
    is_free: bool = False
    is_out: bool = False
    rule: str = ""
    moved: tuple[tuple[str, str], ...] = ()
    """Instances by their own start, and where they went."""
    cancelled: tuple[str, ...] = ()
    description: str = ""

    @property
    def uid(self) -> str:
        return self.title.lower().replace(" ", "-")

    def at(self, text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(self.zone))

    def end(self, start: str) -> datetime:
        return (self.at(start).astimezone(UTC) + timedelta(hours=self.hours)).astimezone(ZoneInfo(self.zone))

    @property
    def first(self) -> date:
        return date.fromisoformat(self.start)


HAPPENINGS = (
    Happening("Detail review", "2026-03-24T10:00", guests=(CLIENT, ROOM), description="About the [APL] login"),
    Happening(
        "Weekly sync", "2026-03-16T09:00", 0.5, rule="FREQ=WEEKLY;BYDAY=MO,TH;COUNT=8",
        moved=(("2026-03-26T09:00", "2026-03-27T14:00"),), cancelled=("2026-04-02T09:00",),
    ),
    Happening("Overseas", "2026-03-25T10:30", zone="America/New_York", rule="FREQ=WEEKLY;COUNT=2"),
    Happening("Declined lunch", "2026-03-24T12:00", answer="declined"),
    Happening("Perhaps", "2026-03-24T15:00", answer="tentative"),
    Happening("Not answered", "2026-03-24T16:00", answer="needs-action"),
    Happening("Salary talk", "2026-03-25T11:00", is_private=True, description="raise"),
    Happening("Reading", "2026-03-25T08:00", guests=(), is_free=True),
    Happening("Write proposal", "2026-03-25T13:00", 2, guests=()),
    Happening("Vacation", "2026-03-30", days=2, guests=()),
    Happening("Vacation (half day)", "2026-04-01", days=1, guests=()),
    Happening("Away", "2026-04-03T08:00", 9, guests=(), is_out=True),
    Happening("<b>Über</b> \U0001f680 \u202enuf", "2026-04-02T10:00"),
)  # fmt: skip
"""Nine kinds of trouble in two weeks."""


def without(*titles: str) -> tuple[Happening, ...]:
    return tuple(one for one in HAPPENINGS if one.title not in titles)


def changed(which: str, **more: Any) -> tuple[Happening, ...]:
    return tuple(replace(one, **more) if one.title == which else one for one in HAPPENINGS)


# --- iCalendar ---------------------------------------------------------------------------------------------------


def as_ics(happenings: tuple[Happening, ...]) -> str:
    parts = [text for one in happenings for text in _vevents(one)]
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//tests//EN", *parts, "END:VCALENDAR", ""])


def _vevents(one: Happening) -> list[str]:
    more = [f"RRULE:{one.rule}"] if one.rule else []
    more += [f"EXDATE;TZID={one.zone}:{_wall(one.at(start))}" for start in one.cancelled]
    moved = [
        _vevent(one, new, [f"RECURRENCE-ID;TZID={one.zone}:{_wall(one.at(old))}"]) for old, new in one.moved
    ]
    return [_vevent(one, one.start, more), *moved]


def _vevent(one: Happening, start: str, more: list[str]) -> str:
    lines = ["BEGIN:VEVENT", f"UID:{one.uid}", "DTSTAMP:20260301T000000Z", *more]
    if one.days:
        lines += [f"DTSTART;VALUE=DATE:{one.first:%Y%m%d}"]
        lines += [f"DTEND;VALUE=DATE:{one.first + timedelta(days=one.days):%Y%m%d}"]
    else:
        lines += [f"DTSTART;TZID={one.zone}:{_wall(one.at(start))}"]
        lines += [f"DTEND;TZID={one.zone}:{_wall(one.end(start))}"]
    lines += [f"SUMMARY:{one.title}", f"DESCRIPTION:{one.description}"]
    if one.guests:
        lines += [f"ORGANIZER:mailto:{BOSS}", f"ATTENDEE;PARTSTAT={one.answer.upper()}:mailto:{ANA}"]
        lines += [
            f"ATTENDEE;PARTSTAT=ACCEPTED{';CUTYPE=RESOURCE' if who == ROOM else ''}:mailto:{who}"
            for who in one.guests
        ]
    lines += ["CLASS:PRIVATE"] if one.is_private else []
    lines += ["TRANSP:TRANSPARENT"] if one.is_free else []
    lines += ["X-MICROSOFT-CDO-BUSYSTATUS:OOF"] if one.is_out else []
    return "\r\n".join([*lines, "END:VEVENT"])


def _wall(moment: datetime) -> str:
    return f"{moment:%Y%m%dT%H%M%S}"


# --- Google ------------------------------------------------------------------------------------------------------


def as_google(happenings: tuple[Happening, ...]) -> list[dict[str, Any]]:
    """Events as the API writes them."""
    return [event for one in happenings for event in _events(one)]


def _events(one: Happening) -> list[dict[str, Any]]:
    master = {**_event(one), "id": one.uid.replace("-", "")[:20], "iCalUID": one.uid, **_when(one, one.start)}
    if not one.rule:
        return [master]
    instances = [
        {
            **master, "id": f"{master['id']}_{one.at(old).astimezone(UTC):%Y%m%dT%H%M%SZ}", **_when(one, new),
            "recurringEventId": master["id"], "originalStartTime": _when(one, old)["start"],
        }
        for old, new in one.moved
    ]  # fmt: skip
    instances += [
        {
            **master, "id": f"{master['id']}_{one.at(old).astimezone(UTC):%Y%m%dT%H%M%SZ}",
            "recurringEventId": master["id"], "status": "cancelled", "originalStartTime": _when(one, old)["start"],
        }
        for old in one.cancelled
    ]  # fmt: skip
    return [{**master, "recurrence": [f"RRULE:{one.rule}"]}, *instances]


def _when(one: Happening, start: str) -> dict[str, Any]:
    if one.days:
        last = one.first + timedelta(days=one.days)
        return {"start": {"date": str(one.first)}, "end": {"date": str(last)}}
    return {
        "start": {"dateTime": one.at(start).isoformat(), "timeZone": one.zone},
        "end": {"dateTime": one.end(start).isoformat(), "timeZone": one.zone},
    }


def _event(one: Happening) -> dict[str, Any]:
    answers = {"needs-action": "needsAction"}
    said: dict[str, Any] = {"summary": one.title, "description": one.description, "organizer": {"email": ANA}}
    if one.guests:
        said["organizer"] = {"email": BOSS}
        said["attendees"] = [
            {"email": ANA, "self": True, "responseStatus": answers.get(one.answer, one.answer)},
            *({"email": who, "responseStatus": "accepted", "resource": who == ROOM} for who in one.guests),
        ]
    if one.is_private:
        said["visibility"] = "private"
    if one.is_free:
        said["transparency"] = "transparent"
    if one.is_out:
        said["eventType"] = "outOfOffice"
    return said
