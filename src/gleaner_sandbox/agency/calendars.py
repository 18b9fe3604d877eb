"""Calendars as their owners' programs would export them: RFC 5545, one per person, as they looked at any moment."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from icalendar import Calendar, TimezoneDaylight, TimezoneStandard, vCalAddress, vDuration, vRecur, vText
from icalendar import Event as Component
from icalendar import Timezone as Zone

from .events import Event, Revision, Rule
from .people import BERLIN, NEW_YORK
from .period import aware, minutes
from .world import World

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_TRANSITIONS = {
    # zone: (names, offsets in hours, hour of the change in old local time, month and weekday) standard then summer
    BERLIN: (("CET", "CEST"), (1, 2), (3, 2), ((10, "-1SU"), (3, "-1SU"))),
    NEW_YORK: (("EST", "EDT"), (-5, -4), (2, 2), ((11, "1SU"), (3, "2SU"))),
}


def render_ics(world: World, person_email: str, as_of: datetime) -> str:
    """The calendar of that person as it looked at *as_of* (aware): what was decided later is not in it.

    Events of the future are, once somebody has entered them.  Two calls give the same text.
    """
    at = minutes(as_of)
    person = world.person(person_email)
    calendar = Calendar()
    calendar.add("prodid", "-//Larkfield Studio//Sandbox calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", person.name)
    calendar.add("x-wr-timezone", person.zone)
    for zone in (BERLIN, NEW_YORK):
        calendar.add_component(_zone(zone))
    shell: bytes = calendar.to_ical()
    end = b"END:VCALENDAR\r\n"
    events = [_text(world, event, at) for event in world.events if person_email in event.calendars]
    return b"".join([shell.removesuffix(end), *events, end]).decode()


def _text(world: World, event: Event, at: int) -> bytes:
    """The event's lines; nothing before it was entered.

    Invitations look alike in all calendars and seldom change, so a demo that asks for every calendar on every
    day would have most of them written many times over: each state of an event is kept in the world.
    """
    revision = event.as_of(at)
    if revision is None:
        return b""
    seen = (
        sum(moment <= at for moment in _changes(event)),
        sum(answer.at <= at for answer in event.answers),
    )
    key = (event.uid, event.recurrence_id, *seen)
    if key not in world.written:
        world.written[key] = _component(event, revision, at, _names(world)).to_ical()
    return world.written[key]


def _names(world: World) -> Mapping[str, str]:
    """Who has which address: the agency's people and the clients' contacts."""
    names = {person.email: person.name for person in world.people}
    return names | {c.email: c.name for client in world.catalog.clients for c in client.contacts}


def _zone(name: str) -> Zone:
    """The zone's rules since 2007, as every calendar program writes them."""
    zone = Zone()
    zone.add("tzid", name)
    labels, offsets, hours, changes = _TRANSITIONS[name]
    for summer, kind in ((0, TimezoneStandard), (1, TimezoneDaylight)):
        part = kind()
        month, weekday = changes[summer]
        part.add("dtstart", _nth_sunday(2007, month, weekday, hours[summer]))
        part.add("rrule", {"freq": "yearly", "bymonth": month, "byday": weekday})
        part.add("tzoffsetfrom", timedelta(hours=offsets[1 - summer]))
        part.add("tzoffsetto", timedelta(hours=offsets[summer]))
        part.add("tzname", labels[summer])
        zone.add_component(part)
    return zone


def _nth_sunday(year: int, month: int, weekday: str, hour: int) -> datetime:
    sundays = [day for day in range(1, 31) if date(year, month, day).weekday() == 6]
    day = sundays[int(weekday[:-2]) - (int(weekday[:-2]) > 0)]
    return datetime(year, month, day, hour)  # noqa: DTZ001  # RFC 5545 wants local times without a zone here


def _component(event: Event, revision: Revision, at: int, names: Mapping[str, str]) -> Component:
    component = Component()
    component.add("uid", event.uid)
    component.add("summary", revision.title)
    changes = [moment for moment in _changes(event) if moment <= at]
    changed = max([*changes, *(answer.at for answer in event.answers if answer.at <= at)])
    component.add("dtstamp", aware(changed))
    component.add("created", aware(event.revisions[0].at))
    component.add("last-modified", aware(changed))
    component.add("sequence", len(changes) - 1)
    component.add("status", revision.status)
    component.add("transp", "TRANSPARENT" if event.is_transparent else "OPAQUE")
    _add_time(component, event, revision)
    _add_recurrence(component, event, at)
    _add_text(component, event)
    _add_people(component, event, at, names)
    return component


def _changes(event: Event) -> list[int]:
    """When the organizer entered and changed it; answers are the attendees' business and do not count."""
    split = [event.rule.until_since] if event.rule is not None and event.rule.until is not None else []
    return [revision.at for revision in event.revisions] + [at for at, _ in event.deletions] + split


def _add_time(component: Component, event: Event, revision: Revision) -> None:
    moment = _moment(event)
    component.add("dtstart", moment(revision.start))
    if event.is_all_day or event.form == "end":
        component.add("dtend", moment(revision.end))
    elif event.form == "duration":
        component.add("duration", vDuration(timedelta(minutes=revision.end - revision.start)))


def _moment(event: Event) -> Callable[[int], date]:
    """How this event writes its times: dates, local times of its zone, or UTC."""
    if event.is_all_day:
        return lambda at: aware(at).date()
    return lambda at: aware(at, event.zone)


def _add_recurrence(component: Component, event: Event, at: int) -> None:
    moment = _moment(event)
    if event.recurrence_id is not None:
        component.add("recurrence-id", moment(event.recurrence_id))
    if event.rule is not None:
        component.add("rrule", vRecur(_recur(event.rule, at)))
    for deleted_at, start in event.deletions:
        if deleted_at <= at:
            component.add("exdate", moment(start))


def _recur(rule: Rule, at: int) -> dict[str, object]:
    parts: dict[str, object]
    if rule.nth is not None:
        parts = {"freq": "monthly", "byday": [f"{rule.nth}{_WEEKDAYS[day]}" for day in rule.weekdays]}
    else:
        parts = {"freq": "weekly", "byday": [_WEEKDAYS[day] for day in rule.weekdays]}
        parts |= {"interval": rule.interval} if rule.interval > 1 else {}
    if rule.until is not None and rule.until_since <= at:
        parts["until"] = aware(rule.until)
    return parts


def _add_text(component: Component, event: Event) -> None:
    if event.location:
        component.add("location", event.location)
    if event.description:
        component.add("description", event.description)
    if event.is_private:
        component.add("class", "PRIVATE")
    if event.is_out_of_office:
        component.add("x-microsoft-cdo-busystatus", "OOF")


def _add_people(component: Component, event: Event, at: int, names: Mapping[str, str]) -> None:
    if event.organizer is None:
        return
    component.add("organizer", _address(event.organizer, names, {}), encode=False)
    for email in event.attendees:
        parameters = {
            "CUTYPE": "INDIVIDUAL",
            "ROLE": "REQ-PARTICIPANT",
            "PARTSTAT": event.partstat(email, at),
        }
        component.add("attendee", _address(email, names, parameters), encode=False)


def _address(email: str, names: Mapping[str, str], parameters: dict[str, str]) -> vCalAddress:
    address = vCalAddress(f"mailto:{email}")
    for key, value in ({"CN": names[email]} | parameters).items():
        address.params[key] = vText(value)
    return address
