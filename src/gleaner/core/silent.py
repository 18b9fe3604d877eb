"""Progress nobody watches."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from gleaner.core.ports import Progress, Step


class SilentProgress:
    """Says nothing."""

    @contextmanager
    def step(self, text: str, total: int | None = None) -> Iterator[Step]:  # noqa: ARG002  (nobody watches)
        yield _SilentStep()


class _SilentStep:
    def advance(self, amount: int = 1) -> None:
        pass

    def total(self, amount: int) -> None:
        pass


SILENT: Progress = SilentProgress()
