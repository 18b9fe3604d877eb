"""What people ask for themselves about expenses: file one, change or delete one, correct a proposal."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from gleaner.adapters.harvest.receipts import TYPES, receipt_file
from gleaner.adapters.store.receipts import Kept
from gleaner.app.account import Account
from gleaner.app.asking import Asked, ask
from gleaner.app.finding import find_category, find_project_of
from gleaner.app.looking import freshen
from gleaner.app.receiving import Desk, Given, check_whole, receipt_key
from gleaner.core.actions import CreateExpense, DeleteExpense, UpdateExpense, is_so
from gleaner.core.catalog import Person
from gleaner.core.errors import ConfigError, Refused
from gleaner.core.expenses import Attachment, Expense, ExpenseCategory, ExpenseId, plain_name
from gleaner.core.phrases import phrase
from gleaner.core.proposals import Proposal, State, reference
from gleaner.core.silent import SILENT
from gleaner.expenses.text import ReceiptFile
from gleaner.expenses.text import receipt_file as receipt_at
from gleaner.review.inbox import EXPENSE, Item

_DECIDABLE = (State.PROPOSED, State.FAILED)
_MOST = Decimal(1_000_000_000)


@dataclass(frozen=True)
class Said:
    """What a person says of an expense, in their words; None: nothing."""

    project: str | None = None
    category: str | None = None
    amount: Decimal | None = None
    units: Decimal | None = None
    on: date | None = None
    notes: str | None = None

    @property
    def is_empty(self) -> bool:
        return self == Said()


@dataclass(frozen=True)
class Filed:
    """What came of a receipt that was to be filed: done now, or left to the review because something is unsure."""

    asked: Asked
    waits: Item | None = None


def given(desk: Desk, said: Said) -> Given:
    """What *said* names. Raises ConfigError with the names it could have been."""
    catalog, person = desk.account.catalog, desk.person
    category = find_category(said.category, desk.categories) if said.category is not None else None
    _check(said)
    return Given(
        find_project_of(said.project, person.id, catalog) if said.project is not None else None,
        category,
        said.amount,
        said.units,
        said.on,
        said.notes,
    )


def _check(said: Said) -> None:
    if said.amount is not None and said.units is not None:
        raise ConfigError(phrase("give --amount or --units, not both: units cost what their category says"))
    for number, option in ((said.amount, "--amount"), (said.units, "--units")):
        if number is not None and not (number.is_finite() and 0 < number < _MOST):
            raise ConfigError(
                phrase("{option} {number} is no cost; give more than 0", option=option, number=number)
            )
    if said.amount is not None and said.amount != said.amount.quantize(Decimal("0.01")):
        raise ConfigError(phrase("--amount {amount} has parts of a cent; round it", amount=said.amount))


def file(
    account: Account, person: Person, said: Said, *, today: date, by: str, dry_run: bool = False
) -> Asked:
    """File a cost without a receipt."""
    desk = Desk(account, person, today)
    what = given(desk, said)
    missing = [
        option
        for option, value in (
            ("--project", what.project),
            ("--category", what.category),
            ("--amount or --units", what.amount if what.amount is not None else what.units),
        )
        if value is None
    ]
    if missing:
        raise ConfigError(f"say {' and '.join(missing)}, or name the receipt")
    assert what.project is not None, "checked above"
    key = f"expense:asked:{person.id}:{uuid.uuid4().hex}"
    action = CreateExpense(
        person.id, what.on or today, what.project.id, what.category, what.amount, what.units, what.notes or "",
        reference(account.id, key), billable=what.project.is_billable,
    )  # fmt: skip
    alike, sentences = desk.alike(action, key)
    action = replace(action, beside=alike)
    title = what.notes or f"{what.category.name if what.category else ''} for {what.project.name}"
    made = _proposal(key, action, by, title, sentences)
    _know(account, made.on)
    return ask(account, "expenses", [_waiting(account, made) or made], by=by, dry_run=dry_run)


def file_receipt(
    account: Account, person: Person, path: Path, said: Said, *, today: date, by: str, dry_run: bool = False
) -> Filed:
    """File what a receipt says, and what *said* says of it; what was not read surely waits for review instead."""
    desk, opened = Desk(account, person, today), receipt_at(path)
    what = given(desk, said)
    key = _free_key(account, person, opened)
    made = desk.proposal(opened, desk.look(opened), key, what)
    _know(account, made.on)
    if dry_run:
        return Filed(ask(account, "expenses", [made], by=by, dry_run=True))
    _keep(account, person, opened, by, "proposed", key)
    if made.level != "unsure":
        return Filed(ask(account, "expenses", [made], by=by, dry_run=False))
    account.inbox.offer([made], user_id=person.id, days=[], now=account.clock.now(), withdraw=False)
    return Filed(Asked((made,)), account.inbox.get(key))


def _free_key(account: Account, person: Person, opened: ReceiptFile) -> str:
    """The key of that receipt's proposal; another one where somebody wants again what was dismissed or undone."""
    known = account.receipts.get(person.id, opened.digest)
    key = (
        known.proposal_key if known is not None and known.proposal_key else receipt_key(person, opened.digest)
    )
    item = account.inbox.get(key)
    if item is None:
        return key
    match item.state:
        case State.PROPOSED | State.FAILED | State.APPROVED | State.APPLYING:
            raise ConfigError(
                phrase(
                    "{opened} waits already: gleaner review accept {short}, or edit it there",
                    opened=opened.name,
                    short=item.short,
                )
            )
        case State.APPLIED:
            raise Refused(
                phrase(
                    "{opened} was filed already as expense {expense_id}",
                    opened=opened.name,
                    expense_id=item.expense_id or 0,
                )
            )
        case _:
            return f"{receipt_key(person, opened.digest)}:{uuid.uuid4().hex[:8]}"


def edit_expense(
    account: Account,
    person: Person,
    expense: Expense,
    said: Said,
    receipt: Path | None,
    *,
    today: date,
    by: str,
    force: bool = False,
    dry_run: bool = False,
) -> Asked:
    """Change what is named about an expense the person just looked at."""
    desk = Desk(account, person, today)
    what = given(desk, said)
    key = f"expense:asked:{person.id}:{uuid.uuid4().hex}"
    action = UpdateExpense(
        expense.user_id, expense.id, expense, reference(account.id, key),
        spent_date=what.on, project_id=what.project.id if what.project is not None else None, category=what.category,
        total_cost=what.amount, units=what.units, notes=what.notes,
    )  # fmt: skip
    _check_kind(action.category or expense.category, action)
    if receipt is not None:
        opened = receipt_at(receipt)
        new = Attachment(opened.digest, opened.name)
        former = _former(account, expense, force=force) if expense.receipt_name and not dry_run else None
        if not dry_run:
            _keep(account, person, opened, by, "kept", None)
        action = replace(action, receipt=new, former=former)
    elif is_so(action, expense):
        raise ConfigError(phrase("expense {expense_id} is so already", expense_id=expense.id))
    made = _proposal(key, action, by, expense.notes or f"expense {expense.id}", [])
    _know(account, expense.spent_date, what.on or expense.spent_date)
    return ask(account, "expenses", [made], by=by, dry_run=dry_run)


def _check_kind(category: ExpenseCategory, action: UpdateExpense) -> None:
    """A total for what is counted in units would be ignored by Harvest, and the other way round."""
    if category.unit_price is not None and action.total_cost is not None:
        raise ConfigError(f'"{category.name}" is counted in {category.unit_name or "units"}; give --units')
    if category.unit_price is None and action.units is not None:
        raise ConfigError(
            phrase('"{category}" is not counted in units; give --amount', category=category.name)
        )
    if action.category is None or (category.unit_price is None) == (action.was.category.unit_price is None):
        return
    if category.unit_price is not None and action.units is None:
        raise ConfigError(f'"{category.name}" is counted in {category.unit_name or "units"}; give --units')
    if category.unit_price is None and action.total_cost is None:
        raise ConfigError(
            phrase('"{category}" is not counted in units; give --amount', category=category.name)
        )


def delete_expenses(
    account: Account, expenses: Sequence[Expense], *, by: str, force: bool = False, dry_run: bool = False
) -> Asked:
    """Delete expenses the person just looked at; undo files them again, with their receipts.

    Raises Refused where a receipt cannot be kept for that, unless *force*.
    """
    made = []
    for expense in expenses:
        kept = _former(account, expense, force=force) if expense.receipt_name and not dry_run else None
        action = DeleteExpense(expense.user_id, expense.id, expense, kept)
        key = f"expense:asked:{expense.user_id}:{uuid.uuid4().hex}"
        made.append(_proposal(key, action, by, expense.notes or f"expense {expense.id}", []))
        _know(account, expense.spent_date)
    return ask(account, "expenses", made, by=by, dry_run=dry_run)


def _former(account: Account, expense: Expense, *, force: bool) -> Attachment | None:
    """The receipt an expense has, fetched and kept so that undo can bring it back."""
    try:
        name = plain_name(expense.receipt_name)
        checked = receipt_file(name, account.expenses.receipt(expense.id))
    except Refused as refusal:
        if force:
            return None
        raise Refused(
            phrase(
                "{refusal} Undo could not bring it back; go on without it with --force", refusal=refusal.text
            )
        ) from refusal
    person = account.catalog.people[expense.user_id]
    kind = next(kind for kind, media_type in TYPES.items() if media_type == checked.content_type)
    opened = ReceiptFile(name, checked.content, kind)
    _keep(account, person, opened, f"expense {expense.id}", "kept", None)
    return Attachment(opened.digest, name)


def keep_for(account: Account, person: Person, opened: ReceiptFile, source: str, key: str) -> None:
    """Keep a receipt for the proposal with that key."""
    _keep(account, person, opened, source, "proposed", key)


def _keep(
    account: Account, person: Person, opened: ReceiptFile, source: str, state: str, key: str | None
) -> None:
    row = Kept(
        person.id, opened.digest, opened.name, TYPES[opened.kind], len(opened.content), source,
        "proposed" if state == "proposed" else "kept", "", key, account.clock.now(),
    )  # fmt: skip
    if not account.receipts.keep(row, opened.content) and key is not None:
        account.receipts.settle(person.id, opened.digest, "proposed", proposal_key=key)


def expense_numbered(account: Account, expense_id: int) -> Expense:
    """The expense as it is now, if the token's owner may see it. Raises ConfigError when there is none."""
    expense = account.expenses.get(ExpenseId(expense_id))
    if expense is None:
        raise ConfigError(
            phrase(
                "there is no expense {expense_id} in Harvest; see: gleaner expenses list",
                expense_id=expense_id,
            )
        )
    account.check_may_see(expense.user_id)
    return expense


# --- proposals ---------------------------------------------------------------------------------------------------


def corrected_expense(account: Account, item: Item, said: Said, *, today: date) -> Proposal:
    """The proposal about an expense with those changes, checked against what the person may file."""
    if item.state not in _DECIDABLE:
        raise Refused(phrase("{short} is {state} already", short=item.short, state=item.state))
    action = item.proposal.action
    if not isinstance(action, CreateExpense):
        raise Refused(phrase("only new expenses can be edited here; dismiss it, then: gleaner expenses edit"))
    person = account.catalog.people[action.user_id]
    what = given(Desk(account, person, today), said)
    if what.project is not None:
        action = replace(action, project_id=what.project.id, billable=what.project.is_billable)
    if what.category is not None:
        action = replace(action, category=what.category)
    if what.amount is not None:
        # Whoever gives an amount means the client's currency.
        action = replace(action, total_cost=what.amount, units=None, currency="")
    if what.units is not None:
        action = replace(action, units=what.units, total_cost=None, currency="")
    if what.on is not None:
        action = replace(action, spent_date=what.on)
    if what.notes is not None:
        action = replace(action, notes=what.notes)
    changed = replace(item.proposal, action=action)
    check_whole(changed)
    _know(account, action.spent_date)
    return changed


def _know(account: Account, *days: date) -> None:
    """Have the entries of those days in the copy: they say whether their weeks are approved or locked."""
    for day in days:
        if not account.mirror.covers(day, day):
            freshen(account, SILENT, first=day, last=day)


def _proposal(
    key: str, action: CreateExpense | UpdateExpense | DeleteExpense, by: str, title: str, more: Sequence[str]
) -> Proposal:
    on = action.spent_date if isinstance(action, CreateExpense) else action.was.spent_date
    return Proposal(
        key=key,
        action=action,
        user_id=action.user_id,
        on=on,
        reason=" ".join([f"{by} asked for it.", *more]),
        rule=EXPENSE,
        title=title,
        level="likely",
        confidence=1.0,
        must_ask=True,
    )


def _waiting(account: Account, made: Proposal) -> Proposal | None:
    """The same, asked for before and not carried out yet: asked again it is done, not doubled."""
    states = (State.APPROVED,)
    for item in account.inbox.items(states=states, user_id=made.user_id, first=made.on, last=made.on):
        if _alike(item.proposal) == _alike(made):
            return item.proposal
    return None


def _alike(proposal: Proposal) -> object:
    action = proposal.action
    if not isinstance(action, CreateExpense):
        return proposal.key
    return replace(action, reference="", beside=())
