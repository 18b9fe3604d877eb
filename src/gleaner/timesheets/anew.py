"""A day drafted anew, as if what changed since had not been logged: the timeline decides what an amendment may say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property

from gleaner.capture.strands import unmarked
from gleaner.core.actions import (
    CreateTimeEntry,
)
from gleaner.core.activities import Activity
from gleaner.core.catalog import EntryId, ProjectId, TaskId
from gleaner.core.entries import ExternalReference, TimeEntry
from gleaner.core.proposals import Proposal
from gleaner.core.time import ZERO, whole_minutes
from gleaner.matching.match import Match
from gleaner.timesheets.draft import SHORTEST, Day, Draft, draft, limit
from gleaner.timesheets.logged import Logged
from gleaner.timesheets.reconcile import logged_time
from gleaner.timesheets.timeline import Line, lay


@dataclass(frozen=True)
class Fresh:
    """A day as it would be drafted if one thing that is logged were not."""

    draft: Draft
    free: Mapping[str, timedelta]
    """What the timeline leaves each activity, by its key, before the day's length is looked at."""
    room: Mapping[str, timedelta]
    """How much more of it the day holds, for each coding that may have grown."""


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

    def has_other_parts(self, logged: Mapping[str, Logged], one: Logged) -> bool:
        """Whether *one*, which is gone, is seen as other parts of its repository's day now: they grew by it."""
        if not one.activity_key.startswith("coding:"):
            return False
        whole = unmarked(one.activity_key)
        beside = [match.activity for match in self.matches if unmarked(match.activity.key) == whole]
        entries = [self.entry(logged[part.key].entry_id) for part in beside if part.key in logged]
        booked = logged_time([entry for entry in entries if entry is not None])
        return sum((part.observed for part in beside), ZERO) - booked >= SHORTEST

    def as_if_new(self, logged: Mapping[str, Logged], one: Logged) -> Fresh:
        """The day drafted anew as if *one* had not been logged, beside all else that is, or is proposed as new."""
        new = [proposal for proposal in self.plain.proposals if proposal.activity_key not in logged]
        asked = [_as_entry(number, proposal) for number, proposal in enumerate(new, 1)]
        standing = [entry for entry in self.day.entries if entry.id != one.entry_id]
        day = replace(self.day, entries=(*standing, *asked))
        lines = lay(self.matches, self.day.taken)
        whole = replace(day, entries=(*self.day.entries, *asked))
        return Fresh(
            draft(day, self.matches),
            {line.activity.key: line.worked for line in lines},
            self._room(whole, [line for line in lines if line.activity.kind == "coding"], logged),
        )

    def _room(self, whole: Day, coding: Sequence[Line], logged: Mapping[str, Logged]) -> dict[str, timedelta]:
        """What is left of the day, shared out to the work that grew, the earliest first.

        Whichever of it is accepted, in whatever order, the day does not hold more than it may.
        """
        left, shares = max(ZERO, limit(whole) - logged_time(whole.entries)), {}
        for line in coding:
            one = logged.get(line.activity.key)
            entry = self.entry(one.entry_id) if one is not None else None
            if entry is not None:
                more = max(ZERO, line.worked - logged_time([entry]))
                shares[line.activity.key] = whole_minutes(min(more, left))
                left -= shares[line.activity.key]
        return shares


def _as_entry(number: int, proposal: Proposal) -> TimeEntry:
    """*proposal* as the entry it would become: its time is spoken for."""
    action = proposal.action
    assert isinstance(action, CreateTimeEntry), "a draft proposes new entries"
    return TimeEntry(
        EntryId(-number), action.user_id, action.project_id or ProjectId(0), action.task_id or TaskId(0),
        action.spent_date, action.hours, action.notes, action.started_time, action.ended_time,
        external_reference=ExternalReference(action.reference),
    )  # fmt: skip
