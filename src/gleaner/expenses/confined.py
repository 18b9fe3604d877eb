"""Runs one program on bytes from strangers, with little memory and time, no secrets around it and a short answer.

``python -m gleaner.expenses.confined PROGRAM …`` sets the limits and becomes the program; :func:`run` starts that.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

SECONDS = 20
MEMORY = 1_000_000_000
"""Bytes of address space."""
MOST_KEPT = 200_000
"""Bytes of answer that are kept."""
_MOST_WRITTEN = 2_000_000


class Failed(Exception):
    """The program did not come to an end with an answer. ``code`` is its exit code; None when time was up."""

    def __init__(self, code: int | None) -> None:
        super().__init__(f"exit code {code}")
        self.code = code


def run(argv: Sequence[str], content: bytes, *, seconds: int = SECONDS, memory: int = MEMORY) -> str:
    """The text that the program wrote on its standard output, given *content* on its standard input. Raises Failed."""
    return answer(argv, content, seconds=seconds, memory=memory).decode("utf-8", "replace")


def answer(argv: Sequence[str], content: bytes, *, seconds: int = SECONDS, memory: int = MEMORY) -> bytes:
    """The bytes that the program wrote on its standard output. Raises Failed.

    The answer goes to a file of limited size: a program that never stops writing fills neither memory nor disk.
    """
    command = [sys.executable, "-I", "-m", __name__, str(seconds), str(memory), *argv]
    safe = {name: os.environ[name] for name in ("PATH", "LANG", "TESSDATA_PREFIX") if name in os.environ}
    with TemporaryDirectory(prefix="gleaner-receipt-") as folder:
        given, written = Path(folder, "given"), Path(folder, "written")
        given.write_bytes(content)
        with given.open("rb") as stdin, written.open("wb") as stdout:
            try:
                ended = subprocess.run(  # noqa: S603  (a list, no shell)
                    command, stdin=stdin, stdout=stdout, stderr=subprocess.DEVNULL, cwd=folder, check=False,
                    timeout=seconds + 5, env=safe | {"OMP_THREAD_LIMIT": "1"},
                )  # fmt: skip
            except subprocess.TimeoutExpired:
                raise Failed(None) from None
        if ended.returncode != 0:
            raise Failed(None if ended.returncode < 0 else ended.returncode)
        with written.open("rb") as opened:
            return opened.read(MOST_KEPT)


def main() -> None:
    """Become the program in the arguments, confined. Where the system knows no limits only the time-out counts."""
    seconds, memory, *argv = sys.argv[1:]
    try:
        import resource
    except ImportError:
        pass
    else:
        for what, most in (
            (resource.RLIMIT_CPU, int(seconds)),
            (resource.RLIMIT_AS, int(memory)),
            (resource.RLIMIT_FSIZE, _MOST_WRITTEN),
            (resource.RLIMIT_CORE, 0),
        ):
            resource.setrlimit(what, (most, most))
    os.execvp(argv[0], argv)  # noqa: S606  (no shell is wanted)


if __name__ == "__main__":
    main()
