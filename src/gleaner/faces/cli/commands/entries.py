"""``gleaner entries``: what is in Harvest, listed, corrected and deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from gleaner.core.errors import ConfigError, Unavailable
from gleaner.faces.cli.options import (
    AccountId,
    ConfigFile,
    DryRun,
    EntryNumber,
    EntryNumbers,
    From,
    Hours,
    Json,
    Notes,
    On,
    PersonAddress,
    Project,
    Task,
    To,
)

if TYPE_CHECKING:
    from gleaner.app.account import Account
    from gleaner.app.listing import Wanted

entries = typer.Typer(
    help="Time entries in Harvest: list them, correct one, delete some.", no_args_is_help=True
)


def add(app: typer.Typer) -> None:
    app.add_typer(entries, name="entries")


@entries.command("list")
def listing(
    on: On = None,
    first: From = None,
    last: To = None,
    person: PersonAddress = None,
    everybody: Annotated[
        bool, typer.Option("--everybody", help="Not only yours; for administrators.")
    ] = False,
    project: Project = None,
    client: Annotated[str | None, typer.Option("--client", help="Name of a client.")] = None,
    task: Annotated[str | None, typer.Option("--task", help="Name of a task, on any project.")] = None,
    billable: Annotated[
        bool | None,
        typer.Option("--billable/--non-billable", help="Only what may be charged, or only the rest."),
    ] = None,
    running: Annotated[
        bool, typer.Option("--running", help="Only timers that run, of the last month too.")
    ] = False,
    unbilled: Annotated[
        bool, typer.Option("--unbilled", help="Only billable ones that are on no invoice.")
    ] = False,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """List entries of today, or of other days, with their numbers and what they add up to."""
    from datetime import timedelta

    from gleaner.app.finding import find_any_task, find_client, find_project
    from gleaner.app.listing import Wanted
    from gleaner.faces.cli.session import chosen_days, opened, person_named, synced, today_of

    if everybody and person is not None:
        raise ConfigError("give --person or --everybody, not both")
    with opened(config, account) as acc:
        synced(acc)
        if everybody:
            acc.check_may_see_everybody("--everybody")
        who = None if everybody else person_named(acc, person)
        today = today_of(acc, who)
        if running and on is None and first is None and last is None:
            # A timer somebody forgot is on the day it was started.
            first = today - timedelta(days=31)
        begin, end = chosen_days(on, first, last, today)
        catalog = acc.catalog
        wanted = Wanted(
            begin,
            end,
            who.id if who is not None else None,
            find_client(client, catalog).id if client is not None else None,
            find_project(project, catalog).id if project is not None else None,
            find_any_task(task, catalog).id if task is not None else None,
            billable,
            running,
            unbilled,
        )
        _fresh(acc, wanted)
        _show(acc, wanted, json=json)


def _fresh(acc: Account, wanted: Wanted) -> None:
    """Read those days anew; if Harvest cannot be asked, the copy is shown with its age."""
    from gleaner.app.looking import freshen
    from gleaner.faces.cli.session import progress, tell

    try:
        freshen(acc, progress(), first=wanted.first, last=wanted.last)
    except Unavailable as fault:
        if not acc.mirror.covers(wanted.first, wanted.last):
            raise
        tell(f"{fault} This is the copy of {acc.mirror.as_of():%Y-%m-%d %H:%M} UTC.")


def _show(acc: Account, wanted: Wanted, *, json: bool) -> None:
    from dataclasses import asdict

    from gleaner.app.listing import entries as found_entries
    from gleaner.app.listing import total
    from gleaner.core.time import spoken_day
    from gleaner.faces.cli.entries import as_json, marks, target, times
    from gleaner.faces.cli.proposals import name_of
    from gleaner.faces.cli.session import print_json, say, table

    found, catalog = found_entries(acc, wanted), acc.catalog
    if json:
        print_json({"entries": [as_json(one, catalog) for one in found], "total": asdict(total(found))})
        return
    if not found:
        say("No entries.")
        return
    rows = [
        (str(one.id), spoken_day(one.spent_date), name_of(one.user_id, catalog), f"{one.hours:.2f}", times(one),
         target(one, catalog), one.notes, marks(one))
        for one in found
    ]  # fmt: skip
    columns = ("ID", "Day", "Person", "Hours", "Times", "Client › Project › Task", "Notes", "Marks")
    # Columns that say the same everywhere, or nothing, only take room.
    hidden = {"Person"} if wanted.user_id is not None else set()
    hidden |= {"Times"} if not any(times(one) for one in found) else set()
    kept = [number for number, name in enumerate(columns) if name not in hidden]
    table([columns[n] for n in kept], [[row[n] for n in kept] for row in rows], right=("ID", "Hours"))
    say(str(total(found)))


@entries.command("edit")
def edit(
    number: EntryNumber,
    hours: Hours = None,
    project: Project = None,
    task: Task = None,
    notes: Notes = None,
    on: On = None,
    dry_run: DryRun = False,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """Change an entry; what you do not name stays. Locked, approved and billed entries are refused."""
    from gleaner.app.asking import edit_entry, entry_numbered
    from gleaner.faces.cli.asked import actor, show_asked
    from gleaner.faces.cli.session import opened, synced

    if all(value is None for value in (hours, project, task, notes, on)):
        raise ConfigError("say what to change: --hours, --project, --task, --notes or --on")
    with opened(config, account) as acc:
        synced(acc, on)
        entry = entry_numbered(acc, number)
        synced(acc, entry.spent_date)
        asked = edit_entry(
            acc, entry, project=project, task=task, hours=hours, notes=notes, on=on, by=actor(acc), dry_run=dry_run
        )  # fmt: skip
        code = show_asked(acc, asked, json=json, dry_run=dry_run)
    raise typer.Exit(code)


@entries.command("delete")
def delete(
    numbers: EntryNumbers,
    dry_run: DryRun = False,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """Delete entries and say how to bring them back. Locked, approved and billed ones are refused."""
    from gleaner.app.asking import delete_entries, entry_numbered
    from gleaner.faces.cli.asked import actor, show_asked
    from gleaner.faces.cli.session import opened, synced

    with opened(config, account) as acc:
        synced(acc)
        found = [entry_numbered(acc, number) for number in dict.fromkeys(numbers)]
        days = [entry.spent_date for entry in found]
        synced(acc, min(days), max(days))
        asked = delete_entries(acc, found, by=actor(acc), dry_run=dry_run)
        code = show_asked(acc, asked, json=json, dry_run=dry_run, several=True)
    raise typer.Exit(code)
