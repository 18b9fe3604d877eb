"""Options that several commands share, with one meaning each."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

import typer

from gleaner.core.time import hours_written


def _day(text: str) -> date:
    if text == "today":
        return datetime.now().astimezone().date()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f'"{text}" is no date; write 2026-03-09 or today') from error


def _hours(text: str) -> Decimal:
    found = hours_written(text)
    if found is None:
        raise typer.BadParameter(f'"{text}" is no length; write 1.5 or 1:30')
    return found


def amount_of(text: str) -> Decimal:
    """An amount of money, or a count; not below zero."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal(-1)
    if not value.is_finite() or value < 0:
        raise typer.BadParameter(f'"{text}" is no amount; write 150 or 150.00')
    return value


def _number(text: str) -> int:
    if not re.fullmatch("[0-9]{1,18}", text.strip()):
        raise typer.BadParameter(f'"{text}" is no number of an entry; see: gleaner entries list')
    return int(text)


def _about(text: str) -> str:
    if text not in ("series", "title", "repository"):
        raise typer.BadParameter(f'"{text}" is nothing a rule goes by; write series, title or repository')
    return text


Json = Annotated[bool, typer.Option("--json", help="Print JSON on stdout, for programs.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would happen; change nothing.")]
ConfigFile = Annotated[
    Path | None, typer.Option("--config", "-c", help="Configuration file; otherwise ./gleaner.toml.")
]
ConfigFiles = Annotated[
    list[Path] | None,
    typer.Option(
        "--config",
        "-c",
        help="Configuration file, one for each Harvest account, or a folder of them; otherwise ./gleaner.toml.",
    ),
]
AccountId = Annotated[
    int | None,
    typer.Option("--account", help="Harvest account id; refused if the configuration is for another."),
]
PersonAddress = Annotated[
    str | None, typer.Option("--person", "-p", help="Address of a person; otherwise the token's owner.")
]
On = Annotated[
    date | None, typer.Option("--on", parser=_day, metavar="DATE", help="A day, 2026-03-09 or today.")
]
From = Annotated[date | None, typer.Option("--from", parser=_day, metavar="DATE", help="First day.")]
To = Annotated[date | None, typer.Option("--to", parser=_day, metavar="DATE", help="Last day.")]
Hours = Annotated[
    Decimal | None, typer.Option("--hours", parser=_hours, metavar="HOURS", help="1.5 or 1:30.")
]
HoursArgument = Annotated[Decimal, typer.Argument(parser=_hours, metavar="HOURS", help="1.5 or 1:30.")]
EntryNumber = Annotated[
    int,
    typer.Argument(parser=_number, metavar="ID", help="Number of an entry, from `gleaner entries list`."),
]
EntryNumbers = Annotated[
    list[int],
    typer.Argument(parser=_number, metavar="ID", help="Numbers of entries, from `gleaner entries list`."),
]
ProjectArgument = Annotated[str, typer.Argument(metavar="PROJECT", help="Name, code, or Client / Project.")]
TaskOfProject = Annotated[
    str, typer.Option("--task", "-t", help="Name of a task; not needed where there is only one.")
]
NewNotes = Annotated[str, typer.Option("--notes", "-n", help="What the entry says.")]
Project = Annotated[str | None, typer.Option("--project", help="Name, code, or Client / Project.")]
Task = Annotated[str | None, typer.Option("--task", help="Name of a task of the project.")]
Notes = Annotated[str | None, typer.Option("--notes", help="What the entry says; a client may read it.")]
Always = Annotated[
    str | None,
    typer.Option(
        "--always",
        parser=_about,
        metavar="WHAT",
        help="From now on always this project for this series, title or repository.",
    ),
]
Never = Annotated[
    str | None,
    typer.Option(
        "--never",
        parser=_about,
        metavar="WHAT",
        help="From now on never propose this series, title or repository.",
    ),
]
Amount = Annotated[
    Decimal | None,
    typer.Option(
        "--amount", parser=amount_of, metavar="AMOUNT", help="What it cost, in the client's currency."
    ),
]
Units = Annotated[
    Decimal | None,
    typer.Option(
        "--units", parser=amount_of, metavar="NUMBER", help="How many, of what is counted, such as miles."
    ),
]
Category = Annotated[str | None, typer.Option("--category", help="Name of an expense category.")]
ProjectOfExpense = Annotated[
    str | None, typer.Option("--project", help="What it was for: name, code, or Client / Project.")
]
OnDate = Annotated[
    date | None,
    typer.Option(
        "--on", "--date", parser=_day, metavar="DATE", help="The day it was paid, 2026-03-09 or today."
    ),
]
NewExpenseNotes = Annotated[
    str | None, typer.Option("--notes", "-n", help="What the expense says; a client may read it.")
]
