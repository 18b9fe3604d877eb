"""``gleaner rates``: what an hour is billed at and costs, and why; and whether Harvest bills it so."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import typer

from gleaner.faces.cli.grouped import ShowsFirst
from gleaner.faces.cli.options import (
    AccountId,
    ConfigFile,
    From,
    Json,
    On,
    PersonAddress,
    Project,
    ProjectArgument,
    Task,
    To,
)

if TYPE_CHECKING:
    from gleaner.app.pricing import Checked, Prices
    from gleaner.core.catalog import Catalog
    from gleaner.core.rates import Rate
    from gleaner.invoicing.rate_check import Finding


def add(app: typer.Typer) -> None:
    group = typer.Typer(
        cls=ShowsFirst,
        help="What an hour is billed at and why; `gleaner rates PROJECT` is the same as `show`.",
    )
    group.command("show")(show)
    group.command("check")(check)
    app.add_typer(group, name="rates")


def show(
    project: ProjectArgument,
    task: Task = None,
    person: PersonAddress = None,
    on: On = None,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """The billable rate and the cost rate of a person's hour on PROJECT, and why; for administrators."""
    from gleaner.app.pricing import prices
    from gleaner.faces.cli.session import opened, person_named, print_json, synced, today_of

    with opened(config, account) as acc:
        synced(acc)
        who = person_named(acc, person)
        found = prices(acc, who, project, task, on or today_of(acc, who))
    if json:
        print_json(_plain(found))
    else:
        _show(found)


def check(
    first: From = None,
    last: To = None,
    project: Project = None,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """Compare the rates Harvest bills with those its settings ask for, over 31 days unless said; for administrators.

    Exit code 1 says that some differ, or that billable time has no rate or the rate 0.
    """
    from datetime import timedelta

    from gleaner.app.finding import find_project
    from gleaner.app.looking import sync
    from gleaner.app.pricing import checked_rates
    from gleaner.core.errors import Refused
    from gleaner.faces.cli.session import chosen_days, opened, print_json, progress, synced, today_of

    with opened(config, account) as acc:
        synced(acc)
        if not acc.is_administrator:
            raise Refused("only an administrator's token sees how projects are billed")
        today = today_of(acc)
        if first is None and last is None:
            first = today - timedelta(days=30)
        days = chosen_days(None, first, last, today)
        only = find_project(project, acc.catalog).id if project is not None else None
        # A new rate does not show as a change of the entries, so they are read as a whole.
        sync(acc, progress(), first=days[0], last=days[1], relist=True)
        found, catalog = checked_rates(acc, progress(), days, only), acc.catalog
    if json:
        print_json(
            {
                "from": days[0],
                "to": days[1],
                "entries": found.entries,
                "findings": [_plain_finding(one, catalog) for one in found.findings],
            }
        )
    else:
        _show_findings(found, catalog)
    if found.findings:
        raise typer.Exit(1)


def _show_findings(found: Checked, catalog: Catalog) -> None:
    from gleaner.faces.cli.session import say

    for one in found.findings:
        say(_where(one, catalog), *(f"  {sentence}" for sentence in (_wrong(one, catalog), *one.why)), "")
    compared = "1 billable entry" if found.entries == 1 else f"{found.entries:,} billable entries"
    things = "1 thing" if len(found.findings) == 1 else f"{len(found.findings)} things"
    say(
        f"{compared} compared; {things} to look at."
        if found.findings
        else f"{compared} compared; all rates agree."
    )


def _where(one: Finding, catalog: Catalog) -> str:
    from gleaner.core.time import spoken_day

    project = catalog.projects.get(one.project_id)
    client = catalog.clients.get(project.client_id) if project is not None else None
    named = [client.name if client else "", project.name if project else f"project {one.project_id}"]
    if one.user_id is not None:
        named.append(
            catalog.people[one.user_id].name if one.user_id in catalog.people else f"user {one.user_id}"
        )
    if one.task_id is not None:
        named.append(
            catalog.tasks[one.task_id].name if one.task_id in catalog.tasks else f"task {one.task_id}"
        )
    days = spoken_day(one.first) + ("" if one.first == one.last else f" – {spoken_day(one.last)}")
    count = "1 entry" if len(one.entries) == 1 else f"{len(one.entries):,} entries"
    return f"{' › '.join(filter(None, named))}: {count}, {one.hours:,.2f} h, {days}"


def _wrong(one: Finding, catalog: Catalog) -> str:
    currency = _currency(one, catalog)
    if one.kind == "missing":
        return "Billable, but without a rate."
    if one.kind == "zero":
        return "Billable, at a rate of 0."
    more = one.difference
    sums = f"{abs(more):,.2f} {currency} too {'little' if more > 0 else 'much'}" if more else "no money"
    said = f"Harvest bills {_per_hour(one.theirs)}, its settings ask for {_per_hour(one.ours)}: {sums}."
    return f"{said} Already invoiced." if one.is_billed else said


def _per_hour(amount: Decimal | None) -> str:
    return "no rate" if amount is None else f"{amount:,.2f} an hour"


def _currency(one: Finding, catalog: Catalog) -> str:
    project = catalog.projects.get(one.project_id)
    client = catalog.clients.get(project.client_id) if project is not None else None
    return client.currency if client is not None else ""


def _plain_finding(one: Finding, catalog: Catalog) -> dict[str, Any]:
    from dataclasses import asdict

    from gleaner.invoicing.work import cents

    project = catalog.projects.get(one.project_id)
    named = {"project": project.name if project else None, "currency": _currency(one, catalog)}
    return asdict(one) | named | {"difference": cents(one.difference)}


def _show(found: Prices) -> None:
    from gleaner.core.time import spoken_day
    from gleaner.faces.cli.session import say

    say(f"{found.project.name} · {found.person.name} · {spoken_day(found.on)} {found.on.year}")
    tasks: dict[Rate, list[str]] = {}
    for one in found.billable:
        tasks.setdefault(one.rate, []).append(one.task.name)
    for rate, names in tasks.items():
        say("", f"{', '.join(names)}: {_amount(rate, found.currency, 'no billable rate')}")
        say(*(f"  {sentence}" for sentence in rate.why))
    if not found.billable:
        say("", "The project has no tasks, so nothing can be logged there.")
    say("", f"Cost: {_amount(found.cost, '', 'no cost rate')}", *(f"  {why}" for why in found.cost.why))


def _amount(rate: Rate, currency: str, none: str) -> str:
    return none if rate.amount is None else f"{rate.amount:,.2f} {currency}".strip() + " an hour"


def _plain(found: Prices) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "project": found.project.name,
        "person": found.person.email,
        "on": found.on,
        "currency": found.currency,
        "bill_by": found.project.bill_by,
        "billable": [{"task": one.task.name} | asdict(one.rate) for one in found.billable],
        "cost": asdict(found.cost),
    }
