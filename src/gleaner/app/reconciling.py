"""The nightly look back: what one night's crash or another's copy left behind is found and asked about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from gleaner.app.account import Account
from gleaner.app.drafting import OPEN, still_wanted
from gleaner.app.looking import sync
from gleaner.app.rollout import is_on
from gleaner.core.actions import CreateTimeEntry
from gleaner.core.activities import Problem
from gleaner.core.catalog import UserId
from gleaner.core.entries import TimeEntry
from gleaner.core.ports import Progress
from gleaner.core.proposals import Proposal
from gleaner.core.time import days, spoken_day
from gleaner.review.apply import recover
from gleaner.review.door import Outcome
from gleaner.review.guards import objection
from gleaner.review.journal import Line
from gleaner.timesheets.duplicates import DUPLICATE, duplicates


@dataclass(frozen=True)
class Reconciled:
    """What a look back found."""

    run_id: str
    first: date
    last: date
    entries: int
    """How many entries were read again."""
    new: int
    """Duplicates that nobody was asked about before."""
    withdrawn: int
    """Duplicates that are none any more."""
    outcomes: tuple[Outcome, ...] = ()
    """What came of proposals that a dead process had begun to apply."""
    problems: tuple[Problem, ...] = ()


def reconcile(account: Account, progress: Progress, first: date, last: date) -> Reconciled:
    """Read the entries of those days again, finish what was left half applied, and ask about duplicates."""
    run_id = account.runs.begin("reconcile", now=account.clock.now(), first=first, last=last)
    synced = sync(account, progress, first=first, last=last, relist=True)
    outcomes = recover(account.door(run_id, still_wanted(account)))
    entries = account.mirror.entries(first, last)
    found, problems = _duplicates(account, entries)
    found = [one for one in found if is_on(account, one.user_id, one.on)]
    new = withdrawn = 0
    waiting = account.inbox.items(states=OPEN, first=first, last=last)
    asked = {item.proposal.user_id for item in waiting if item.proposal.rule == DUPLICATE}
    for user_id in sorted(asked | {one.user_id for one in found}):
        mine = [one for one in found if one.user_id == user_id]
        one_new, one_withdrawn = _offer(account, run_id, user_id, mine, list(days(first, last)))
        new, withdrawn = new + one_new, withdrawn + one_withdrawn
    report = Reconciled(
        run_id, first, last, len(entries), new, withdrawn, tuple(outcomes), (*synced.problems, *problems)
    )
    summary = {"entries": report.entries, "new": new, "withdrawn": withdrawn, "recovered": len(outcomes)}
    account.runs.end(run_id, now=account.clock.now(), summary=summary)
    return report


def _duplicates(account: Account, entries: Sequence[TimeEntry]) -> tuple[list[Proposal], list[Problem]]:
    """The deletions to ask for, and a sentence for each duplicate that is locked."""
    applied = account.inbox.applied_about(entry_ids={entry.id for entry in entries if entry.is_ours})
    written, kept = set(), set()
    for item in applied:
        action = item.proposal.action
        if isinstance(action, CreateTimeEntry):
            written.add(action.reference)
            if action.replaces is not None and item.entry_id is not None:
                kept.add(item.entry_id)  # deleted as a duplicate once, and put back
    by_id = {entry.id: entry for entry in entries}
    found, problems = list[Proposal](), list[Problem]()
    for one in duplicates(entries, written=written, kept=kept):
        against = objection(account.mirror, one, by_id)
        if not against:
            found.append(one)
            continue
        person = account.catalog.people.get(one.user_id)
        where = f"{person.name if person else one.user_id}, {spoken_day(one.on)}"
        problems.append(Problem(where, f"{one.reason} It is left as it is: {against}"))
    return found, problems


def _offer(
    account: Account, run_id: str, user_id: UserId, found: Sequence[Proposal], on: Sequence[date]
) -> tuple[int, int]:
    now = account.clock.now()
    offered = account.inbox.offer(found, user_id=user_id, days=on, now=now, rule=DUPLICATE)
    by_key = {one.key: one for one in found}
    for key in offered.new:
        account.journal.write(Line(now, "gleaner", "fault", by_key[key].reason, run_id, key, user_id))
    return len(offered.new), len(offered.withdrawn)
