"""``gleaner expenses``: what receipts say, and what is in Harvest."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gleaner.core.errors import ConfigError
from gleaner.faces.cli.options import AccountId, ConfigFile, From, Json, On, PersonAddress, To

if TYPE_CHECKING:
    from gleaner.app.expensing import Looked
    from gleaner.expenses.policy import Expense, Finding

expenses = typer.Typer(
    help="Expenses: what receipts say, and those in Harvest with what to look at.", no_args_is_help=True
)


def add(app: typer.Typer) -> None:
    app.add_typer(expenses, name="expenses")


def _amount(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal(-1)
    if not value.is_finite() or value < 0:
        raise typer.BadParameter(f'"{text}" is no amount; write 150 or 150.00')
    return value


@expenses.command("receipts")
def receipts(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="Receipts (png, gif, jpg, pdf), or folders of them."),
    ],
    person: PersonAddress = None,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """Say what receipts say and what they would be in Harvest, each with its evidence. Nothing is sent."""
    from gleaner.app.expensing import looked_at
    from gleaner.faces.cli.session import opened, person_named, print_json, synced, today_of

    with opened(config, account) as acc:
        synced(acc)
        who = person_named(acc, person)
        looked = looked_at(acc, who, paths, today_of(acc, who))
    if json:
        print_json([_receipt(one) for one in looked])
    else:
        for one in looked:
            _show_receipt(one)
    if any(one.receipt is None for one in looked):
        raise typer.Exit(1)


_FIELDS = (
    ("total", "amount"),
    ("currency", "currency"),
    ("on", "day"),
    ("merchant", "merchant"),
    ("tax", "tax"),
)


def _show_receipt(one: Looked) -> None:
    from gleaner.faces.cli.session import say, tell

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


def _receipt(one: Looked) -> dict[str, Any]:
    from dataclasses import asdict

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


@expenses.command("list")
def listing(
    on: On = None,
    first: From = None,
    last: To = None,
    person: PersonAddress = None,
    everybody: Annotated[
        bool, typer.Option("--everybody", help="Not only yours; for administrators.")
    ] = False,
    limit: Annotated[
        Decimal | None,
        typer.Option("--limit", parser=_amount, metavar="AMOUNT", help="Name expenses above this amount."),
    ] = None,
    receipt_from: Annotated[
        Decimal | None,
        typer.Option(
            "--receipt-from", parser=_amount, metavar="AMOUNT", help="Below it no receipt is needed."
        ),
    ] = None,
    weekends: Annotated[
        bool, typer.Option("--weekends", help="Expenses on Saturdays and Sundays are usual.")
    ] = False,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """List expenses of the last 31 days, or of other days, and what to look at: exit code 1 says there is something."""
    from datetime import timedelta

    from gleaner.app.expensing import expenses_of
    from gleaner.expenses.policy import Policy, findings
    from gleaner.faces.cli.session import chosen_days, opened, person_named, print_json, synced, today_of

    if everybody and person is not None:
        raise ConfigError("give --person or --everybody, not both")
    with opened(config, account) as acc:
        synced(acc)
        if everybody:
            acc.check_may_see_everybody("--everybody")
        who = None if everybody else person_named(acc, person)
        today = today_of(acc, who)
        if on is None and first is None and last is None:
            first = today - timedelta(days=30)
        begin, end = chosen_days(on, first, last, today)
        found = expenses_of(acc, begin, end, who.id if who is not None else None)
    noticed = findings(found, Policy(limit, receipt_from or Decimal(0), weekends))
    if json:
        print_json(_plain(found, noticed))
    else:
        _show(found, noticed)
    if noticed:
        raise typer.Exit(1)


def _show(found: list[Expense], noticed: list[Finding]) -> None:
    from gleaner.core.time import spoken_day
    from gleaner.faces.cli.session import say

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


def _plain(found: list[Expense], noticed: list[Finding]) -> dict[str, Any]:
    from dataclasses import asdict

    return {"expenses": [asdict(one) for one in found], "findings": [asdict(one) for one in noticed]}
