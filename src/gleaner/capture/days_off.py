"""Which days a calendar says somebody is off: their own absences, and holidays. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import combinations

from gleaner.capture import titles
from gleaner.capture.observed import EVERYBODY, Event, TimeOff
from gleaner.core.catalog import Catalog, Person, UserId
from gleaner.core.time import local_date

_HALF_DAY, _WHOLE_DAY = timedelta(hours=2), timedelta(hours=6)
"""A timed absence of that length is half a day off, or a whole one; a shorter one is an appointment."""
_SURE_ABSENCE = ("vacation", "annual leave", "sick leave", "out of office", "ooo", "pto", "parental leave", "urlaub",
                 "elternzeit", "krank", "day off", "time off")  # fmt: skip


@dataclass(frozen=True)
class Announced:
    """Days off, and the event that says so."""

    off: TimeOff
    event: Event


def own_absence(event: Event, person: Person, people: Catalog) -> Announced | None:
    """The days off that *event* announces for its owner. Somebody else's absence is not theirs."""
    is_own = event.participation in ("organizer", "unknown") and not event.attendees
    if not is_own or event.status == "cancelled" or not _is_absence(event, person, people):
        return None
    if event.all_day_dates:
        return Announced(_all_day(event, event.all_day_dates, person), event)
    if event.span.duration < _HALF_DAY:
        return None
    first = local_date(event.span.start, person.zone)
    last = local_date(event.span.end - timedelta(microseconds=1), person.zone)
    is_short = event.span.duration < _WHOLE_DAY or titles.is_half_day(event.title)
    return Announced(TimeOff(person.id, first, last, first == last and is_short, event.source), event)


def holidays(events: Iterable[Event], people: Catalog, country: str = "") -> list[Announced]:
    """Days off for all whose holidays these are: the all-day events of calendars that are nobody's.

    *country* is where people live of whom nobody said it.
    """
    active = [person for person in people.people.values() if person.is_active]
    return [
        Announced(_all_day(event, event.all_day_dates, person), event)
        for event in events
        if event.all_day_dates and not event.is_private and event.status != "cancelled"
        for person in active
        if event.holidays in (EVERYBODY, (person.country or country).upper())
    ]


def joined(announced: Iterable[Announced]) -> tuple[TimeOff, ...]:
    """Each person's days once, however many events announce them. Two halves of one day are all of it."""
    same: dict[tuple[UserId, date, date], list[Announced]] = {}
    for one in announced:
        same.setdefault((one.off.user_id, one.off.first, one.off.last), []).append(one)
    return tuple(_together(group) for group in same.values())


def _together(group: list[Announced]) -> TimeOff:
    whole = next((one.off for one in group if not one.off.is_half_day), None)
    if whole is not None:
        return whole
    halves = combinations((one.event for one in group), 2)
    is_half = all(_is_the_same_half(one, other) for one, other in halves)
    return replace(group[0].off, is_half_day=is_half)


def _is_the_same_half(one: Event, other: Event) -> bool:
    """Whether two events on one day speak of the same half of it."""
    if one.holidays and other.holidays:
        return True  # one holiday, in the calendars of two organisations
    if one.is_all_day and other.is_all_day:
        return titles.words(one.title) == titles.words(other.title)
    return not one.is_all_day and not other.is_all_day and one.span.overlaps(other.span)


def _all_day(event: Event, dates: tuple[date, date], person: Person) -> TimeOff:
    first, last = dates[0], dates[1] - timedelta(days=1)
    is_half = first == last and titles.is_half_day(event.title)
    return TimeOff(person.id, first, last, is_half, event.source)


def _is_absence(event: Event, person: Person, people: Catalog) -> bool:
    if event.busy_kind == "out-of-office":
        return True
    if event.is_private:
        return False
    names = titles.names(person)
    if titles.says_only(event.title, titles.ABSENCE, names):
        return True
    if not (event.is_all_day and titles.mentions(event.title, _SURE_ABSENCE)):
        return False
    # "Urlaub Mallorca" all day long is an absence, "Urlaub Bob" in Ana's calendar is Bob's.
    said = set(titles.words(event.title)) - names
    return not any(other.id != person.id and said & titles.names(other) for other in people.people.values())
