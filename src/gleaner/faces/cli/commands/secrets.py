"""``gleaner secrets``: the key to what is kept encrypted."""

from __future__ import annotations

from typing import Annotated

import typer

from gleaner.faces.cli.options import AccountId, ConfigFile, DryRun, Json

secrets = typer.Typer(
    help="The key to what gleaner login keeps encrypted in the database.", no_args_is_help=True
)


def add(app: typer.Typer) -> None:
    app.add_typer(secrets, name="secrets")


@secrets.command("rotate")
def rotate(
    keep_old: Annotated[
        bool, typer.Option("--keep-old", help="Leave the old key in the file, for another database.")
    ] = False,
    dry_run: DryRun = False,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """Encrypt what is kept, of all accounts in the database, with a new key, and drop the old one.

    With the key in GLEANER_SECRETS__KEY: put the new one before the old one, with a comma between them, first.
    """
    from dataclasses import asdict

    from gleaner.app.keys import rotate as rotated
    from gleaner.faces.cli.session import print_json, say, tell

    done = rotated(config, account=account, keep_old=keep_old, dry_run=dry_run)
    if json:
        print_json(asdict(done) | {"is_dry_run": dry_run})
        return
    verb = "Would encrypt" if dry_run else "Encrypted"
    say(f"{verb} {done.secrets} stored secrets with the new key in {done.key_in}.")
    if done.foreign:
        say(f"{done.foreign} of other accounts have a key of their own, and stay as they are.")
    if dry_run:
        tell("All of them can be read. Nothing was changed.")
    elif done.old_keys:
        tell("The old key is still there; take it out when no other database needs it.")
    else:
        tell(
            "The old key is gone. Backups made before hold the login under it: after restoring one, gleaner login."
        )
