"""An event as the API writes it, cut down to what may be kept, and as an :class:`Event`.

Of a private event no text is taken in: it is gone before anything is kept or decided.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from gleaner.capture.calendar import invitation, text
from gleaner.capture.calendar.invitation import Guest
from gleaner.capture.calendar.owner import Owner
from gleaner.capture.google.meet import CODE
from gleaner.capture.observed import PRIVATE_TITLE, Event, Participation
from gleaner.core.time import Span

FIELDS = (
    "nextPageToken,nextSyncToken,items(id,status,iCalUID,summary,description,location,htmlLink,start,end,"
    "recurringEventId,originalStartTime,transparency,visibility,eventType,organizer(email),"
    "attendees(email,responseStatus,resource))"
)
"""All that is asked of the API."""
WITH_CALL = f"{FIELDS[:-1]},conferenceData(conferenceId,conferenceSolution(key(type))))"
"""The same with what names an event's call, for those who want attendance."""
KINDS = ("default", "focusTime", "outOfOffice", "fromGmail")
"""Birthdays and working locations are no use of anybody's time; they are not asked for."""
_HIDDEN = ("private", "confidential")
_ANSWERS: dict[str, Participation] = {
    "accepted": "accepted",
    "declined": "declined",
    "tentative": "tentative",
    "needsAction": "needs-action",
}


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class When(_Part):
    """A day or a moment."""

    day: date | None = Field(None, alias="date")
    at: AwareDatetime | None = Field(None, alias="dateTime")

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.day is None) == (self.at is None):
            raise ValueError("neither a day nor a moment")
        return self


class Who(_Part):
    """Somebody."""

    email: str = ""
    answer: str = Field("needsAction", alias="responseStatus")
    resource: bool = False

    @property
    def address(self) -> str:
        return self.email.strip().lower()


class Item(_Part):
    """One event, or one instance of a series. An all-day event's end is the day after its last."""

    id: str
    status: Literal["confirmed", "tentative", "cancelled"] = "confirmed"
    uid: str = Field("", alias="iCalUID")
    summary: str = ""
    description: str = ""
    location: str = ""
    link: str = Field("", alias="htmlLink")
    start: When
    end: When
    series: str = Field("", alias="recurringEventId")
    original: When | None = Field(None, alias="originalStartTime")
    transparency: str = "opaque"
    visibility: str = "default"
    kind: str = Field("default", alias="eventType")
    organizer: Who = Who()
    attendees: tuple[Who, ...] = ()
    call: str = ""
    """The code of its Google Meet."""

    @property
    def is_private(self) -> bool:
        return self.visibility in _HIDDEN


def read(raw: dict[str, Any], owner: frozenset[str]) -> Item:
    """*raw* without what must not be kept. Raises ValueError with the reason when it is no event."""
    if raw.get("visibility") in _HIDDEN:
        own = [one for one in raw.get("attendees") or () if str(one.get("email", "")).lower() in owner]
        named = {"summary", "description", "location", "htmlLink", "organizer", "conferenceData"}
        raw = {key: value for key, value in raw.items() if key not in named} | {"attendees": own}
    try:
        return Item.model_validate({**raw, "call": _call(raw.get("conferenceData"))})
    except ValidationError as error:
        first = error.errors()[0]
        raise ValueError(f"its {first['loc'][0] if first['loc'] else 'form'} cannot be read") from None


def _call(said: Any) -> str:
    """The code of an event's Google Meet; of calls elsewhere the id says nothing to Google."""
    try:
        is_meet = said["conferenceSolution"]["key"]["type"] == "hangoutsMeet"
        code = said["conferenceId"]
    except (LookupError, TypeError):
        return ""
    return code if is_meet and isinstance(code, str) and CODE.fullmatch(code) else ""


def spoken(raw: dict[str, Any]) -> str:
    """What an event is called in a sentence about it, readable or not."""
    return (
        PRIVATE_TITLE if raw.get("visibility") in _HIDDEN else text.title(str(raw.get("summary") or ""))[:80]
    )


def event(item: Item, owner: Owner) -> Event:
    """*item* in the calendar of *owner*. Raises ValueError, with a predicate, when it ends before it starts."""
    start, end = _moment(item.start, owner), _moment(item.end, owner)
    if item.start.day and end <= start:
        # Some programs write the same day for one day.
        end = _moment(When.model_validate({"date": item.start.day + timedelta(days=1)}), owner)
    if end < start:
        raise ValueError("ends before it starts")
    organizer = item.organizer.address
    guests = [
        Guest(one.address, _ANSWERS.get(one.answer, "needs-action"), one.resource) for one in item.attendees
    ]
    is_own = organizer in owner.addresses and not guests
    first = item.start.day
    is_open = not item.is_private
    return Event(
        source=owner.source,
        owner=owner.person,
        uid=item.uid or item.id,
        original_start=_identity(item, owner),
        span=Span(start, end),
        title=text.title(item.summary) if is_open else PRIVATE_TITLE,
        is_all_day=first is not None,
        all_day_dates=(first, max(item.end.day or first, first + timedelta(days=1))) if first else None,
        is_recurring=bool(item.series),
        status=item.status,
        # An event of one's own has an organizer here, which other calendars leave out.
        participation="unknown" if is_own else invitation.participation(guests, organizer, owner.addresses),
        is_transparent=item.transparency == "transparent",
        is_private=item.is_private,
        busy_kind=_busy_kind(item.kind),
        organizer="" if is_own or not invitation.is_person(organizer) else organizer,
        attendees=() if is_own else invitation.taking_part(guests, organizer, owner.addresses),
        description=text.description(item.description),
        location=text.place(item.location),
        url=text.web_page(item.link),
        holidays=owner.holidays,
        call=item.call,
    )


def _busy_kind(kind: str) -> Literal["busy", "out-of-office", "focus"]:
    match kind:
        case "outOfOffice":
            return "out-of-office"
        case "focusTime":
            return "focus"
        case _:
            return "busy"


def _identity(item: Item, owner: Owner) -> datetime | date:
    original = item.original or item.start
    return original.day or _moment(original, owner)


def _moment(when: When, owner: Owner) -> datetime:
    if when.at is not None:
        return when.at.astimezone(UTC)
    assert when.day is not None
    return datetime.combine(when.day, time(), tzinfo=owner.zone).astimezone(UTC)
