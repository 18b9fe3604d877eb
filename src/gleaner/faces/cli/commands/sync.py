"""``gleaner sync``: bring the local copy of Harvest up to date."""

from __future__ import annotations

from typing import Annotated

import typer

from gleaner.faces.cli.options import AccountId, ConfigFile, Json


def add(app: typer.Typer) -> None:
    app.command("sync")(sync)


def sync(
    full: Annotated[
        bool, typer.Option("--full", help="Read every list again; finds what was deleted.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Go on although the account looks like another.")
    ] = False,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """Read what changed in Harvest into the local copy, and say what it was."""
    from dataclasses import asdict

    from gleaner.app.looking import sync as synchronise
    from gleaner.faces.cli.session import opened, print_json, progress, say, tell, today_of

    with opened(config, account) as acc:
        report = synchronise(acc, progress(), first=today_of(acc), last=today_of(acc), full=full, force=force)
    if json:
        counts = {name: asdict(count) for name, count in report.counts.items()}
        problems = [asdict(problem) for problem in report.problems]
        print_json({"way": report.way, "as_of": report.as_of, "requests": report.requests, "counts": counts,
                    "problems": problems})  # fmt: skip
    else:
        for name, count in report.counts.items():
            if count.added or count.changed or count.removed:
                say(f"{name}: {count.added} new, {count.changed} changed, {count.removed} gone")
        total = report.total
        if not (total.added or total.changed or total.removed):
            say("Nothing new in Harvest.")
        tell(f"{report.requests} requests, as of {report.as_of:%Y-%m-%d %H:%M} UTC.")
        tell(*(str(problem) for problem in report.problems))
    raise typer.Exit(1 if any(not problem.is_hint for problem in report.problems) else 0)
