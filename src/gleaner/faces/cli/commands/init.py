"""``gleaner init``: write a first gleaner.toml, checked against Harvest."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gleaner.faces.cli.options import DryRun


def add(app: typer.Typer) -> None:
    app.command("init")(init)


def init(
    account: Annotated[
        int | None, typer.Option("--account", min=1, help="Harvest account id; else it asks.")
    ] = None,
    calendar: Annotated[
        list[str] | None,
        typer.Option("--calendar", metavar="PERSON=URL", help="address=file or secret URL."),
    ] = None,
    repository: Annotated[
        list[Path] | None, typer.Option("--repository", help="A local Git repository.")
    ] = None,
    suggest: Annotated[bool, typer.Option("--suggest", help="Never log anything unasked.")] = False,
    base_url: Annotated[
        str | None, typer.Option("--base-url", help="Another Harvest, such as the sandbox.")
    ] = None,
    file: Annotated[Path, typer.Option("--file", help="Where to write it.")] = Path("gleaner.toml"),
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    dry_run: DryRun = False,
) -> None:
    """Write gleaner.toml. The token never goes into it: gleaner login, or set GLEANER_HARVEST__TOKEN."""
    from gleaner.app.starting import first_config
    from gleaner.core.errors import ConfigError
    from gleaner.faces.cli.session import say, tell

    if account is None:
        account = typer.prompt("Harvest account id (id.getharvest.com/developers)", type=int, err=True)
    text = first_config(
        account, calendars=calendar or (), repositories=repository or (), suggest=suggest, base_url=base_url
    )
    if dry_run:
        say(text.rstrip())
        return
    if file.exists() and not force:
        raise ConfigError(f"{file} is there already; give --force to replace it, or --file for another")
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{file} cannot be written ({error.strerror}); give another --file") from error
    tell(
        f"Wrote {file}. Next:",
        "  gleaner login --token             keeps a personal access token from id.getharvest.com/developers",
        "                                    (or leave it in the environment: export GLEANER_HARVEST__TOKEN=…)",
        "  gleaner doctor                    checks every connection",
        "  gleaner run --dry-run             shows what Gleaner would do today",
    )
