"""``gleaner undo``: take back what Gleaner did."""

from __future__ import annotations

from typing import Annotated

import typer

from gleaner.faces.cli.options import AccountId, ConfigFile, DryRun, Json


def add(app: typer.Typer) -> None:
    app.command("undo")(undo)


def undo(
    ids: Annotated[list[str] | None, typer.Argument(metavar="ID", help="Short names of proposals.")] = None,
    run: Annotated[
        str | None, typer.Option("--run", help="All that a run did; `last` for the newest.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Also entries somebody changed since.")] = False,
    dry_run: DryRun = False,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """Take back what Gleaner did, one by one or a whole run. Locked entries stay as they are, and are named.

    A new entry is removed, a changed one changed back, a deleted one put back, a stopped timer runs again.
    """
    from dataclasses import asdict

    from gleaner.app.deciding import item_named, items_of_run
    from gleaner.app.deciding import undo as undo_items
    from gleaner.core.errors import ConfigError
    from gleaner.faces.cli.asked import actor, tell_steps
    from gleaner.faces.cli.proposals import item_as_json, show_items
    from gleaner.faces.cli.session import opened, print_json, say, synced, tell

    if bool(ids) == (run is not None):
        raise ConfigError("name what to undo, or give --run RUN")
    with opened(config, account) as acc:
        synced(acc)
        items = items_of_run(acc, run) if run is not None else [item_named(acc, short) for short in ids or ()]
        if dry_run:
            if json:
                print_json([item_as_json(item, acc.catalog) for item in items])
            else:
                show_items(items, acc.catalog, why=False)
                tell("", "Nothing was changed.")
            return
        since = acc.clock.now()
        outcomes = undo_items(acc, items, by=actor(acc), force=force)
        tell_steps(acc, since, json=json)
    if json:
        print_json([asdict(outcome) for outcome in outcomes])
    else:
        for outcome in outcomes:
            (say if outcome.result == "applied" else tell)(f"{outcome.text}.".replace("..", "."))
        if not outcomes:
            say("Nothing to undo.")
    results = {outcome.result for outcome in outcomes}
    raise typer.Exit(3 if "waiting" in results else 1 if results - {"applied"} else 0)
