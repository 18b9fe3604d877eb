"""The autonomy ladder kept: decisions are counted as they are made, and what a back-test earned is adopted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from gleaner.adapters.store.ladder import StoredLadder
from gleaner.app.account import Account
from gleaner.core.actions import CreateTimeEntry
from gleaner.core.activities import Kind
from gleaner.core.catalog import UserId
from gleaner.core.proposals import Proposal, State
from gleaner.matching.backtest import Replayed
from gleaner.review.inbox import Decision, Item
from gleaner.review.journal import Line
from gleaner.review.ladder import Footing, Standing, Step, adopted, footing
from gleaner.review.record import kept_as
from gleaner.timesheets.logged import AMENDMENT


def stored(account: Account) -> StoredLadder:
    return StoredLadder(account.engine, account.id)


def note(account: Account, offered: Proposal, decided: Proposal, decision: Decision, *, by: str) -> None:
    """Count a person's decision on what Gleaner was sure of. What was accepted together, unread, counts for nothing."""
    stood = kept_as(offered, decided, decision)
    if stood is None or decision == "bulk" or not _counts(offered):
        return
    why = "it was kept" if stood else "it was dismissed" if decision == "dismiss" else "it was corrected"
    _judge(account, offered, is_kept=stood, why=why, by=by)


def note_wrong(account: Account, item: Item, why: str, *, by: str) -> None:
    """Count a logged entry that turned out wrong; once, by whatever road it was put right."""
    if isinstance(item.proposal.action, CreateTimeEntry) and _counts(item.offered):
        _judge(account, item.offered, is_kept=False, why=why, by=by, once=item.proposal.key)


def notice(account: Account, first: date, last: date) -> None:
    """Count entries of those days that somebody moved to another project or task in Harvest itself.

    An amendment that was accepted is no such correction: its event changed.
    """
    there = {entry.id: entry for entry in account.mirror.entries(first, last) if entry.is_ours}
    applied = account.inbox.items(states=(State.APPLIED,), first=first, last=last)
    amended = {item.proposal.activity_key for item in applied if item.proposal.rule == AMENDMENT}
    for item in applied:
        action = item.proposal.action
        entry = there.get(item.entry_id) if item.entry_id is not None else None
        if entry is None or not isinstance(action, CreateTimeEntry) or item.proposal.activity_key in amended:
            continue
        if (entry.project_id, entry.task_id) != (action.project_id, action.task_id):
            note_wrong(account, item, "its entry was moved to another project or task", by="gleaner")


def _counts(offered: Proposal) -> bool:
    """The ladder is about what would have been logged unasked: a question says nothing about the match."""
    return offered.level == "sure" and not offered.must_ask


def _judge(account: Account, offered: Proposal, *, is_kept: bool, why: str, by: str, once: str = "") -> None:
    on = footing(offered)
    if on is None:
        return
    step = stored(account).judge(on, is_kept=is_kept, now=account.clock.now(), why=why, once=once)
    if step is not None and account.settings.policy.ladder:
        _journal(account, step, by)


def _journal(account: Account, step: Step, by: str) -> None:
    text = f"Ladder: {step.footing.name}: {step.before} to {step.after}, because {step.why}"
    account.journal.write(Line(step.at, by, "rung", text, "", "", step.footing.user_id))


def steps_since(account: Account, since: datetime | None) -> list[Step]:
    """Steps up and down that the token's owner may see; none where the ladder decides nothing."""
    if not account.settings.policy.ladder:
        return []
    return [one for one in stored(account).steps(since=since) if account.may_see(one.footing.user_id)]


# --- adopting a back-test ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Earned:
    """What a back-test earned for one step."""

    footing: Footing
    standing: Standing
    kept: int
    judged: int
    is_new: bool
    """It has no record yet; otherwise people's decisions stand and this changes nothing."""


def earned(account: Account, replayed: Iterable[Replayed]) -> list[Earned]:
    """The rung that each step earned in a back-test, by what Gleaner would have been sure of; the highest first."""
    records: dict[tuple[UserId, Kind, str], list[bool]] = {}
    for one in sorted(replayed, key=lambda one: one.on):
        if one.is_sure and one.is_judged and one.ground:
            records.setdefault((one.user_id, one.kind, one.ground), []).append(one.is_kept)
    known = stored(account).standings()
    found = [
        Earned(on, adopted(record, on.kind), sum(record), len(record), on not in known)
        for key, record in records.items()
        for on in [Footing(*key)]
    ]
    return sorted(found, key=lambda one: (-one.kept, one.footing))


def adopt(account: Account, found: Sequence[Earned], first: date, last: date, *, by: str) -> list[Step]:
    """Put the steps that have no record yet where the back-test says; the steps up."""
    store, now, made = stored(account), account.clock.now(), list[Step]()
    why = f"the back-test from {first} to {last} earned it"
    for one in found:
        step = store.adopt(one.footing, one.standing, now=now, why=why)
        if step is not None:
            _journal(account, step, by)
            made.append(step)
    return made
