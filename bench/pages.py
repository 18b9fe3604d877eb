"""What the pages cost as a company grows: ``python -m bench.pages [--write]``.

The site as ``gleaner up`` serves it, in a process of its own, over a filled copy of Harvest on SQLite (two entries a
day and person for four months). One person has five proposals and twelve projects with a task. A second process asks:
one request after the other for the times, eight connections at once for the requests a second.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import page
from bench.compliance import fill, filled
from gleaner.adapters.harvest.copy import Copy, row
from gleaner.adapters.store.sessions import StoredSessions
from gleaner.app.account import Account
from gleaner.app.health import UNANSWERED
from gleaner.app.meters import Meters
from gleaner.core.actions import CreateTimeEntry
from gleaner.core.activities import Activity, Meeting
from gleaner.core.catalog import AccountId, ProjectId, TaskId, UserId
from gleaner.core.ports import Clock
from gleaner.core.proposals import Alternative, Evidence, Level, Proposal, reference
from gleaner.core.time import Span
from gleaner.faces.web.listening import listening
from gleaner.faces.web.operations import operations
from gleaner.faces.web.registry import all_pages
from gleaner.faces.web.sign_in.cookies import COOKIE
from gleaner.faces.web.site import Site

SIZES = (125, 250, 500, 1000)
DAY = date(2026, 3, 24)
_ONE = UserId(1)
_LEVELS: tuple[Level, ...] = ("unsure", "likely", "sure", "sure", "sure")
_REQUESTS, _CONNECTIONS, _SECONDS = 200, 8, 4.0


def prepare(account: Account) -> None:
    """Projects to log to, and a day with five meetings that wait for review."""
    copy = Copy(account.engine, account.id)
    numbers = range(1, 13)
    tasks = [
        {"id": n, "project": {"id": n}, "task": {"id": 1}, "is_active": True, "billable": True}
        for n in numbers
    ]
    people = account.catalog.people
    users = [
        {"id": 100 * int(who) + n, "project": {"id": n}, "user": {"id": int(who)}, "is_active": True}
        for who in people
        for n in numbers
    ]
    for name, raws in (("task_assignments", tasks), ("user_assignments", users)):
        copy.save(name, [row(name, raw) for raw in raws])
    now = datetime(2026, 3, 24, 12, tzinfo=UTC)
    seen = [
        Activity(
            "calendar", f"event-{n}", _ONE,
            Span(datetime(2026, 3, 24, 8 + n, tzinfo=UTC), datetime(2026, 3, 24, 9 + n, tzinfo=UTC)),
            f"Review of part {n} with the client", Meeting("calendar", f"series-{n}", True),
        )
        for n in range(len(_LEVELS))
    ]  # fmt: skip
    account.activities.keep(seen, {one.key: DAY for one in seen}, now=now)
    proposals = [_proposal(account.id, one, level) for one, level in zip(seen, _LEVELS, strict=True)]
    account.inbox.offer(proposals, user_id=_ONE, days=[DAY], now=now)


def _proposal(account_id: AccountId, seen: Activity, level: Level) -> Proposal:
    key = f"entry:{seen.key}"
    project = None if level == "unsure" else ProjectId(3)
    action = CreateTimeEntry(
        _ONE,
        DAY,
        Decimal("1.00"),
        project,
        None if project is None else TaskId(1),
        seen.title,
        reference(account_id, key),
    )
    others = tuple(
        Alternative(ProjectId(n), TaskId(1), f"Client {n} › Project {n} › Programming", 0.3)
        for n in (1, 2, 4)
    )
    evidence = tuple(Evidence(f"{n} of {n + 2} with a title like this went there", 0.7) for n in range(4))
    return Proposal(
        key, action, _ONE, DAY, "The series went there before.", "meeting", seen.title, level, 0.9, evidence, others,
        activity_key=seen.key, ground="series",
    )  # fmt: skip


class _Opened:
    """The one account."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.clock: Clock = account.clock
        self.ids = [account.id]

    def open(self, account_id: AccountId) -> Account:
        assert account_id == self.account.id
        return self.account


def serve(folder: Path) -> None:
    """Serve the copy in *folder* until the standard input ends: for a process of its own."""
    with filled(folder) as account:
        account.cache.put(f"me/{account.access.owner}", b"1")  # nobody can be asked
        sessions = StoredSessions(account.engine)
        said = sessions.begin(account.id, _ONE, "here", agent="bench", now=account.clock.now())
        app = operations(
            lambda: UNANSWERED, Meters(), site=Site(_Opened(account), sessions, all_pages()).routes()
        )
        with listening(app, "127.0.0.1", 0) as port:
            print(json.dumps({"port": port, "cookie": said}), flush=True)
            sys.stdin.read()


@contextmanager
def served(folder: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Where it listens, and what lets one in."""
    command = [sys.executable, "-m", "bench.pages", "--serve", str(folder)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdin is not None
    found = json.loads(process.stdout.readline())
    try:
        yield found["port"], {"Cookie": f"{COOKIE}={found['cookie']}"}
    finally:
        process.stdin.close()
        process.wait(30)
        process.stdout.close()


def asked(connection: HTTPConnection, path: str, headers: dict[str, str]) -> int:
    """How long the answer is, in bytes."""
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    assert answer.status == 200, (path, answer.status, body[:300])
    return len(body)


def times(port: int, path: str, headers: dict[str, str], count: int = _REQUESTS) -> tuple[float, float, int]:
    """Median and 95th percentile in ms of one request after the other, and bytes."""
    connection, took, size = HTTPConnection("127.0.0.1", port), [], 0
    for _ in range(5):
        asked(connection, path, headers)
    for _ in range(count):
        began = time.perf_counter()
        size = asked(connection, path, headers)
        took.append(1000 * (time.perf_counter() - began))
    connection.close()
    return statistics.median(took), statistics.quantiles(took, n=20)[-1], size


def rate(port: int, path: str, headers: dict[str, str]) -> float:
    """Requests a second over several connections."""
    counts, until = [0] * _CONNECTIONS, time.monotonic() + _SECONDS

    def work(number: int) -> None:
        connection = HTTPConnection("127.0.0.1", port)
        while time.monotonic() < until:
            asked(connection, path, headers)
            counts[number] += 1
        connection.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(_CONNECTIONS)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.monotonic() - began)


PAGES = {"Today": f"/day/{DAY}", "Week": f"/week/{DAY}"}


def measured(people: int) -> list[str]:
    """A row of the table."""
    with TemporaryDirectory(prefix="gleaner-bench-") as name:
        folder = Path(name)
        with filled(folder) as account:
            fill(account, people)
            prepare(account)
        with served(folder) as (port, headers):
            cells = [f"{people:,}"]
            for path in PAGES.values():
                middle, high, size = times(port, path, headers)
                cells += [f"{middle:.1f}", f"{high:.1f}", f"{size / 1000:.0f}"]
            cells.append(f"{rate(port, PAGES['Today'], headers):.0f}")
    return cells


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="numbers of people")
    parser.add_argument("--serve", type=Path, help="serve the copy in this folder")
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    chosen = parser.parse_args()
    if chosen.serve is not None:
        serve(chosen.serve)
        return
    rows = []
    for size in map(int, chosen.sizes.split(",")):
        sys.stderr.write(f"{size} people …\n")
        rows.append(measured(size))
    columns = (
        "people",
        *(f"{name}: {what}" for name in PAGES for what in ("ms", "p95", "kB")),
        "Today: requests/s",
    )
    text = f"{page.table(columns, rows)}\n\n{page.machine()}."
    print(text)
    if chosen.write:
        page.write("pages", text)


if __name__ == "__main__":
    main()
