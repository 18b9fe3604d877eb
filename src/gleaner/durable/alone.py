"""One daemon for each SQLite file: the second one says so instead of sharing it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from gleaner.core.errors import ConfigError


def lock_path(url: sa.URL) -> Path | None:
    """The file that whoever serves that database holds locked; None where many may (PostgreSQL)."""
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return None
    return Path(f"{url.database}.lock")


@contextmanager
def alone(url: sa.URL) -> Iterator[None]:
    """Be the only daemon on that database, as long as this lasts. Raises ConfigError naming the other.

    The lock is the operating system's: it ends with the process, however that ends.
    """
    path = lock_path(url)
    if path is None:
        yield
        return
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be opened: {error.strerror}; it keeps a second daemon away"
        ) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(descriptor, 40).decode(errors="replace").strip()
            raise ConfigError(
                f"another gleaner up{f' (process {holder})' if holder else ''} serves {url.database} already;"
                " stop it first, or use PostgreSQL to run several"
            ) from None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        yield
    finally:
        os.close(descriptor)


def is_served(url: sa.URL) -> bool:
    """Whether a daemon serves that SQLite file now."""
    path = lock_path(url)
    if path is None or not path.exists():
        return False
    descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(descriptor)
