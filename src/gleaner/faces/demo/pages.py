"""The pages of the demo, in a process of their own that goes on like its sandbox, at the hour at which the weeks end.

``python -m gleaner.faces.demo.pages FOLDER`` serves them until it is told to stop.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from gleaner import config
from gleaner.app.account import Account, FixedClock, open_account
from gleaner.core.catalog import AccountId, Person
from gleaner.core.errors import ConfigError, Unavailable
from gleaner.core.proposals import State
from gleaner.faces.demo.billing import OPENS
from gleaner.faces.demo.truth import read

_LIFE = timedelta(days=3650)
"""The demo's clock stands; its addresses count once all the same."""


@dataclass(frozen=True)
class Somebody:
    """A person to sign in as."""

    name: str
    role: str
    url: str
    """Signs them in, once."""


@dataclass(frozen=True)
class Pages:
    """The pages that were left running."""

    pid: int
    people: tuple[Somebody, ...]


@dataclass(frozen=True)
class Opened:
    """The demo's one account."""

    account: Account

    @property
    def clock(self) -> FixedClock:
        return FixedClock(self.account.clock.now())

    @property
    def ids(self) -> list[AccountId]:
        return [self.account.id]

    def open(self, account_id: AccountId) -> Account:
        if account_id != self.account.id:
            raise ConfigError(f"Harvest account {account_id} is not served here")
        return self.account


def leave_running(folder: Path, token: str) -> Pages:
    """Start the pages of the demo in *folder*; they stay when this process ends."""
    command = [sys.executable, "-m", "gleaner.faces.demo.pages", str(folder)]
    variables = os.environ | {config.variable("harvest", "token"): token}
    with (folder / "pages.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(  # noqa: S603  (our own interpreter and arguments)
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, text=True, env=variables,
            start_new_session=True,
        )  # fmt: skip
    assert process.stdout is not None, "it was asked for"
    with process.stdout as out:
        line = out.readline()
    if not line:
        process.wait(timeout=10)
        raise Unavailable(f"the pages did not start: {(folder / 'pages.log').read_text('utf-8')[-800:]}")
    return Pages(process.pid, tuple(Somebody(**one) for one in json.loads(line)))


@contextmanager
def serving(folder: Path, now: datetime) -> Iterator[list[Somebody]]:
    """The pages of the demo in *folder*, until the block ends; and who to sign in as."""
    from gleaner.adapters.store.sessions import StoredSessions
    from gleaner.app.health import UNANSWERED
    from gleaner.app.meters import Meters
    from gleaner.faces.web.listening import listening
    from gleaner.faces.web.operations import operations
    from gleaner.faces.web.serving import site_routes

    with open_account(folder / config.FILE, clock=FixedClock(now)) as account:
        routes = site_routes(Opened(account), account.engine, account.settings.daemon)
        with listening(operations(lambda: UNANSWERED, Meters(), site=routes), "127.0.0.1", 0) as port:
            sessions = StoredSessions(account.engine)

            def somebody(person: Person, role: str) -> Somebody:
                waiting = account.inbox.days_waiting(person.id)
                day = max(waiting, key=lambda on: (waiting[on], on)) if waiting else now.date()
                detail = json.dumps({"wanted": f"/day/{day}"})
                said = sessions.attempt(account.id, person.id, "here", detail=detail, now=now, life=_LIFE)
                return Somebody(person.name, role, f"http://127.0.0.1:{port}/sign-in/here/{said}")

            yield [somebody(person, role) for person, role in cast(account)]


def cast(account: Account) -> list[tuple[Person, str]]:
    """An administrator, a manager, and the member for whom most waits for review."""
    people = sorted((one for one in account.catalog.people.values() if one.is_active), key=lambda one: one.id)
    waiting = account.inbox.items(states=(State.PROPOSED,))
    found = []
    for role in ("administrator", "manager", "member"):
        some = [one for one in people if role in one.access_roles]
        if some:
            most = max(some, key=lambda one: sum(item.proposal.user_id == one.id for item in waiting))
            found.append((most if role == "member" else some[0], role))
    return found


def main(folder: Path) -> None:
    """Serve until SIGTERM or Ctrl-C; who to sign in as goes to the standard output, as one line of JSON."""
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    now = datetime.combine(read(folder / "world").last + timedelta(1), OPENS)
    with serving(folder, now) as people:
        print(json.dumps([vars(one) for one in people]), flush=True)
        while not stopped.wait(1.0):
            pass


if __name__ == "__main__":
    main(Path(sys.argv[1]))
