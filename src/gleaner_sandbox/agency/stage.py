"""The world as the sandbox shows it while its clock moves: calendars over HTTP, repositories in a folder."""

from datetime import datetime
from pathlib import Path

from . import build, render_ics
from .files import write_world
from .repositories import Step, steps, write


class Stage:
    """The agency of *seed* at some moment; its files are in *folder*."""

    def __init__(self, seed: int, folder: Path, now: datetime) -> None:
        self._world = build(seed)
        self._folder = folder
        self._done: dict[str, list[tuple[int, Step]]] = {}
        write_world(self._world, folder, now)

    def set_now(self, now: datetime) -> None:
        """Move the repositories to *now*: later commits and merges are not there yet."""
        moment = int(now.timestamp())
        for repository in self._world.repositories:
            done = steps(repository, moment)
            # Nothing happens in most repositories from one moment to the next, and git takes its time.
            if done != self._done.get(repository.name):
                write(repository, self._folder / "repos", moment)
                self._done[repository.name] = done

    def calendar(self, email: str, now: datetime) -> str | None:
        """That person's calendar as it looks at *now*; None for an address nobody here has."""
        try:
            return render_ics(self._world, email, now)
        except KeyError:
            return None
