"""Receipts that somebody brings themselves: each is checked, kept, and becomes a proposal for them to file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from gleaner.adapters.store.receipts import Kept
from gleaner.app.account import Account
from gleaner.app.expensing import expenses_of
from gleaner.app.receiving import Desk, Taken, take
from gleaner.core.actions import CreateExpense
from gleaner.core.catalog import Person
from gleaner.core.errors import Refused
from gleaner.core.proposals import State
from gleaner.expenses.content import checked_size
from gleaner.expenses.policy import Expense
from gleaner.expenses.upload import plain, uploaded
from gleaner.review.inbox import Item

MOST_AT_ONCE = 10
"""Files in one go."""
LOOK_BACK = timedelta(days=30)
"""How far back what was filed is listed."""


@dataclass(frozen=True)
class Brought:
    """A file that somebody sent: its name as they gave it, its size in bytes, and how to read it."""

    name: str
    size: int
    read: Callable[[], bytes]


@dataclass(frozen=True)
class Became:
    """What became of it: a receipt that waits, or a sentence that says why not."""

    taken: Taken | None = None
    trouble: str = ""


def bring(
    account: Account, person: Person, files: Iterable[Brought], today: date, source: str
) -> list[Became]:
    """Take each file as a receipt of *person*. One that is refused does not stop the others; too big ones are not read.

    *source* says where they came from. Raises Refused unless whoever looks may file for the person.
    """
    account.check_may_see(person.id)
    desk, found = Desk(account, person, today), []
    for one in files:
        try:
            checked_size(plain(one.name), one.size)
            done = take(desk, uploaded(one.name, one.read()), source)
            found.append(Became(done, done.kept.trouble if done.kept.state == "refused" else ""))
        except Refused as refusal:
            found.append(Became(None, str(refusal)))
    return found


@dataclass(frozen=True)
class Filed:
    """An expense in Harvest, and the proposal that filed it; None where something else did."""

    expense: Expense
    item: Item | None = None


def waiting_for(account: Account, person: Person) -> list[Item]:
    """New expenses that wait for the person, newest first. Raises Refused for somebody else's."""
    account.check_may_see(person.id)
    states = (State.PROPOSED, State.FAILED, State.APPROVED, State.APPLYING)
    items = account.inbox.items(states=states, user_id=person.id)
    return [one for one in reversed(items) if isinstance(one.proposal.action, CreateExpense)]


def filed_by(account: Account, person: Person, today: date) -> list[Filed]:
    """Their expenses of the last month in Harvest, newest first, as it has them now. Raises Refused, Unavailable."""
    account.check_may_see(person.id)
    ours = {
        one.expense_id: one
        for one in account.inbox.items(states=(State.APPLIED,), user_id=person.id)
        if one.expense_id is not None and isinstance(one.proposal.action, CreateExpense)
    }
    found = expenses_of(account, today - LOOK_BACK, today, person.id)
    return [Filed(one, ours.get(one.id)) for one in reversed(found)]  # type: ignore[call-overload]


def refused_of(account: Account, person: Person) -> Sequence[Kept]:
    """Files of theirs that are no receipts, with the reasons, newest first. Raises Refused for somebody else's."""
    account.check_may_see(person.id)
    return account.receipts.listed(person.id, states=["refused"])


def receipt_of(account: Account, person: Person, digest: str) -> tuple[bytes | None, str]:
    """The bytes and name of a receipt of *person*; None when there is none such, or it is not kept any more.

    Raises Refused for somebody else's.
    """
    account.check_may_see(person.id)
    kept = account.receipts.get(person.id, digest)
    if kept is None or kept.state == "refused":
        return None, ""
    return account.receipts.content(digest), kept.name
