"""What people ask for themselves: log time, run a timer, correct or delete an entry.

Nothing observed it, so nobody has to decide it once more; it goes through the same door as everything else.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from gleaner.app.account import Account
from gleaner.app.deciding import length, with_hours
from gleaner.app.finding import find_slot, other_slot
from gleaner.core.actions import (
    Action,
    CreateExpense,
    CreateTimeEntry,
    DeleteExpense,
    DeleteTimeEntry,
    StartTimer,
    StopTimer,
    UpdateExpense,
    UpdateTimeEntry,
)
from gleaner.core.catalog import EntryId, Person, UserId
from gleaner.core.entries import TimeEntry, snapshot
from gleaner.core.errors import ConfigError, Refused
from gleaner.core.phrases import phrase
from gleaner.core.proposals import Proposal, State, reference
from gleaner.core.time import later
from gleaner.review.apply import apply_all
from gleaner.review.door import Outcome
from gleaner.review.expense_guards import guard_expense_plan
from gleaner.review.guards import guard_plan
from gleaner.review.words import told


@dataclass(frozen=True)
class Asked:
    """What was asked for and what came of it; no outcomes after a dry run."""

    proposals: tuple[Proposal, ...]
    outcomes: tuple[Outcome, ...] = ()
    troubles: tuple[str, ...] = ()
    """Of a dry run: what would be refused already, and why."""


def log(
    account: Account,
    person: Person,
    *,
    on: date,
    hours: Decimal,
    project: str,
    task: str = "",
    notes: str = "",
    by: str,
    once: str = "",
    dry_run: bool = False,
) -> Asked:
    """Log time that nothing observed. The same asked for with the same *once* is logged once: a form sent twice."""
    slot = find_slot(project, task, person.id, account.catalog)
    key = _key(person.id, [once, on, hours, slot.project.id, slot.task.id, notes] if once else None)
    before = account.inbox.get(key) if once else None
    if before is not None and before.state in (State.APPLYING, State.APPLIED):
        return Asked((before.proposal,), (Outcome(key, "found", "It is logged", before.entry_id),))
    if before is not None and before.state in (State.UNDONE, State.DISMISSED):
        key = _key(person.id)
    action = CreateTimeEntry(
        person.id, on, Decimal(0), slot.project.id, slot.task.id, notes, reference(account.id, key)
    )
    made = _proposal(key, with_hours(action, hours), on, by, title=notes or str(slot))
    return ask(account, "log", [_waiting(account, made) or made], by=by, dry_run=dry_run)


def start_timer(
    account: Account,
    person: Person,
    *,
    on: date,
    project: str,
    task: str = "",
    notes: str = "",
    by: str,
    dry_run: bool = False,
) -> Asked:
    """Let a timer run from now on, unless just this one runs already; Harvest stops the one that runs."""
    slot = find_slot(project, task, person.id, account.catalog)
    key = _key(person.id)
    action = StartTimer(
        person.id, slot.project.id, slot.task.id, on, notes, reference(account.id, key), account.clock.now()
    )
    made = _proposal(key, action, on, by, title=notes or str(slot))
    running = account.live.running(person.id)
    if running is None:
        return ask(account, "timer", [made], by=by, dry_run=dry_run)
    wanted = (action.project_id, action.task_id, action.spent_date, action.notes)
    if wanted == (running.project_id, running.task_id, running.spent_date, running.notes):
        text = f"It runs already: entry {running.id}, {told(account.catalog, running)}"
        return Asked((made,), (Outcome(key, "found", text, running.id),))
    stops = f"Harvest stops the timer that runs: entry {running.id}, {told(account.catalog, running)}."
    made = replace(made, reason=f"{made.reason} {stops}")
    return ask(account, "timer", [made], by=by, dry_run=dry_run)


def stop_timer(account: Account, person: Person, *, by: str, dry_run: bool = False) -> Asked | None:
    """Stop the person's timer; None when none runs."""
    running = account.live.running(person.id)
    if running is None:
        return None
    action = StopTimer(person.id, running.id, account.clock.now(), snapshot(running))
    made = _proposal(_key(person.id), action, running.spent_date, by, title=_title(account, running))
    made = replace(made, reason=f"{made.reason} Until now: {told(account.catalog, running)}.")
    return ask(account, "timer", [made], by=by, dry_run=dry_run, entries=[running])


def edit_entry(
    account: Account,
    entry: TimeEntry,
    *,
    project: str | None = None,
    task: str | None = None,
    hours: Decimal | None = None,
    notes: str | None = None,
    on: date | None = None,
    by: str,
    dry_run: bool = False,
) -> Asked:
    """Change what is named about an entry the person just looked at."""
    action = UpdateTimeEntry(entry.user_id, entry.id, spent_date=on, notes=notes, was=snapshot(entry))
    if project is not None or task is not None:
        slot = other_slot(project, task, entry.user_id, entry.project_id, entry.task_id, account.catalog)
        action = replace(action, project_id=slot.project.id, task_id=slot.task.id)
    if hours is not None:
        action = _lasting(action, entry, length(hours))
    made = _proposal(_key(entry.user_id), action, on or entry.spent_date, by, title=_title(account, entry))
    return ask(account, "entries", [made], by=by, dry_run=dry_run, entries=[entry])


def _lasting(action: UpdateTimeEntry, entry: TimeEntry, hours: Decimal) -> UpdateTimeEntry:
    """With another length; where the entry has times, it ends earlier or later."""
    if entry.is_running:
        raise ConfigError(
            phrase(
                "the timer of entry {entry_id} runs, so its hours grow; stop it first, with: gleaner timer stop",
                entry_id=entry.id,
            )
        )
    if entry.started_time is None or entry.ended_time is None:
        return replace(action, hours=hours)
    end = later(entry.started_time, hours)
    return replace(action, hours=hours, started_time=entry.started_time, ended_time=end)


def delete_entries(
    account: Account, entries: Sequence[TimeEntry], *, by: str, dry_run: bool = False
) -> Asked:
    """Delete entries the person just looked at; undo puts them back."""
    made = [
        _proposal(
            _key(entry.user_id),
            DeleteTimeEntry(entry.user_id, entry.id, snapshot(entry)),
            entry.spent_date,
            by,
            title=_title(account, entry),
        )
        for entry in entries
    ]
    return ask(account, "entries", made, by=by, dry_run=dry_run, entries=entries)


def entry_numbered(account: Account, entry_id: int) -> TimeEntry:
    """The entry as it is now, if the token's owner may see it. Raises ConfigError when there is none."""
    entry = account.live.get(EntryId(entry_id))
    if entry is None:
        raise ConfigError(
            phrase("there is no entry {entry_id} in Harvest; see: gleaner entries list", entry_id=entry_id)
        )
    account.check_may_see(entry.user_id)
    return entry


def _waiting(account: Account, made: Proposal) -> Proposal | None:
    """The same, asked for before and not carried out yet: asked again it is done, not doubled."""
    for item in account.inbox.items(
        states=(State.APPROVED,), user_id=made.user_id, first=made.on, last=made.on
    ):
        before = item.proposal
        if before.rule == made.rule and _alike(before.action) == _alike(made.action):
            return before
    return None


def _alike(action: Action) -> Action:
    return replace(action, reference="") if isinstance(action, CreateTimeEntry) else action


# --- one way for all -------------------------------------------------------------------------------------------


def _key(user_id: UserId, only: object = None) -> str:
    """Another one each time: asking twice is asking for two. The same for the same *only*."""
    if only is None:
        return f"entry:asked:{user_id}:{uuid.uuid4().hex}"
    return f"entry:asked:{user_id}:{hashlib.sha256(repr(only).encode()).hexdigest()[:32]}"


def _proposal(key: str, action: Action, on: date, by: str, *, title: str) -> Proposal:
    return Proposal(
        key=key,
        action=action,
        user_id=action.user_id,
        on=on,
        reason=f"{by} asked for it.",
        rule="asked",
        title=title,
        level="sure",
        confidence=1.0,
    )


def _title(account: Account, entry: TimeEntry) -> str:
    """What the entry says, or else what it is for."""
    slot = account.catalog.slot(entry.user_id, entry.project_id, entry.task_id)
    return entry.notes or (str(slot) if slot else f"entry {entry.id}")


def ask(
    account: Account,
    what: str,
    proposals: Sequence[Proposal],
    *,
    by: str,
    dry_run: bool,
    entries: Iterable[TimeEntry] = (),
) -> Asked:
    """Carry *proposals* out as one run *what*, or say what would be refused; *entries* are those they are about."""
    if dry_run:
        return Asked(tuple(proposals), troubles=tuple(_refused(account, proposals, entries)))
    account.write_access.check()
    now = account.clock.now()
    on = [proposal.on for proposal in proposals]
    run_id = account.runs.begin(what, now=now, first=min(on), last=max(on))
    for proposal in proposals:
        account.inbox.offer([proposal], user_id=proposal.user_id, days=[], now=now, withdraw=False)
        account.inbox.decide(proposal.key, "accept", by=by, now=now)
    outcomes = apply_all(account.door(run_id), [proposal.key for proposal in proposals])
    for proposal, outcome in zip(proposals, outcomes, strict=True):
        is_over = outcome.result == "failed" or (outcome.result == "waiting" and not outcome.is_kept)
        if is_over and not isinstance(proposal.action, CreateTimeEntry | CreateExpense):
            # The person has the answer; there is nothing left to review about an entry as it was then.
            account.inbox.decide(proposal.key, "dismiss", by=by, now=account.clock.now(), why=outcome.text)
    results = " ".join(outcome.result for outcome in outcomes)
    account.runs.end(run_id, now=account.clock.now(), summary={"applied": results})
    return Asked(tuple(proposals), tuple(outcomes))


def _refused(account: Account, proposals: Iterable[Proposal], entries: Iterable[TimeEntry]) -> Iterable[str]:
    """Why each would be refused, as far as can be told without writing."""
    known = {entry.id: entry for entry in entries}
    for proposal in proposals:
        try:
            guard_plan(account.mirror, proposal, known)
            if isinstance(proposal.action, CreateExpense | UpdateExpense | DeleteExpense):
                guard_expense_plan(account.mirror, proposal.action)
        except Refused as refusal:
            yield str(refusal)
