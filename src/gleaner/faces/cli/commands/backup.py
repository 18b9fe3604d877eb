"""``gleaner backup``: a copy of the database while Gleaner runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gleaner.faces.cli.options import AccountId, ConfigFile, DryRun, Json


def add(app: typer.Typer) -> None:
    app.command("backup")(backup)


def backup(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help="Where to; otherwise gleaner-DATE-TIME.db beside the database."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    dry_run: DryRun = False,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """Copy the SQLite database, checked, while Gleaner goes on working. The encryption key is not in the copy."""
    from dataclasses import asdict
    from datetime import datetime

    from gleaner.app.backing_up import back_up
    from gleaner.faces.cli.session import print_json, say, tell

    now = datetime.now().astimezone()
    made = back_up(config, file, now=now, account=account, force=force, dry_run=dry_run)
    if json:
        print_json(asdict(made) | {"is_dry_run": dry_run})
        return
    verb = "Would copy" if dry_run else "Copied"
    say(f"{verb} {made.database} to {made.file} ({made.size / 1_000_000:.1f} MB, schema {made.revision}).")
    where = made.key_in if made.is_key_a_file else f"what {made.key_in} holds"
    tell(f"The key to the stored login is not in it: keep {where} too, somewhere else.")
    if dry_run:
        tell("Nothing was changed.")
