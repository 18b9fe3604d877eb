"""Duplicates: entries of one person that carry one of our keys. The oldest stays; the others are asked about.

Two processes that both believed the other dead can write one piece of work twice, and people copy entries with all
they carry. A timer that was set going again is neither: in an account with start and end times each stretch is an
entry of its own, and the stretches do not overlap.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import time
from itertools import pairwise

from gleaner.core.actions import DeleteTimeEntry
from gleaner.core.catalog import EntryId, UserId
from gleaner.core.entries import TimeEntry, snapshot
from gleaner.core.proposals import Proposal
from gleaner.core.time import spoken_day
from gleaner.timesheets.text import plain

DUPLICATE = "duplicate"
"""The ``rule`` of every proposal made here."""


def duplicates(
    entries: Iterable[TimeEntry], *, written: Collection[str] = (), kept: Collection[EntryId] = ()
) -> list[Proposal]:
    """A deletion for each entry but the oldest that carries the same key of ours, by person, day and number.

    *written* are keys of entries that were logged, not timed: of them no second stretch is expected. *kept* are
    entries that somebody already asked to keep.
    """
    by_key: dict[tuple[UserId, str], list[TimeEntry]] = {}
    for entry in entries:
        if entry.external_reference is not None and entry.is_ours:
            by_key.setdefault((entry.user_id, entry.external_reference.id), []).append(entry)
    found: list[tuple[TimeEntry, TimeEntry]] = []
    for (_, key), same in by_key.items():
        first, *others = sorted(same, key=lambda entry: entry.id)
        if key in written or not _are_stretches(same):
            found += [(other, first) for other in others if other.id not in kept and not other.is_running]
    found.sort(key=lambda pair: (pair[0].user_id, pair[0].spent_date, pair[0].id))
    return [_deletion(other, first) for other, first in found]


def _are_stretches(entries: Collection[TimeEntry]) -> bool:
    """Whether they are the stretches of one timer: all with a start, none beginning before the one before ended."""
    timed = sorted(entries, key=lambda entry: (entry.spent_date, entry.started_time or time()))
    if any(entry.started_time is None for entry in timed):
        return False
    return all(
        one.spent_date < other.spent_date
        or (
            one.ended_time is not None
            and other.started_time is not None
            and one.ended_time <= other.started_time
        )
        for one, other in pairwise(timed)
    )


def _deletion(entry: TimeEntry, first: TimeEntry) -> Proposal:
    title = plain(entry.notes) or f"entry {entry.id}"
    reason = (
        f"Entry {entry.id} ({_told(entry)}) carries the same key as entry {first.id} ({_told(first)}): "
        "one piece of work was written twice, or somebody copied the entry."
    )
    return Proposal(
        key=f"duplicate:{entry.id}", action=DeleteTimeEntry(entry.user_id, entry.id, snapshot(entry)),
        user_id=entry.user_id, on=entry.spent_date, reason=reason, rule=DUPLICATE, title=title, level="likely",
        must_ask=True,
    )  # fmt: skip


def _told(entry: TimeEntry) -> str:
    return f"{entry.hours:.2f} h on {spoken_day(entry.spent_date)}"
