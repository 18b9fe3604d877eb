"""``gleaner log``: log time that nothing observed."""

from __future__ import annotations

from typing import Annotated

import typer

from gleaner.faces.cli.options import AccountId, ConfigFile, DryRun, HoursArgument, Json, On, PersonAddress


def add(app: typer.Typer) -> None:
    app.command("log")(log)


def log(
    hours: HoursArgument,
    project: Annotated[str, typer.Argument(metavar="PROJECT", help="Name, code, or Client / Project.")],
    task: Annotated[
        str, typer.Option("--task", "-t", help="Name of a task; not needed where there is only one.")
    ] = "",
    notes: Annotated[str, typer.Option("--notes", "-n", help="What the entry says.")] = "",
    on: On = None,
    person: PersonAddress = None,
    dry_run: DryRun = False,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """Log HOURS to PROJECT, today or --on a day: `gleaner log 1.5 APL --task Design`."""
    from dataclasses import asdict

    from gleaner.app.deciding import log as log_time
    from gleaner.faces.cli.proposals import as_json, show_outcomes, target
    from gleaner.faces.cli.session import opened, person_named, print_json, say, synced, today_of

    with opened(config, account) as acc:
        synced(acc, on)
        who = person_named(acc, person)
        by = acc.me.email if acc.me is not None else "the token's owner"
        proposal, outcomes = log_time(
            acc, who, on=on or today_of(acc, who), hours=hours, project=project, task=task, notes=notes, by=by,
            dry_run=dry_run,
        )  # fmt: skip
        catalog = acc.catalog
        item = acc.inbox.get(proposal.key)
    if json:
        print_json({"proposal": as_json(proposal, catalog), "outcomes": [asdict(one) for one in outcomes]})
    elif dry_run:
        say(f"Would log {proposal.action.hours} h to {target(proposal, catalog)} on {proposal.on}.")  # type: ignore[union-attr]
    else:
        show_outcomes(outcomes, {proposal.key: item.short if item else ""})
    results = {outcome.result for outcome in outcomes}
    raise typer.Exit(3 if "waiting" in results else 1 if results & {"failed", "taken"} else 0)
