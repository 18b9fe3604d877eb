"""One instance of a VEVENT as an :class:`Event`: who answered what, who takes part, what may be kept."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Literal, Protocol
from zoneinfo import ZoneInfo

from gleaner.capture.calendar import invitation
from gleaner.capture.calendar import text as cleaned
from gleaner.capture.calendar.invitation import Guest
from gleaner.capture.observed import PRIVATE_TITLE, Event, Participation
from gleaner.core.time import Span

if TYPE_CHECKING:
    from icalendar import Event as Component

_ANSWERS: dict[str, Participation] = {
    "ACCEPTED": "accepted",
    "DECLINED": "declined",
    "TENTATIVE": "tentative",
    "NEEDS-ACTION": "needs-action",
    "DELEGATED": "declined",
}


class Reader(Protocol):
    """Whose calendar it is (``calendar.owner.Owner``)."""

    @property
    def source(self) -> str: ...
    @property
    def person(self) -> str: ...
    @property
    def addresses(self) -> frozenset[str]: ...
    @property
    def zone(self) -> ZoneInfo: ...
    @property
    def holidays(self) -> str: ...


def read(component: Component, original: datetime | date, is_recurring: bool, owner: Reader) -> Event:
    """*component*, an instance with a start and an end after it, in the calendar of *owner*."""
    start, end = when(component, "DTSTART"), when(component, "DTEND")
    is_all_day = not isinstance(start, datetime)
    span = Span(moment(start, owner.zone), moment(end, owner.zone))
    organizer = _address(component.get("ORGANIZER"))
    is_private = _is_private(component)
    guests = _guests(component)
    event = Event(
        source=owner.source,
        owner=owner.person,
        uid=_text(component.get("UID")) or f"no-uid-{start.isoformat()}",
        original_start=_identity(original, owner.zone),
        span=span,
        title=title(component),
        is_all_day=is_all_day,
        all_day_dates=(start, _as_date(end)) if is_all_day else None,
        is_recurring=is_recurring,
        status=_status(component),
        participation=_participation(component, guests, organizer, owner.addresses),
        is_transparent=_is_transparent(component),
        is_private=is_private,
        busy_kind=_busy_kind(component),
        holidays=owner.holidays,
    )
    if is_private:
        return event
    return replace(
        event,
        organizer=organizer if invitation.is_person(organizer) else "",
        attendees=invitation.taking_part(guests, organizer, owner.addresses),
        description=cleaned.description(_text(component.get("DESCRIPTION"))),
        location=cleaned.place(_text(component.get("LOCATION"))),
        url=cleaned.web_page(_text(component.get("URL"))),
    )


def when(component: Component, name: str) -> datetime | date:
    """A property that is a day or a moment. Raises ValueError when it is missing or something else."""
    found = component.get(name)
    # A property that icalendar could not parse is kept as its text.
    value = None if isinstance(found, str) else getattr(found, "dt", None)
    if not isinstance(value, date):
        raise ValueError(f"its {name} is {str(found)[:30]!r}" if found else f"it has no {name}")
    return value


def moment(value: datetime | date, zone: ZoneInfo) -> datetime:
    """*value* in UTC; a day begins, and a floating time is meant, in *zone*."""
    if not isinstance(value, datetime):
        value = datetime.combine(value, time(), tzinfo=zone)
    elif value.tzinfo is None:
        value = value.replace(tzinfo=zone)
    return value.astimezone(UTC)


def title(component: Component) -> str:
    """What may be said of the event in one line."""
    if _is_private(component):
        return PRIVATE_TITLE
    return cleaned.title(_text(component.get("SUMMARY")))


def unescaped(text: str) -> str:
    """A TEXT value straight from the file, as people read it."""
    return cleaned.one_line(
        re.sub(r"\\([nN,;\\])", lambda found: " " if found[1] in "nN" else found[1], text)
    )


def is_cancelled(component: Component) -> bool:
    return _status(component) == "cancelled"


def _identity(original: datetime | date, zone: ZoneInfo) -> datetime | date:
    return moment(original, zone) if isinstance(original, datetime) else original


def _as_date(value: datetime | date) -> date:
    return value.date() + timedelta(days=1) if isinstance(value, datetime) else value


def _status(component: Component) -> Literal["confirmed", "tentative", "cancelled"]:
    match _text(component.get("STATUS")).upper():
        case "CANCELLED" | "CANCELED":
            return "cancelled"
        case "TENTATIVE":
            return "tentative"
        case _:
            return "confirmed"


def _participation(
    component: Component, guests: list[Guest], organizer: str, owner: frozenset[str]
) -> Participation:
    answer = invitation.participation(guests, organizer, owner)
    return "tentative" if answer == "unknown" and _busy_status(component) == "TENTATIVE" else answer


def _guests(component: Component) -> list[Guest]:
    return [
        Guest(
            _address(attendee),
            _ANSWERS.get(_parameter(attendee, "PARTSTAT", "NEEDS-ACTION"), "needs-action"),
            _parameter(attendee, "CUTYPE", "INDIVIDUAL") in ("ROOM", "RESOURCE"),
        )
        for attendee in _all(component.get("ATTENDEE"))
    ]


def _is_transparent(component: Component) -> bool:
    return _text(component.get("TRANSP")).upper() == "TRANSPARENT" or _busy_status(component) == "FREE"


def _busy_kind(component: Component) -> Literal["busy", "out-of-office", "focus"]:
    # An invitation one has not answered shows as TENTATIVE; what its sender intended is in the other one.
    intended = _text(component.get("X-MICROSOFT-CDO-INTENDEDSTATUS")).upper()
    if "OOF" in (_busy_status(component), intended):
        return "out-of-office"
    return "busy"


def _busy_status(component: Component) -> str:
    return _text(component.get("X-MICROSOFT-CDO-BUSYSTATUS")).upper()


def _is_private(component: Component) -> bool:
    return _text(component.get("CLASS")).upper() in ("PRIVATE", "CONFIDENTIAL")


def _address(value: Any) -> str:
    """The mail address of a CAL-ADDRESS, lower case; empty when it has none."""
    for text in (str(value or ""), _parameter(value, "EMAIL", "")):
        address = re.sub("^mailto:", "", text.strip(), flags=re.IGNORECASE).strip().lower()
        if "@" in address and not re.search(r"[\s<>]", address):
            return address
    return ""


def _parameter(value: Any, name: str, default: str) -> str:
    found = getattr(value, "params", {}).get(name, default)
    return str(found[0] if isinstance(found, list) and found else found).upper()


def _all(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, Iterable) and not isinstance(value, str) else [value]


def _text(value: Any) -> str:
    """A property's text; the first one's if it was given twice."""
    return str(value[0] if isinstance(value, list) else value) if value else ""
