"""One daemon for each SQLite file: who comes second, a daemon or somebody who restores a copy, hears of the first."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gleaner.core.errors import Unavailable


class Served(Exception):
    """Somebody else holds the file. ``holder`` is their process id, as far as it is known."""

    def __init__(self, holder: str) -> None:
        super().__init__(holder)
        self.holder = holder


@contextmanager
def alone(database: Path) -> Iterator[None]:
    """Hold the lock ``<database>.lock`` as long as this lasts. Raises Served when another process holds it.

    The lock is the operating system's: it ends with the process, however that ends.
    """
    if os.name != "posix":
        yield  # flock is not everywhere; running a second daemon is up to you there
        return
    import fcntl

    path = f"{database}.lock"
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise Unavailable(f"{path} cannot be written: {error.strerror}") from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Served(os.read(descriptor, 40).decode(errors="replace").strip()) from None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        yield
    finally:
        os.close(descriptor)
