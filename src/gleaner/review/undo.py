"""Undo: take back one applied proposal, or everything a run did, newest first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import assert_never

from gleaner.core.actions import (
    CreateExpense,
    CreateTimeEntry,
    DeleteExpense,
    DeleteTimeEntry,
    StartTimer,
    StopTimer,
    UpdateExpense,
    UpdateTimeEntry,
    is_done,
    reverse,
    updated,
)
from gleaner.core.entries import HOUR_STEP, ExternalReference, Snapshot, TimeEntry, changes
from gleaner.core.errors import Refused, Unavailable
from gleaner.core.phrases import phrase
from gleaner.core.proposals import Proposal, State, reference
from gleaner.core.time import later
from gleaner.review import refunds
from gleaner.review.door import Door, Outcome
from gleaner.review.guards import MOMENT, guard_moves, guard_open, guard_owner, guard_week
from gleaner.review.inbox import Item
from gleaner.review.journal import Line
from gleaner.review.putting_back import put_back
from gleaner.review.words import told


def undo(door: Door, item: Item, *, by: str, force: bool = False) -> Outcome:
    """Take back what *item* did, if the entry still is as we left it.

    A new entry is removed, a change changed back, a deleted entry put back, a started timer removed, a stopped
    one set going again. An entry that somebody changed since is left alone unless *force*; a locked, approved
    or invoiced one always is; and so with expenses. What is taken back already counts as undone.
    """
    key = item.proposal.key
    try:
        more = _take_back(door, item, by=by, force=force)
    except (Refused, Unavailable) as error:
        return Outcome(
            key,
            "waiting" if isinstance(error, Unavailable) else "failed",
            str(error),
            item.entry_id,
            expense_id=item.expense_id,
        )
    if not door.inbox.mark_undone(key, now=door.clock.now()):
        return Outcome(key, "taken", "somebody else undid it", item.entry_id)
    text = phrase("Undone: {title}{more}", title=item.proposal.title or key, more=more)
    door.journal.write(
        Line(door.clock.now(), by, "undone", text, door.run_id, key, item.proposal.user_id, item.entry_id)
    )
    return Outcome(key, "applied", text, item.entry_id, expense_id=item.expense_id)


def undo_all(door: Door, items: Iterable[Item], *, by: str, force: bool = False) -> list[Outcome]:
    """Undo each, newest first; one that cannot be undone does not stop the others."""
    newest_first = sorted(
        items, key=lambda item: (_decided_at(item), item.entry_id or item.expense_id or 0), reverse=True
    )
    return [undo(door, item, by=by, force=force) for item in newest_first]


def obstacle(item: Item, entry: TimeEntry | None, now: datetime) -> str:
    """Why taking *item* back would be refused, as far as that is known without asking Harvest; empty: nothing is.

    *entry* is the one it is about, as last seen; None where there is none any more, or none was.
    """
    action = item.proposal.action
    if item.state is State.UNDONE:
        return "It was taken back already."
    if item.state is not State.APPLIED:
        return "It is not in Harvest, so there is nothing to take back."
    if isinstance(action, DeleteTimeEntry) and item.trouble:
        return "Somebody else deleted it, so taking this back does not bring it back; log it anew."
    if isinstance(action, StopTimer) and now - action.asked_at > MOMENT:
        return (
            "The timer was stopped more than 5 minutes ago, and would count the time since; start a new one."
        )
    if item.proposal.is_faded and isinstance(action, DeleteTimeEntry):
        return "What its notes said is not kept any more; log it anew."
    if entry is None or isinstance(action, DeleteTimeEntry):
        return ""
    if entry.is_billed:
        return "Its entry is on an invoice."
    if entry.is_closed:
        return "Its entry is approved; ask for it to be reopened."
    return "Its entry is locked in Harvest." if entry.is_locked else ""


def _decided_at(item: Item) -> float:
    return item.decided_at.timestamp() if item.decided_at is not None else 0.0


def _take_back(door: Door, item: Item, *, by: str, force: bool) -> str:
    """What else there is to say about it."""
    action = item.proposal.action
    if item.state is not State.APPLIED:
        raise Refused(phrase("only what was applied can be undone; this is {state}", state=item.state))
    match action:
        case CreateTimeEntry() | StartTimer():
            return _remove(door, item, action, force=force)
        case UpdateTimeEntry():
            return _change_back(door, item, action, force=force)
        case DeleteTimeEntry():
            return _put_back(door, item, action, by=by)
        case StopTimer():
            return _run_again(door, action, force=force)
        case CreateExpense():
            return refunds.remove(door, item, action, force=force)
        case UpdateExpense():
            return refunds.change_back(door, item, action, force=force)
        case DeleteExpense():
            return refunds.restore(door, item, action, by=by)
        case _:
            assert_never(action)


# --- a new entry, a started timer ----------------------------------------------------------------------------------


def _remove(door: Door, item: Item, action: CreateTimeEntry | StartTimer, *, force: bool) -> str:
    assert item.entry_id is not None, "an applied creation has its entry"
    made = door.entries.get(item.entry_id)
    found = {made.id: made} if made is not None else {}
    if made is None or isinstance(action, StartTimer):
        # Put back after a deletion it has another number; a timer set going again may run on in a second entry.
        found |= {one.id: one for one in door.entries.find(action.reference, action.user_id) if one.is_ours}
    amended = _amended(door, item, action)
    for entry in found.values():
        # What the notes were is not kept for ever; the reference and the hours say enough then.
        expected = replace(action, notes=entry.notes) if item.proposal.is_faded else action
        _guard_ours(entry, expected, force=force, amended=amended)
    for entry_id in sorted(found):
        door.entries.delete(entry_id)
    for later_one in amended:
        # There is nothing left that could be changed back.
        door.inbox.mark_undone(later_one.proposal.key, now=door.clock.now())
    if isinstance(action, CreateTimeEntry) or not found:
        return ""
    hours = sum((entry.hours for entry in found.values()), Decimal(0))
    return f"; the entry with {hours:.2f} h was removed"


def _amended(door: Door, item: Item, action: CreateTimeEntry | StartTimer) -> list[Item]:
    """The changes of its entry that were applied for the same activity since, oldest first."""
    key = item.proposal.activity_key
    if not key or not isinstance(action, CreateTimeEntry):
        return []
    applied = door.inbox.applied_about(activity_keys=[key])
    mine = [
        one
        for one in applied
        if isinstance(one.proposal.action, UpdateTimeEntry) and one.entry_id == item.entry_id
    ]
    return sorted(mine, key=_decided_at)


def _guard_ours(
    entry: TimeEntry, action: CreateTimeEntry | StartTimer, *, force: bool, amended: Sequence[Item] = ()
) -> None:
    if entry.user_id != action.user_id:
        raise Refused(phrase("entry {entry_id} is not this person's any more", entry_id=entry.id))
    guard_open(entry, "removed")
    if force:
        return
    ours = entry.external_reference is not None and entry.external_reference.id == action.reference
    last = amended[-1].proposal.action if amended else None
    if ours and isinstance(last, UpdateTimeEntry) and last.was is not None:
        different = changes(updated(last.was, last), entry)
        if different:
            raise Refused(
                phrase(
                    "entry {entry_id} was changed since Gleaner changed it: {listed}; undo it with "
                    "--force, or edit it in Harvest",
                    entry_id=entry.id,
                    listed=", ".join(different),
                )
            )
        return
    same = (entry.project_id, entry.task_id, entry.spent_date) == (
        action.project_id, action.task_id, action.spent_date,
    )  # fmt: skip
    same = same and entry.notes.strip() == action.notes.strip()
    if isinstance(action, CreateTimeEntry):
        same = same and abs(entry.hours - action.hours) <= HOUR_STEP and not entry.is_running
        same = same and _at_those_times(entry, action)
    elif not entry.is_running and entry.hours > HOUR_STEP:
        # What a running timer counts is no change of anybody's; what it came to may have been corrected since.
        raise Refused(
            phrase(
                "the timer of entry {entry_id} was stopped and came to {hours:.2f} h; undo it with --force "
                "to lose them, or edit the entry",
                entry_id=entry.id,
                hours=entry.hours,
            )
        )
    if not (ours and same):
        raise Refused(
            phrase(
                "entry {entry_id} was changed since Gleaner wrote it; undo it with --force, or edit it in Harvest",
                entry_id=entry.id,
            )
        )


def _at_those_times(entry: TimeEntry, action: CreateTimeEntry) -> bool:
    """Whether it begins and ends as written, to the minute. Where no times were written, or kept, nobody can tell."""
    start, end = action.started_time, action.ended_time
    if start is None or end is None or start == end or (entry.started_time, entry.ended_time) == (None, None):
        return True
    written = (start.replace(second=0, microsecond=0), end.replace(second=0, microsecond=0))
    return written == (entry.started_time, entry.ended_time)


# --- a change ------------------------------------------------------------------------------------------------------


def _change_back(door: Door, item: Item, action: UpdateTimeEntry, *, force: bool) -> str:
    was = _known(action)
    entry = guard_owner(door.entries.get(action.entry_id), action.entry_id, action.user_id)
    if item.proposal.is_faded:
        if action.notes is not None:
            raise Refused(phrase("{wordless}; edit the entry instead", wordless=_WORDLESS))
        was = replace(was, notes=entry.notes)
    back = reverse(action, was)
    if is_done(back, entry):
        return ""
    guard_open(entry)
    different = () if force else changes(updated(was, action), entry)
    if different:
        raise Refused(
            phrase(
                "entry {entry_id} was changed since Gleaner changed it: {listed}; undo it with --force, or "
                "edit the entry",
                entry_id=entry.id,
                listed=", ".join(different),
            )
        )
    guard_moves(door.harvest, entry, back)
    return f"; it is again {told(door.harvest.catalog(), door.entries.update(back))}"


_WORDLESS = "the notes as they were are not kept any more (keep_days in gleaner.toml)"


def _known(action: UpdateTimeEntry | DeleteTimeEntry) -> Snapshot:
    if action.was is None:
        raise Refused(phrase("what was there before is not known; edit the entry instead"))
    return action.was


# --- a deletion ----------------------------------------------------------------------------------------------------


def _put_back(door: Door, item: Item, action: DeleteTimeEntry, *, by: str) -> str:
    if item.trouble:
        raise Refused(
            phrase(
                "{trouble}: somebody else deleted it, so undo does not bring it back; log it anew",
                trouble=item.trouble,
            )
        )
    if door.entries.get(action.entry_id) is not None:
        return "; the entry is there"
    if item.proposal.is_faded:
        raise Refused(phrase("{wordless}; log it anew", wordless=_WORDLESS))
    made = _anew(door, item, action, _known(action))
    again = put_back(door, made, "entry", "log it anew", by=by)
    return f"; the entry is back as {again.entry_id}"


def _anew(door: Door, item: Item, action: DeleteTimeEntry, was: Snapshot) -> Proposal:
    """The proposal that makes the deleted entry again, with the reference it had, or else with ours."""
    key = f"{item.proposal.key}:back"
    kept = was.reference or ExternalReference(reference(door.harvest.company().account_id, key))
    start, end = was.started_time, was.ended_time
    if start is not None and end is None:
        end = later(start, was.hours)
    create = CreateTimeEntry(
        action.user_id, was.spent_date, was.hours, was.project_id, was.task_id, was.notes, kept.id, start, end,
        kept.permalink, replaces=action.entry_id,
    )  # fmt: skip
    if was.reference is not None:
        create = replace(create, reference_group=kept.group_id, reference_account=kept.account_id)
    reason = f"Undo of the deletion of entry {action.entry_id}."
    return replace(item.proposal, key=key, action=create, on=was.spent_date, reason=reason)


# --- a stopped timer -----------------------------------------------------------------------------------------------


def _run_again(door: Door, action: StopTimer, *, force: bool) -> str:
    entry = guard_owner(door.entries.get(action.entry_id), action.entry_id, action.user_id)
    if entry.is_running:
        return ""
    guard_open(entry)
    if not force:
        _guard_as_stopped(entry, action, door.clock.now())
    other = door.entries.running(action.user_id)
    if other is not None:
        if _goes_on(entry, other):
            return f"; it runs on in entry {other.id}"
        raise Refused(
            phrase(
                "the timer of entry {other_id} runs; stop it first, with: gleaner timer stop",
                other_id=other.id,
            )
        )
    guard_week(door.harvest, action.user_id, entry.spent_date)
    again = door.entries.restart(entry.id)
    return "; the timer runs again" if again.id == entry.id else f"; it runs on in entry {again.id}"


def _guard_as_stopped(entry: TimeEntry, action: StopTimer, now: datetime) -> None:
    """The stop was a moment ago, and nobody touched the entry since: otherwise the wrong time would be counted."""
    if now - action.asked_at > MOMENT:
        raise Refused(
            phrase(
                "the timer was stopped more than {what} minutes ago, and would count the time since; start "
                "a new one with gleaner timer start, or undo it with --force",
                what=MOMENT.seconds // 60,
            )
        )
    if action.was is None:
        return
    # Stopping sets, or clears, the times.
    stopped = replace(
        action.was,
        is_running=False,
        hours=entry.hours,
        started_time=entry.started_time,
        ended_time=entry.ended_time,
    )
    different = changes(stopped, entry)
    counted = MOMENT.total_seconds() / 3600
    if not action.was.hours - HOUR_STEP <= entry.hours <= action.was.hours + Decimal(counted) + HOUR_STEP:
        different += (f"{entry.hours:.2f} h where it had come to {action.was.hours:.2f} h",)
    if different:
        raise Refused(
            phrase(
                "entry {entry_id} was changed since its timer was stopped: {listed}; undo it with --force, "
                "or edit the entry",
                entry_id=entry.id,
                listed=", ".join(different),
            )
        )


def _goes_on(entry: TimeEntry, other: TimeEntry) -> bool:
    """Whether *other* is what restarting *entry* made, in an account that keeps times."""
    same = (entry.project_id, entry.task_id, entry.notes) == (other.project_id, other.task_id, other.notes)
    return same and other.id > entry.id
