"""The only door out: an approved proposal becomes a change in Harvest, at most once.

    approved ──claim──► applying ──look──► it is so already: adopt it       ──► applied
                                     └── else: check, then one write        ──► applied | failed | approved

A new entry and a timer are looked up by our key, everything else by the entry itself.

A crash after the claim leaves ``applying``; whoever comes later takes the claim over and looks the key up
before anything else. A lost answer is looked up at once. The claim is renewed right before a write leaves, after
all waiting, so that whoever was thought dead stops there. What came of it and its line in the journal are one
transaction. A process that stalls between that renewal and the sending, or dies with a POST on its way, may still
write a second entry: :mod:`.twins` says how that is noticed and put right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Literal, assert_never

from gleaner.core.actions import (
    CreateTimeEntry,
    DeleteTimeEntry,
    StartTimer,
    StopTimer,
    UpdateTimeEntry,
    is_done,
)
from gleaner.core.catalog import EntryId
from gleaner.core.entries import HOUR_STEP, TimeEntry
from gleaner.core.errors import ConfigError, GleanerError, Refused, Unavailable
from gleaner.core.ports import Clock, Harvest
from gleaner.core.proposals import Proposal, State
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
from gleaner.review.inbox import Inbox, Item
from gleaner.review.journal import Happening, Journal, Line
from gleaner.review.twins import give_way, older
from gleaner.review.words import described, nothing_to_do, told
from gleaner.review.writers import TimeEntries

Result = Literal["applied", "found", "failed", "waiting", "taken"]


@dataclass(frozen=True)
class Outcome:
    """What came of one proposal.

    ``applied``: written now. ``found``: Harvest has it so already (a new entry: by our key). ``failed``: Harvest or
    a guard said no. ``waiting``: Harvest could not be asked; the next run tries again.
    ``taken``: another process has it.
    """

    key: str
    result: Result
    text: str
    entry_id: EntryId | None = None
    is_kept: bool = False
    """It waits, and the next run tries again."""
    can_undo: bool = True
    """Not where somebody else had deleted the entry already."""


Recheck = Callable[[Proposal], str]
"""Why a proposal is no longer wanted (somebody logged it meanwhile), or an empty text."""


@dataclass(frozen=True)
class Door:
    """What applying needs. One per run; ``token`` is unique for the process."""

    inbox: Inbox
    journal: Journal
    harvest: Harvest
    entries: TimeEntries
    clock: Clock
    run_id: str
    token: str
    recheck: Recheck = lambda _proposal: ""


def apply_all(door: Door, keys: Iterable[str]) -> list[Outcome]:
    """Apply each approved proposal in turn; one that fails does not stop the others."""
    return [apply(door, key) for key in keys]


def recover(door: Door) -> list[Outcome]:
    """Finish what a dead process began: its claims are taken over and looked up in Harvest first."""
    keys = door.inbox.reclaim(door.token, now=door.clock.now())
    return [_carry_out(door, _held(door, key), taken_over=True) for key in keys]


def apply(door: Door, key: str) -> Outcome:
    """Apply one approved proposal, or finish it where a dead process left it.

    Never raises for what Harvest says of it; the outcome tells. Raises Refused (status 401) or ConfigError when the
    login is not accepted; the proposal then waits.
    """
    if door.inbox.claim(key, door.token, now=door.clock.now(), run_id=door.run_id):
        return _carry_out(door, _held(door, key))
    if door.inbox.reclaim(door.token, now=door.clock.now(), key=key):
        return _carry_out(door, _held(door, key), taken_over=True)
    return Outcome(key, "taken", "another process is applying it, or it is not approved")


def _held(door: Door, key: str) -> Item:
    item = door.inbox.get(key)
    assert item is not None, "a claimed proposal exists"
    return item


def _carry_out(door: Door, item: Item, *, taken_over: bool = False) -> Outcome:
    """The rest of the way for a proposal this process holds the claim of. *taken_over*: from a dead process."""
    key = item.proposal.key
    try:
        done = _perform(door, item.proposal, taken_over=taken_over)
        if taken_over and done.is_new and done.entry is not None:
            done = _looked_again(door, item, done.entry) or done
    except _Lost:
        return Outcome(key, "taken", "another process took it over")
    except (Refused, ConfigError) as error:
        if is_of_login(error):
            # Nothing is wrong with the proposal: it waits for whoever puts the login right.
            put_back(door, item, str(error))
            raise
        _settle(door, item, State.FAILED, "failed", str(error))
        return Outcome(key, "failed", str(error))
    except Unavailable as fault:
        return _hold_back(door, item, fault)
    entry_id = done.entry.id if done.entry is not None else None
    words = described(door.harvest.catalog(), item.proposal.action, done.entry)
    text = nothing_to_do(item.proposal.action) if done.was_there else f"{words}{done.also}"
    # What somebody else deleted is not ours to bring back: undo reads that here.
    foreign = text if done.was_there and isinstance(item.proposal.action, DeleteTimeEntry) else ""
    result: Literal["found", "applied"] = "found" if done.was_there else "applied"
    settled = _settle(door, item, State.APPLIED, result, text, entry=done.entry, trouble=foreign)
    if not settled and done.is_new and done.entry is not None:
        give_way(door, item, done.entry)
    return Outcome(key, result if settled else "taken", text, entry_id, can_undo=not foreign)


def is_of_login(error: GleanerError) -> bool:
    """Whether it says that our login is missing or not accepted any more, whatever was asked."""
    return isinstance(error, ConfigError) or (isinstance(error, Refused) and error.status == 401)


def _hold_back(door: Door, item: Item, fault: Unavailable) -> Outcome:
    # A timer is for now: held back and carried out later it would count the wrong time, and stop another.
    if isinstance(item.proposal.action, StartTimer | StopTimer):
        text = f"{fault} {_SEE}"
        _settle(door, item, State.FAILED, "waiting", text, trouble=str(fault))
        return Outcome(item.proposal.key, "waiting", text)
    put_back(door, item, str(fault), retry_after=fault.retry_after or 0.0)
    return Outcome(item.proposal.key, "waiting", str(fault), is_kept=True)


def put_back(door: Door, item: Item, why: str, *, retry_after: float = 0.0) -> bool:
    """Give an approved proposal's claim up after *why*; jobs try it again later, each time a little later."""
    wait = max(pause(item.attempts), timedelta(seconds=retry_after))
    return _settle(door, item, State.APPROVED, "waiting", why, retry_at=door.clock.now() + wait)


def give_up(door: Door, item: Item, why: str) -> bool:
    """Leave a proposal whose claim we hold to a person."""
    return _settle(door, item, State.FAILED, "failed", why)


def pause(attempts: int) -> timedelta:
    """How long to leave it alone after that many attempts: from half a minute, doubled each time, to an hour.

    >>> [str(pause(n)) for n in (1, 2, 8, 99)]
    ['0:00:30', '0:01:00', '1:00:00', '1:00:00']
    """
    doubled = min(max(attempts, 1) - 1, 10)
    return min(timedelta(seconds=30 << doubled), timedelta(hours=1))


@dataclass(frozen=True)
class _Done:
    entry: TimeEntry | None
    """As it is afterwards; None when it was deleted."""
    was_there: bool = False
    """Nothing had to be written."""
    is_new: bool = False
    """The entry was made by us, just now."""
    also: str = ""
    """What else happened, as a further sentence."""


def _looked_again(door: Door, item: Item, made: TimeEntry) -> _Done | None:
    """After a POST for a dead process: its own entry, where that arrived after our first look. Ours is gone then."""
    action = item.proposal.action
    assert isinstance(action, CreateTimeEntry | StartTimer), "nothing else makes an entry"
    try:
        found = _alike(door, action)
    except (Refused, Unavailable):
        return None  # what we made is there, and is to be recorded
    first = older(door, item, made, min(found, key=lambda entry: entry.id, default=None))
    return _Done(first, was_there=True) if first is not None else None


def _perform(door: Door, proposal: Proposal, *, taken_over: bool) -> _Done:
    action = proposal.action
    guard_identity(door.harvest, proposal)
    match action:
        case CreateTimeEntry():
            return _create(door, proposal, action)
        case UpdateTimeEntry():
            return _update(door, proposal, action)
        case DeleteTimeEntry():
            return _delete(door, proposal, action, taken_over=taken_over)
        case StartTimer():
            return _start(door, proposal, action)
        case StopTimer():
            return _stop(door, proposal, action)
        case _:
            assert_never(action)


def _create(door: Door, proposal: Proposal, action: CreateTimeEntry) -> _Done:
    found = _find(door, action)
    if found is not None:
        return _Done(found, was_there=True)
    _recheck(door, proposal)
    guard_slot(door.harvest, action.user_id, action.project_id, action.task_id)
    guard_week(door.harvest, action.user_id, action.spent_date)
    return _Done(_post(door, proposal, action, lambda: door.entries.create(action)), is_new=True)


def _start(door: Door, proposal: Proposal, action: StartTimer) -> _Done:
    found = _find(door, action)
    if found is not None:
        return _Done(found, was_there=True)
    guard_moment(action.asked_at, door.clock.now())
    guard_slot(door.harvest, action.user_id, action.project_id, action.task_id)
    guard_week(door.harvest, action.user_id, action.spent_date)
    before = door.entries.running(action.user_id)
    guard_latest(action, before)
    entry = _post(door, proposal, action, lambda: door.entries.start(action))
    return _Done(entry, also=_stopped_by_it(door, before), is_new=True)


def _post(
    door: Door,
    proposal: Proposal,
    action: CreateTimeEntry | StartTimer,
    send: Callable[[], TimeEntry],
) -> TimeEntry:
    """The entry that one POST made; a lost answer is looked up."""
    try:
        with _holding(door, proposal):
            entry = send()
    except Unavailable as fault:
        if not fault.answer_lost:
            raise
        # The POST may have been carried out: look, never post again blindly.
        found = _find(door, action)
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


def _update(door: Door, proposal: Proposal, action: UpdateTimeEntry) -> _Done:
    entry = guard_owner(door.entries.get(action.entry_id), action.entry_id, action.user_id)
    if is_done(action, entry):
        return _Done(entry, was_there=True)
    guard_open(entry)
    guard_seen(entry, action.was)
    guard_moves(door.harvest, entry, action)
    _recheck(door, proposal)
    try:
        with _holding(door, proposal):
            return _Done(door.entries.update(action))
    except Unavailable as fault:
        now = door.entries.get(action.entry_id) if fault.answer_lost else None
        if now is None or not is_done(action, now):
            raise
        return _Done(now)


def _delete(door: Door, proposal: Proposal, action: DeleteTimeEntry, *, taken_over: bool) -> _Done:
    entry = door.entries.get(action.entry_id)
    if entry is None:
        # Gone is what was wanted: our own work before a crash, or else somebody else's.
        return _Done(None, was_there=not taken_over)
    guard_owner(entry, action.entry_id, action.user_id)
    guard_open(entry)
    guard_seen(entry, action.was)
    guard_week(door.harvest, action.user_id, entry.spent_date)
    _recheck(door, proposal)
    try:
        with _holding(door, proposal):
            door.entries.delete(action.entry_id)
    except Unavailable as fault:
        if not fault.answer_lost or door.entries.get(action.entry_id) is not None:
            raise
    return _Done(None)


def _stop(door: Door, proposal: Proposal, action: StopTimer) -> _Done:
    entry = guard_owner(door.entries.get(action.entry_id), action.entry_id, action.user_id)
    if not entry.is_running:
        return _Done(entry, was_there=True)
    guard_moment(action.asked_at, door.clock.now())
    guard_open(entry)
    try:
        with _holding(door, proposal):
            return _Done(door.entries.stop(action.entry_id))
    except Unavailable as fault:
        now = door.entries.get(action.entry_id) if fault.answer_lost else None
        if now is None or now.is_running:
            raise
        return _Done(now)


_SEE = "Nothing more is done about it; see what runs with gleaner timer status, then ask again."


class _Lost(Exception):
    """Another process took the claim over."""


def _holding(door: Door, proposal: Proposal) -> AbstractContextManager[None]:
    """Within it a write leaves only while the claim is ours: whoever was thought dead stops there."""

    def renew() -> None:
        if not door.inbox.renew(proposal.key, door.token, now=door.clock.now()):
            raise _Lost

    return door.entries.guarded(renew)


def _recheck(door: Door, proposal: Proposal) -> None:
    """The reason for it still stands."""
    unwanted = door.recheck(proposal)
    if unwanted:
        raise Refused(unwanted)


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


def _find(door: Door, action: CreateTimeEntry | StartTimer) -> TimeEntry | None:
    found = _alike(door, action)
    if len(found) > 1:
        ids = ", ".join(str(entry.id) for entry in found)
        line = Line(
            door.clock.now(), "gleaner", "fault", f"{len(found)} entries carry one key: {ids}. Delete all but one.",
            door.run_id, user_id=action.user_id, entry_id=found[0].id,
        )  # fmt: skip
        door.journal.write(line)
    return min(found, key=lambda entry: entry.id, default=None)


def _alike(door: Door, action: CreateTimeEntry | StartTimer) -> list[TimeEntry]:
    found = door.entries.find(action.reference, action.user_id)
    if isinstance(action, CreateTimeEntry) and action.replaces is not None:
        # The reference may be another program's, which many entries share.
        return [entry for entry in found if _puts_back(action, entry)]
    return found


def _puts_back(action: CreateTimeEntry, entry: TimeEntry) -> bool:
    """Whether *entry* was made after the deleted one, and like it."""
    assert action.replaces is not None, "asked for what is put back only"
    wanted = (action.project_id, action.task_id, action.spent_date, action.notes)
    same = wanted == (entry.project_id, entry.task_id, entry.spent_date, entry.notes)
    return entry.id > action.replaces and same and abs(entry.hours - action.hours) <= HOUR_STEP


def _settle(
    door: Door,
    item: Item,
    state: State,
    event: Happening,
    text: str,
    *,
    entry: TimeEntry | None = None,
    trouble: str | None = None,
    retry_at: datetime | None = None,
) -> bool:
    """Write down what came of it, with its line in the journal; whether the claim was still ours."""
    now, proposal = door.clock.now(), item.proposal
    line = Line(
        at=now,
        actor=item.decided_by or "policy",
        event=event,
        text=text,
        run_id=door.run_id,
        proposal_key=proposal.key,
        user_id=proposal.user_id,
        entry_id=entry.id if entry is not None else None,
        request=asdict(proposal.action),
        answer=asdict(entry) if entry is not None else None,
    )
    return door.inbox.settle(
        proposal.key,
        door.token,
        state,
        now=now,
        entry_id=line.entry_id,
        trouble=text if trouble is None else trouble,
        retry_at=retry_at,
        line=line,
    )
