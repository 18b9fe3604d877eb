"""One action on Harvest, each in its own way: look whether it is so already, check, write once."""

from __future__ import annotations

from collections.abc import Callable
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
)
from gleaner.core.entries import HOUR_STEP, OUR_PREFIX, TimeEntry
from gleaner.core.errors import Refused, Unavailable
from gleaner.core.phrases import phrase
from gleaner.core.proposals import Proposal
from gleaner.review import spending
from gleaner.review.claims import Done, holding, recheck
from gleaner.review.door import Door
from gleaner.review.guards import (
    guard_identity,
    guard_latest,
    guard_moment,
    guard_moves,
    guard_open,
    guard_owner,
    guard_seen,
    guard_slot,
    guard_week,
)
from gleaner.review.inbox import Item
from gleaner.review.journal import Line
from gleaner.review.twins import older
from gleaner.review.words import told


def looked_again(door: Door, item: Item, made: TimeEntry) -> Done | None:
    """After a POST for a dead process: its own entry, where that arrived after our first look. Ours is gone then."""
    action = item.proposal.action
    assert isinstance(action, CreateTimeEntry | StartTimer), "nothing else makes an entry"
    try:
        found = _alike(door, action, tried=True)
    except (Refused, Unavailable):
        return None  # what we made is there, and is to be recorded
    first = older(door, item, made, min(found, key=lambda entry: entry.id, default=None))
    return Done(first, was_there=True) if first is not None else None


def perform(door: Door, proposal: Proposal, *, taken_over: bool, tried: bool) -> Done:
    """What carrying *proposal* out came to, its claim being ours. *taken_over*: a dead process may have done it;
    *tried*: that or an earlier attempt of ours.

    Raises Refused, Unavailable or ConfigError for what Harvest or a guard says, Lost when the claim is gone.
    """
    action = proposal.action
    guard_identity(door.harvest, proposal)
    match action:
        case CreateTimeEntry():
            return _create(door, proposal, action, tried=tried)
        case UpdateTimeEntry():
            return _update(door, proposal, action)
        case DeleteTimeEntry():
            return _delete(door, proposal, action, taken_over=taken_over)
        case StartTimer():
            return _start(door, proposal, action)
        case StopTimer():
            return _stop(door, proposal, action)
        case CreateExpense():
            return spending.create(door, proposal, action)
        case UpdateExpense():
            return spending.update(door, proposal, action)
        case DeleteExpense():
            return spending.delete(door, proposal, action, taken_over=taken_over)
        case _:
            assert_never(action)


def _create(door: Door, proposal: Proposal, action: CreateTimeEntry, *, tried: bool) -> Done:
    found = _find(door, action, tried=tried)
    if found is not None:
        return Done(found, was_there=True)
    recheck(door, proposal)
    guard_slot(door.harvest, action.user_id, action.project_id, action.task_id)
    guard_week(door.harvest, action.user_id, action.spent_date)
    return Done(_post(door, proposal, action, lambda: door.entries.create(action)), is_new=True)


def _start(door: Door, proposal: Proposal, action: StartTimer) -> Done:
    found = _find(door, action, tried=True)
    if found is not None:
        return Done(found, was_there=True)
    guard_moment(action.asked_at, door.clock.now())
    guard_slot(door.harvest, action.user_id, action.project_id, action.task_id)
    guard_week(door.harvest, action.user_id, action.spent_date)
    before = door.entries.running(action.user_id)
    guard_latest(action, before)
    entry = _post(door, proposal, action, lambda: door.entries.start(action))
    return Done(entry, also=_stopped_by_it(door, before), is_new=True)


def _post(
    door: Door,
    proposal: Proposal,
    action: CreateTimeEntry | StartTimer,
    send: Callable[[], TimeEntry],
) -> TimeEntry:
    """The entry that one POST made; a lost answer is looked up."""
    try:
        with holding(door, proposal, door.entries.guarded):
            entry = send()
    except Unavailable as fault:
        if not fault.answer_lost:
            raise
        # The POST may have been carried out: look, never post again blindly.
        found = _find(door, action, tried=True)
        if found is None:
            raise
        return found
    if entry.user_id != action.user_id:
        raise Refused(_taken_back(door, entry, action))
    return entry


def _stopped_by_it(door: Door, before: TimeEntry | None) -> str:
    """What became of the timer that ran before; reading it tells the mirror too."""
    if before is None:
        return ""
    try:
        now = door.entries.get(before.id)
    except (Refused, Unavailable):
        return f"; Harvest stopped the timer of entry {before.id}"
    if now is None or now.is_running:
        return ""
    return f"; Harvest stopped the timer of entry {now.id}: {told(door.harvest.catalog(), now)}"


def _update(door: Door, proposal: Proposal, action: UpdateTimeEntry) -> Done:
    entry = guard_owner(door.entries.get(action.entry_id), action.entry_id, action.user_id)
    if is_done(action, entry):
        return Done(entry, was_there=True)
    guard_open(entry)
    guard_seen(entry, action.was)
    guard_moves(door.harvest, entry, action)
    recheck(door, proposal)
    try:
        with holding(door, proposal, door.entries.guarded):
            return Done(door.entries.update(action))
    except Unavailable as fault:
        now = door.entries.get(action.entry_id) if fault.answer_lost else None
        if now is None or not is_done(action, now):
            raise
        return Done(now)


def _delete(door: Door, proposal: Proposal, action: DeleteTimeEntry, *, taken_over: bool) -> Done:
    entry = door.entries.get(action.entry_id)
    if entry is None:
        # Gone is what was wanted: our own work before a crash, or else somebody else's.
        return Done(None, was_there=not taken_over)
    guard_owner(entry, action.entry_id, action.user_id)
    guard_open(entry)
    guard_seen(entry, action.was)
    guard_week(door.harvest, action.user_id, entry.spent_date)
    recheck(door, proposal)
    try:
        with holding(door, proposal, door.entries.guarded):
            door.entries.delete(action.entry_id)
    except Unavailable as fault:
        if not fault.answer_lost or door.entries.get(action.entry_id) is not None:
            raise
    return Done(None)


def _stop(door: Door, proposal: Proposal, action: StopTimer) -> Done:
    entry = guard_owner(door.entries.get(action.entry_id), action.entry_id, action.user_id)
    if not entry.is_running:
        return Done(entry, was_there=True)
    guard_moment(action.asked_at, door.clock.now())
    guard_open(entry)
    try:
        with holding(door, proposal, door.entries.guarded):
            return Done(door.entries.stop(action.entry_id))
    except Unavailable as fault:
        now = door.entries.get(action.entry_id) if fault.answer_lost else None
        if now is None or now.is_running:
            raise
        return Done(now)


def _taken_back(door: Door, entry: TimeEntry, action: CreateTimeEntry | StartTimer) -> str:
    """Remove an entry that landed on the wrong timesheet, and say so."""
    said = (
        f"Harvest put the entry on somebody else's timesheet (user {entry.user_id} instead of {action.user_id}). "
        "Does the token belong to an administrator?"
    )
    try:
        door.entries.delete(entry.id)
    except (Refused, Unavailable) as error:
        return f"{said} Entry {entry.id} could not be removed again: {error}. Remove it in Harvest."
    return f"{said} It was removed again."


def _find(door: Door, action: CreateTimeEntry | StartTimer, *, tried: bool) -> TimeEntry | None:
    found = _alike(door, action, tried=tried)
    if len(found) > 1:
        ids = ", ".join(str(entry.id) for entry in found)
        line = Line(
            door.clock.now(), "gleaner", "fault", f"{len(found)} entries carry one key: {ids}. Delete all but one.",
            door.run_id, user_id=action.user_id, entry_id=found[0].id,
        )  # fmt: skip
        door.journal.write(line)
    return min(found, key=lambda entry: entry.id, default=None)


def _alike(door: Door, action: CreateTimeEntry | StartTimer, *, tried: bool) -> list[TimeEntry]:
    """Entries that are the work of *action*: by our key alone, but for one that is put back with the key it had."""
    found = door.entries.find(action.reference, action.user_id)
    if not isinstance(action, CreateTimeEntry) or action.replaces is None:
        return found
    later = [entry for entry in found if entry.id > action.replaces]
    alike = [entry for entry in later if _puts_back(action, entry)]
    if alike or not (tried and later):
        return alike
    # An earlier attempt may have put it back, and somebody changed it since.
    if action.reference.startswith(OUR_PREFIX):
        return later
    # The reference is another program's, which many entries may share.
    ids = ", ".join(str(entry.id) for entry in later)
    raise Refused(
        phrase(
            "the entry may have been put back before and changed since: see {ids} in Harvest, or log it anew",
            ids=ids,
        )
    )


def _puts_back(action: CreateTimeEntry, entry: TimeEntry) -> bool:
    """Whether *entry* is like the deleted one."""
    wanted = (action.project_id, action.task_id, action.spent_date, action.notes)
    same = wanted == (entry.project_id, entry.task_id, entry.spent_date, entry.notes)
    return same and abs(entry.hours - action.hours) <= HOUR_STEP
