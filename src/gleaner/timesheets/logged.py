"""What Gleaner logged: the newest word on each activity's entry, with which later changes are compared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from gleaner.core.actions import (
    CreateTimeEntry,
    DeleteTimeEntry,
    UpdateTimeEntry,
    updated,
)
from gleaner.core.catalog import EntryId, UserId
from gleaner.core.entries import Snapshot, TimeEntry, changes
from gleaner.core.proposals import Proposal, Sighting
from gleaner.review.inbox import Item

AMENDMENT = "amendment"
"""The ``rule`` of every proposal made here."""


@dataclass(frozen=True)
class Logged:
    """An activity that Gleaner logged: its newest applied proposal, with which later changes are compared."""

    key: str
    activity_key: str
    user_id: UserId
    on: date
    """The day of its entry, as written; of a deleted one, the day it was on."""
    entry_id: EntryId
    written: Snapshot | None
    """The entry as Gleaner left it; None when the newest amendment deleted it."""
    deleted: Snapshot | None
    """Then: what it was before."""
    title: str
    fingerprint: str
    """Empty when the activity was gone already."""
    seen: Sighting | None
    chosen_by_person: bool
    """Somebody accepted or corrected its project; otherwise policy did."""


def logged(items: Iterable[Item]) -> list[Logged]:
    """What *items*, the applied proposals of some activities with all their amendments, left in Harvest.

    Those whose words are gone are left out: nothing can be compared with them any more.
    """
    chains: dict[str, list[Item]] = {}
    for item in items:
        if item.proposal.activity_key and item.decided_at is not None and _entry_of(item) is not None:
            chains.setdefault(item.proposal.activity_key, []).append(item)
    return [found for chain in chains.values() if (found := _newest(sorted(chain, key=_age)))]


def _age(item: Item) -> tuple[float, bool]:
    assert item.decided_at is not None, "only what was decided is asked about"
    return item.decided_at.timestamp(), item.proposal.rule == AMENDMENT


def _entry_of(item: Item) -> EntryId | None:
    action = item.proposal.action
    return action.entry_id if isinstance(action, UpdateTimeEntry | DeleteTimeEntry) else item.entry_id


def _newest(chain: Sequence[Item]) -> Logged | None:
    item = chain[-1]
    proposal, entry_id = item.proposal, _entry_of(item)
    if proposal.is_faded:
        return None
    written, deleted = _left_by(proposal), None
    if isinstance(proposal.action, DeleteTimeEntry):
        deleted = proposal.action.was
    if entry_id is None or (written is None and deleted is None):
        return None
    chose = [one for one in chain if _names_project(one.proposal)]
    return Logged(
        proposal.key, proposal.activity_key, proposal.user_id, written.spent_date if written else proposal.on,
        entry_id, written, deleted, proposal.title, item.offered.fingerprint, item.offered.seen,
        bool(chose) and chose[-1].decision != "policy",
    )  # fmt: skip


def _names_project(proposal: Proposal) -> bool:
    action = proposal.action
    return isinstance(action, CreateTimeEntry | UpdateTimeEntry) and action.project_id is not None


def _left_by(proposal: Proposal) -> Snapshot | None:
    """The entry as applying *proposal* left it; None where there is none, or nobody knows."""
    action = proposal.action
    match action:
        case CreateTimeEntry(project_id=project_id, task_id=task_id) if project_id and task_id:
            return Snapshot(
                project_id, task_id, action.spent_date, action.hours, action.notes, action.started_time,
                action.ended_time,
            )  # fmt: skip
        case UpdateTimeEntry(was=Snapshot() as was):
            return updated(was, action)
        case _:
            return None


def is_touched(one: Logged, entry: TimeEntry) -> tuple[str, ...]:
    """What somebody changed about the entry since Gleaner wrote it, in words. Other notes alone do not count."""
    if one.written is None:
        return ()
    written = replace(one.written, notes=entry.notes)
    times = (written.started_time, written.ended_time, entry.started_time, entry.ended_time)
    if None in times or written.started_time == written.ended_time:
        # Not every account keeps times, and not every entry was written with some.
        written = replace(written, started_time=entry.started_time, ended_time=entry.ended_time)
    return changes(written, entry)
