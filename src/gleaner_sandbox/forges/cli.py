"""``gleaner-sandbox forge``: a GitHub or a GitLab until it is interrupted."""

import json
import signal
import threading
from pathlib import Path
from typing import Annotated

import typer


def forge(
    kind: Annotated[str, typer.Argument(help="github or gitlab.")],
    seed: Annotated[
        Path, typer.Argument(help="JSON: accounts, tokens, Git repositories and their pull requests.")
    ],
    port: Annotated[int, typer.Option(help="0 takes a free one.")] = 0,
    limit: Annotated[int, typer.Option(help="Requests that are answered in an hour.")] = 5000,
) -> None:
    """Show real Git repositories as GitHub or GitLab would.  Prints one line of JSON when ready."""
    from gleaner_sandbox.forges.books import Books, read_seed
    from gleaner_sandbox.forges.doors import Door, Limit
    from gleaner_sandbox.forges.history import NoSuchCommit
    from gleaner_sandbox.forges.server import kind_of, serve_in_thread

    books = Books()
    told = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: told.set())
    try:
        known = kind_of(kind)
        books.load(read_seed(seed), seed.resolve().parent)
        with serve_in_thread(known, books, Door(Limit(limit)), port=port) as running:
            said = {"base_url": running.base_url, "tokens": sorted(books.tokens)}
            said["repositories"] = sorted(one.full_name for one in books.repositories.values())
            typer.echo(json.dumps(said))
            told.wait()
    except KeyError as error:
        typer.echo(f"gleaner-sandbox: {seed} lacks {error}", err=True)
        raise typer.Exit(2) from error
    except (ValueError, OSError, NoSuchCommit) as error:
        typer.echo(f"gleaner-sandbox: {error}", err=True)
        raise typer.Exit(2) from error
