"""``gleaner sync``: bring the local copy of Harvest up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from gleaner.faces.cli.options import AccountId, ConfigFile, Json

if TYPE_CHECKING:
    from gleaner.adapters.harvest.report import SyncReport


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
    from gleaner.faces.cli.session import opened, print_json, progress, tell, today_of

    with opened(config, account) as acc:
        report = synchronise(acc, progress(), first=today_of(acc), last=today_of(acc), full=full, force=force)
    if json:
        print_json(
            {
                "way": report.way,
                "as_of": report.as_of,
                "requests": report.requests,
                "counts": {name: asdict(count) for name, count in report.counts.items()},
                "changes": [asdict(change) for change in report.changes],
                "lists_as_of": report.freshness,
                "problems": [asdict(problem) for problem in report.problems],
            }
        )
    else:
        _show(report)
        tell(*(str(problem) for problem in report.problems))
    raise typer.Exit(1 if any(not problem.is_hint for problem in report.problems) else 0)


def _show(report: SyncReport) -> None:
    """What changed, list by list; and until when each is right."""
    from gleaner.faces.cli.session import say, tell

    words = {"added": "new", "changed": "changed", "removed": "gone"}
    for name, count in report.counts.items():
        if not (count.added or count.changed or count.removed):
            continue
        said = [change for change in report.changes if change.resource == name]
        heading = f"{_spoken(name)}: {count.added} new, {count.changed} changed, {count.removed} gone"
        say(heading, *(f"  {words[change.kind]:<8}{change.text}" for change in said))
        more = count.added + count.changed + count.removed - len(said)
        if said and more:
            say(f"  and {more} more")
    total = report.total
    if not (total.added or total.changed or total.removed):
        say("Nothing new in Harvest.")
    tell(f"{report.requests} requests, as of {report.as_of:%Y-%m-%d %H:%M} UTC.")
    older = {name: at for name, at in report.freshness.items() if at < report.as_of}
    if older:
        lists = ", ".join(f"{_spoken(name)} {at:%H:%M}" for name, at in sorted(older.items()))
        tell(f"Lists that change seldom take turns: {lists} UTC. All of them now: gleaner sync --full")


def _spoken(resource: str) -> str:
    return resource.replace("_", " ")
