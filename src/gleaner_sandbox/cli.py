"""``gleaner-sandbox``: the command line."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gleaner_sandbox.forges.cli import forge
from gleaner_sandbox.google.cli import google
from gleaner_sandbox.slack.cli import slack

if TYPE_CHECKING:  # imports for real are inside, so that --help is quick
    from datetime import datetime

    from gleaner_sandbox.agency.stage import Stage
    from gleaner_sandbox.seed import Seed
    from gleaner_sandbox.server import Running

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)


class SeedName(StrEnum):
    """What a sandbox may start with."""

    empty = "empty"
    agency = "agency"


@app.callback()
def _root() -> None:
    """A Harvest API v2 server on loopback, for trying things out."""


@app.command()
def serve(
    port: Annotated[int, typer.Option(help="0 takes a free one.")] = 0,
    host: Annotated[str, typer.Option(help="A loopback address.")] = "127.0.0.1",
    seed: Annotated[
        SeedName, typer.Option(help="What is in it; ignored when --state holds accounts.")
    ] = SeedName.empty,
    seed_number: Annotated[int, typer.Option(help="Which agency.")] = 1,
    clock: Annotated[
        str | None, typer.Option(help="Stand still at this moment: 2026-03-02T09:00:00Z.")
    ] = None,
    state: Annotated[Path | None, typer.Option(help="Keep everything in this file.")] = None,
    world: Annotated[
        Path | None,
        typer.Option(help="With the agency: its calendars, repositories and truth go into this folder."),
    ] = None,
    faults: Annotated[
        str, typer.Option(help="Misbehave: 'lost, every=7; latency=0.1'. See the README.")
    ] = "",
    switch: Annotated[
        list[str] | None,
        typer.Option(help="Do the other plausible thing: NAME=CHOICE. See /sandbox/switches."),
    ] = None,
    smtp: Annotated[
        str | None, typer.Option(help="Deliver what Harvest would mail here: HOST:PORT on loopback.")
    ] = None,
    limits: Annotated[bool, typer.Option(help="Rate limits: 100 requests in 15 s.")] = True,
    json_429: Annotated[
        bool, typer.Option(help="Answer throttled requests in JSON instead of HTML.")
    ] = False,
) -> None:
    """Serve until interrupted.  Prints one line of JSON when ready: addresses, accounts, people, tokens."""
    import logging
    import sqlite3
    import sys

    from gleaner_sandbox import server
    from gleaner_sandbox.clock import Clock
    from gleaner_sandbox.state import State

    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    try:
        opened = State(state, clock=Clock(_moment(clock)))
        opened.switches.turn(_turned(switch or []))
        if not opened.accounts():
            opened.load(_seed(seed, seed_number))
        sandbox = server.create_app(opened, faults=faults, limits=limits, json_429=json_429, smtp=smtp)
        if world is not None:
            sandbox.control.stage = _stage(seed, seed_number, world, opened.clock.now())
        bound = server.listen(host, port)
    except (ValueError, OSError, sqlite3.Error) as error:
        typer.echo(f"gleaner-sandbox: {error}", err=True)
        raise typer.Exit(2) from error
    server.serve(sandbox, bound, _announce)
    opened.close()


app.command()(forge)
app.command()(google)
app.command()(slack)


def _stage(seed: SeedName, number: int, folder: Path, now: "datetime") -> "Stage":
    if seed is not SeedName.agency:
        raise ValueError("--world goes with --seed agency")
    from gleaner_sandbox.agency.stage import Stage

    return Stage(number, folder, now)


def _turned(said: list[str]) -> dict[str, str]:
    pairs = [one.partition("=") for one in said]
    return {name.strip(): choice.strip() for name, _, choice in pairs}


def _announce(running: "Running") -> None:
    import json

    said = {
        "base_url": running.base_url,
        "control_url": running.control_url,
        "accounts": running.state.accounts(),
    }
    typer.echo(json.dumps(said))


def _seed(name: SeedName, number: int) -> "Seed":
    if name is SeedName.empty:
        from gleaner_sandbox.seeds import empty

        return empty()
    from gleaner_sandbox.agency import harvest_seed

    return harvest_seed(seed=number)


def _moment(text: str | None) -> "datetime | None":
    if text is None:
        return None
    from datetime import datetime

    return datetime.fromisoformat(text)


def main() -> None:
    """The entry point."""
    app()
