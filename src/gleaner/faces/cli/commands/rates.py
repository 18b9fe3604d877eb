"""``gleaner rates``: what an hour is billed at and costs, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from gleaner.faces.cli.options import AccountId, ConfigFile, Json, On, PersonAddress, ProjectArgument, Task

if TYPE_CHECKING:
    from gleaner.app.pricing import Prices
    from gleaner.core.rates import Rate


def add(app: typer.Typer) -> None:
    app.command("rates")(rates)


def rates(
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
