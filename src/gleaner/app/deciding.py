"""What people do with proposals: accept, correct, dismiss, undo."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from gleaner.app import laddering
from gleaner.app.account import Account
from gleaner.app.adopting import RUN as ADOPTION
from gleaner.app.adopting import adopted_in
from gleaner.app.drafting import redraft, still_wanted
from gleaner.app.finding import other_slot
from gleaner.app.looking import freshen
from gleaner.app.noting import templates
from gleaner.app.receiving import check_whole
from gleaner.core.actions import CreateTimeEntry
from gleaner.core.catalog import Slot
from gleaner.core.errors import ConfigError, Refused
from gleaner.core.phrases import phrase
from gleaner.core.ports import Progress
from gleaner.core.proposals import Proposal, State
from gleaner.core.time import later
from gleaner.review.apply import apply_all
from gleaner.review.door import Outcome
from gleaner.review.inbox import Decision, Item
from gleaner.review.journal import Happening, Line
from gleaner.review.ladder import Taken
from gleaner.review.undo import undo_all
from gleaner.timesheets.logged import AMENDMENT
from gleaner.timesheets.notes import notes as notes_for

_DECIDABLE = (State.PROPOSED, State.FAILED)
_DISMISSIBLE = (State.PROPOSED, State.FAILED, State.APPROVED)
_LONGEST = Decimal(24)
_SHORTEST_NAME = 4
_GONE = {
    AMENDMENT: "the entry is as it should be, cannot be changed, or has to be changed otherwise; see: gleaner run"
}
_NEARLY = Decimal("0.1")
"""Entries written meanwhile are in hundredths of hours; that alone moves an estimate by a minute."""


def item_named(account: Account, short: str) -> Item:
    """The proposal whose short name begins with *short*. Raises ConfigError when none or several do."""
    if len(short) < _SHORTEST_NAME:
        raise ConfigError(
            phrase(
                '"{short}" is too short for a name; give at least {shortest_name} of its characters',
                short=short,
                shortest_name=_SHORTEST_NAME,
            )
        )
    fitting = account.inbox.by_short(short)
    # Others' have names, too, and they are not told: neither that one fits, nor which.
    found = [one for one in fitting if account.may_see(one.proposal.user_id)]
    if len(found) == 1:
        return found[0]
    if not found:
        for one in fitting:
            account.check_may_see(one.proposal.user_id)
        raise ConfigError(phrase("there is no proposal {short}; see: gleaner review", short=short))
    raise ConfigError(
        phrase(
            "{short} is not enough: {listed}", short=short, listed=", ".join(item.short for item in found[:6])
        )
    )


def accept(
    account: Account, items: Sequence[Item], progress: Progress, *, by: str, bulk: bool = False
) -> list[Outcome]:
    """Approve and apply *items*. What somebody logged by hand meanwhile is noticed first and not doubled."""
    for item in items:
        _check_open(item)
        _check_complete(item.proposal)
    return _decide_and_apply(account, [(item, None) for item in items], progress, by=by, bulk=bulk)


def edit(account: Account, item: Item, changed: Proposal, progress: Progress, *, by: str) -> list[Outcome]:
    """Approve and apply *item* as corrected (see :func:`corrected`); the correction is what matching learns from."""
    return decide(account, [(item, changed)], progress, by=by)


def decide(
    account: Account, wanted: Sequence[tuple[Item, Proposal | None]], progress: Progress, *, by: str
) -> list[Outcome]:
    """Accept each item as it stands, or as corrected where a proposal is given with it."""
    return _decide_and_apply(account, wanted, progress, by=by)


def corrected(
    account: Account,
    item: Item,
    *,
    project: str | None = None,
    task: str | None = None,
    slot: Slot | None = None,
    hours: Decimal | None = None,
    notes: str | None = None,
) -> Proposal:
    """The proposal with those changes, checked against what the person may log to.

    *slot* is another project and task that were picked, in the place of the names *project* and *task*.
    """
    _check_open(item)
    action = item.proposal.action
    if not isinstance(action, CreateTimeEntry):
        raise Refused(phrase("only new entries can be edited here"))
    if slot is None and (project is not None or task is not None):
        slot = other_slot(project, task, action.user_id, action.project_id, action.task_id, account.catalog)
    if slot is not None:
        action = replace(action, project_id=slot.project.id, task_id=slot.task.id)
        action = _worded(account, item, action, slot)
    if hours is not None:
        action = with_hours(action, hours)
    if notes is not None:
        action = replace(action, notes=notes)
    changed = replace(item.proposal, action=action)
    _check_complete(changed)
    return changed


def _worded(account: Account, item: Item, action: CreateTimeEntry, slot: Slot) -> CreateTimeEntry:
    """*action* with the notes that entries on *slot* have, unless somebody wrote others or what was seen is gone."""
    key, offered = item.proposal.activity_key, item.offered.action
    is_drafted = isinstance(offered, CreateTimeEntry) and offered.notes == action.notes
    seen = account.activities.named({key}).get(key) if key and is_drafted else None
    return action if seen is None else replace(action, notes=notes_for(seen, slot, templates(account)[0]))


def length(hours: Decimal) -> Decimal:
    """*hours* as an entry may have them, to two places. Raises ConfigError for what is no length."""
    # What is far too long has more places than can be rounded.
    exact, is_near = hours, hours.is_finite() and 0 < hours < 2 * _LONGEST
    hours = hours.quantize(Decimal("0.01")) if is_near else Decimal(0)
    if not Decimal(0) < hours <= _LONGEST:
        raise ConfigError(
            phrase("{exact} h is no length for an entry; give more than 0 and at most 24", exact=exact)
        )
    return hours


def with_hours(action: CreateTimeEntry, hours: Decimal) -> CreateTimeEntry:
    """*action* with another length; where it has times, it ends earlier or later."""
    hours = length(hours)
    if action.started_time is None:
        return replace(action, hours=hours)
    return replace(action, hours=hours, ended_time=later(action.started_time, hours))


def dismiss(account: Account, items: Iterable[Item], *, by: str, why: str = "") -> int:
    """Say no. The same activity is never proposed again; how many were dismissed."""
    count = 0
    for item in items:
        if item.state not in _DISMISSIBLE:
            raise Refused(phrase("{short} is {state} already", short=item.short, state=item.state))
        if account.inbox.decide(item.proposal.key, "dismiss", by=by, now=account.clock.now(), why=why):
            laddering.note(account, item.offered, item.proposal, "dismiss", by=by)
            title = item.proposal.title
            text = phrase("Dismissed: {title} ({why})" if why else "Dismissed: {title}", title=title, why=why)
            _journal(account, item, by, "dismissed", text)
            count += 1
    return count


def undo(account: Account, items: Sequence[Item], *, by: str, force: bool = False) -> list[Outcome]:
    """Take back what *items* did in Harvest, newest first. Raises Refused while Gleaner may only read."""
    account.write_access.check()
    run_id = account.runs.begin("undo", now=account.clock.now())
    outcomes = undo_all(account.door(run_id, still_wanted(account)), items, by=by, force=force)
    undone = {outcome.key for outcome in outcomes if outcome.result == "applied"}
    for item in items:
        if item.proposal.key in undone:
            laddering.note_wrong(account, item, "its entry was undone", by=by)
    done = len(undone)
    account.runs.end(run_id, now=account.clock.now(), summary={"undone": done, "asked": len(items)})
    return outcomes


def _decide_and_apply(
    account: Account,
    wanted: Sequence[tuple[Item, Proposal | None]],
    progress: Progress,
    *,
    by: str,
    bulk: bool = False,
) -> list[Outcome]:
    if not wanted:
        return []
    account.write_access.check()
    on = [item.proposal.on for item, _ in wanted]
    run_id = account.runs.begin("review", now=account.clock.now(), first=min(on), last=max(on))
    # What was logged by hand since the proposals were made is drafted in first, so that nothing is doubled.
    freshen(account, progress, first=min(on), last=max(on))
    seen = (item.proposal for item, _ in wanted if item.proposal.activity_key)
    redraft(account, {(proposal.user_id, proposal.on) for proposal in seen})
    outcomes: list[Outcome] = []
    door = account.door(run_id, still_wanted(account))
    with progress.step("Logging time", total=len(wanted)) as step:
        for item, changed in wanted:
            decision: Decision = "edit" if changed is not None else "bulk" if bulk else "accept"
            refused = _decide_one(account, item, changed, decision, by=by)
            outcomes.append(refused or apply_all(door, [item.proposal.key])[0])
            step.advance()
    account.runs.end(run_id, now=account.clock.now(), summary={"decided": len(wanted)})
    return outcomes


def _decide_one(
    account: Account, item: Item, changed: Proposal | None, decision: Decision, *, by: str
) -> Outcome | None:
    """None when the proposal is approved now; otherwise why it cannot be."""
    key = item.proposal.key
    present = account.inbox.get(key)
    if present is None or present.state not in _DECIDABLE:
        state = present.state if present else "gone"
        gone = _GONE.get(item.proposal.rule, "somebody logged it meanwhile, or its event is gone")
        why = gone if state is State.SUPERSEDED else f"it is {state} already"
        return Outcome(key, "taken", why, present.entry_id if present else None)
    if changed is None and _is_possible(account, item) and not _is_same(present.proposal, item.proposal):
        return Outcome(key, "taken", "it changed meanwhile; look at it again with: gleaner review")
    # What a person saw is what they approved, even if words of the draft changed under them.
    if not account.inbox.decide(
        key,
        decision,
        by=by,
        now=account.clock.now(),
        proposal=changed or item.proposal,
        judged=present.proposal,
    ):
        return Outcome(key, "taken", "somebody else decided it first")
    laddering.note(account, item.offered, changed or item.proposal, decision, by=by)
    event: Happening = "edited" if decision == "edit" else "approved"
    said = "Edited: {title}" if event == "edited" else "Approved: {title}"
    _journal(account, item, by, event, phrase(said, title=item.proposal.title))
    return None


def _is_possible(account: Account, item: Item) -> bool:
    """Whether the person may still log there; if not, applying says why, which helps more than "it changed"."""
    action = item.proposal.action
    if not isinstance(action, CreateTimeEntry) or action.project_id is None or action.task_id is None:
        return True
    return account.catalog.slot(action.user_id, action.project_id, action.task_id) is not None


def _is_same(now: Proposal, then: Proposal) -> bool:
    """Whether what a person approves is the same: where, when, whether Gleaner is in doubt; and, nearly, how long."""
    new, old = now.action, then.action
    if not isinstance(new, CreateTimeEntry) or not isinstance(old, CreateTimeEntry):
        return new == old
    alike = replace(new, hours=old.hours, started_time=old.started_time, ended_time=old.ended_time) == old
    doubts = (now.level == "unsure", now.must_ask) == (then.level == "unsure", then.must_ask)
    return alike and doubts and abs(new.hours - old.hours) <= _NEARLY


def _journal(account: Account, item: Item, by: str, event: Happening, text: str) -> None:
    line = Line(account.clock.now(), by, event, text, "", item.proposal.key, item.proposal.user_id)
    account.journal.write(line)


def _check_open(item: Item) -> None:
    if item.state not in _DECIDABLE:
        raise Refused(phrase("{short} is {state} already", short=item.short, state=item.state))


def _check_complete(proposal: Proposal) -> None:
    check_whole(proposal)
    action = proposal.action
    if isinstance(action, CreateTimeEntry) and (action.project_id is None or action.task_id is None):
        raise ConfigError(
            phrase(
                '"{title}" has no project yet; choose one with: gleaner review edit ID --project … --task …',
                title=proposal.title,
            )
        )


@dataclass(frozen=True)
class Done:
    """What a run did that can be taken back, for people the token's owner may see."""

    run_id: str
    items: tuple[Item, ...] = ()
    adopted: tuple[Taken, ...] = ()
    """Of a back-test that was adopted: the steps of the ladder that began with it."""


def done_by(account: Account, run_id: str) -> Done:
    """What a run did and is still so; ``last`` means the newest run that did anything at all.

    Raises ConfigError when there is no such run.
    """
    rows = account.runs.newest(200)
    if run_id != "last" and run_id not in {row.id for row in rows}:
        raise ConfigError(
            f"there is no run {run_id}; the newest is {rows[0].id}" if rows else "nothing ran yet"
        )
    for row in rows:
        if run_id not in ("last", row.id):
            continue
        if row.what == ADOPTION:
            return Done(row.id, adopted=tuple(adopted_in(account, row.id)))
        items = account.inbox.items(states=(State.APPLIED, State.UNDONE), run_id=row.id)
        if items:
            theirs = (item for item in items if account.may_see(item.proposal.user_id))
            return Done(row.id, tuple(item for item in theirs if item.state is State.APPLIED))
    return Done(run_id)
