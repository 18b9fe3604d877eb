"""``gleaner people``: who is in the account, what is held about one of them, and forgetting it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gleaner.faces.cli.grouped import ListsFirst
from gleaner.faces.cli.options import AccountId, ConfigFile, DryRun, Json

if TYPE_CHECKING:
    from gleaner.app.people import Forgot
    from gleaner.core.catalog import Person


people = typer.Typer(
    cls=ListsFirst,
    help="Who is in the account; all that is held about one person; and forgetting it.\n\n"
    "Without a command it lists: `gleaner people ana` is `gleaner people list ana`.",
)
_Address = Annotated[
    str, typer.Argument(metavar="ADDRESS", help="The person's address or `user 123`; archived people too.")
]


def add(app: typer.Typer) -> None:
    app.add_typer(people, name="people")


@people.command("list")
def listing(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="Part of the name or the address.")] = "",
    archived: Annotated[bool, typer.Option("--archived", help="Archived people too.")] = False,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """Who is in the account: name, address, time zone, weekly hours, roles and team. Members see themselves."""
    from gleaner.app.listing import people as listed
    from gleaner.faces.cli.session import opened, print_json, synced, table

    with opened(config, account) as acc:
        synced(acc)
        found = listed(acc, text, archived=archived)
    if json:
        print_json([_plain(one) for one in found])
        return
    rows = (
        (one.name, one.email, one.zone.key, f"{_hours(one):g}", ", ".join(sorted(one.access_roles)),
         one.team_name, "yes" if one.is_active else "archived")
        for one in found
    )  # fmt: skip
    table(
        ("Name", "Address", "Zone", "Hours a week", "Roles", "Team", "Active"), rows, right=("Hours a week",)
    )


@people.command("show")
def show(address: _Address, json: Json = False, config: ConfigFile = None, account: AccountId = None) -> None:
    """How the hours of one person are counted: pattern, holidays, team, manager, roll-out, and exceptions.

    For the person themselves, their manager, and administrators.
    """
    from gleaner.app.showing import shown
    from gleaner.faces.cli.session import opened, print_json, say, synced

    with opened(config, account) as acc:
        synced(acc)
        found = shown(acc, address)
    if json:
        print_json(found)
        return
    for name, value in found.items():
        if isinstance(value, list):
            say(f"{_spoken(name)}:", *(f"  {line}" for line in value or ["none"]))
        else:
            say(f"{_spoken(name)}: {value}")


@people.command("export")
def export(
    address: _Address,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FILE", help="Write it there, not to stdout.")
    ] = None,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """Everything held about one person, as one JSON document with a sentence for each section.

    For the person themselves, and for administrators. No secrets, no rates, nothing that is somebody else's.
    """
    from gleaner.app.people import export as exported
    from gleaner.app.people import find
    from gleaner.faces.cli.session import as_json, opened, print_json, say, synced, tell, write_new

    with opened(config, account) as acc:
        synced(acc)
        document = exported(acc, find(acc, address))
    if to is None:
        print_json(document)
        return
    write_new(to, as_json(document))
    rows = {name: len(section["rows"]) for name, section in document["sections"].items()}
    if json:
        print_json({"file": str(to), "rows": rows})
        return
    say(f"Wrote {to}: {', '.join(f'{number} {_spoken(name)}' for name, number in rows.items() if number)}.")
    tell("Only you can read the file. Hand it to the person, and delete it.")


@people.command("forget")
def forget(
    address: _Address,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; there is no way back.")] = False,
    dry_run: DryRun = False,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """Delete what is held about one person, and keep it from coming back. Time entries in Harvest stay.

    For the person themselves, and for administrators.
    """
    import sys
    from dataclasses import asdict

    from gleaner.app.people import find
    from gleaner.app.people import forget as forgotten
    from gleaner.core.errors import ConfigError
    from gleaner.faces.cli.session import opened, print_json, synced, tell

    with opened(config, account) as acc:
        synced(acc)
        person = find(acc, address)
        if not (yes or dry_run):
            if not sys.stdin.isatty():
                raise ConfigError("there is no way back, so say --yes; --dry-run shows what would go")
            if not typer.confirm(
                f"Delete everything held about {person.name}? There is no way back", err=True
            ):
                tell("Nothing was changed.")
                raise typer.Exit(1)
        done = forgotten(acc, person, dry_run=dry_run)
    if json:
        print_json(asdict(done) | {"is_dry_run": dry_run})
    else:
        _show(done, dry_run=dry_run)


def _show(done: Forgot, *, dry_run: bool) -> None:
    from gleaner.faces.cli.session import say, tell

    gone = done.gone
    say("Would be deleted:" if dry_run else "Deleted:")
    for number, what in (
        (gone.activities, "seen pieces of work"),
        (gone.proposals, f"proposals; that {gone.decisions} of them were decided is kept as a number"),
        (gone.journal, "lines of the journal"),
        (gone.copied, "copied time entries, expenses and assignments"),
        (gone.jobs, "jobs"),
        (gone.decided_for_others, "mentions as the one who decided for somebody else"),
    ):
        say(f"  {number:>7} {what}")
    say("What stays, and why:", *(f"  {sentence}" for sentence in done.stays))
    if done.named_in:
        tell(f"Still named in {'; '.join(done.named_in)}: remove that there.")
    if dry_run:
        tell("Nothing was changed.")


def _spoken(name: str) -> str:
    return name.replace("_", " ")


def _plain(one: Person) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "email": one.email,
        "zone": one.zone.key,
        "weekly_hours": _hours(one),
        "roles": sorted(one.access_roles),
        "team": one.team_name,
        "is_active": one.is_active,
    }


def _hours(one: Person) -> float:
    return one.weekly_capacity.total_seconds() / 3600
