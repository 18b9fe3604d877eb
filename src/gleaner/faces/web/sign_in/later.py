"""Work that nobody waits for: done by a few threads, which end with the process."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import Full, Queue

from gleaner.app.logs import logger

_log = logger("web")


class Later:
    """Takes work until *most* waits. What waits when the process ends is not done."""

    def __init__(self, name: str, threads: int = 2, most: int = 200) -> None:
        self._name = name
        self._threads = threads
        self._work: Queue[Callable[[], None]] = Queue(most)
        self._lock = threading.Lock()
        self._begun: list[threading.Thread] = []

    def do(self, work: Callable[[], None]) -> bool:
        """Have it done soon; False when too much waits already, and this is left out."""
        try:
            self._work.put_nowait(work)
        except Full:
            return False
        with self._lock:
            if len(self._begun) < self._threads:
                # A daemon: a mail server that says nothing must not keep the process from ending.
                self._begun.append(threading.Thread(target=self._run, name=self._name, daemon=True))
                self._begun[-1].start()
        return True

    def _run(self) -> None:
        while True:
            work = self._work.get()
            try:
                work()
            except Exception:  # noqa: BLE001 - whatever it is, the log has it
                _log.exception("work that nobody waited for failed", of=self._name)
