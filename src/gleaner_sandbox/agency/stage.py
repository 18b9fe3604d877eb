"""The world as the sandbox shows it while its clock moves: calendars over HTTP, repositories in a folder."""

from datetime import datetime
from pathlib import Path

from . import build, render_ics, write_repositories
from .files import write_world


class Stage:
    """The agency of *seed* at some moment; its files are in *folder*."""

    def __init__(self, seed: int, folder: Path, now: datetime) -> None:
        self._world = build(seed)
        self._folder = folder
        write_world(self._world, folder, now)

    def set_now(self, now: datetime) -> None:
        """Move the repositories to *now*: later commits and merges are not there yet."""
        write_repositories(self._world, self._folder / "repos", now)

    def calendar(self, email: str, now: datetime) -> str | None:
        """That person's calendar as it looks at *now*; None for an address nobody here has."""
        try:
            return render_ics(self._world, email, now)
        except KeyError:
            return None
