"""Time entries, ``/time_entries`` (``harvest/api`` §15)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import TypedDict, Unpack

from gleaner.adapters.harvest import wire
from gleaner.adapters.harvest.encoding import Params
from gleaner.adapters.harvest.resource import Resource, filters
from gleaner.adapters.harvest.transport import Transport


class ReferenceFields(TypedDict, total=False):
    """What ties an entry to something outside; Harvest works the rest out from the permalink."""

    id: str
    group_id: str
    account_id: str
    permalink: str


class NewEntry(TypedDict, total=False):
    """What every new entry may carry. The first three are needed; without *user_id* it is the token's own person."""

    project_id: int
    task_id: int
    spent_date: date
    user_id: int
    notes: str
    external_reference: ReferenceFields


class EntryChanges(TypedDict, total=False):
    """What may be changed. A person's entry stays that person's. Times are text in the company's clock."""

    project_id: int
    task_id: int
    spent_date: date
    hours: Decimal
    started_time: str
    ended_time: str
    notes: str
    external_reference: ReferenceFields


class EntryFilter(TypedDict, total=False):
    """Which entries to list; *first* and *last* are the days, both included (Harvest's ``from`` and ``to``)."""

    first: date | str
    last: date | str
    user_id: int
    client_id: int
    project_id: int
    task_id: int
    external_reference_id: str
    is_billed: bool
    is_running: bool
    updated_since: datetime


class TimeEntries(Resource[wire.TimeEntry]):
    def __init__(self, transport: Transport) -> None:
        super().__init__(transport, "/time_entries", "time_entries", wire.TimeEntry)

    def list(self, **which: Unpack[EntryFilter]) -> Iterator[wire.TimeEntry]:
        """Latest day first."""
        return self._list(params(which))

    def get(self, entry_id: int) -> wire.TimeEntry:
        return self._get(entry_id)

    def create_with_hours(self, hours: Decimal, **fields: Unpack[NewEntry]) -> wire.TimeEntry:
        """A finished entry by duration. Zero hours stay zero: no timer starts."""
        return self._create({**fields, "hours": hours})

    def create_with_times(
        self, started_time: str, ended_time: str, **fields: Unpack[NewEntry]
    ) -> wire.TimeEntry:
        """A finished entry by start and end, in the company's clock; for accounts that keep times."""
        return self._create({**fields, "started_time": started_time, "ended_time": ended_time})

    def start_timer(self, **fields: Unpack[NewEntry]) -> wire.TimeEntry:
        """A running entry from now on; it stops the person's other timer."""
        return self._create(dict(fields))

    def update(self, entry_id: int, **changes: Unpack[EntryChanges]) -> wire.TimeEntry:
        """Never repeated: between two sends somebody else may have changed the entry, and would be overwritten."""
        return self._call("PATCH", f"{self._path}/{entry_id}", dict(changes), is_harmless=False)

    def delete(self, entry_id: int) -> None:
        self._delete(entry_id)

    def delete_external_reference(self, entry_id: int) -> None:
        self._delete(f"{entry_id}/external_reference")

    def stop(self, entry_id: int) -> wire.TimeEntry:
        """Refused unless it is running."""
        return self._call("PATCH", f"{self._path}/{entry_id}/stop")

    def restart(self, entry_id: int) -> wire.TimeEntry:
        """Refused while it is running. In accounts that keep times the answer is a *new* entry."""
        return self._call("PATCH", f"{self._path}/{entry_id}/restart")


def params(which: EntryFilter) -> Params:
    """*which* in Harvest's words."""
    return filters(which)
