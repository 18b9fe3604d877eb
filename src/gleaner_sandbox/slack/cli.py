"""``gleaner-sandbox slack``: a Slack workspace until it is interrupted."""

import json
import signal
import threading
from pathlib import Path
from typing import Annotated

import typer


def slack(
    seed: Annotated[Path, typer.Argument(help="JSON: the members, and where the app hears of clicks.")],
    port: Annotated[int, typer.Option(help="0 takes a free one.")] = 0,
) -> None:
    """Take messages as Slack would, and send on what is clicked.  Prints one line of JSON when ready.

    /sandbox/messages shows what was written; POST /sandbox/click with {"button": "Log 1.75 h"} clicks it.
    """
    from gleaner_sandbox.slack.server import read_seed, serve_in_thread

    told = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: told.set())
    try:
        with serve_in_thread(read_seed(seed), port=port) as running:
            said = {"base_url": running.base_url, "members": [one.email for one in running.space.members]}
            typer.echo(json.dumps(said))
            told.wait()
    except KeyError as error:
        typer.echo(f"gleaner-sandbox: {seed} lacks {error}", err=True)
        raise typer.Exit(2) from error
    except (ValueError, TypeError, OSError) as error:
        typer.echo(f"gleaner-sandbox: {error}", err=True)
        raise typer.Exit(2) from error
