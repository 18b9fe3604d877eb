"""What changes Harvest for a program: decisions, timers, entries, undo, approvals; confirmed where it has to be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Literal

from gleaner.app.asking import Asked, delete_entries, edit_entry, entry_numbered, start_timer, stop_timer
from gleaner.app.billing.listing import bill_called, check_may_bill, proven, rule_of
from gleaner.app.billing.sending import approve, mail_for
from gleaner.app.deciding import accept, corrected, dismiss, done_by, edit, item_named, undo
from gleaner.app.programs.confirming import unconfirmed
from gleaner.app.programs.money import bill_of, lines_of
from gleaner.app.programs.proposing import content_of
from gleaner.app.programs.seat import Seat, ready
from gleaner.app.programs.telling import aim, target_of
from gleaner.app.programs.values import Done, Result, short
from gleaner.core.actions import StartTimer, StopTimer
from gleaner.core.catalog import EntryId
from gleaner.core.errors import ConfigError, Refused
from gleaner.core.proposals import Proposal, State
from gleaner.core.silent import SILENT
from gleaner.core.time import spoken_day
from gleaner.invoicing.approval import why_not
from gleaner.review.door import Outcome
from gleaner.review.inbox import EXPENSE, Item
from gleaner.review.words import length, planned
from gleaner.timesheets.text import plain

MOST = 20
"""Things one call may decide, delete or undo."""


def accept_proposals(seat: Seat, ids: Sequence[str], *, confirm: str = "", dry_run: bool = False) -> Done:
    """Log proposals as they stand. It counts as accepted together, unread: nothing climbs the ladder by it.

    Raises Refused for one that is unsure: somebody has to say first what it was for.
    """
    items = _named(seat, ids)
    for one in items:
        if one.state not in (State.PROPOSED, State.FAILED):
            raise Refused(f"{one.short} is {one.state} already")
        if one.proposal.level == "unsure":
            raise Refused(
                f"{one.short} is unsure, so it is not accepted unread: edit it, or look at it in the review"
            )
    would = [f"{one.short}: {_told(seat, one.proposal)}" for one in items]
    touches = content_of(items)
    first = unconfirmed(seat, "accept", touches, would, confirm=confirm, dry_run=dry_run)
    if first is not None:
        return first
    return _done(seat, accept(seat.account, items, SILENT, by=seat.by, bulk=True))


def edit_proposal(
    seat: Seat,
    short_name: str,
    *,
    project: str | None = None,
    task: str | None = None,
    hours: Decimal | None = None,
    notes: str | None = None,
    confirm: str = "",
    dry_run: bool = False,
) -> Done:
    """Correct a proposal about time and log it; what is not named stays."""
    if all(one is None for one in (project, task, hours, notes)):
        raise ConfigError("say what to change: project, task, hours or notes")
    (item,) = _named(seat, [short_name])
    if item.proposal.rule == EXPENSE:
        raise Refused("an expense is corrected in the review, where its receipt is: gleaner review edit")
    changed = corrected(
        seat.account,
        item,
        project=seat.maybe_project(project),
        task=task,
        hours=hours,
        notes=plain(notes) if notes is not None else None,
    )
    would = [f"{item.short}: {_told(seat, item.proposal)} → {_told(seat, changed)}"]
    touches = [content_of([item]), _content(changed)]
    first = unconfirmed(seat, "edit", touches, would, confirm=confirm, dry_run=dry_run)
    return first or _done(seat, edit(seat.account, item, changed, SILENT, by=seat.by))


def dismiss_proposals(
    seat: Seat, ids: Sequence[str], why: str = "", *, confirm: str = "", dry_run: bool = False
) -> Done:
    """Say no; the same is never proposed again."""
    items = _named(seat, ids)
    would = [f"{one.short}: no to {_told(seat, one.proposal)}" for one in items]
    touches = [content_of(items), why]
    first = unconfirmed(seat, "dismiss", touches, would, confirm=confirm, dry_run=dry_run)
    if first is not None:
        return first
    count = dismiss(seat.account, items, by=seat.by, why=short(why))
    return Done(done=[Result(text=f"Dismissed {count}.", result="dismissed")])


def undo_work(
    seat: Seat, ids: Sequence[str] = (), run: str = "", *, confirm: str = "", dry_run: bool = False
) -> Done:
    """Take back what Gleaner did, one by one or a whole run (``last``). What somebody changed since stays as it is."""
    seat.check("decide")
    ready(seat.account)
    if bool(ids) == bool(run):
        raise ConfigError("name the ids, or the run, not both")
    items = list(done_by(seat.account, run).items) if run else _named(seat, ids)
    if not items:
        return Done(note="There is nothing to undo.")
    if len(items) > MOST:
        raise Refused(f"that is {len(items)} at once; a person does that, with: gleaner undo --run {run}")
    if wrong := [one for one in items if one.state is not State.APPLIED]:
        raise Refused(f"only what was applied can be undone; {wrong[0].short} is {wrong[0].state}")
    would = [f"{one.short}: take back {_told(seat, one.proposal)}" for one in items]
    touches = [content_of(items), [_now(seat, one) for one in items]]
    first = unconfirmed(seat, "undo", touches, would, confirm=confirm, dry_run=dry_run)
    return first or _done(seat, undo(seat.account, items, by=seat.by))


def _now(seat: Seat, item: Item) -> object:
    """The entry as Harvest has it, which undo would take back."""
    entry = seat.account.live.get(item.entry_id) if item.entry_id is not None else None
    return asdict(entry) if entry is not None and not entry.is_running else str(item.entry_id)


def timer(
    seat: Seat,
    do: Literal["start", "stop"],
    project: str = "",
    task: str = "",
    notes: str = "",
    *,
    confirm: str = "",
    dry_run: bool = False,
) -> Done:
    """Start a timer in Harvest, which stops the one that runs, or stop it."""
    seat.check("decide")
    account, person = seat.account, seat.person
    ready(account, seat.today, seat.today)
    if do == "start" and not project:
        raise ConfigError("say which project the timer is for")
    which = seat.project(project) if do == "start" else ""

    def asked(*, dry_run: bool) -> Asked | None:
        if do == "stop":
            return stop_timer(account, person, by=seat.by, dry_run=dry_run)
        return start_timer(
            account, person, on=seat.today, project=which, task=task, notes=plain(notes), by=seat.by, dry_run=dry_run
        )  # fmt: skip

    running = account.live.running(person.id)
    about = [do, project, task, notes, running.id if running is not None else None]
    return _asked(seat, "timer", asked, about, confirm=confirm, dry_run=dry_run) or Done(
        note="No timer runs."
    )


def change_entry(
    seat: Seat,
    entry_id: int,
    *,
    project: str | None = None,
    task: str | None = None,
    hours: Decimal | None = None,
    notes: str | None = None,
    on: date | None = None,
    confirm: str = "",
    dry_run: bool = False,
) -> Done:
    """Change what is named about an entry; locked, approved and billed ones stay as they are."""
    seat.check("decide")
    if all(one is None for one in (project, task, hours, notes, on)):
        raise ConfigError("say what to change: project, task, hours, notes or on")
    ready(seat.account, on, on)
    entry = entry_numbered(seat.account, EntryId(entry_id))
    ready(seat.account, entry.spent_date, entry.spent_date)

    def asked(*, dry_run: bool) -> Asked:
        return edit_entry(
            seat.account, entry, project=seat.maybe_project(project), task=task, hours=hours,
            notes=plain(notes) if notes is not None else None, on=on, by=seat.by, dry_run=dry_run,
        )  # fmt: skip

    was = f"{entry.hours:.2f} h {target_of(entry, seat.account.catalog)} on {spoken_day(entry.spent_date)}"
    done = _asked(seat, "change", asked, None, confirm=confirm, dry_run=dry_run, was=was)
    assert done is not None, "an edit always asks for something"
    return done


def remove_entries(seat: Seat, ids: Sequence[int], *, confirm: str = "", dry_run: bool = False) -> Done:
    """Delete entries; undo puts them back. Locked, approved and billed ones stay."""
    seat.check("decide")
    _check_count(ids)
    ready(seat.account)
    found = [entry_numbered(seat.account, EntryId(one)) for one in dict.fromkeys(ids)]
    days = [one.spent_date for one in found]
    ready(seat.account, min(days), max(days))

    def asked(*, dry_run: bool) -> Asked:
        return delete_entries(seat.account, found, by=seat.by, dry_run=dry_run)

    done = _asked(seat, "delete", asked, None, confirm=confirm, dry_run=dry_run)
    assert done is not None, "a deletion always asks for something"
    return done


def approve_invoice(seat: Seat, invoice: str, *, confirm: str = "", dry_run: bool = False) -> Done:
    """Let a draft go: the next look at invoices mails it to the client. The same people may who may in the review.

    Raises Refused for others, and for one that does not add up.
    """
    seat.check("money", "decide")
    account = seat.account
    ready(account)
    check_may_bill(account)
    bill = bill_called(account, invoice)
    rule = rule_of(account, bill)
    if reason := why_not(rule, account.me):
        raise Refused(f"the invoice of {bill.key} was not approved: {reason}")
    bill, _proof = proven(account, bill)
    mail, proof = mail_for(account, rule, bill)
    to = ", ".join(mail.recipients) or "nobody: the client has no contact with an address"
    told = bill_of(seat, bill)
    what = f"invoice {told.number or told.id} ({told.about}): {told.amount:,.2f} {told.currency}"
    would = [f"Approve {what}; then it is mailed to {to}", *lines_of(seat, bill.plan, proof)]
    touches = [bill.key, bill.state.value, asdict(bill.plan.totals), asdict(mail), asdict(proof)]
    refused = list(proof.differences)
    first = unconfirmed(seat, "approve", touches, would, confirm=confirm, dry_run=dry_run, refused=refused)
    if first is not None:
        return first
    proof = approve(account, rule, bill, by=seat.by)
    text = f"Approved invoice {bill.number}. {proof.sentence()}"
    return Done(done=[Result(text=text, result="approved", id=bill.short)])


# --- one way for all ---------------------------------------------------------------------------------------------


def _asked(
    seat: Seat,
    deed: str,
    asked: Callable[..., Asked | None],
    about: object,
    *,
    confirm: str,
    dry_run: bool,
    was: str = "",
) -> Done | None:
    """What a person asks for themselves, shown first; None where there is nothing to do."""
    plan = asked(dry_run=True)
    if plan is None:
        return None
    if plan.outcomes:  # it is so already
        return _done(seat, plan.outcomes)
    before = f"{was} → " if was else ""
    would = [f"{before}{planned(seat.account.catalog, one.action)}. {one.reason}" for one in plan.proposals]
    touches = about if about is not None else [_content(one) for one in plan.proposals]
    first = unconfirmed(seat, deed, touches, would, confirm=confirm, dry_run=dry_run, refused=plan.troubles)
    if first is not None:
        return first
    done = asked(dry_run=False)
    return _done(seat, done.outcomes) if done is not None else None


def _content(proposal: Proposal) -> object:
    """What the action is: its key and the moment it was asked for are new each time."""
    action = proposal.action
    assert not isinstance(action, StartTimer | StopTimer), "those are about a timer"
    return {name: value for name, value in asdict(action).items() if name != "reference"}


def _named(seat: Seat, ids: Sequence[str]) -> list[Item]:
    seat.check("decide")
    _check_count(ids)
    ready(seat.account)
    items = [item_named(seat.account, one.strip()) for one in ids]
    return list({one.proposal.key: one for one in items}.values())


def _check_count(ids: Sequence[object]) -> None:
    if not 1 <= len(ids) <= MOST:
        raise ConfigError(f"name 1 to {MOST} at once, not {len(ids)}")


def _told(seat: Seat, proposal: Proposal) -> str:
    hours = f"{length(proposal)} h " if length(proposal) else ""
    return f"{hours}{short(aim(proposal, seat.account.catalog))} on {spoken_day(proposal.on)}"


def _done(seat: Seat, outcomes: Sequence[Outcome]) -> Done:
    found = {one.key: seat.account.inbox.get(one.key) for one in outcomes}
    return Done(
        done=[
            Result(
                text=short(one.text),
                result=one.result,
                id=item.short if (item := found[one.key]) is not None else "",
                entry_id=one.entry_id,
            )
            for one in outcomes
        ],
        note="Take it back: undo, with the id." if any(one.result == "applied" for one in outcomes) else "",
    )
