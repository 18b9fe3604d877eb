"""``gleaner doctor``: check every connection and say what to do."""

from __future__ import annotations

import typer

from gleaner.faces.cli.options import AccountId, ConfigFile, Json


def add(app: typer.Typer) -> None:
    app.command("doctor")(doctor)


def doctor(json: Json = False, config: ConfigFile = None, account: AccountId = None) -> None:
    """Check configuration, database, Harvest, people, calendars, repositories and channels, one line each."""
    from dataclasses import asdict

    from gleaner.app.checking import examine
    from gleaner.faces.cli.session import print_json, progress, say

    checks = list(examine(config, account, progress()))
    if json:
        print_json([asdict(check) for check in checks])
    else:
        for check in checks:
            say(f"{'ok ' if check.is_fine else 'FIX'}  {check.what}: {check.text}")
    raise typer.Exit(0 if all(check.is_fine for check in checks) else 1)
