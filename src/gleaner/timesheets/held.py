"""What the entry for one part of a repository's day holds of the other parts. Pure.

A day's work in a repository may be divided after it was logged: a rule was made, or a late commit named another
project. Until the entry is put right its hours stand for the other parts too, whatever project they are for, so that
no time is logged twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from gleaner.capture.strands import unmarked
from gleaner.core.catalog import EntryId
from gleaner.core.entries import TimeEntry
from gleaner.core.time import ZERO
from gleaner.timesheets.logged import Logged


@dataclass(frozen=True)
class Held:
    """What an entry was written for, as it was seen then."""

    activity_key: str
    observed: timedelta | None
    """None: nobody knows."""


def held(logged: Iterable[Logged]) -> dict[EntryId, Held]:
    """Of each entry that Gleaner wrote for coding and that is still there, what it was for."""
    return {
        one.entry_id: Held(one.activity_key, one.seen.observed if one.seen is not None else None)
        for one in logged
        if one.written is not None and one.activity_key.startswith("coding:")
    }


@dataclass
class Pools:
    """How much of each entry is for work that is seen as other parts now. What is taken is gone."""

    left: dict[EntryId, timedelta]
    days: Mapping[EntryId, str]
    """The repository's day that each entry is of."""

    def take(self, entry: TimeEntry, activity_key: str, most: timedelta) -> timedelta:
        """At most *most* of what *entry* holds of that activity, another part of the same day."""
        if self.days.get(entry.id) != unmarked(activity_key):
            return ZERO
        taken = min(self.left[entry.id], most)
        self.left[entry.id] -= taken
        return taken


def pools(
    entries: Iterable[TimeEntry], known: Mapping[EntryId, Held], observed: Mapping[str, timedelta]
) -> Pools:
    """What *entries* hold besides their own activity, whose length now is in *observed* by its key; none if it is gone.

    What a person added to an entry is no part of that: they said how long its own work took.
    """
    left, days = dict[EntryId, timedelta](), dict[EntryId, str]()
    for entry in entries:
        if (one := known.get(entry.id)) is not None:
            whole = timedelta(hours=float(entry.hours))
            then = whole if one.observed is None else min(whole, one.observed)
            left[entry.id] = max(ZERO, then - observed.get(one.activity_key, ZERO))
            days[entry.id] = unmarked(one.activity_key)
    return Pools(left, days)
