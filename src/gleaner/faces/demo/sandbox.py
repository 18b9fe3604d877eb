"""The sandbox as a process of its own: the demo talks to it over HTTP only, like to the real Harvest."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from gleaner.core.errors import Unavailable

FIRST_MORNING = date(2026, 3, 9)
"""The agency's four weeks begin on a Monday; both clock changes lie in them."""


@dataclass(frozen=True)
class Sandbox:
    """A running sandbox with the agency in it."""

    base_url: str
    control_url: str
    account_id: int
    token: str
    """The owner's, an administrator."""
    somebody: str
    """A member's address, to try things on."""
    pid: int

    def set_clock(self, now: datetime) -> None:
        """Let it be *now* in the sandbox: calendars and repositories look as they did then."""
        import httpx2

        answer = httpx2.put(f"{self.control_url}/clock", json={"now": now.isoformat()}, timeout=60)
        answer.raise_for_status()

    def calendar_url(self, email: str) -> str:
        return f"{self.control_url}/calendars/{email}.ics"


@contextmanager
def started(folder: Path, seed: int, now: datetime, *, keep: bool) -> Iterator[Sandbox]:
    """A sandbox with the agency of *seed*, its files in *folder*; stopped afterwards unless *keep*."""
    with starting(folder, seed, now, keep=keep) as ready:
        yield ready()


@contextmanager
def starting(folder: Path, seed: int, now: datetime, *, keep: bool) -> Iterator[Callable[[], Sandbox]]:
    """The same, not waited for: what is given waits, so that several may start at once."""
    command = [
        sys.executable, "-m", "gleaner_sandbox", "serve", "--seed", "agency", "--seed-number", str(seed),
        "--clock", now.isoformat(), "--state", str(folder / "harvest.db"), "--world", str(folder / "world"),
        "--no-limits",
    ]  # fmt: skip
    with (folder / "sandbox.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(  # noqa: S603  (our own interpreter and arguments)
            command, stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=keep
        )
    try:
        yield partial(_ready, process, folder)
    finally:
        if not keep or sys.exc_info()[0] is not None:
            process.terminate()
            process.wait(timeout=10)
        if process.stdout is not None:
            process.stdout.close()


def _ready(process: subprocess.Popen[str], folder: Path) -> Sandbox:
    assert process.stdout is not None, "it was asked for"
    line = process.stdout.readline()
    if not line:
        text = (folder / "sandbox.log").read_text(encoding="utf-8")[-800:]
        raise Unavailable(f"the sandbox did not start: {text}")
    said: Mapping[str, Any] = json.loads(line)
    account = said["accounts"][0]
    owner = next(person for person in account["people"] if "administrator" in person["access_roles"])
    member = next(person for person in account["people"] if "member" in person["access_roles"])
    return Sandbox(
        said["base_url"], said["control_url"], account["id"], owner["token"], member["email"], process.pid
    )
