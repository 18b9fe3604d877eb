"""From a receipt to a proposal: what it says, what it would be in Harvest, and what is missing."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import TypeVar

from gleaner.adapters.harvest.receipts import TYPES
from gleaner.adapters.store.receipts import Kept
from gleaner.app.account import Account
from gleaner.app.expensing import Looked, expenses_of, look
from gleaner.app.finding import projects_of
from gleaner.core.actions import CreateExpense
from gleaner.core.catalog import Person, Project
from gleaner.core.errors import ConfigError, Refused
from gleaner.core.expenses import Attachment, ExpenseCategory, ExpenseId
from gleaner.core.phrases import joined, phrase
from gleaner.core.proposals import Evidence, Proposal, State, reference
from gleaner.expenses.policy import Expense
from gleaner.expenses.receipt import Read
from gleaner.expenses.text import ReceiptFile
from gleaner.review.inbox import EXPENSE, Item

T = TypeVar("T")
SURE = 0.8
"""What is read with less confidence waits for a person even where they asked for it to be filed."""
_PAST = timedelta(days=365)


@dataclass(frozen=True)
class Given:
    """What a person says of a cost; None: the receipt is asked."""

    project: Project | None = None
    category: ExpenseCategory | None = None
    amount: Decimal | None = None
    units: Decimal | None = None
    on: date | None = None
    notes: str | None = None
    billable: bool | None = None


NOTHING = Given()


class Desk:
    """One person's receipts on one day: what is known of Harvest is asked once."""

    def __init__(self, account: Account, person: Person, today: date) -> None:
        self.account, self.person, self.today = account, person, today

    @cached_property
    def categories(self) -> list[ExpenseCategory]:
        return self.account.expenses.categories()

    @cached_property
    def past(self) -> list[Expense]:
        """A year of their expenses in Harvest."""
        return expenses_of(self.account, self.today - _PAST, self.today, self.person.id)

    def look(self, file: ReceiptFile) -> Looked:
        """What it says. Raises Refused for a file that no receipt can be."""
        # What is counted in units, such as miles, has no receipt with a total.
        names = {one.name for one in self.categories if one.unit_price is None}
        return look(self.account, self.person, file, self.today, lambda: (names, self.past))

    def proposal(self, file: ReceiptFile, looked: Looked, key: str, given: Given = NOTHING) -> Proposal:
        """The expense it would be, whole or with what is missing left open. Always for a person to decide."""
        account, said = self.account, looked.receipt
        total = _value(said.total) if said is not None else None
        day = _value(said.on) if said is not None else None
        merchant = (_value(said.merchant) if said is not None else None) or ""
        currency = (_value(said.currency) if said is not None else None) or ""
        project, category = given.project or self._project(looked), given.category or self._category(looked)
        by_units = category is not None and category.unit_price is not None
        amount = None if by_units else total if given.amount is None else given.amount
        on = given.on or day or self.today
        action = CreateExpense(
            self.person.id,
            on,
            project.id if project is not None else None,
            category,
            amount,
            given.units,
            merchant if given.notes is None else given.notes,
            reference(account.id, key),
            currency=currency if given.amount is None and amount is not None else "",
            billable=(project.is_billable if project is not None else True)
            if given.billable is None
            else given.billable,
            receipt=Attachment(file.digest, file.name),
        )
        alike, sentences = self.alike(action, key)
        evidence = [*_evidence(looked, given), *(Evidence(sentence, -1.0) for sentence in sentences)]
        if day is None and given.on is None:
            evidence.append(Evidence(phrase("No day could be read; today's is taken."), -1.0))
        is_whole = None not in (action.project_id, action.category) and (amount is not None or by_units)
        is_clear = is_whole and not sentences and all(one.weight >= _odds(SURE) for one in evidence)
        return Proposal(
            key=key,
            action=replace(action, beside=alike),
            user_id=self.person.id,
            on=on,
            reason=_reason(file, looked, sentences),
            rule=EXPENSE,
            title=merchant or file.name,
            level="likely" if is_clear else "unsure",
            confidence=min((_sure(one) for one in evidence), default=1.0 if is_whole else 0.0),
            evidence=tuple(evidence),
            must_ask=True,
        )

    def alike(self, action: CreateExpense, key: str) -> tuple[tuple[ExpenseId, ...], list[str]]:
        """Expenses in Harvest with the same day and amount, and a sentence for each and for each proposal like it."""
        day, total = action.spent_date, action.total_cost
        if total is None:
            return (), []
        there = self.account.expenses.find(self.person.id, on=day)
        same = [one for one in there if one.total_cost == total]
        found: list[str] = [
            phrase("Expense {number} in Harvest has the same day and amount.", number=one.id) for one in same
        ]
        waiting = self.account.inbox.items(
            states=(State.PROPOSED, State.FAILED, State.APPROVED), user_id=self.person.id, first=day, last=day
        )
        for item in waiting:
            other = item.proposal.action
            if isinstance(other, CreateExpense) and other.total_cost == total and item.proposal.key != key:
                name = other.receipt.name if other.receipt is not None else item.proposal.title
                found.append(
                    phrase("{short} ({name}) has the same day and amount.", short=item.short, name=name)
                )
        return tuple(one.id for one in same), found

    def _project(self, looked: Looked) -> Project | None:
        if looked.project is None:
            return None
        named = [
            one
            for one in projects_of(self.person.id, self.account.catalog)
            if one.name == looked.project.value
        ]
        return named[0] if len(named) == 1 else None

    def _category(self, looked: Looked) -> ExpenseCategory | None:
        if looked.category is None:
            return None
        named = (one for one in self.categories if one.name == looked.category.value)
        return next(named, None)


def receipt_key(person: Person, digest: str) -> str:
    """The key of the proposal about that receipt of that person."""
    return f"expense:receipt:{person.id}:{digest}"


@dataclass(frozen=True)
class Taken:
    """What became of a receipt that was brought."""

    kept: Kept
    is_new: bool
    item: Item | None = None
    """Its proposal."""


def take(desk: Desk, file: ReceiptFile, source: str) -> Taken:
    """Keep that receipt and propose its expense; one that was brought before stays as it is.

    One that cannot be a receipt is kept as refused, with the reason and without its content.
    """
    account, person = desk.account, desk.person
    known = account.receipts.get(person.id, file.digest)
    item = (
        account.inbox.get(known.proposal_key)
        if known is not None and known.proposal_key is not None
        else None
    )
    # A process may have died after it kept the receipt, before it proposed anything.
    if known is not None and (item is not None or known.state == "refused"):
        return Taken(known, False, item)
    key = receipt_key(person, file.digest)
    row = Kept(
        person.id, file.digest, file.name, TYPES[file.kind], len(file.content), source, "proposed", "", key,
        account.clock.now(),
    )  # fmt: skip
    try:
        looked = desk.look(file)
    except Refused as refusal:
        return refuse(desk, replace(row, state="refused", trouble=refusal.text, proposal_key=None))
    made = desk.proposal(file, looked, key)
    row = replace(row, trouble=looked.trouble)
    # The receipt first: a proposal without one could not be filed.
    account.receipts.keep(row, file.content)
    if known is not None:
        account.receipts.settle(person.id, file.digest, "proposed", trouble=row.trouble, proposal_key=key)
    account.inbox.offer([made], user_id=person.id, days=[], now=account.clock.now(), withdraw=False)
    return Taken(row, True, account.inbox.get(key))


def refuse(desk: Desk, row: Kept) -> Taken:
    """Remember what was refused, and why, so that it is listed."""
    return Taken(row, desk.account.receipts.keep(row, None))


def without_content(name: str, size: int) -> str:
    """What a file that is not read is known by."""
    return hashlib.sha256(f"{name}\x1f{size}".encode()).hexdigest()


def check_whole(proposal: Proposal) -> None:
    """Raises ConfigError, naming the option, where something is missing that a person has to say."""
    action = proposal.action
    if not isinstance(action, CreateExpense):
        return
    by_units = action.category is not None and action.category.unit_price is not None
    for option, value in (
        ("--project", action.project_id),
        ("--category", action.category),
        ("--units", action.units if by_units else 0),
        ("--amount", 0 if by_units else action.total_cost),
    ):
        if value is None:
            what = {"--units": "number of units"}.get(option, option.removeprefix("--"))
            raise ConfigError(
                phrase(
                    '"{title}" has no {what} yet; give it with: gleaner review edit ID {option} …',
                    title=proposal.title,
                    what=what,
                    option=option,
                )
            )


# --- words -------------------------------------------------------------------------------------------------------


def _value(read: Read[T] | None) -> T | None:
    return read.value if read is not None else None


def _odds(confidence: float) -> float:
    inside = min(max(confidence, 0.01), 0.99)
    return round(math.log(inside / (1 - inside)), 2)


def _sure(one: Evidence) -> float:
    return round(1 / (1 + math.exp(-one.weight)), 2)


def _evidence(looked: Looked, given: Given) -> list[Evidence]:
    """A sentence for each thing that was read and not said otherwise."""
    said = looked.receipt
    asked: Sequence[tuple[object | None, Read[object] | None]] = (
        (given.amount, said.total if said is not None else None),
        (given.amount, said.currency if said is not None else None),
        (given.on, said.on if said is not None else None),
        (given.category, looked.category),
        (given.project, looked.project),
    )
    return [
        Evidence(read.evidence, _odds(read.confidence))
        for given_value, read in asked
        if given_value is None and read is not None
    ]


def _reason(file: ReceiptFile, looked: Looked, sentences: Sequence[str]) -> str:
    said = looked.receipt
    if looked.trouble or said is None or said.total is None:
        why = looked.trouble or phrase("no amount could be read.")
        text = phrase("{file}: {why}", file=file.name, why=why)
    else:
        amount = phrase("{amount:,.2f}", amount=said.total.value)
        if said.currency is not None:
            amount = phrase("{amount} {currency}", amount=amount, currency=said.currency.value)
        text = (
            phrase("{file} says {amount} on {day}.", file=file.name, amount=amount, day=said.on.value)
            if said.on is not None
            else phrase("{file} says {amount}.", file=file.name, amount=amount)
        )
    return joined(" ", [text, *sentences])
