"""The only door out: an approved proposal becomes a change in Harvest, at most once.

    approved ──claim──► applying ──look up our key──► found: adopt it      ──► applied
                                        └── nothing: check, then one POST  ──► applied | failed | approved

A crash after the claim leaves ``applying``; whoever comes later takes the claim over and looks the key up
before anything else. A lost answer is looked up at once. Right before the POST the claim is renewed, so that
whoever was thought dead stops there. What remains: a process that stalls for longer than the lease between
that renewal and its POST.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Literal, assert_never

from gleaner.core.actions import Action, CreateTimeEntry, DeleteTimeEntry, UpdateTimeEntry
from gleaner.core.catalog import EntryId, UserId
from gleaner.core.entries import TimeEntry
from gleaner.core.errors import Refused, Unavailable
from gleaner.core.ports import Clock, Harvest
from gleaner.core.proposals import Proposal, State
from gleaner.core.time import spoken_day, week_of
from gleaner.review.inbox import Inbox, Item
from gleaner.review.journal import Happening, Journal, Line
from gleaner.review.writers import TimeEntries

Result = Literal["applied", "found", "failed", "waiting", "taken"]


@dataclass(frozen=True)
class Outcome:
    """What came of one proposal.

    ``applied``: written now. ``found``: it was in Harvest already, by our key. ``failed``: Harvest or a guard
    said no. ``waiting``: Harvest could not be asked; the next run tries again. ``taken``: another process has it.
    """

    key: str
    result: Result
    text: str
    entry_id: EntryId | None = None


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
    outcomes = []
    for key in door.inbox.reclaim(door.token, now=door.clock.now()):
        item = door.inbox.get(key)
        assert item is not None, "a reclaimed proposal exists"
        outcomes.append(_carry_out(door, item))
    return outcomes


def apply(door: Door, key: str) -> Outcome:
    """Apply one approved proposal. Never raises for what Harvest says; the outcome tells."""
    if not door.inbox.claim(key, door.token, now=door.clock.now(), run_id=door.run_id):
        return Outcome(key, "taken", "another process is applying it, or it is not approved")
    item = door.inbox.get(key)
    assert item is not None, "a claimed proposal exists"
    return _carry_out(door, item)


def _carry_out(door: Door, item: Item) -> Outcome:
    """The rest of the way for a proposal this process holds the claim of."""
    proposal = item.proposal
    try:
        entry, found = _perform(door, proposal)
    except Refused as refusal:
        door.inbox.settle(proposal.key, door.token, State.FAILED, now=door.clock.now(), trouble=str(refusal))
        _note(door, item, "failed", str(refusal), None)
        return Outcome(proposal.key, "failed", str(refusal))
    except _Lost:
        return Outcome(proposal.key, "taken", "another process took it over")
    except Unavailable as fault:
        door.inbox.settle(proposal.key, door.token, State.APPROVED, now=door.clock.now(), trouble=str(fault))
        _note(door, item, "waiting", str(fault), None)
        return Outcome(proposal.key, "waiting", str(fault))
    entry_id = entry.id if entry is not None else None
    settled = door.inbox.settle(
        proposal.key, door.token, State.APPLIED, now=door.clock.now(), entry_id=entry_id
    )
    result: Literal["found", "applied"] = "found" if found else "applied"
    text = "it was in Harvest already" if found else described(door.harvest, proposal.action)
    _note(door, item, result, text, entry)
    return Outcome(proposal.key, result if settled else "taken", text, entry_id)


def _perform(door: Door, proposal: Proposal) -> tuple[TimeEntry | None, bool]:
    """The entry afterwards (None when deleted), and whether it was there before."""
    action = proposal.action
    _guard_identity(door.harvest, proposal)
    match action:
        case CreateTimeEntry():
            return _create(door, proposal, action)
        case UpdateTimeEntry():
            _guard_live(door, action.entry_id, action.user_id)
            return door.entries.update(action), False
        case DeleteTimeEntry():
            _guard_live(door, action.entry_id, action.user_id, may_be_gone=True)
            door.entries.delete(action.entry_id)
            return None, False
        case _:
            assert_never(action)


def _create(door: Door, proposal: Proposal, action: CreateTimeEntry) -> tuple[TimeEntry, bool]:
    found = _find(door, action)
    if found is not None:
        return found, True
    unwanted = door.recheck(proposal)
    if unwanted:
        raise Refused(unwanted)
    _guard_slot(door.harvest, action)
    _guard_week(door.harvest, action)
    if not door.inbox.renew(proposal.key, door.token, now=door.clock.now()):
        raise _Lost
    try:
        entry = door.entries.create(action)
    except Unavailable as fault:
        if not fault.answer_lost:
            raise
        # The POST may have been carried out: look, never post again blindly.
        found = _find(door, action)
        if found is None:
            raise
        return found, False
    if entry.user_id != action.user_id:
        raise Refused(_taken_back(door, entry, action))
    return entry, False


class _Lost(Exception):
    """Another process took the claim over."""


def _taken_back(door: Door, entry: TimeEntry, action: CreateTimeEntry) -> str:
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


def _find(door: Door, action: CreateTimeEntry) -> TimeEntry | None:
    found = door.entries.find(action.reference, action.user_id)
    if len(found) > 1:
        ids = ", ".join(str(entry.id) for entry in found)
        line = Line(
            door.clock.now(), "gleaner", "fault", f"{len(found)} entries carry one key: {ids}. Delete all but one.",
            door.run_id, user_id=action.user_id, entry_id=found[0].id,
        )  # fmt: skip
        door.journal.write(line)
    return min(found, key=lambda entry: entry.id, default=None)


# --- guards: refused before the call, with the reason ----------------------------------------------------------


def _guard_identity(harvest: Harvest, proposal: Proposal) -> None:
    action = proposal.action
    if action.user_id != proposal.user_id:
        raise Refused(f"the proposal is for user {proposal.user_id}, the entry for user {action.user_id}")
    person = harvest.catalog().people.get(action.user_id)
    if person is None or not person.is_active:
        raise Refused(f"user {action.user_id} is not an active person in this Harvest account")


def _guard_slot(harvest: Harvest, action: CreateTimeEntry) -> None:
    if action.project_id is None or action.task_id is None:
        raise Refused("no project or task was chosen; edit the proposal first")
    catalog = harvest.catalog()
    if catalog.slot(action.user_id, action.project_id, action.task_id) is None:
        project, task = catalog.projects.get(action.project_id), catalog.tasks.get(action.task_id)
        raise Refused(
            f"{catalog.people[action.user_id].name} may not log to "
            f"{project.name if project else action.project_id} / {task.name if task else action.task_id}: "
            "the project or task is archived or not assigned; choose another or ask for the assignment"
        )


def _guard_week(harvest: Harvest, action: CreateTimeEntry) -> None:
    first, last = week_of(action.spent_date, harvest.company().first_weekday)
    week = harvest.entries(first, last, action.user_id)
    is_approved = any(entry.is_closed for entry in week)
    if is_approved or any(_PERIOD in entry.locked_reason for entry in week):
        raise Refused(
            f"the timesheet for {spoken_day(first)} – {spoken_day(last)} is {'approved' if is_approved else 'locked'}; "
            "ask for it to be reopened, or dismiss the proposal"
        )


_PERIOD = "Locked for this Time Period"
"""In Harvest's ``locked_reason`` when the days are locked, not only the entry."""


def _guard_live(door: Door, entry_id: EntryId, user_id: UserId, *, may_be_gone: bool = False) -> None:
    """The live row right before a change: it exists, is this person's, and is not locked."""
    entry = door.entries.get(entry_id)
    if entry is None:
        if may_be_gone:
            return
        raise Refused(f"entry {entry_id} no longer exists in Harvest")
    if entry.user_id != user_id:
        raise Refused(f"entry {entry_id} is not this person's")
    if entry.is_locked or entry.is_closed or entry.is_billed:
        raise Refused(f"entry {entry_id} cannot be changed: {entry.locked_reason or 'it is locked'}")


# --- words --------------------------------------------------------------------------------------------------------


def described(harvest: Harvest, action: Action) -> str:
    """What the action did, as a person would say it."""
    match action:
        case CreateTimeEntry():
            catalog = harvest.catalog()
            project = catalog.projects.get(action.project_id) if action.project_id else None
            task = catalog.tasks.get(action.task_id) if action.task_id else None
            where = f"{project.name if project else '?'} / {task.name if task else '?'}"
            return f"Logged {action.hours} h to {where} on {spoken_day(action.spent_date)}"
        case UpdateTimeEntry():
            return f"Changed entry {action.entry_id}"
        case DeleteTimeEntry():
            return f"Deleted entry {action.entry_id}"
        case _:
            assert_never(action)


def _note(door: Door, item: Item, event: Happening, text: str, entry: TimeEntry | None) -> None:
    line = Line(
        at=door.clock.now(),
        actor=item.decided_by or "policy",
        event=event,
        text=text,
        run_id=door.run_id,
        proposal_key=item.proposal.key,
        user_id=item.proposal.user_id,
        entry_id=entry.id if entry is not None else None,
        request=asdict(item.proposal.action),
        answer=asdict(entry) if entry is not None else None,
    )
    door.journal.write(line)
