"""``gleaner demo``: what four weeks with Gleaner come to, on a simulated agency."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Annotated

import typer

from gleaner.faces.cli.options import Json


def add(app: typer.Typer) -> None:
    app.command("demo")(demo)


def demo(
    once: Annotated[
        bool, typer.Option("--once", help="Exit after the report; leave nothing running.")
    ] = False,
    seed: Annotated[
        int, typer.Option("--seed", min=0, help="Another agency, other people, other weeks.")
    ] = 1,
    folder: Annotated[
        Path | None,
        typer.Option("--folder", help="Keep the agency and Gleaner's data here; otherwise ./gleaner-demo."),
    ] = None,
    json: Json = False,
) -> None:
    """Walk four weeks of a small agency, day by day: calendars, repositories, forgetful people, a Harvest of its own.

    The weeks are walked twice at the same time: once Gleaner reminds people, once it does not.
    Nothing leaves this machine and no account is needed.
    """
    from gleaner.core.errors import ConfigError
    from gleaner.faces.cli.session import print_json, progress, say, tell
    from gleaner.faces.demo.manners import Manners
    from gleaner.faces.demo.months import walked
    from gleaner.faces.demo.pages import leave_running
    from gleaner.faces.demo.show import as_json, report_lines, what_next

    with _place(folder, once=once) as place:
        if any(place.iterdir()):
            raise ConfigError(f"{place} is not empty; remove it or give another --folder")
        tell(f"A simulated agency (seed {seed}) and its Harvest are starting …")
        with walked(place, seed, progress(), manners=Manners(), keep=not once) as (months, sandbox):
            if json:
                print_json(as_json(months))
            else:
                say(*report_lines(months))
            if not once:
                tell(*what_next(place, sandbox, leave_running(place, sandbox.token)))
    raise typer.Exit(1 if months.duplicate_entries else 0)


@contextmanager
def _place(folder: Path | None, *, once: bool) -> Iterator[Path]:
    """A folder for the demo: the one given; a passing one with ``--once``; otherwise ./gleaner-demo, or -2, -3, …"""
    from tempfile import TemporaryDirectory

    if folder is None and once:
        with TemporaryDirectory(prefix="gleaner-demo-") as passing:
            yield Path(passing)
        return
    place = folder or next(
        path
        for number in count(1)
        if not (path := Path(f"gleaner-demo{f'-{number}' if number > 1 else ''}")).exists()
    )
    place.mkdir(parents=True, exist_ok=True)
    yield place.resolve()
