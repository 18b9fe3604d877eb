"""Daemons as processes of their own, started, killed and stopped by tests."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

DRIVER = Path(__file__).with_name("daemon.py")
EVENING = "2026-03-10T19:00:00+00:00"
"""The Tuesday of our worlds, after work."""


@dataclass
class Daemons:
    """Starts daemons and ends what is left of them. What they say goes to files in *folder*."""

    folder: Path
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)
    writers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(
        self,
        role: str,
        *configs: Path,
        at: str = EVENING,
        more: tuple[str, ...] = (),
        is_piped: bool = False,
    ) -> subprocess.Popen[bytes]:
        """A daemon that runs; returns once it says so."""
        process = self.launch(role, *configs, at=at, more=more, is_piped=is_piped)
        log = self.log(process)
        self.wait(lambda: "running" in log.read_text() or process.poll() is not None, "the daemon runs")
        assert process.poll() is None, log.read_text()
        return process

    def launch(
        self,
        role: str,
        *configs: Path,
        at: str = EVENING,
        more: tuple[str, ...] = (),
        is_piped: bool = False,
    ) -> subprocess.Popen[bytes]:
        """The same, without waiting. *is_piped*: another process writes its log, it may itself be kept from writing."""
        # Time goes on between two daemons: their clocks agree.
        now = datetime.fromisoformat(at) + timedelta(seconds=time.monotonic() - self.began)
        command = [sys.executable, str(DRIVER), role, *map(str, configs), "--at", now.isoformat(), *more]
        env = {**os.environ, "PYTHONPATH": str(DRIVER.parents[2])}
        # A file, not a pipe: nobody reads while the test goes on, and a full pipe would stop the daemon.
        with (self.folder / f"daemon-{len(self.running)}.log").open("wb") as log:
            writer = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=log) if is_piped else None
            out = writer.stdin if writer is not None else log
            process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, env=env)
            if writer is not None:
                self.writers.append(writer)
                assert writer.stdin is not None
                writer.stdin.close()
        self.running.append(process)
        return process

    def log(self, process: subprocess.Popen[bytes]) -> Path:
        return self.folder / f"daemon-{self.running.index(process)}.log"

    def stop(self, process: subprocess.Popen[bytes]) -> int:
        """Tell it to stop; its exit code."""
        process.send_signal(signal.SIGTERM)
        try:
            return process.wait(timeout=40)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGUSR1)  # it says where its threads are
            time.sleep(1)
            raise AssertionError(
                f"the daemon does not stop\n{self.log(process).read_text()[-9000:]}"
            ) from None

    def wait(self, until: Callable[[], bool], what: str, *, seconds: float = 150) -> None:
        """Wait until it is so."""
        deadline = time.monotonic() + seconds
        while not until():
            if time.monotonic() > deadline:
                logs = "\n".join(self.log(one).read_text()[-3000:] for one in self.running)
                raise AssertionError(f"after {seconds:.0f} s it is still not so that {what}\n{logs}")
            time.sleep(0.1)

    def end(self) -> None:
        for process in self.running:
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.kill()
                process.wait()
        for writer in self.writers:
            writer.wait(timeout=10)
