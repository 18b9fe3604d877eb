"""Writing time entries: the port ``review.writers.TimeEntries`` on the real Harvest."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from gleaner.adapters.harvest import wire
from gleaner.adapters.harvest.client import Client
from gleaner.adapters.harvest.encoding import Raw
from gleaner.adapters.harvest.time_entries import EntryChanges, NewEntry, ReferenceFields
from gleaner.adapters.harvest.times import format_time
from gleaner.adapters.harvest.transport import guarded
from gleaner.core.actions import CreateTimeEntry, StartTimer, UpdateTimeEntry
from gleaner.core.catalog import Company, EntryId, UserId
from gleaner.core.entries import OUR_GROUP, TimeEntry
from gleaner.core.errors import Refused


class TimeEntryWriter:
    """Reads and writes entries live; tells the mirror about each write, so that it need not ask again.

    *company* says whether the account keeps durations or start and end times, and in which clock.
    *noted* hears every entry written or got (``Mirror.note``), *forgotten* every one that is gone
    (``Mirror.forget``).
    """

    def __init__(
        self,
        client: Client,
        company: Callable[[], Company],
        *,
        noted: Callable[[Raw], None] | None = None,
        forgotten: Callable[[EntryId], None] | None = None,
    ) -> None:
        self._client = client
        self._entries = client.time_entries
        self._company = company
        self._noted = noted
        self._forgotten = forgotten

    def guarded(self, check: Callable[[], None]) -> AbstractContextManager[None]:
        return guarded(check)

    def find(self, reference: str, user_id: UserId) -> list[TimeEntry]:
        found = self._entries.list(external_reference_id=reference, user_id=user_id)
        entries = [entry.to_core() for entry in found]
        # Harvest ignores parameters it does not know: never take a stranger's entry for ours.
        return [
            entry
            for entry in entries
            if entry.user_id == user_id
            and entry.external_reference is not None
            and entry.external_reference.id == reference
        ]

    def get(self, entry_id: EntryId) -> TimeEntry | None:
        try:
            return self._written(self._entries.get(entry_id))
        except Refused as refusal:
            if refusal.status != 404:
                raise
        if self._forgotten is not None:
            self._forgotten(entry_id)
        return None

    def running(self, user_id: UserId) -> TimeEntry | None:
        found = self._entries.list(user_id=user_id, is_running=True)
        # Harvest ignores parameters it does not know: take no other entry for a running one.
        mine = (entry for entry in found if entry.is_running and entry.user.id == user_id)
        entry = next(mine, None)
        return None if entry is None else self._written(entry)

    def create(self, action: CreateTimeEntry) -> TimeEntry:
        """See the port. Raises Refused without asking when nobody chose project and task yet."""
        fields = self._new(action)
        company = self._company()
        start, end = action.started_time, action.ended_time
        # Start and end alike would be read as nothing or as a whole day; zero hours are zero.
        if company.wants_timestamp_timers and start is not None and end is not None and start != end:
            entry = self._entries.create_with_times(
                format_time(start, company.clock), format_time(end, company.clock), **fields
            )
        else:
            entry = self._entries.create_with_hours(action.hours, **fields)
        return self._written(entry)

    def update(self, action: UpdateTimeEntry) -> TimeEntry:
        changes = self._changes(action)
        if not changes:
            return self._entries.get(action.entry_id).to_core()
        return self._written(self._entries.update(action.entry_id, **changes))

    def delete(self, entry_id: EntryId) -> None:
        try:
            self._entries.delete(entry_id)
        except Refused as refusal:
            if refusal.status != 404:
                raise
        if self._forgotten is not None:
            self._forgotten(entry_id)

    def start(self, action: StartTimer) -> TimeEntry:
        return self._written(self._entries.start_timer(**self._new(action)))

    def stop(self, entry_id: EntryId) -> TimeEntry:
        return self._written(self._entries.stop(entry_id))

    def restart(self, entry_id: EntryId) -> TimeEntry:
        return self._written(self._entries.restart(entry_id))

    def _new(self, action: CreateTimeEntry | StartTimer) -> NewEntry:
        if action.project_id is None or action.task_id is None:
            raise Refused("This entry has no project or task yet; choose one before it is logged.")
        return {
            "user_id": action.user_id,
            "project_id": action.project_id,
            "task_id": action.task_id,
            "spent_date": action.spent_date,
            "notes": action.notes,
            "external_reference": self._reference(action),
        }

    def _reference(self, action: CreateTimeEntry | StartTimer) -> ReferenceFields:
        """Ours, or what an entry had that is put back: other programs find theirs by it."""
        said: ReferenceFields = {"id": action.reference}
        group = action.reference_group if isinstance(action, CreateTimeEntry) else OUR_GROUP
        account = str(self._client.account_id) if group == OUR_GROUP else ""
        if isinstance(action, CreateTimeEntry):
            account = action.reference_account or account
            if action.permalink:
                said["permalink"] = action.permalink
        if group:
            said["group_id"] = group
        if account:
            said["account_id"] = account
        return said

    def _changes(self, action: UpdateTimeEntry) -> EntryChanges:
        changes: EntryChanges = {}
        if action.spent_date is not None:
            changes["spent_date"] = action.spent_date
        if action.project_id is not None:
            changes["project_id"] = action.project_id
        if action.task_id is not None:
            changes["task_id"] = action.task_id
        if action.notes is not None:
            changes["notes"] = action.notes
        company = self._company()
        start, end = action.started_time, action.ended_time
        if company.wants_timestamp_timers and (start is not None or end is not None):
            # Hours follow from the times; sent beside them they would move the end.
            if start is not None:
                changes["started_time"] = format_time(start, company.clock)
            if end is not None:
                changes["ended_time"] = format_time(end, company.clock)
        elif action.hours is not None:
            changes["hours"] = action.hours
        return changes

    def _written(self, entry: wire.TimeEntry) -> TimeEntry:
        if self._noted is not None:
            self._noted(entry.raw)
        return entry.to_core()
