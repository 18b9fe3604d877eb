"""``gleaner restore``: a backup in the place of the database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gleaner.faces.cli.options import AccountId, ConfigFile, DryRun, Json


def add(app: typer.Typer) -> None:
    app.command("restore")(restore)


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A copy made by gleaner backup.")],
    dry_run: DryRun = False,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """Put a backup in the place of the SQLite database, while nothing runs on it. What was there is kept beside it."""
    from dataclasses import asdict

    from gleaner.app.backing_up import put_back
    from gleaner.faces.cli.session import print_json, say, tell

    done = put_back(config, file, account=account, dry_run=dry_run)
    if json:
        print_json(asdict(done) | {"is_dry_run": dry_run})
        return
    if dry_run:
        say(f"Would put {file} (schema {done.from_revision}) in the place of {done.database}.")
        tell("Nothing was changed.")
        return
    said = f"{done.database} is {file} now"
    if done.revision != done.from_revision:
        said += f", its schema brought from {done.from_revision} to {done.revision}"
    say(f"{said}.")
    if done.kept is not None:
        say(f"What was there is kept as {done.kept}.")
    tell("If the stored login cannot be read with the present key: gleaner login. Next: gleaner doctor")
