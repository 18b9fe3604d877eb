"""The heart: each process says every few seconds that it lives, and takes over from those that fell silent.

There is no leader. Any process may find another dead, several may at once: each step is a compare-and-set.
"""

from __future__ import annotations

import hashlib
import logging
import os
import socket
import threading
import time
import uuid
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Literal, Protocol

_log = logging.getLogger(__name__)

BEAT_EVERY = 5.0
_TOMBSTONE = timedelta(hours=1)
Role = Literal["up", "worker"]


class Beat(Protocol):
    """One process, as last heard of."""

    @property
    def executor_id(self) -> str: ...
    @property
    def incarnation(self) -> str: ...
    @property
    def pid(self) -> int: ...
    @property
    def silent_for(self) -> timedelta: ...


class Hearts(Protocol):
    """What the heart needs of the database; see ``adapters/store/workers.py``."""

    def beat(self, executor_id: str, incarnation: str, role: str, host: str, pid: int) -> str | None: ...
    def all(self) -> Sequence[Beat]: ...
    def release(self, incarnations: Collection[str]) -> int: ...
    def shorten(self, incarnations: Collection[str], lease: timedelta) -> int: ...
    def leave(self, executor_id: str, incarnation: str) -> None: ...
    def forget(self, *, silent_for: timedelta) -> None: ...


class Recoverer(Protocol):
    """What the heart needs of the engine."""

    def recover(self, executor_ids: Sequence[str]) -> list[str]: ...
    def under_way(self) -> Mapping[str, Collection[str]]: ...
    def give_up_lost(self, ours: Collection[str], after: float) -> list[str]: ...


@dataclass(frozen=True)
class Me:
    """This process. An executor may live again after a crash; an incarnation is one life."""

    executor_id: str
    role: Role
    incarnation: str = field(default_factory=lambda: uuid.uuid4().hex)
    host: str = field(default_factory=lambda: socket.gethostname()[:80])
    pid: int = field(default_factory=os.getpid)


def named(role: Role, *, is_alone: bool) -> Me:
    """This process under a name. *is_alone*: no other can have the role, so that it goes on where it was killed."""
    if is_alone:
        return Me(role, role)
    return Me(
        f"{role}-{socket.gethostname()[:30]}-{process_space()}-{os.getpid()}-{uuid.uuid4().hex[:8]}", role
    )


def process_space() -> str:
    """Names where process ids mean the same: this machine since it started, and this container if we are in one."""
    parts = [socket.gethostname()]
    with suppress(OSError):
        parts.append(Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii"))
        parts.append(str(Path("/proc/self/ns/pid").readlink()))
    return hashlib.sha256("".join(parts).encode()).hexdigest()[:8]


def _is_gone(row: Beat) -> bool:
    """Whether the process surely is dead already: it ran here, and its id is nobody's any more."""
    name = row.executor_id.split("-")
    if len(name) < 4 or name[-3] != process_space():
        return False
    try:
        os.kill(row.pid, 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


class Heart:
    """Beats in a thread of its own, from :meth:`start` until :meth:`stop`."""

    def __init__(
        self,
        me: Me,
        hearts: Hearts,
        engine: Recoverer,
        *,
        beat_every: float = BEAT_EVERY,
        dead_after: float,
    ) -> None:
        """*dead_after* seconds of silence a process is taken for dead; every request of ours gives up sooner."""
        self.me = me
        self._hearts = hearts
        self._engine = engine
        self._beat_every = beat_every
        self._dead_after = dead_after
        self._last: float | None = None
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def silent_for(self) -> float:
        """Seconds since the last beat that the database took; for ever before the first."""
        return float("inf") if self._last is None else time.monotonic() - self._last

    def first(self) -> int:
        """The first beat, before work is taken. How much a former life of ours held: it is free when whatever that
        sent has arrived or was given up, as with any process that fell silent."""
        former = self._beat()
        return 0 if former is None else self._hearts.shorten([former], timedelta(seconds=self._dead_after))

    def take_over_from_the_killed(self) -> list[str]:
        """At the start, what processes had under way that were killed here: who restarts one need not wait for it."""
        gone = [row for row in self._hearts.all() if row.executor_id != self.me.executor_id and _is_gone(row)]
        self._hearts.shorten([row.incarnation for row in gone], timedelta(seconds=self._dead_after))
        return self._engine.recover(sorted(row.executor_id for row in gone))

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="heart", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop, and say goodbye: nobody needs to wait for us to be taken for dead."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(self._beat_every + 5)
        try:
            self._hearts.leave(self.me.executor_id, self.me.incarnation)
        except Exception:  # noqa: BLE001  (whatever the database says, we are leaving)
            _log.warning("could not say goodbye to the database", exc_info=True)

    def take_over(self) -> list[str]:
        """Put back into the queues what silent processes had under way; the ids of the workflows."""
        rows = self._hearts.all()
        others = [row for row in rows if row.executor_id != self.me.executor_id]
        dead = [row for row in others if row.silent_for.total_seconds() > self._dead_after]
        released = self._hearts.release([row.incarnation for row in dead])
        # A process whose row was forgotten, or that died before its first beat, has no row at all.
        known = {row.executor_id for row in rows}
        under_way = self._engine.under_way()
        strangers = under_way.keys() - known - {self.me.executor_id}
        moved = self._engine.recover(sorted({row.executor_id for row in dead} | strangers))
        if moved or released:
            names = ", ".join(row.executor_id for row in dead) or ", ".join(sorted(strangers))
            _log.warning("took over %d pieces of work from %s, silent for too long", len(moved), names)
        lost = self._engine.give_up_lost(under_way.get(self.me.executor_id, ()), self._dead_after)
        if lost:
            _log.warning("gave up %d pieces of work that the database lost on the way", len(lost))
        if any(row.silent_for > _TOMBSTONE for row in dead):
            self._hearts.forget(silent_for=_TOMBSTONE)
        return moved

    def _beat(self) -> str | None:
        me = self.me
        former = self._hearts.beat(me.executor_id, me.incarnation, me.role, me.host, me.pid)
        self._last = time.monotonic()
        return former

    def _run(self) -> None:
        while not self._stop.wait(self._beat_every):
            before = self._last or time.monotonic()
            try:
                self._beat()
                # Also when it stood still in the middle of the beat.
                stood_still = time.monotonic() - before
                self.take_over()
            except Exception:  # noqa: BLE001  (a database that is away must not stop the heart)
                _log.warning("the database did not take the heartbeat; trying again", exc_info=True)
            else:
                if stood_still > self._dead_after:
                    _log.warning(
                        "stood still for %.0f s; others may have taken over what was under way", stood_still
                    )
