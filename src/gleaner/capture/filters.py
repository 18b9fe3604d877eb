"""Which calendar events are work, and why the others are not. Pure.

An event passes the questions of ``_reason`` in order; the first that says no gives the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from typing import Literal

from gleaner.capture import days_off, titles
from gleaner.capture.attendance import Attended, attended
from gleaner.capture.observed import LONGEST_EVENT, PRIVATE_TITLE, Event, Quiet, TimeOff
from gleaner.core.activities import Activity, Meeting, Problem, Skipped
from gleaner.core.catalog import Catalog, Person, UserId
from gleaner.core.phrases import phrase
from gleaner.core.time import Span, local_date, spoken

Answer = Literal["keep", "ask", "skip"]
"""``ask``: it becomes an activity that is never proposed without a question."""

_SPLIT = re.compile(r"_R\d{8}(T\d{6}Z?)?(?=@|$)")
_CANCELLED = re.compile(r"^\s*(cancell?ed|abgesagt|storniert)\s*:", re.IGNORECASE)
_DAY_BEGINS = time(9)
"""Where an all-day event that counts as work is put; it is always asked for."""


@dataclass(frozen=True)
class Filters:
    """What is left out. True: events of this kind are left out."""

    declined: bool = True
    cancelled: bool = True
    all_day: bool = True
    """False: an all-day event of one day becomes a question about that day's capacity."""
    transparent: bool = True
    """Events shown as free."""
    private: bool = True
    """False: they are kept as "Private event", without any text."""
    out_of_office: bool = True
    """Left out of work either way of becoming time off; False: absences are treated like other events."""
    focus: bool = True
    lunch: bool = True
    travel: bool = True
    personal: bool = True
    """Appointments that say so themselves: dentist, gym, …"""
    personal_patterns: tuple[str, ...] = ()
    """Parts of titles, ``*`` stands for anything."""
    tentative: Answer = "ask"
    unanswered: Answer = "ask"
    """Invitations nobody answered."""


_FOCUS = "it is focus time, not a meeting"
_BLOCK = "it is a block of time, not a meeting"


@dataclass(frozen=True)
class Meetings:
    """What a set of calendar events comes to."""

    activities: tuple[Activity, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    time_off: tuple[TimeOff, ...] = ()
    problems: tuple[Problem, ...] = ()
    private: tuple[str, ...] = ()
    """Keys of the activities whose event is private, left out or not: what it said before is to go."""
    away: Mapping[UserId, tuple[Span, ...]] = field(default_factory=dict)
    """When people surely did something else: private events and absences. No coding is placed there."""
    quiet: tuple[Quiet, ...] = ()
    """The same and focus time: nobody is to be disturbed then."""


def meetings(
    events: Iterable[Event],
    people: Catalog,
    filters: Filters = Filters(),
    by_calendar: Mapping[str, Filters] | None = None,
    by_person: Mapping[UserId, Filters] | None = None,
    country: str = "",
) -> Meetings:
    """*events* as activities, each event of a person once; the others with the reason.

    *by_calendar* has the filters of calendars (by source name) that differ from *filters*, *by_person* those of people
    in all their other calendars. *country* is where people live of whom nobody said it: its holidays are theirs.
    The order of *events* does not matter. Owners who are not in Harvest give one problem each.
    """
    every = sorted(events, key=lambda event: (event.span, event.uid, event.source, event.owner))
    ordered = [event for event in every if not event.holidays]
    owners = {event.owner: people.person(event.owner) for event in ordered}
    known = [(person, event) for event in ordered if (person := owners[event.owner])]
    activities: list[Activity] = []
    skipped: list[Skipped] = []
    off_days = days_off.holidays((event for event in every if event.holidays), people, country)
    away: dict[UserId, list[Span]] = {}
    quiet: list[Quiet] = []
    private: list[str] = []
    for person, event in _once(known):
        chosen = (by_calendar or {}).get(event.source) or (by_person or {}).get(person.id, filters)
        off = days_off.own_absence(event, person, people) if chosen.out_of_office else None
        if off:
            off_days.append(off)
        reason = "it is an absence, kept as time off" if off else _reason(event, person, chosen)
        if event.is_private:
            private.append(_activity(event, person, chosen).key)
        if reason:
            what = PRIVATE_TITLE if event.is_private else event.title
            skipped.append(Skipped(what, event.span.start, person.id, reason))
            is_away = _is_away(event, is_absence=off is not None)
            if is_away:
                away.setdefault(person.id, []).append(event.span)
            if is_away or reason in (_FOCUS, _BLOCK):
                quiet.append(Quiet(person.id, event.span, event.source))
        else:
            activities.append(_activity(event, person, chosen))
    strangers = sorted(address for address, person in owners.items() if person is None)
    return Meetings(
        activities=tuple(activities),
        skipped=tuple(skipped),
        time_off=days_off.joined(off_days),
        problems=tuple(_stranger(address, ordered) for address in strangers),
        private=tuple(private),
        away={user_id: tuple(spans) for user_id, spans in away.items()},
        quiet=tuple(quiet),
    )


def external_id(event: Event) -> str:
    """The event's identity: stays when the instance is moved, renamed or seen in another calendar.

    A single event is known by its UID alone: its start is what changes when somebody moves it. An instance of a
    series is known by the start it had before, which stays when the series is split by "this and following".
    """
    if not event.is_recurring:
        return event.uid
    original = event.original_start
    moment = original.astimezone(UTC) if isinstance(original, datetime) else original
    return f"{series(event.uid)}/{moment.isoformat()}"


def series(uid: str) -> str:
    """The same for a series before and after "this and following" was changed.

    >>> series("abc_R20260714T080000@google.com")
    'abc@google.com'
    """
    return _SPLIT.sub("", uid)


def _once(known: Iterable[tuple[Person, Event]]) -> list[tuple[Person, Event]]:
    """Each event of a person once, however many of their calendars show it.

    The copy that knows the person's answer counts; what is private in one calendar stays private.
    """
    copies: dict[tuple[UserId, str], list[tuple[Person, Event]]] = {}
    for person, event in known:
        copies.setdefault((person.id, external_id(event)), []).append((person, event))
    result = []
    for same in copies.values():
        person, best = min(
            same, key=lambda pair: (pair[1].participation == "unknown", pair[1].source, pair[1].owner)
        )
        presence = next((event.presence for _, event in same if event.presence is not None), None)
        is_private = any(event.is_private for _, event in same)
        result.append((person, replace(best, is_private=is_private, presence=presence)))
    return result


def _reason(event: Event, person: Person, filters: Filters) -> str:
    """Why *event* is no work to propose; empty if it is."""
    return (
        _answer_reason(event, filters)
        or _time_reason(event, person, filters)
        or ("" if event.is_private else _title_reason(event, person, filters))
    )


def _answer_reason(event: Event, filters: Filters) -> str:
    if filters.cancelled and (event.status == "cancelled" or _CANCELLED.match(event.title)):
        return "it was cancelled"
    if filters.declined and event.participation == "declined":
        return "it was declined"
    if filters.private and event.is_private:
        return "it is private"
    if filters.unanswered == "skip" and event.participation == "needs-action":
        return "the invitation was not answered"
    if filters.tentative == "skip" and "tentative" in (event.participation, event.status):
        return "it is tentative"
    return ""


def _time_reason(event: Event, person: Person, filters: Filters) -> str:
    if event.span.start == event.span.end:
        return "it has no length, like a reminder; give it an end if it was work"
    if event.is_all_day:
        if filters.all_day:
            return "it is an all-day event"
        if event.all_day_dates and (event.all_day_dates[1] - event.all_day_dates[0]).days != 1:
            return "it lasts several days"
        if not person.capacity_on(_day(event, person)):
            return "it is on a day off"
    if filters.transparent and event.is_transparent:
        return "it is shown as free"
    if filters.out_of_office and event.busy_kind == "out-of-office":
        return "it is an absence"
    if filters.focus and event.busy_kind == "focus":
        return _FOCUS
    if not event.is_all_day and event.span.duration > LONGEST_EVENT:
        return (
            f"it lasts {spoken(event.span.duration)}, longer than any meeting: if it is one, correct its end; "
            "if not, make it an all-day event"
        )
    return ""


def _title_reason(event: Event, person: Person, filters: Filters) -> str:
    title, names = event.title, titles.names(person)
    if titles.fits(title, filters.personal_patterns):
        return "its title is on the list of personal ones"
    if filters.lunch and titles.says_only(title, titles.LUNCH, names):
        return "it is a break"
    if event.attendees:
        # Others take part: whatever it is called, it was not the person's own block.
        return ""
    if filters.focus and titles.says_only(title, titles.BLOCKS, names):
        return _BLOCK
    if filters.travel and (
        titles.says_only(title, titles.TRAVEL, names) or titles.starts_with(title, titles.TRAVEL_STARTS)
    ):
        return "it is travel"
    if filters.personal and titles.says_only(title, titles.PERSONAL, names):
        return "it is a personal appointment"
    if filters.out_of_office and titles.says_only(title, titles.ABSENCE, names):
        return "it is an absence"
    return ""


def _is_away(event: Event, *, is_absence: bool) -> bool:
    is_busy = not event.is_transparent and event.status != "cancelled" and not event.is_all_day
    is_coming = event.participation in ("accepted", "organizer", "unknown")
    return is_busy and is_coming and (is_absence or event.is_private)


def _is_somebody_elses(event: Event) -> bool:
    """Whether the calendar's owner is not invited to it: a meeting of others they only keep in sight."""
    return event.participation == "unknown" and bool(event.attendees or event.organizer)


def _activity(event: Event, person: Person, filters: Filters) -> Activity:
    is_asked = (
        (filters.tentative == "ask" and "tentative" in (event.participation, event.status))
        or (filters.unanswered == "ask" and event.participation == "needs-action")
        or _is_somebody_elses(event)
        or event.is_all_day
    )
    there = _attended(event, person)
    if there is not None and (there.is_present or there.is_doubted):
        # Who was in the call took part, whatever they answered before.
        is_asked = there.is_doubted
    is_open = not event.is_private
    return Activity(
        source=event.source,
        external_id=external_id(event),
        user_id=person.id,
        span=_when(event, person, there),
        title=event.title if is_open else PRIVATE_TITLE,
        detail=Meeting(
            calendar=event.source,
            series=series(event.uid),
            is_recurring=event.is_recurring,
            is_tentative=is_asked,
            organizer=event.organizer if is_open else "",
            attended=there.spans if there is not None and there.is_present else (),
            attendance=there.text if there is not None else "",
            doubt=there.text if there is not None and there.is_doubted else "",
        ),
        description=event.description if is_open else "",
        participants=tuple(sorted(event.attendees)) if is_open else (),
        url=event.url if is_open else "",
    )


def _attended(event: Event, person: Person) -> Attended | None:
    """What is known of *person* in the event's call; of a private one nothing is told."""
    if event.presence is None or event.is_all_day or event.is_private:
        return None
    return attended(event.span, event.presence, person.zone)


def _when(event: Event, person: Person, there: Attended | None) -> Span:
    if event.is_all_day:
        return _working_day(event, person)
    return event.span if there is None else Span(there.spans[0].start, there.spans[-1].end)


def _working_day(event: Event, person: Person) -> Span:
    day = _day(event, person)
    start = datetime.combine(day, _DAY_BEGINS, tzinfo=person.zone).astimezone(UTC)
    return Span(start, start + person.capacity_on(day))


def _day(event: Event, person: Person) -> date:
    return event.all_day_dates[0] if event.all_day_dates else local_date(event.span.start, person.zone)


def _stranger(address: str, events: Iterable[Event]) -> Problem:
    own = [event for event in events if event.owner == address]
    calendars = ", ".join(sorted({event.source for event in own}))
    return Problem(
        calendars,
        phrase(
            "nobody active in Harvest has the address {address}, so {len} events were left out; add it "
            "to a person's aliases or correct the calendar's person",
            address=address,
            len=len(own),
        ),
    )
