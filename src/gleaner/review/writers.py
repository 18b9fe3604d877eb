"""What apply needs to change the world. Only ``review/apply.py`` may use these ports."""

from __future__ import annotations

from typing import Protocol

from gleaner.core.actions import CreateTimeEntry, UpdateTimeEntry
from gleaner.core.catalog import EntryId, UserId
from gleaner.core.entries import TimeEntry


class TimeEntries(Protocol):
    """Harvest's time entries, live. Every method is at most two requests.

    All raise Refused when Harvest says no, Unavailable when it cannot be asked (``answer_lost`` when a
    write may have happened).
    """

    def find(self, reference: str, user_id: UserId) -> list[TimeEntry]:
        """Entries of that person whose ``external_reference`` has this id; more than one is a fault to report."""
        ...

    def get(self, entry_id: EntryId) -> TimeEntry | None:
        """The entry as it is now, or None when it is gone."""
        ...

    def create(self, action: CreateTimeEntry) -> TimeEntry:
        """One POST, never repeated by the client."""
        ...

    def update(self, action: UpdateTimeEntry) -> TimeEntry: ...

    def delete(self, entry_id: EntryId) -> None:
        """Gone is gone: deleting what does not exist is no error."""
        ...
