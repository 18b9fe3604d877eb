"""A watched folder: whoever saves or scans a receipt into it has brought it."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from gleaner.capture.source import Cache
from gleaner.capture.text import counted
from gleaner.core.errors import ConfigError
from gleaner.expenses.content import MOST_BYTES, is_whole
from gleaner.expenses.source import Found, Waiting, sources

_STILL = timedelta(seconds=5)
"""For so long a file has to have been left alone."""
_PATIENCE = timedelta(hours=1)
"""After this a file that looks cut off is taken as it is: nobody writes for that long."""

_Seen = dict[str, tuple[int, int]]


class Folder:
    """Receipts of *person* in the folder *path*: each file once, when its writing has ended. Files stay where they are.

    Hidden files and folders inside are left out. *name* is what the folder is called in lists, otherwise its own.
    """

    def __init__(self, path: str, person: str, name: str = "") -> None:
        self._path = Path(path)
        self.name = name or self._path.name
        self.person = person

    def check(self) -> str:
        return f"{counted(len(self._files()), 'file')} in {self._path}"

    def collect(self, cache: Cache, now: datetime) -> Iterator[Found | Waiting]:
        # A path may be longer than what is kept may be called.
        key = f"receipts/folder/{hashlib.sha256(os.fsencode(self._path)).hexdigest()[:32]}"
        kept = cache.get(key)
        before: _Seen = {name: tuple(at) for name, at in json.loads(kept).items()} if kept else {}
        seen: _Seen = {}
        for path in self._files():
            found, at = _read(path, before.get(path.name), now)
            if found is None:
                seen[path.name] = at
                continue
            yield found
            if isinstance(found, Found):
                seen[path.name] = at
                cache.put(key, json.dumps(before | seen).encode())
        cache.put(key, json.dumps(seen).encode())

    def _files(self) -> list[Path]:
        try:
            there = sorted(self._path.iterdir())
        except OSError as error:
            raise ConfigError(f"the folder {self._path} cannot be read: {error.strerror}") from error
        return [one for one in there if not one.name.startswith(".") and not one.is_dir()]


def _read(
    path: Path, before: tuple[int, int] | None, now: datetime
) -> tuple[Found | Waiting | None, tuple[int, int]]:
    """The file, or None when it is as it was taken *before*; with its size and when it was changed."""
    try:
        status = path.lstat()
        at = (status.st_size, status.st_mtime_ns)
        if at == before:
            return None, at
        if not stat.S_ISREG(status.st_mode):
            return Found(
                path.name,
                0,
                trouble=f"{path.name} is no file but a link or a device; put the file itself there.",
            ), at
        age = now - datetime.fromtimestamp(status.st_mtime, UTC)
        # A clock that was wrong may have written a time to come; that says nothing.
        is_moving = timedelta(0) <= age < _STILL
        if is_moving or (status.st_size == 0 and age < _PATIENCE):
            return Waiting(path.name, f"{path.name} is still being written"), at
        if status.st_size > MOST_BYTES:
            return Found(path.name, status.st_size), at
        content = _content(path)
        after = path.lstat()
    except OSError as error:
        return Waiting(path.name, f"{path.name} cannot be read: {error.strerror}"), (0, 0)
    if (after.st_size, after.st_mtime_ns) != at or len(content) != at[0]:
        return Waiting(path.name, f"{path.name} is still being written"), at
    if timedelta(0) <= age < _PATIENCE and not is_whole(content):
        return Waiting(path.name, f"{path.name} ends in the middle: it may still be being written"), at
    return Found(path.name, len(content), content), at


def _content(path: Path) -> bytes:
    # What was a file a moment ago may be a link now; and a pipe in its place would never end.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, "rb") as opened:
        return opened.read(MOST_BYTES + 1)


sources.add("folder", Folder)
