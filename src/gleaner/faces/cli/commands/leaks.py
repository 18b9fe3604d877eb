"""``gleaner leaks``: money that may be lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from gleaner.faces.cli.options import AccountId, ConfigFile, Json, On

if TYPE_CHECKING:
    from gleaner.app.leaks import Found, Leak
    from gleaner.core.catalog import Catalog


_WIDTH = 16
_MOST = 30


def add(app: typer.Typer) -> None:
    app.command("leaks")(leaks)


def leaks(
    older_than: Annotated[
        int,
        typer.Option(
            "--older-than", min=0, max=3650, metavar="DAYS", help="When work should have been invoiced."
        ),
    ] = 30,
    everything: Annotated[
        bool, typer.Option("--all", help="Not only the 30 with the most money in each currency.")
    ] = False,
    on: On = None,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """Name money that may be lost: uninvoiced work, rates that are missing, low or old, fees below the hours' worth.

    For administrators, and for managers who may see billable rates, of their projects. Exit code 1 says that there is
    something.
    """
    from gleaner.app.leaks import check_may_see_money, found_leaks
    from gleaner.app.looking import sync
    from gleaner.faces.cli.session import opened, print_json, progress, synced, today_of

    with opened(config, account) as acc:
        synced(acc)
        check_may_see_money(acc)
        today = on or today_of(acc)
        if acc.is_administrator:
            sync(acc, progress(), first=today, last=today)
        found, catalog = found_leaks(acc, progress(), today, older_than), acc.catalog
    if json:
        print_json(_plain(found, catalog))
    else:
        _show(found, catalog, None if everything else _MOST)
    if found.said:
        raise typer.Exit(1)


def _show(found: Found, catalog: Catalog, most: int | None) -> None:
    from gleaner.faces.cli.session import say
    from gleaner.invoicing.leak_text import place

    shown = _first(found.said, most)
    for one in shown:
        money = "?" if one.finding.amount is None else f"{one.finding.amount:,.2f} {one.finding.currency}"
        say(f"{money:>{_WIDTH}}  {one.about}: {one.sentence}", f"{'':{_WIDTH}}  → {one.action}")
    if not found.said:
        say("Nothing seems to be lost.")
    if len(shown) < len(found.said):
        say("", f"{len(found.said) - len(shown):,} more: gleaner leaks --all")
    sums = sorted(found.leaks.sums.items())
    if sums:
        say("", *(f"{f'{amount:,.2f} {currency}':>{_WIDTH}}  in all" for currency, amount in sums))
    if found.leaks.free:
        say("", "Hours of the last 90 days on tasks that are not billable, on projects that are:")
        for free in found.leaks.free[:most]:
            say(f"{f'{free.hours:,.2f} h':>{_WIDTH}}  {free.share:>4.0%}  {place(free.project_id, catalog)}")


def _first(said: tuple[Leak, ...], most: int | None) -> list[Leak]:
    """The first of each currency, and of those whose money nobody can say."""
    kept: dict[str, list[Leak]] = {}
    for one in said:
        kept.setdefault("?" if one.finding.amount is None else one.finding.currency, []).append(one)
    return [one for those in kept.values() for one in those[:most]]


def _plain(found: Found, catalog: Catalog) -> dict[str, Any]:
    from dataclasses import asdict

    from gleaner.invoicing.leak_text import place

    return {
        "findings": [
            asdict(one.finding) | {"about": one.about, "sentence": one.sentence, "action": one.action}
            for one in found.said
        ],
        "sums": found.leaks.sums,
        "not_billable": [
            {"project": place(one.project_id, catalog), "hours": one.hours, "share": round(one.share, 4)}
            for one in found.leaks.free
        ],
    }
