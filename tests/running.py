"""``gleaner up`` as a process of its own, with the time of the machine."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PATIENCE = 60.0


@contextmanager
def up(config: Path, port: int) -> Iterator[Path]:
    """The daemon of that file, ready at *port* of this machine, until the block ends; where its log is."""
    log = config.parent / "up.log"
    with log.open("w") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "gleaner", "up", "-c", str(config)], cwd=config.parent, stdout=stream,
            stderr=stream,
        )  # fmt: skip
    try:
        until = time.monotonic() + _PATIENCE
        while not _is_ready(port):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.1)
        yield log
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=_PATIENCE)


def _is_ready(port: int) -> bool:
    with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
        return True
    return False


def until(is_so: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait for it, no longer than that."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.01)
