"""A small agency with known truth: what people did, what calendars and Git show of it, and what they logged by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from gleaner_sandbox.seed import Seed

    from .world import World

# The modules are imported inside the functions: whoever only asks the sandbox for its version should not load them.


def build(seed: int = 1, *, earlier: int = 0) -> World:
    """The world of *seed*, in memory; the same seed gives an equal world.

    It has twelve weeks, and before them as many *earlier* ones as somebody asks for: a longer past.
    """
    from .world import build

    return build(seed, earlier=earlier)


def harvest_seed(seed: int | World = 1, *, weeks_of_history: int = 8) -> Seed:
    """The agency's Harvest account: the catalog, and what was logged in the history weeks before the demo begins.

    *seed* may also be a world that is built already.
    """
    from .seeding import seed_of

    return seed_of(build(seed) if isinstance(seed, int) else seed, weeks_of_history)


def render_ics(world: World, person_email: str, as_of: datetime) -> str:
    """That person's calendar (RFC 5545) as it looked at the aware moment *as_of*."""
    from .calendars import render_ics

    return render_ics(world, person_email, as_of)


def write_repositories(world: World, folder: Path, as_of: datetime | None = None) -> list[Path]:
    """The Git repositories below *folder*, as they were at *as_of* (aware; None: at the end of the twelve weeks).

    Writing again into the same folder moves them to another moment; the hashes of a world never change.
    """
    from .repositories import write

    moment = None if as_of is None else int(as_of.timestamp())
    return [write(repository, folder, moment) for repository in world.repositories]


def write_truth(world: World, path: Path) -> None:
    """What really happened, as JSON Lines: one block of time a line."""
    from .files import write_truth

    write_truth(world, path)
