"""``gleaner expenses``: what receipts say, what is in Harvest, and filing, changing and deleting it."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer

from gleaner.core.errors import ConfigError
from gleaner.faces.cli.options import (
    AccountId,
    Amount,
    Category,
    ConfigFile,
    DryRun,
    From,
    Json,
    NewExpenseNotes,
    Notes,
    On,
    OnDate,
    PersonAddress,
    ProjectOfExpense,
    To,
    Units,
    amount_of,
)

expenses = typer.Typer(
    help="Expenses: what receipts say, those in Harvest with what to look at, and filing them.",
    no_args_is_help=True,
)


def add(app: typer.Typer) -> None:
    app.add_typer(expenses, name="expenses")


_Force = Annotated[
    bool,
    typer.Option("--force", help="Also where its receipt cannot be kept, so that undo comes without it."),
]


def _number(text: str) -> int:
    if not re.fullmatch("[0-9]{1,18}", text.strip()):
        raise typer.BadParameter(f'"{text}" is no number of an expense; see: gleaner expenses list')
    return int(text)


@expenses.command("receipts")
def receipts(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILE]...", help="Receipts (png, gif, jpg, pdf), or folders of them."),
    ] = None,
    person: PersonAddress = None,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """Take what the sources of receipts bring, and list all receipts; of a FILE only say what it says.

    New receipts wait in `gleaner review`, and what is no receipt is named with the reason. Nothing is sent.
    """
    from gleaner.app.expensing import looked_at
    from gleaner.faces.cli.expenses import read_as_json, show_read
    from gleaner.faces.cli.session import opened, person_named, print_json, synced, today_of

    if not paths:
        raise typer.Exit(_take(config, account, person, json=json))
    with opened(config, account) as acc:
        synced(acc)
        who = person_named(acc, person)
        looked = looked_at(acc, who, paths, today_of(acc, who))
    if json:
        print_json([read_as_json(one) for one in looked])
    else:
        for one in looked:
            show_read(one)
    if any(one.receipt is None for one in looked):
        raise typer.Exit(1)


def _take(config: Path | None, account: int | None, person: str | None, *, json: bool) -> int:
    """Collect, and print what came of it; the exit code: 1 where something was refused or could not be read."""
    from gleaner.app.collecting import collect
    from gleaner.faces.cli.expenses import collected_as_json, show_collected
    from gleaner.faces.cli.session import opened, person_named, print_json, synced

    with opened(config, account) as acc:
        synced(acc)
        who = person_named(acc, person) if person is not None else None
        done = collect(acc)
        # What somebody may see is theirs, or everybody's for an administrator.
        kept = [one for one in acc.receipts.listed(who.id if who else None) if acc.may_see(one.user_id)]
        if json:
            print_json(collected_as_json(acc, done, kept))
        else:
            show_collected(acc, done, kept)
    return 1 if done.refused or any(not problem.is_hint for problem in done.problems) else 0


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
        typer.Option("--limit", parser=amount_of, metavar="AMOUNT", help="Name expenses above this amount."),
    ] = None,
    receipt_from: Annotated[
        Decimal | None,
        typer.Option(
            "--receipt-from", parser=amount_of, metavar="AMOUNT", help="Below it no receipt is needed."
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
    from gleaner.faces.cli.expenses import listed_as_json, show_listed
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
        print_json(listed_as_json(found, noticed))
    else:
        show_listed(found, noticed)
    if noticed:
        raise typer.Exit(1)


@expenses.command("add")
def add_expense(
    receipt: Annotated[
        Path | None, typer.Argument(metavar="[RECEIPT]", help="Its receipt: png, gif, jpg or pdf.")
    ] = None,
    amount: Amount = None,
    units: Units = None,
    project: ProjectOfExpense = None,
    category: Category = None,
    on: OnDate = None,
    notes: NewExpenseNotes = None,
    person: PersonAddress = None,
    dry_run: DryRun = False,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """File an expense of a receipt, or what you say. What is not read surely waits for review: exit code 1."""
    from gleaner.app.filing import Said, file, file_receipt
    from gleaner.faces.cli.asked import actor, show_asked
    from gleaner.faces.cli.expenses import show_waiting, tell_alike
    from gleaner.faces.cli.session import opened, person_named, synced, today_of

    said = Said(project, category, amount, units, on, notes)
    if receipt is None and said.is_empty:
        raise ConfigError("name a receipt, or say --amount, --project and --category")
    with opened(config, account) as acc:
        who = person_named(synced(acc), person)
        today = today_of(acc, who)
        synced(acc, on or today)
        if receipt is None:
            asked = file(acc, who, said, today=today, by=actor(acc), dry_run=dry_run)
            code = show_asked(acc, asked, json=json, dry_run=dry_run)
            if not (json or dry_run):
                tell_alike(asked.proposals)
        else:
            filed = file_receipt(acc, who, receipt, said, today=today, by=actor(acc), dry_run=dry_run)
            if filed.waits is not None:
                show_waiting(acc, filed.waits, json=json)
                raise typer.Exit(1)
            code = show_asked(acc, filed.asked, json=json, dry_run=dry_run)
    raise typer.Exit(code)


@expenses.command("edit")
def edit(
    number: Annotated[
        int, typer.Argument(parser=_number, metavar="ID", help="From `gleaner expenses list`.")
    ],
    amount: Amount = None,
    units: Units = None,
    project: ProjectOfExpense = None,
    category: Category = None,
    on: OnDate = None,
    notes: Notes = None,
    receipt: Annotated[
        Path | None, typer.Option("--receipt", help="A receipt, in the place of the one there is.")
    ] = None,
    force: _Force = False,
    dry_run: DryRun = False,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """Change an expense; what you do not name stays. Locked, approved and invoiced ones are refused."""
    from gleaner.app.filing import Said, edit_expense, expense_numbered
    from gleaner.faces.cli.asked import actor, show_asked
    from gleaner.faces.cli.session import opened, synced, today_of

    said = Said(project, category, amount, units, on, notes)
    if said.is_empty and receipt is None:
        raise ConfigError(
            "say what to change: --amount, --units, --project, --category, --on, --notes or --receipt"
        )
    with opened(config, account) as acc:
        synced(acc)
        expense = expense_numbered(acc, number)
        days = (expense.spent_date, on or expense.spent_date)
        synced(acc, min(days), max(days))
        who = acc.catalog.people[expense.user_id]
        asked = edit_expense(
            acc, who, expense, said, receipt, today=today_of(acc, who), by=actor(acc), force=force, dry_run=dry_run
        )  # fmt: skip
        code = show_asked(acc, asked, json=json, dry_run=dry_run)
    raise typer.Exit(code)


@expenses.command("delete")
def delete(
    numbers: Annotated[
        list[int], typer.Argument(parser=_number, metavar="ID", help="From `gleaner expenses list`.")
    ],
    force: _Force = False,
    dry_run: DryRun = False,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """Delete expenses and say how to bring them back with their receipts. Locked, approved and invoiced stay."""
    from gleaner.app.filing import delete_expenses, expense_numbered
    from gleaner.faces.cli.asked import actor, show_asked
    from gleaner.faces.cli.session import opened, synced

    with opened(config, account) as acc:
        synced(acc)
        found = [expense_numbered(acc, number) for number in dict.fromkeys(numbers)]
        days = [expense.spent_date for expense in found]
        synced(acc, min(days), max(days))
        asked = delete_expenses(acc, found, by=actor(acc), force=force, dry_run=dry_run)
        code = show_asked(acc, asked, json=json, dry_run=dry_run, several=True)
    raise typer.Exit(code)
