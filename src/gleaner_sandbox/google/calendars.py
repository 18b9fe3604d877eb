"""Calendars and their events, as the API writes them; every change has a number, so that sync tokens work.

Source: Google Calendar API v3, *Events*, *Recurring events*, *Synchronize resources efficiently*.
"""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

Event = dict[str, Any]
_HORIZON = timedelta(days=730)
"""As far after its start a series is expanded when nobody asks for an end."""


class Gone(Exception):
    """The sync token says nothing any more."""


@dataclass
class Calendar:
    """One calendar. Instances of a series are made when they are asked for."""

    id: str
    owner: str
    readers: set[str] = field(default_factory=set)
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/Berlin"))
    events: dict[str, Event] = field(default_factory=dict)
    """Single events, masters and exceptions by id; a deleted one stays as ``cancelled``."""
    changed: dict[str, int] = field(default_factory=dict)
    """The number of the last change of each."""
    oldest: int = 0
    """Tokens from before this change are refused."""
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _shown: dict[str, set[str]] = field(default_factory=dict)
    """Ids of the instances of a series that anybody was shown."""

    @property
    def now(self) -> int:
        return max(self.changed.values(), default=0)

    def put(self, said: Event) -> Event:
        """A new event, or one anew."""
        event = {"status": "confirmed", "eventType": "default", **said}
        event.setdefault("id", f"{self.id.partition('@')[0]}{next(self._ids):05}")
        event.setdefault("iCalUID", f"{event['id']}@google.com")
        self.events[event["id"]] = event
        self.changed[event["id"]] = next(self._numbers)
        return event

    def change(self, key: str, said: Event) -> Event | None:
        """The event after the change; a single instance of a series becomes an exception. None: there is none."""
        known = self.events.get(key) or self.instance(key)
        return None if not known else self.put({**known, **said, "id": key})

    def delete(self, key: str) -> bool:
        return self.change(key, {"status": "cancelled"}) is not None

    def all(self) -> list[Event]:
        """Everything there is, series as their masters."""
        return [event for event in self.events.values() if event["status"] != "cancelled"]

    def single(self, start: datetime | None, end: datetime | None) -> list[Event]:
        """Single events and instances that overlap the range, in order."""
        found = [
            one
            for event in self.all()
            if "recurringEventId" not in event
            for one in self._expanded(event, end)
            if self._overlaps(one, start, end)
        ]
        exceptions = [one for one in self.all() if "recurringEventId" in one]
        found += [one for one in exceptions if self._overlaps(one, start, end)]
        return sorted(found, key=lambda one: (self.moment(one["start"]), one["id"]))

    def since(self, number: int) -> list[Event]:
        """What changed after that change: instances, and what is gone with no more than its id. Raises Gone."""
        if number < self.oldest:
            raise Gone
        found: list[Event] = []
        for key, at in self.changed.items():
            if at <= number:
                continue
            event = self.events[key]
            before = set(self._shown.get(key, ()))
            present = [] if event["status"] == "cancelled" else list(self._expanded(event, None))
            found += present
            gone = before - {one["id"] for one in present} - set(self._exceptions(key))
            if event["status"] == "cancelled":
                gone.add(key)
            found += [{"id": one, "status": "cancelled"} for one in sorted(gone)]
        return found

    def moment(self, said: dict[str, str]) -> datetime:
        """A start or an end in UTC; a day begins in the calendar's zone."""
        if "date" in said:
            return datetime.combine(date.fromisoformat(said["date"]), time(), self.zone).astimezone(UTC)
        return datetime.fromisoformat(said["dateTime"]).astimezone(UTC)

    # --- series ----------------------------------------------------------------------------------------------

    def _exceptions(self, series: str) -> dict[str, Event]:
        return {key: one for key, one in self.events.items() if one.get("recurringEventId") == series}

    def _expanded(self, event: Event, end: datetime | None) -> Iterator[Event]:
        if "recurrence" not in event:
            yield event
            return
        instead = self._exceptions(event["id"])
        for instance in self._instances(event, end):
            if instance["id"] not in instead:
                self._shown.setdefault(event["id"], set()).add(instance["id"])
                yield instance

    def _instances(self, master: Event, end: datetime | None) -> Iterator[Event]:
        """Where the wall clock of the series' own zone says the same time again."""
        is_day = "date" in master["start"]
        zone = ZoneInfo(master["start"].get("timeZone", self.zone.key))
        first = self.moment(master["start"]).astimezone(zone).replace(tzinfo=None)
        length = self.moment(master["end"]) - self.moment(master["start"])
        until = (end or self.moment(master["start"]) + _HORIZON).astimezone(zone).replace(tzinfo=None)
        for wall in rrulestr("\n".join(master["recurrence"]), dtstart=first):
            if wall > until:
                return
            yield self._on(master, wall.replace(tzinfo=zone), length, is_day=is_day)

    def _on(self, master: Event, at: datetime, length: timedelta, *, is_day: bool) -> Event:
        start = at.astimezone(UTC)
        if is_day:
            days = round(length / timedelta(days=1))
            began, ended = {"date": str(at.date())}, {"date": str(at.date() + timedelta(days=days))}
            suffix = f"{at:%Y%m%d}"
        else:
            began, ended = {"dateTime": at.isoformat()}, {"dateTime": (start + length).isoformat()}
            suffix = f"{start:%Y%m%dT%H%M%SZ}"
        rest = {key: value for key, value in master.items() if key != "recurrence"}
        return {
            **rest, "id": f"{master['id']}_{suffix}", "recurringEventId": master["id"], "start": began,
            "end": ended, "originalStartTime": began,
        }  # fmt: skip

    def instance(self, key: str) -> Event:
        """The instance of that id as its series says; nothing when there is none."""
        master = self.events.get(key.rpartition("_")[0], {})
        found = self._instances(master, None) if "recurrence" in master else iter(())
        return next((one for one in found if one["id"] == key), {})

    def _overlaps(self, event: Event, start: datetime | None, end: datetime | None) -> bool:
        began, ended = self.moment(event["start"]), self.moment(event["end"])
        return (end is None or began < end) and (start is None or ended > start or began >= start)


@dataclass
class Calendars:
    """All of them."""

    by_id: dict[str, Calendar] = field(default_factory=dict)

    def add(self, calendar: Calendar, events: Iterable[Event] = ()) -> Calendar:
        self.by_id[calendar.id] = calendar
        for event in events:
            calendar.put(event)
        return calendar

    def seen_by(self, person: str, name: str) -> Calendar | None:
        """The calendar of that id, or the person's own (``primary``), if they may see it."""
        found = self.by_id.get(person if name == "primary" else name)
        return found if found is not None and person in {found.owner, *found.readers} else None
