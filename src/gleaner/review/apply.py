"""The only door out: an approved proposal becomes a change in Harvest, at most once.

    approved ──claim──► applying ──look──► it is so already: adopt it       ──► applied
                                     └── else: check, then one write        ──► applied | failed | approved

What policy approved and may not any more goes back to *proposed*: right before the write, or before anybody begins.

A new entry and a timer are looked up by our key, everything else by the entry itself.

A crash after the claim leaves ``applying``; whoever comes later takes the claim over and looks the key up
before anything else. A lost answer is looked up at once. The claim is renewed right before a write leaves, after
all waiting, so that whoever was thought dead stops there. What came of it and its line in the journal are one
transaction. A process that stalls between that renewal and the sending, or dies with a POST on its way, may still
write a second entry: :mod:`.twins` says how that is noticed and put right.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Literal

from gleaner.core.actions import DeleteExpense, DeleteTimeEntry, StartTimer, StopTimer
from gleaner.core.errors import ConfigError, GleanerError, Refused, Unavailable
from gleaner.core.phrases import joined, phrase
from gleaner.core.proposals import State
from gleaner.review.claims import Done, HeldBack, Lost
from gleaner.review.door import Door, Outcome
from gleaner.review.inbox import Item
from gleaner.review.journal import Happening, Line
from gleaner.review.perform import looked_again, perform
from gleaner.review.spending import yield_to_other
from gleaner.review.twins import give_way
from gleaner.review.words import described, nothing_to_do

_SEE = "Nothing more is done about it; see what runs with gleaner timer status, then ask again."


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
        done = perform(door, item.proposal, taken_over=taken_over, tried=taken_over or item.attempts > 1)
        if taken_over and done.is_new and done.entry is not None:
            done = looked_again(door, item, done.entry) or done
    except Lost:
        return Outcome(key, "taken", "another process took it over")
    except HeldBack as error:
        return reopen(door, item, error.why, token=door.token)
    except (Refused, ConfigError) as error:
        if is_of_login(error):
            # Nothing is wrong with the proposal: it waits for whoever puts the login right.
            put_back(door, item, str(error))
            raise
        _settle(door, item, State.FAILED, "failed", error.text)
        return Outcome(key, "failed", error.text)
    except Unavailable as fault:
        return _hold_back(door, item, fault)
    entry_id = done.entry.id if done.entry is not None else None
    expense_id = done.expense.id if done.expense is not None else None
    words = described(door.harvest.catalog(), item.proposal.action, done.entry, done.expense)
    said = joined("", (words, done.also)) if done.also else words
    text = nothing_to_do(item.proposal.action) if done.was_there else said
    # What somebody else deleted is not ours to bring back: undo reads that here.
    is_deletion = isinstance(item.proposal.action, DeleteTimeEntry | DeleteExpense)
    foreign = text if done.was_there and is_deletion else ""
    result: Literal["found", "applied"] = "found" if done.was_there else "applied"
    settled = _settle(door, item, State.APPLIED, result, text, done=done, trouble=foreign)
    if not settled and done.is_new and done.entry is not None:
        give_way(door, item, done.entry)
    if not settled and done.is_new and done.expense is not None:
        yield_to_other(door, item, done.expense)
    return Outcome(
        key, result if settled else "taken", text, entry_id, can_undo=not foreign, expense_id=expense_id
    )


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


def reopen(door: Door, item: Item, why: str, *, token: str | None = None) -> Outcome:
    """Give what policy approved back to people after *why*: what nobody began, or what *token* has the claim of."""
    now, shown = door.clock.now(), item.proposal
    said = phrase("Not logged: {title}; {why}", title=shown.title, why=why)
    line = Line(now, "policy", "waiting", said, door.run_id, shown.key, shown.user_id)
    if door.inbox.reopen(shown.key, now=now, line=line, token=token):
        return Outcome(shown.key, "reopened", why)
    return Outcome(shown.key, "taken", phrase("another process is at it, or somebody decided it"))


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


def _settle(
    door: Door,
    item: Item,
    state: State,
    event: Happening,
    text: str,
    *,
    done: Done | None = None,
    trouble: str | None = None,
    retry_at: datetime | None = None,
) -> bool:
    """Write down what came of it, with its line in the journal; whether the claim was still ours."""
    now, proposal = door.clock.now(), item.proposal
    entry, expense = (done.entry, done.expense) if done is not None else (None, None)
    answer = entry or expense
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
        answer=asdict(answer) if answer is not None else None,
    )
    return door.inbox.settle(
        proposal.key,
        door.token,
        state,
        now=now,
        entry_id=line.entry_id,
        expense_id=expense.id if expense is not None else None,
        trouble=text if trouble is None else trouble,
        retry_at=retry_at,
        line=line,
    )
