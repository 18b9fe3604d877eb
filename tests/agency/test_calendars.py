"""The calendars are real RFC 5545, hold every oddity, and change as time goes on."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

import icalendar
import pytest
import recurring_ical_events  # type: ignore[import-untyped]

from gleaner_sandbox.agency import render_ics
from gleaner_sandbox.agency.period import DEMO_DAY, END_DAY, FIRST_DAY, aware
from gleaner_sandbox.agency.truth import CalendarSource
from gleaner_sandbox.agency.world import World

from .conftest import world_of

END = datetime(2026, 4, 6, tzinfo=UTC)


@dataclass(frozen=True)
class Shown:
    """A VEVENT as a reader who knows nothing of the generator sees it."""

    uid: str
    title: str
    start: datetime | date
    end: datetime | date | None
    recurrence_id: datetime | None
    status: str
    sequence: int
    created: datetime
    stamp: datetime
    partstats: dict[str, str]
    """Attendee → participation status."""
    raw: icalendar.Event

    @property
    def key(self) -> tuple[str, datetime | None]:
        return self.uid, self.recurrence_id


def shown(component: icalendar.Event) -> Shown:
    def when(name: str) -> Any:
        value: Any = component.get(name)
        return None if value is None else value.dt

    attendees: Any = component.get("ATTENDEE", [])
    attendees = attendees if isinstance(attendees, list) else [attendees]
    original = when("RECURRENCE-ID")
    return Shown(
        uid=str(component["UID"]),
        title=str(component["SUMMARY"]),
        start=when("DTSTART"),
        end=when("DTEND"),
        recurrence_id=original.astimezone(UTC) if isinstance(original, datetime) else None,
        status=str(component["STATUS"]),
        sequence=int(str(component["SEQUENCE"])),
        created=when("CREATED"),
        stamp=when("DTSTAMP"),
        partstats={str(a).removeprefix("mailto:"): a.params["PARTSTAT"] for a in attendees},
        raw=component,
    )


@cache
def text_of(seed: int, email: str, as_of: datetime = END) -> str:
    return render_ics(world_of(seed), email, as_of)


@cache
def calendar_of(seed: int, email: str, as_of: datetime = END) -> icalendar.Calendar:
    parsed = icalendar.Calendar.from_ical(text_of(seed, email, as_of))
    assert isinstance(parsed, icalendar.Calendar)
    return parsed


@cache
def events_of(seed: int, email: str, as_of: datetime = END) -> tuple[Shown, ...]:
    return tuple(shown(component) for component in calendar_of(seed, email, as_of).events)


def all_events(world: World, as_of: datetime = END) -> list[Shown]:
    return [event for person in world.people for event in events_of(world.seed, person.email, as_of)]


@cache
def instances_of(seed: int, email: str, as_of: datetime = END) -> tuple[Shown, ...]:
    """Every instance of the twelve weeks, as a calendar program would show it."""
    found = recurring_ical_events.of(calendar_of(seed, email, as_of), keep_recurrence_attributes=True)
    margin = timedelta(days=3)
    return tuple(shown(component) for component in found.between(FIRST_DAY - margin, END_DAY + margin))


def test_a_calendar_is_the_same_text_every_time(first_world: World) -> None:
    for person in first_world.people:
        assert render_ics(first_world, person.email, END) == text_of(1, person.email)


def test_lines_are_folded_and_end_as_the_standard_wants(world: World) -> None:
    for person in world.people:
        data = text_of(world.seed, person.email).encode()
        assert data.endswith(b"END:VCALENDAR\r\n")
        assert data.count(b"\n") == data.count(b"\r\n")
        assert max(map(len, data.split(b"\r\n"))) <= 75
    assert b"\r\n " in text_of(world.seed, world.people[1].email).encode()


def test_every_event_has_what_the_standard_requires(world: World) -> None:
    for event in all_events(world):
        assert event.uid
        assert event.created <= event.stamp <= END
        assert event.sequence >= 0
        assert event.status in {"CONFIRMED", "TENTATIVE", "CANCELLED"}
        assert set(event.partstats.values()) <= {"ACCEPTED", "DECLINED", "TENTATIVE", "NEEDS-ACTION"}
        assert bool(event.partstats) == ("ORGANIZER" in event.raw)


def test_one_uid_is_one_event(world: World) -> None:
    """In one calendar a UID stands for one series or single event, and an instance is changed at most once."""
    for person in world.people:
        keys = Counter(event.key for event in events_of(world.seed, person.email))
        assert max(keys.values()) == 1


@pytest.mark.parametrize("name", ["Europe/Berlin", "America/New_York"])
def test_the_written_zones_agree_with_the_time_zone_database(first_world: World, name: str) -> None:
    zones = {zone.tz_name: zone for zone in calendar_of(1, first_world.people[0].email).timezones}
    written = zones[name].to_tz(lookup_tzid=False)
    for day in (
        FIRST_DAY,
        date(2026, 3, 7),
        date(2026, 3, 9),
        date(2026, 3, 28),
        date(2026, 3, 30),
        date(2026, 11, 2),
    ):
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        expected = aware(int(noon.timestamp()) // 60, name).utcoffset()
        assert noon.replace(tzinfo=written).utcoffset() == expected


def test_every_meeting_that_took_place_is_an_instance_in_its_calendar(world: World) -> None:
    for person in world.staff:
        seen = {event.key for event in instances_of(world.seed, person.email)}
        uids = {uid for uid, _ in seen}
        mine = [
            b.source for b in world.truth if b.person == person.email and isinstance(b.source, CalendarSource)
        ]
        assert mine
        assert {(s.uid, s.recurrence_id) for s in mine if s.recurrence_id is not None} <= seen
        assert {s.uid for s in mine} <= uids


def test_every_instance_of_a_meeting_with_guests_is_known_to_the_truth(world: World) -> None:
    """The other way round: a benchmark that walks through the calendar can ask about everything it meets there."""
    for person in world.staff:
        asked = {(i.uid, i.recurrence_start) for i in world.invitations if i.person == person.email}
        repeated = {uid for uid, original in asked if original is not None}
        for event in instances_of(world.seed, person.email):
            day = event.start.date() if isinstance(event.start, datetime) else event.start
            if event.partstats and FIRST_DAY <= day < END_DAY:
                assert (event.key if event.uid in repeated else (event.uid, None)) in asked


def test_meetings_take_place_about_when_the_calendar_says(world: World) -> None:
    planned = {(i.uid, i.recurrence_start, i.person): i for i in world.invitations}
    off = []
    for block in world.truth:
        if isinstance(block.source, CalendarSource):
            invitation = planned[block.source.uid, block.source.recurrence_id, block.person]
            off.append(abs((block.start - invitation.planned_start).total_seconds()) / 60)
            assert off[-1] <= 35
    assert sum(minutes <= 5 for minutes in off) > 0.9 * len(off)


def test_every_oddity_occurs(world: World) -> None:
    """Each kind of trap a calendar can set is in every world; the common ones several times."""
    found: Counter[str] = Counter()
    for person in world.staff:
        for event in events_of(world.seed, person.email):
            found.update(oddities(event, person.email))
    common = {
        "DECLINED",
        "TENTATIVE",
        "cancelled",
        "exception",
        "exdate",
        "transparent",
        "all-day",
        "cancelled instance",
    }
    assert {name for name in common if found[name] < 3} == set()
    rare = {
        "private",
        "no end",
        "duration",
        "tentative event",
        "out of office",
        "utc",
        "until",
        "monthly",
        "sequence",
    }
    assert {name for name in rare if found[name] < 1} == set()


def oddities(event: Shown, owner: str) -> Iterator[str]:
    raw = event.raw
    rule: Any = raw.get("RRULE", {})
    yield event.partstats.get(owner, "no guest")
    facts = {
        "cancelled": event.status == "CANCELLED",
        "tentative event": event.status == "TENTATIVE",
        "cancelled instance": event.status == "CANCELLED" and event.recurrence_id is not None,
        "exception": event.recurrence_id is not None,
        "exdate": "EXDATE" in raw,
        "transparent": raw.get("TRANSP") == "TRANSPARENT",
        "private": raw.get("CLASS") == "PRIVATE",
        "out of office": "X-MICROSOFT-CDO-BUSYSTATUS" in raw,
        "all-day": not isinstance(event.start, datetime),
        "no end": event.end is None and "DURATION" not in raw,
        "duration": "DURATION" in raw,
        "utc": isinstance(event.start, datetime) and str(event.start.tzinfo) == "UTC",
        "until": "UNTIL" in rule,
        "monthly": rule.get("FREQ") == ["MONTHLY"],
        "sequence": event.sequence > 0,
    }
    yield from (name for name, holds in facts.items() if holds)


def test_some_people_are_booked_twice_and_go_to_one_of_the_two(world: World) -> None:
    booked = [i for i in world.invitations if i.outcome == "double-booked"]
    assert len(booked) >= 5
    for invitation in booked:
        assert world.meeting_truth(invitation.uid, invitation.recurrence_start, invitation.person) is None


def test_contacts_of_clients_and_a_stranger_to_harvest_are_invited(world: World) -> None:
    ours = {person.email for person in world.staff}
    contacts = {contact.email for client in world.catalog.clients for contact in client.contacts}
    invited = {email for event in world.events for email in event.attendees}
    assert len(invited & contacts) >= 8
    assert invited - ours - contacts == {person.email for person in world.people if person.user_id is None}


def test_titles_still_mention_what_is_archived(world: World) -> None:
    """A series that was invited for the intranet is now about the platform; history alone can tell."""
    archived, meant = world.catalog.project("intranet"), world.catalog.project("support")
    series = next(
        event for event in world.events if event.rule is not None and archived.name in event.final.title
    )
    about = {block.project_id for block in world.truth if getattr(block.source, "uid", None) == series.uid}
    assert about == {meant.id}


def test_a_weekly_meeting_keeps_its_local_time_when_the_clocks_change(world: World) -> None:
    """The team in Berlin sees New York's meetings an hour earlier between 8 and 29 March."""
    series = next(
        e for e in world.events if e.rule and e.zone == "America/New_York" and "design sync" in e.final.title
    )
    berlin = next(p.email for p in world.staff if p.email in series.calendars and p.zone == "Europe/Berlin")
    originals = [
        event.recurrence_id
        for event in instances_of(world.seed, berlin)
        if event.uid == series.uid and event.recurrence_id
    ]
    before = {moment.hour for moment in originals if moment.date() < date(2026, 3, 8)}
    after = {moment.hour for moment in originals if moment.date() >= date(2026, 3, 8)}
    assert len(before) == len(after) == 1
    assert before.pop() - after.pop() == 1


def test_an_event_moved_later_still_shows_its_old_time_before(world: World) -> None:
    moved = [
        event
        for event in world.events
        if event.rule is None and event.recurrence_id is None and len({r.start for r in event.revisions}) > 1
    ]
    assert len(moved) >= 5
    for event in moved[:5]:
        before, last = event.revisions[-2:]
        for at, expected in ((last.at - 1, before), (last.at, last)):
            found = {e.uid: e for e in events_of(world.seed, event.calendars[0], aware(at))}[event.uid]
            assert (found.start, found.title) == (aware(expected.start), expected.title)


def test_a_moved_instance_is_an_exception_only_once_it_is_moved(first_world: World) -> None:
    changed = [
        e for e in first_world.events if e.recurrence_id is not None and e.final.start != e.recurrence_id
    ]
    assert len(changed) >= 5
    for event in changed[:5]:
        assert event.recurrence_id is not None
        decided = event.revisions[0].at
        for at, expected in ((decided - 1, False), (decided, True)):
            keys = {e.key for e in events_of(1, event.calendars[0], aware(at))}
            assert ((event.uid, aware(event.recurrence_id)) in keys) == expected


def test_future_events_are_seen_but_not_before_somebody_enters_them(first_world: World) -> None:
    morning = datetime(DEMO_DAY.year, DEMO_DAY.month, DEMO_DAY.day, 7, tzinfo=UTC)
    seen = all_events(first_world, morning)
    assert any(isinstance(event.start, datetime) and event.start > morning for event in seen)
    assert all(event.created <= event.stamp <= morning for event in seen)
    assert len(seen) < len(all_events(first_world))


def test_some_calendars_are_put_right_after_the_fact(world: World) -> None:
    """A meeting that failed is cancelled, one that ended early is shortened, once it is over."""
    late = [
        e
        for e in world.events
        if not e.is_all_day and len(e.revisions) > 1 and e.final.at > e.revisions[-2].end
    ]
    # Fewer than one meeting in fifty fails, and half of those are cancelled: some agencies have none.
    assert "CANCELLED" in {event.final.status for event in late} or world.seed == 2
    assert any(event.final.end < event.revisions[-2].end for event in late)


def test_a_split_series_goes_on_without_a_gap_whenever_one_looks(first_world: World) -> None:
    """Before the split is decided the first series has no end; afterwards a second one continues it."""
    ended = next(e for e in first_world.events if e.rule is not None and e.rule.until is not None)
    assert ended.rule is not None
    weeks = [
        {
            e.start.isocalendar().week
            for e in instances_of(1, ended.calendars[0], aware(at))
            if e.title == ended.final.title
        }
        for at in (ended.rule.until_since - 1, ended.rule.until_since)
    ]
    assert weeks[0] == weeks[1]


def test_a_naive_moment_and_an_unknown_address_are_refused(first_world: World) -> None:
    email = first_world.people[0].email
    with pytest.raises(ValueError, match="no time zone"):
        render_ics(first_world, email, END.replace(tzinfo=None))
    with pytest.raises(KeyError, match="nobody here"):
        render_ics(first_world, "nobody@larkfield.example", END)
