"""``gleaner people``: who is in the account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from gleaner.faces.cli.options import AccountId, ConfigFile, Json

if TYPE_CHECKING:
    from gleaner.core.catalog import Person


def add(app: typer.Typer) -> None:
    app.command("people")(people)


def people(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="Part of the name or the address.")] = "",
    archived: Annotated[bool, typer.Option("--archived", help="Archived people too.")] = False,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """Who is in the account: name, address, time zone, weekly hours and roles. Members see themselves."""
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
         "yes" if one.is_active else "archived")
        for one in found
    )  # fmt: skip
    table(("Name", "Address", "Zone", "Hours a week", "Roles", "Active"), rows, right=("Hours a week",))


def _plain(one: Person) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "email": one.email,
        "zone": one.zone.key,
        "weekly_hours": _hours(one),
        "roles": sorted(one.access_roles),
        "is_active": one.is_active,
    }


def _hours(one: Person) -> float:
    return one.weekly_capacity.total_seconds() / 3600
