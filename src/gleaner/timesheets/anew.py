"""A day drafted anew, as if what changed since had not been logged: the timeline decides what an amendment may say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property

from gleaner.core.actions import (
    CreateTimeEntry,
)
from gleaner.core.activities import Activity
from gleaner.core.catalog import EntryId, ProjectId, TaskId
from gleaner.core.entries import ExternalReference, TimeEntry
from gleaner.core.proposals import Proposal
from gleaner.matching.match import Match
from gleaner.timesheets.draft import Day, Draft, draft
from gleaner.timesheets.logged import Logged, is_touched
from gleaner.timesheets.timeline import lay


@dataclass(frozen=True)
class Fresh:
    """A day as it would be drafted if some of what is logged were not."""

    draft: Draft
    free: Mapping[str, timedelta]
    """What the timeline leaves each activity, by its key, before the day's length is looked at."""


@dataclass(frozen=True)
class Facts:
    """One person's day with what was seen of it."""

    day: Day
    matches: tuple[Match, ...]

    @cached_property
    def plain(self) -> Draft:
        """The draft beside all that Harvest holds."""
        return draft(self.day, self.matches)

    def entry(self, entry_id: EntryId) -> TimeEntry | None:
        return next((entry for entry in self.day.entries if entry.id == entry_id), None)

    def match_of(self, activity: Activity) -> Match | None:
        return next((match for match in self.matches if match.activity.key == activity.key), None)

    def as_if_new(self, logged: Mapping[str, Logged], one: Logged) -> Fresh:
        """The day drafted anew as if *one*, and all of the day that grew since, had not been logged.

        Those share what is left beside everything else: beside new proposals, and beside what will be shorter once
        somebody said so. Whichever are accepted first, coding never takes the day beyond what it holds.
        """
        lifted = {it.entry_id for it in logged.values() if self._grew(it)} | {one.entry_id}
        standing = [entry for entry in self.day.entries if entry.id not in lifted]
        new = [proposal for proposal in self.plain.proposals if proposal.activity_key not in logged]
        asked = [_as_entry(number, proposal) for number, proposal in enumerate(new, 1)]
        day = replace(self.day, entries=(*standing, *asked))
        lines = lay(self.matches, self.day.taken)
        return Fresh(draft(day, self.matches), {line.activity.key: line.worked for line in lines})

    def _grew(self, one: Logged) -> bool:
        """Whether there is more of it than was logged, and nobody changed the entry meanwhile."""
        now = next((m.activity for m in self.matches if m.activity.key == one.activity_key), None)
        entry = self.entry(one.entry_id)
        if now is None or entry is None or one.seen is None or is_touched(one, entry):
            return False
        return now.observed > one.seen.observed


def _as_entry(number: int, proposal: Proposal) -> TimeEntry:
    """*proposal* as the entry it would become: its time is spoken for."""
    action = proposal.action
    assert isinstance(action, CreateTimeEntry), "a draft proposes new entries"
    return TimeEntry(
        EntryId(-number), action.user_id, action.project_id or ProjectId(0), action.task_id or TaskId(0),
        action.spent_date, action.hours, action.notes, action.started_time, action.ended_time,
        external_reference=ExternalReference(action.reference),
    )  # fmt: skip
