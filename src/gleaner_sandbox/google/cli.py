"""``gleaner-sandbox google``: a Google Calendar until it is interrupted."""

import json
import signal
import threading
from pathlib import Path
from typing import Annotated

import typer


def google(
    seed: Annotated[
        Path,
        typer.Argument(
            help="JSON: apps, service accounts, calendars with their events, and who was in which call."
        ),
    ],
    port: Annotated[int, typer.Option(help="0 takes a free one.")] = 0,
) -> None:
    """Show calendars as Google would, with its identity host.  Prints one line of JSON when ready."""
    from gleaner_sandbox.google.server import read_seed, serve_in_thread

    told = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: told.set())
    try:
        with serve_in_thread(read_seed(seed), port=port) as running:
            addresses = {
                "base_url": running.base_url,
                "meet_url": running.meet_url,
                "userinfo_url": running.userinfo_url,
                "login_url": running.login_url,
                "token_url": running.token_url,
            }
            typer.echo(json.dumps({**addresses, "calendars": sorted(running.google.calendars.by_id)}))
            told.wait()
    except KeyError as error:
        typer.echo(f"gleaner-sandbox: {seed} lacks {error}", err=True)
        raise typer.Exit(2) from error
    except (ValueError, OSError) as error:
        typer.echo(f"gleaner-sandbox: {error}", err=True)
        raise typer.Exit(2) from error
