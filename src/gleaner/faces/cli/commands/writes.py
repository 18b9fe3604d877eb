"""``gleaner writes``: whether Gleaner may write to Harvest at all."""

from __future__ import annotations

import typer

from gleaner.faces.cli.grouped import ShowsFirst
from gleaner.faces.cli.options import AccountId, ConfigFile, DryRun, Json

writes = typer.Typer(
    cls=ShowsFirst,
    help="Whether Gleaner may write to Harvest at all; an administrator lets it, and stops it.\n\n"
    "Without a command it says how that stands.",
)


def add(app: typer.Typer) -> None:
    app.add_typer(writes, name="writes")


@writes.command("show")
def show(json: Json = False, config: ConfigFile = None, account: AccountId = None) -> None:
    """Whether it may write, or only reads."""
    from gleaner.app.writing import stands
    from gleaner.faces.cli.session import opened, print_json, say, tell

    with opened(config, account) as acc:
        is_given = acc.write_access.is_given()
        if json:
            print_json({"may_write": is_given})
            return
        say(stands(is_given=is_given))
        tell(f"Change it: gleaner writes {'stop' if is_given else 'allow'}")


@writes.command("allow")
def allow(
    dry_run: DryRun = False, json: Json = False, config: ConfigFile = None, account: AccountId = None
) -> None:
    """Let it write to Harvest: what somebody accepts, and what the rungs allow."""
    _switch(is_given=True, dry_run=dry_run, json=json, config=config, account=account)


@writes.command("stop")
def stop(
    dry_run: DryRun = False, json: Json = False, config: ConfigFile = None, account: AccountId = None
) -> None:
    """Write nothing to Harvest from now on, whoever accepts it; what is under way stops before its next request."""
    _switch(is_given=False, dry_run=dry_run, json=json, config=config, account=account)


def _switch(*, is_given: bool, dry_run: bool, json: bool, config: ConfigFile, account: AccountId) -> None:
    from gleaner.app.writing import check_may_switch, sentence, switch
    from gleaner.faces.cli.asked import actor
    from gleaner.faces.cli.session import opened, print_json, say, synced, tell

    with opened(config, account) as acc:
        synced(acc)
        before = acc.write_access.is_given()
        if dry_run:
            check_may_switch(acc)
        changed = before != is_given if dry_run else switch(acc, is_given=is_given, by=actor(acc))
        if json:
            may_write = before if dry_run else is_given
            print_json({"may_write": may_write, "changed": changed and not dry_run})
            return
        say(sentence(is_given=is_given))
        if dry_run:
            tell("Nothing was changed.")
        elif changed:
            tell(f"Take it back: gleaner writes {'stop' if is_given else 'allow'}")
        else:
            tell("It was so already.")
