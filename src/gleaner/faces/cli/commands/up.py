"""``gleaner up``: everything in one process, until it is told to stop."""

from __future__ import annotations

import typer

from gleaner.faces.cli.options import ConfigFiles


def add(app: typer.Typer) -> None:
    app.command("up")(up)


def up(config: ConfigFiles = None) -> None:
    """Run Gleaner: schedule, workers and health page in one process. Stop it with Ctrl-C.

    On a SQLite file there is one such process; on PostgreSQL there may be many, and more `gleaner worker`.
    """
    from gleaner.faces.cli.serving import serve

    serve(config, "up")
