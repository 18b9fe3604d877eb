"""The same month twice, at the same time: with reminders here, without them in a process of its own.

Each has a sandbox, a folder and a database to itself, and its people are the same and draw the same.
"""

from __future__ import annotations

import multiprocessing
import time as stopwatch
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from multiprocessing.connection import Connection
from pathlib import Path

from gleaner.core.errors import GleanerError, Unavailable
from gleaner.core.ports import Progress
from gleaner.faces.demo.manners import Manners
from gleaner.faces.demo.report import Report
from gleaner.faces.demo.sandbox import FIRST_MORNING, Sandbox, starting
from gleaner.faces.demo.truth import read
from gleaner.faces.demo.walk import agenda, walk

WITHOUT = "without-reminders"
"""The folder of the other month, in the demo's."""


@dataclass(frozen=True)
class Months:
    """What both months came to."""

    reminded: Report
    unreminded: Report
    manners: Manners

    @property
    def duplicate_entries(self) -> int:
        return self.reminded.duplicate_entries + self.unreminded.duplicate_entries


@contextmanager
def walked(
    place: Path, seed: int, progress: Progress, *, keep: bool, manners: Manners
) -> Iterator[tuple[Months, Sandbox]]:
    """Both months, and the sandbox of the one with reminders, which goes on where it is to be kept."""
    began, other = stopwatch.monotonic(), place / WITHOUT
    other.mkdir()
    morning = datetime.combine(FIRST_MORNING, time(6, tzinfo=UTC))
    with ExitStack() as stack:
        first = stack.enter_context(starting(place, seed, morning, keep=keep))
        second = stack.enter_context(starting(other, seed, morning, keep=False))
        sandbox, unreminded = first(), second()
        truth = read(place / "world")
        with (
            progress.step("Four weeks, twice", total=2 * len(agenda(truth))) as step,
            _elsewhere(other, unreminded, seed, manners, step.advance) as month,
        ):

            def advance() -> None:
                step.advance()
                month.look()

            reminded = walk(place, sandbox, truth, advance, seed=seed, manners=manners, is_reminded=True)
            found = month.wait()
        passed = round(stopwatch.monotonic() - began, 1)
        yield Months(replace(reminded, seconds=passed), found, manners), sandbox


@dataclass
class _Month:
    """A walk in another process, seen from this one."""

    said: Connection
    advance: Callable[[], object]
    report: Report | None = None

    def look(self) -> None:
        """Take in what it said, without waiting."""
        while self.report is None and self.said.poll():
            self._take()

    def wait(self) -> Report:
        """Its report. Raises what ended it."""
        while self.report is None:
            self._take()
        return self.report

    def _take(self) -> None:
        try:
            said = self.said.recv()
        except EOFError:
            raise Unavailable("the month without reminders ended before its time") from None
        if isinstance(said, GleanerError):
            raise said
        if isinstance(said, Report):
            self.report = said
        else:
            self.advance()


@contextmanager
def _elsewhere(
    folder: Path, sandbox: Sandbox, seed: int, manners: Manners, advance: Callable[[], object]
) -> Iterator[_Month]:
    # A fresh interpreter: a copy of this one would share its threads' locks and its database connections.
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_walk, args=(there, folder, sandbox, seed, manners), daemon=True)
    process.start()
    there.close()
    try:
        yield _Month(here, advance)
    finally:
        process.terminate()
        process.join(timeout=10)
        here.close()


def _walk(said: Connection, folder: Path, sandbox: Sandbox, seed: int, manners: Manners) -> None:
    """The other process: tells each stop, and at last the report or what went wrong."""
    try:
        said.send(
            walk(
                folder, sandbox, read(folder / "world"), lambda: said.send(None), seed=seed, manners=manners,
                is_reminded=False,
            )
        )  # fmt: skip
    except GleanerError as error:
        said.send(error)
    except KeyboardInterrupt:
        pass  # whoever started this one was interrupted, too, and says so
