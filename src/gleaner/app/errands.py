"""Errands: long work that somebody on a page asked for, done meanwhile, with its result kept until the next one.

In memory only: a restart forgets them, and whoever asked asks again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from gleaner.app.logs import logger
from gleaner.core.errors import GleanerError
from gleaner.core.phrases import phrase
from gleaner.core.ports import Clock, Step

T = TypeVar("T")
_log = logger("errands")


@dataclass
class Noted:
    """:class:`gleaner.core.ports.Progress` that remembers the step it is at."""

    text: str = ""
    done: int = 0
    all: int | None = None

    @contextmanager
    def step(self, text: str, total: int | None = None) -> Iterator[Step]:
        self.text, self.done, self.all = text, 0, total
        yield _Advancing(self)


@dataclass
class _Advancing:
    noted: Noted

    def advance(self, amount: int = 1) -> None:
        self.noted.done += amount

    def total(self, amount: int) -> None:
        self.noted.all = amount


@dataclass
class Errand(Generic[T]):
    """One piece of long work."""

    begun_at: datetime
    progress: Noted = field(default_factory=Noted)
    ended_at: datetime | None = None
    result: T | None = None
    trouble: str = ""
    """Why there is no result."""
    _over: threading.Event = field(default_factory=threading.Event, repr=False)

    @property
    def is_running(self) -> bool:
        return not self._over.is_set()

    def wait(self, seconds: float) -> bool:
        """Whether it is over, after at most so long."""
        return self._over.wait(seconds)


class Errands(Generic[T]):
    """The errands of one account, by name: one of each at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, Errand[T]] = {}

    def get(self, name: str) -> Errand[T] | None:
        """The one that runs, or the last that did."""
        with self._lock:
            return self._known.get(name)

    def begin(self, name: str, work: Callable[[Errand[T]], T], clock: Clock) -> Errand[T]:
        """Begin *work*; where it runs already, that goes on and nothing new begins."""
        with self._lock:
            known = self._known.get(name)
            if known is not None and known.is_running:
                return known
            errand = self._known[name] = Errand(clock.now())
        # A daemon: a process that is stopped does not wait for what only its memory would keep.
        threading.Thread(target=_do, args=(errand, work, clock), name=f"errand-{name}", daemon=True).start()
        return errand

    def drop(self) -> None:
        """Forget them all; what runs goes on, and nobody sees what comes of it."""
        with self._lock:
            self._known.clear()


def _do(errand: Errand[T], work: Callable[[Errand[T]], T], clock: Clock) -> None:
    try:
        errand.result = work(errand)
    except GleanerError as error:
        errand.trouble = error.text
    except Exception:  # noqa: BLE001 - whoever waits must hear of it; the log has the rest
        _log.exception("an errand could not be done")
        errand.trouble = phrase("Gleaner could not do this; its log says why.")
    finally:
        errand.ended_at = clock.now()
        errand._over.set()
