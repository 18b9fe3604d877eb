"""Receipts and expenses as people and programs read them on the command line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from gleaner.core.actions import CreateExpense
from gleaner.core.time import spoken_day
from gleaner.faces.cli.session import say, tell

if TYPE_CHECKING:
    from gleaner.adapters.store.receipts import Kept
    from gleaner.app.account import Account
    from gleaner.app.collecting import Collected
    from gleaner.app.expensing import Looked
    from gleaner.core.proposals import Proposal
    from gleaner.expenses.policy import Expense, Finding
    from gleaner.review.inbox import Item

_FIELDS = (
    ("total", "amount"),
    ("currency", "currency"),
    ("on", "day"),
    ("merchant", "merchant"),
    ("tax", "tax"),
)


def show_read(one: Looked) -> None:
    """What a file says as a receipt, each with where it stands."""
    if one.same_as is not None:
        tell(f"{one.path} is the same receipt as {one.same_as}.")
        return
    if one.receipt is None:
        tell(one.trouble)
        return
    say(str(one.path))
    if one.trouble:
        tell(f"  {one.trouble}")
    fields = [(label, getattr(one.receipt, name)) for name, label in _FIELDS]
    for label, field in (*fields, ("category", one.category), ("project", one.project)):
        if field is None:
            say(f"  {label:<9} ?")
        else:
            say(f"  {label:<9} {field.value} ({field.confidence:.0%}): {field.evidence}")
    if one.already is not None:
        say(f"  It may be in Harvest already: expense {one.already.id} has the same amount and day.")


def read_as_json(one: Looked) -> dict[str, Any]:
    """The same for programs."""
    return {
        "file": str(one.path),
        "sha256": one.digest,
        "same_as": str(one.same_as) if one.same_as is not None else None,
        "trouble": one.trouble,
        "receipt": asdict(one.receipt) if one.receipt is not None else None,
        "category": asdict(one.category) if one.category is not None else None,
        "project": asdict(one.project) if one.project is not None else None,
        "already": one.already.id if one.already is not None else None,
    }


def show_listed(found: list[Expense], noticed: list[Finding]) -> None:
    """Expenses in Harvest with what to look at, and what they add up to."""
    for one in found:
        state = "  [invoiced]" if one.is_billed else "  [locked]" if one.is_locked else ""
        receipt = "receipt" if one.has_receipt else "no receipt"
        say(
            f"{one.id}  {spoken_day(one.spent_date)}  {one.person}  {one.total_cost:,.2f} {one.currency}"
            f"  {one.category} › {one.project}  {receipt}{state}"
        )
        say(*(f"    {finding.sentence}" for finding in noticed if finding.expense_id == one.id))
    sums: dict[str, Decimal] = {}
    for one in found:
        sums[one.currency] = sums.get(one.currency, Decimal(0)) + one.total_cost
    total = ", ".join(f"{amount:,.2f} {currency}" for currency, amount in sorted(sums.items()))
    counted = "1 expense" if len(found) == 1 else f"{len(found)} expenses"
    things = "1 thing" if len(noticed) == 1 else f"{len(noticed)} things"
    say(f"{counted}{f': {total}' if total else ''}; {things} to look at.")


def listed_as_json(found: list[Expense], noticed: list[Finding]) -> dict[str, Any]:
    """The same for programs."""
    return {"expenses": [asdict(one) for one in found], "findings": [asdict(one) for one in noticed]}


def tell_alike(proposals: Iterable[Proposal]) -> None:
    """Of what was filed, the expenses that may be the same cost."""
    for proposal in proposals:
        if isinstance(proposal.action, CreateExpense):
            tell(
                *(
                    f"Expense {one} has the same day and amount: one cost, or two?"
                    for one in proposal.action.beside
                )
            )


def show_waiting(account: Account, item: Item, *, json: bool) -> None:
    """A proposal that a person has to look at before it is filed."""
    from gleaner.faces.cli.proposals import item_as_json, show_items
    from gleaner.faces.cli.session import print_json

    if json:
        print_json({"proposal": item_as_json(item, account.catalog), "outcomes": [], "troubles": []})
        return
    show_items([item], account.catalog, why=True)
    tell("", f"Nothing was filed yet. gleaner review accept {item.short} | edit {item.short} --amount …")


def show_collected(account: Account, done: Collected, kept: list[Kept]) -> None:
    """New receipts with what they would be, then every receipt and where it stands."""
    from gleaner.faces.cli.proposals import name_of, show_items

    items = [one.item for one in done.taken if one.item is not None]
    show_items(items, account.catalog, why=False)
    if items:
        tell("", "gleaner review accept ID … | edit ID --project … | dismiss ID --why …")
    for one in kept:
        state = _state(account, one)
        why = f": {one.trouble}" if one.state == "refused" else ""
        say(
            f"{state:<10} {one.name or 'a receipt'}  ({one.source}, {name_of(one.user_id, account.catalog)}){why}"
        )
    if not kept:
        say("No receipts yet.")
    tell(*(f"{sentence}." for sentence in done.waiting), *(str(problem) for problem in done.problems))
    if not account.settings.receipts:
        tell("No [[receipts]] are configured in gleaner.toml, so none come by themselves; name files to read")


def _state(account: Account, one: Kept) -> str:
    """Where the receipt stands, in a word: as its proposal does."""
    if one.state != "proposed" or one.proposal_key is None:
        return one.state
    item = account.inbox.get(one.proposal_key)
    words = {"proposed": "to review", "failed": "to review", "applied": "filed"}
    return words.get(item.state.value, item.state.value) if item is not None else "lost"


def collected_as_json(account: Account, done: Collected, kept: list[Kept]) -> dict[str, Any]:
    """The same for programs."""
    from gleaner.faces.cli.proposals import item_as_json

    return {
        "new": [item_as_json(one.item, account.catalog) for one in done.taken if one.item is not None],
        "receipts": [asdict(one) | {"stands": _state(account, one)} for one in kept],
        "waiting": list(done.waiting),
        "problems": [str(problem) for problem in done.problems],
    }
