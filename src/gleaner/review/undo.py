"""Undo: take back one applied proposal, or everything a run did, newest first."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from gleaner.core.actions import CreateTimeEntry, DeleteTimeEntry, UpdateTimeEntry
from gleaner.core.entries import TimeEntry
from gleaner.core.errors import Refused, Unavailable
from gleaner.core.proposals import State
from gleaner.review.apply import Door, Outcome
from gleaner.review.inbox import Item
from gleaner.review.journal import Line

_HOUR_STEP = Decimal("0.01")


def undo(door: Door, item: Item, *, by: str, force: bool = False) -> Outcome:
    """Remove the entry that *item* made, if it still is as we made it.

    An entry that somebody changed since is left alone unless *force*; a locked, approved or invoiced one
    always is. An entry that is gone already counts as undone.
    """
    key = item.proposal.key
    try:
        _take_back(door, item, force=force)
    except (Refused, Unavailable) as error:
        return Outcome(
            key, "waiting" if isinstance(error, Unavailable) else "failed", str(error), item.entry_id
        )
    if not door.inbox.mark_undone(key, now=door.clock.now()):
        return Outcome(key, "taken", "somebody else undid it", item.entry_id)
    text = f"Undone: {item.proposal.title or key}"
    door.journal.write(
        Line(door.clock.now(), by, "undone", text, door.run_id, key, item.proposal.user_id, item.entry_id)
    )
    return Outcome(key, "applied", text, item.entry_id)


def undo_all(door: Door, items: Iterable[Item], *, by: str, force: bool = False) -> list[Outcome]:
    """Undo each, newest first; one that cannot be undone does not stop the others."""
    newest_first = sorted(
        items, key=lambda item: (item.decided_at is not None, item.entry_id or 0), reverse=True
    )
    return [undo(door, item, by=by, force=force) for item in newest_first]


def _take_back(door: Door, item: Item, *, force: bool) -> None:
    action = item.proposal.action
    if item.state is not State.APPLIED:
        raise Refused(f"only what was applied can be undone; this is {item.state}")
    match action:
        case CreateTimeEntry():
            _remove(door, item, action, force=force)
        case UpdateTimeEntry() | DeleteTimeEntry():
            raise Refused(
                "a change or deletion made by hand is not undone by Gleaner; edit the entry instead"
            )


def _remove(door: Door, item: Item, action: CreateTimeEntry, *, force: bool) -> None:
    assert item.entry_id is not None, "an applied creation has its entry"
    entry = door.entries.get(item.entry_id)
    if entry is None:
        return
    _guard_ours(entry, action, force=force)
    door.entries.delete(entry.id)


def _guard_ours(entry: TimeEntry, action: CreateTimeEntry, *, force: bool) -> None:
    if entry.user_id != action.user_id:
        raise Refused(f"entry {entry.id} is not this person's any more")
    if entry.is_locked or entry.is_closed or entry.is_billed:
        raise Refused(f"entry {entry.id} cannot be removed: {entry.locked_reason or 'it is locked'}")
    if force:
        return
    ours = entry.external_reference is not None and entry.external_reference.id == action.reference
    same = (entry.project_id, entry.task_id, entry.spent_date) == (
        action.project_id, action.task_id, action.spent_date,
    ) and abs(entry.hours - action.hours) <= _HOUR_STEP  # fmt: skip
    if not (ours and same):
        raise Refused(
            f"entry {entry.id} was changed since Gleaner wrote it; undo it with --force, or edit it in Harvest"
        )
