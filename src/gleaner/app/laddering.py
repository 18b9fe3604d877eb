"""The autonomy ladder kept: decisions are counted as they are made."""

from __future__ import annotations

from datetime import datetime

from gleaner.adapters.store.ladder import StoredLadder
from gleaner.app.account import Account
from gleaner.app.holding import reopen_held
from gleaner.core.actions import CreateTimeEntry
from gleaner.core.phrases import phrase
from gleaner.core.proposals import Proposal
from gleaner.review.inbox import Decision, Item
from gleaner.review.journal import Line, is_by_program
from gleaner.review.ladder import Step, footing
from gleaner.review.record import kept_as


def stored(account: Account) -> StoredLadder:
    return StoredLadder(account.engine, account.id)


def note(account: Account, offered: Proposal, decided: Proposal, decision: Decision, *, by: str) -> None:
    """Count a person's decision on what Gleaner was sure of. What was accepted together, unread, counts for nothing.

    Nor does what a program let stand, whatever else it changed: it can take a step down, and earns none up.
    """
    stood = kept_as(offered, decided, decision)
    if stood is None or decision == "bulk" or not counts(offered) or (stood and is_by_program(by)):
        return
    why = "it was kept" if stood else "it was dismissed" if decision == "dismiss" else "it was corrected"
    _judge(account, offered, is_kept=stood, why=why, by=by)


def note_wrong(account: Account, item: Item, why: str, *, by: str) -> None:
    """Count a logged entry that turned out wrong; once, by whatever road it was put right."""
    if isinstance(item.proposal.action, CreateTimeEntry) and counts(item.offered):
        _judge(account, item.offered, is_kept=False, why=why, by=by, once=item.proposal.key)


def counts(offered: Proposal) -> bool:
    """The ladder is about what would have been logged unasked: a question says nothing about the match."""
    return offered.level == "sure" and not offered.must_ask


def _judge(account: Account, offered: Proposal, *, is_kept: bool, why: str, by: str, once: str = "") -> None:
    on = footing(offered)
    if on is None:
        return
    step = stored(account).judge(on, is_kept=is_kept, now=account.clock.now(), why=why, once=once)
    if step is not None and account.settings.policy.ladder:
        journal(account, step, by)
        if step.is_fall:
            reopen_held(account, (on.user_id,))


def journal(account: Account, step: Step, by: str, run_id: str = "") -> None:
    """Write down a step up or down."""
    said = "Ladder: {step}: {before} to {after}, because {why}"
    text = phrase(said, step=step.footing.name, before=step.before, after=step.after, why=step.why)
    account.journal.write(Line(step.at, by, "rung", text, run_id, "", step.footing.user_id))


def steps_since(account: Account, since: datetime | None) -> list[Step]:
    """Steps up and down that the token's owner may see; none where the ladder decides nothing."""
    if not account.settings.policy.ladder:
        return []
    return [one for one in stored(account).steps(since=since) if account.may_see(one.footing.user_id)]
