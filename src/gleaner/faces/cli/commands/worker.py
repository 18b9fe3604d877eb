"""``gleaner worker``: one more process that carries out work."""

from __future__ import annotations

import typer

from gleaner.faces.cli.options import ConfigFiles


def add(app: typer.Typer) -> None:
    app.command("worker")(worker)


def worker(config: ConfigFiles = None) -> None:
    """Run one more worker beside `gleaner up`, on the same database. Start as many as you need."""
    from gleaner.faces.cli.serving import serve

    serve(config, "worker")
