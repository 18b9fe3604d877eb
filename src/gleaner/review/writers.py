"""What apply needs to change the world. Only ``review/apply.py``, ``perform.py`` and ``undo.py`` use it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

from gleaner.core.actions import CreateTimeEntry, StartTimer, UpdateTimeEntry
from gleaner.core.catalog import EntryId, UserId
from gleaner.core.entries import TimeEntry
from gleaner.core.ports import LiveEntries


class TimeEntries(LiveEntries, Protocol):
    """Harvest's time entries, live. Every method is at most two requests.

    All raise Refused when Harvest says no, Unavailable when it cannot be asked (``answer_lost`` when a
    write may have happened).
    """

    def guarded(self, check: Callable[[], None]) -> AbstractContextManager[None]:
        """Within it *check* is called right before each write leaves, after all waiting; what it raises stops it."""
        ...

    def find(self, reference: str, user_id: UserId) -> list[TimeEntry]:
        """Entries of that person whose ``external_reference`` has this id; more than one is a fault to report."""
        ...

    def create(self, action: CreateTimeEntry) -> TimeEntry:
        """One POST, never repeated by the client."""
        ...

    def update(self, action: UpdateTimeEntry) -> TimeEntry: ...

    def delete(self, entry_id: EntryId) -> None:
        """Gone is gone: deleting what does not exist is no error."""
        ...

    def start(self, action: StartTimer) -> TimeEntry:
        """One POST, never repeated by the client. Harvest stops the person's other timer."""
        ...

    def stop(self, entry_id: EntryId) -> TimeEntry:
        """Raises Refused when its timer does not run."""
        ...

    def restart(self, entry_id: EntryId) -> TimeEntry:
        """The entry whose timer runs then: the same, or a new one in an account that keeps times.

        Raises Refused when its timer runs already.
        """
        ...
