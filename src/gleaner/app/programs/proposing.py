"""Time and expenses that a program proposes: they wait in the person's review, nothing is in Harvest before a yes."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from gleaner.adapters.store.inbox import dump
from gleaner.app.deciding import length
from gleaner.app.filing import Said, given, keep_for
from gleaner.app.finding import find_slot
from gleaner.app.programs.seat import Seat, check_days, ready
from gleaner.app.programs.values import Done, Result, short
from gleaner.app.receiving import Desk, Given, receipt_key
from gleaner.core.actions import CreateExpense, CreateTimeEntry
from gleaner.core.errors import ConfigError, Refused
from gleaner.core.phrases import phrase
from gleaner.core.proposals import Evidence, Proposal, State, reference
from gleaner.expenses.content import MOST_BYTES
from gleaner.expenses.text import ReceiptFile
from gleaner.expenses.upload import uploaded
from gleaner.review.expense_guards import guard_expense_plan
from gleaner.review.guards import objection
from gleaner.review.inbox import AGENT, EXPENSE, Item
from gleaner.review.journal import Line
from gleaner.review.words import planned
from gleaner.timesheets.text import plain

MOST_A_DAY = 20
"""Proposals of programs that may wait on one day of a person."""
_OPEN = (State.PROPOSED, State.FAILED)
_NOTES = 2000


def propose_time(
    seat: Seat,
    on: date,
    hours: Decimal,
    project: str,
    task: str = "",
    notes: str = "",
    why: str = "",
    *,
    dry_run: bool = False,
) -> Done:
    """Leave an entry in the person's review. The same asked for twice is one; what was decided is not asked again.

    *why* is what the program has to say for it, shown beside it. Raises Refused for a day that would have too much.
    """
    seat.check("propose")
    account, person = seat.account, seat.person
    ready(account, on, on)
    slot = find_slot(seat.project(project), task, person.id, account.catalog)
    said = _line(notes, _NOTES)
    if not said:
        raise ConfigError("say in notes what the time was for")
    hours = length(hours)
    key = _key(seat, "entry", on, slot.project.id, slot.task.id, said, hours)
    action = CreateTimeEntry(
        person.id, on, hours, slot.project.id, slot.task.id, said, reference(account.id, key)
    )
    made = Proposal(
        key=key,
        action=action,
        user_id=person.id,
        on=on,
        reason=_reason(seat, why),
        rule=AGENT,
        title=said,
        level="likely",
        evidence=(Evidence(f"{seat.by} proposed it; nothing was seen of it.", 0.0),),
        must_ask=True,
    )
    if known := account.inbox.get(key):
        return _again(known)
    if refusal := objection(account.mirror, made, {}):
        raise Refused(refusal)
    _check_room(seat, action)
    return _left(seat, made, dry_run=dry_run)


def _check_room(seat: Seat, action: CreateTimeEntry) -> None:
    """A day has 24 hours, and a review has an end."""
    account, day = seat.account, action.spent_date
    mine = account.inbox.items(states=_OPEN, user_id=seat.person.id, first=day, last=day)
    from_programs = [one for one in mine if one.proposal.rule == AGENT]
    if len(from_programs) >= MOST_A_DAY:
        raise Refused(f"{len(from_programs)} proposals of programs wait on {day} already; decide them first")
    waits = sum(
        (
            one.proposal.action.hours
            for one in from_programs
            if isinstance(one.proposal.action, CreateTimeEntry)
        ),
        Decimal(0),
    )
    logged = sum((one.hours for one in account.mirror.entries(day, day, seat.person.id)), Decimal(0))
    if logged + waits + action.hours > 24:
        raise Refused(
            f"{day} has {logged:.2f} h in Harvest and {waits:.2f} h proposed; with {action.hours:.2f} h more it would"
            " have over 24"
        )


def propose_expense(
    seat: Seat,
    said: Said,
    *,
    receipt: str = "",
    receipt_name: str = "",
    why: str = "",
    dry_run: bool = False,
) -> Done:
    """Leave a cost in the person's review, with its *receipt* (base64) where there is one, which is read for the rest.

    Raises ConfigError for what is missing, Refused for a file that is no receipt.
    """
    seat.check("propose")
    ready(seat.account)
    desk = Desk(seat.account, seat.person, seat.today)
    notes = _line(said.notes, _NOTES) if said.notes is not None else None
    said = replace(said, project=seat.maybe_project(said.project), notes=notes)
    check_days(*([said.on] if said.on is not None else []))
    what = given(desk, said)
    if not receipt:
        return _without_receipt(seat, desk, what, why, dry_run=dry_run)
    opened = uploaded(receipt_name or "receipt", _bytes(receipt))
    key = receipt_key(seat.person, opened.digest)
    if known := seat.account.inbox.get(key):
        return _again(known)
    made = desk.proposal(opened, desk.look(opened), key, what)
    made = replace(made, reason=f"{_reason(seat, why)} {made.reason}")
    return _left(seat, made, dry_run=dry_run, opened=opened)


def _without_receipt(seat: Seat, desk: Desk, what: Given, why: str, *, dry_run: bool) -> Done:
    missing = [
        name
        for name, value in (
            ("project", what.project), ("category", what.category),
            ("amount or units", what.amount if what.amount is not None else what.units),
        )
        if value is None
    ]  # fmt: skip
    if missing or what.project is None:
        raise ConfigError(f"say {' and '.join(missing)}, or give the receipt")
    on = what.on or seat.today
    key = _key(
        seat, "expense", on, what.project.id, what.category.id if what.category else 0, what.notes or "",
        what.amount if what.amount is not None else what.units,
    )  # fmt: skip
    if known := seat.account.inbox.get(key):
        return _again(known)
    action = CreateExpense(
        seat.person.id, on, what.project.id, what.category, what.amount, what.units, what.notes or "",
        reference(seat.account.id, key), billable=what.project.is_billable,
    )  # fmt: skip
    ready(seat.account, on, on)
    guard_expense_plan(seat.account.mirror, action)
    alike, sentences = desk.alike(action, key)
    made = Proposal(
        key=key,
        action=replace(action, beside=alike),
        user_id=seat.person.id,
        on=on,
        reason=" ".join([_reason(seat, why), *sentences]),
        rule=EXPENSE,
        title=what.notes or (what.category.name if what.category else ""),
        level="likely",
        evidence=tuple(Evidence(one, -1.0) for one in sentences),
        must_ask=True,
    )
    return _left(seat, made, dry_run=dry_run)


def _bytes(receipt: str) -> bytes:
    # Base64 has four letters for three bytes; whatever is longer need not be read.
    if len(receipt) > MOST_BYTES * 4 // 3 + 1000:
        raise Refused(f"the receipt is too big; it may have {MOST_BYTES // 1_000_000} MB")
    try:
        return base64.b64decode(receipt, validate=True)
    except (binascii.Error, ValueError):
        raise ConfigError("the receipt is no base64; encode the whole file") from None


# --- one way for all ---------------------------------------------------------------------------------------------


def _left(seat: Seat, made: Proposal, *, dry_run: bool, opened: ReceiptFile | None = None) -> Done:
    account, now = seat.account, seat.account.clock.now()
    would = planned(account.catalog, made.action)
    if dry_run:
        return Done(would=[f"Would leave in the review: {would}."], note="Nothing was changed.")
    if opened is not None:
        # The receipt first: a proposal without one could not be filed.
        keep_for(account, seat.person, opened, seat.by, made.key)
    account.inbox.offer([made], user_id=made.user_id, days=[], now=now, withdraw=False)
    item = account.inbox.get(made.key)
    if item is None:
        raise Refused("nothing is kept about this person any more")
    text = phrase("Proposed: {would}", would=would)
    account.journal.write(Line(now, seat.by, "proposed", text, "", made.key, made.user_id))
    return Done(
        id=item.short,
        done=[Result(text=f"Left in the review: {would}.", result="proposed", id=item.short)],
        note="It waits for the person: gleaner review, or the page. Nothing is in Harvest yet.",
    )


def _again(item: Item) -> Done:
    """The same was proposed before."""
    stands = {
        State.PROPOSED: "It was proposed before and waits for the person.",
        State.DISMISSED: "The person said no to it before, so it is not asked again.",
        State.APPLIED: "It was proposed before and is in Harvest.",
        State.UNDONE: "It was in Harvest and was taken back, so it is not asked again.",
    }
    note = stands.get(item.state, f"It was proposed before and is {item.state}.")
    return Done(id=item.short, note=note)


def _key(seat: Seat, kind: str, on: date, *parts: object) -> str:
    """The same for the same wish, so that an assistant that repeats itself leaves one proposal."""
    said = "\x1f".join(str(part.normalize()) if isinstance(part, Decimal) else str(part) for part in parts)
    digest = hashlib.sha256(said.encode()).hexdigest()[:32]
    return f"{kind}:agent:{seat.person.id}:{on}:{digest}"


def _reason(seat: Seat, why: str) -> str:
    said = short(_line(why, _NOTES))
    # In quotes: it is what the program says, not what Gleaner found.
    return f'{seat.by} proposed it: "{said}".' if said else f"{seat.by} proposed it."


def _line(text: str, most: int) -> str:
    """*text* as an entry may have it: without what a terminal or a page would obey."""
    return plain(text[:most])


def content_of(items: Sequence[Item]) -> list[list[str]]:
    """What *items* are and where they stand, for a confirmation of just that."""
    return [[one.proposal.key, one.state.value, dump(one.proposal)] for one in items]
