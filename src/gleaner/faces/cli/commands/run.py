"""``gleaner run``: one full pass in the foreground."""

from __future__ import annotations

from typing import Annotated

import typer

from gleaner.faces.cli.options import AccountId, ConfigFile, DryRun, From, Json, On, To


def add(app: typer.Typer) -> None:
    app.command("run")(run)


def run(
    on: On = None,
    first: From = None,
    last: To = None,
    person: Annotated[list[str] | None, typer.Option("--person", "-p", help="Only these people.")] = None,
    dry_run: DryRun = False,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """Sync, look, match, propose, and log what policy allows; the rest waits in `gleaner review`."""
    from gleaner.app.looking import sync
    from gleaner.app.passes import run as full_pass
    from gleaner.app.passes import summary
    from gleaner.faces.cli.proposals import as_json, item_as_json, show_pass
    from gleaner.faces.cli.session import chosen_days, opened, print_json, progress, today_of

    with opened(config, account) as acc:
        begin, end = chosen_days(on, first, last, today_of(acc))
        users = None
        if person:
            sync(acc, progress(), first=begin, last=end)
            users = [acc.person(address).id for address in person]
        report = full_pass(acc, begin, end, progress(), dry_run=dry_run, users=users)
        if json:
            proposals = [as_json(proposal, acc.catalog) for proposal in report.proposals] if dry_run else []
            to_amend = [item_as_json(item, acc.catalog) for item in report.amendments]
            more = {"would_propose": proposals} if dry_run else {"to_amend": to_amend}
            print_json(summary(report) | more)
        else:
            show_pass(report, acc)
    troubles = report.results["failed"] or any(not problem.is_hint for problem in report.problems)
    raise typer.Exit(3 if report.results["waiting"] else 1 if troubles else 0)
