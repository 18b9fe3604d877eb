"""``gleaner undo``: take back what Gleaner did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from gleaner.faces.cli.options import AccountId, ConfigFile, DryRun, Json

if TYPE_CHECKING:
    from gleaner.app.account import Account
    from gleaner.app.deciding import Done


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

    A new entry is removed, a changed one changed back, a deleted one put back, a stopped timer runs again. What
    `gleaner backtest --adopt` put on the ladder goes; what people decided since stays.
    """
    from dataclasses import asdict

    from gleaner.app.adopting import take_back
    from gleaner.app.deciding import Done, done_by, item_named
    from gleaner.app.deciding import undo as undo_items
    from gleaner.core.errors import ConfigError
    from gleaner.faces.cli.asked import actor, tell_steps
    from gleaner.faces.cli.laddered import taken_as_json, taken_sentence
    from gleaner.faces.cli.session import opened, print_json, say, synced, tell

    if bool(ids) == (run is not None):
        raise ConfigError("name what to undo, or give --run RUN")
    with opened(config, account) as acc:
        synced(acc)
        named = tuple(item_named(acc, short) for short in ids or ())
        done = done_by(acc, run) if run is not None else Done("", named)
        if dry_run:
            _show(done, acc, json=json)
            return
        since = acc.clock.now()
        taken = take_back(acc, done.run_id, by=actor(acc)) if done.adopted else []
        outcomes = undo_items(acc, done.items, by=actor(acc), force=force) if done.items else []
        if not taken:  # they are said below
            tell_steps(acc, since, json=json)
        steps = [taken_as_json(one, acc.catalog) for one in taken]
        sentences = [f"{taken_sentence(one, acc.catalog)}." for one in taken]
    if json:
        print_json([*(asdict(outcome) for outcome in outcomes), *steps])
    else:
        say(*sentences)
        for outcome in outcomes:
            (say if outcome.result == "applied" else tell)(f"{outcome.text}.".replace("..", "."))
        if not outcomes and not taken:
            say("Nothing to undo.")
    results = {outcome.result for outcome in outcomes}
    raise typer.Exit(3 if "waiting" in results else 1 if results - {"applied"} else 0)


def _show(done: Done, acc: Account, *, json: bool) -> None:
    """What would be taken back."""
    from gleaner.faces.cli.laddered import taken_as_json, taken_sentence
    from gleaner.faces.cli.proposals import item_as_json, show_items
    from gleaner.faces.cli.session import print_json, say, tell

    if json:
        items = [item_as_json(item, acc.catalog) for item in done.items]
        print_json([*items, *(taken_as_json(one, acc.catalog) for one in done.adopted)])
        return
    show_items(done.items, acc.catalog, why=False)
    say(*(f"{taken_sentence(one, acc.catalog)}." for one in done.adopted))
    tell("", "Nothing was changed.")
