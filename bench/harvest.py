"""The mirror and the sandbox at growing sizes: requests, memory and time of a cold fill and a warm poll, and how fast
the sandbox answers.

Every measurement is a process of its own on loopback: the sandbox serves from a file that was filled before, the
client's memory is its own peak. ``python -m bench.harvest --write`` puts the tables into ``docs/benchmarks.md``.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from math import ceil
from pathlib import Path

from bench import page

ACCOUNT = 5_000_001
TOKEN = "bench-owner"
LAST = date(2026, 3, 1)
SEEDED = "2026-03-01T12:00:00Z"
NOW = "2026-03-02T12:00:00Z"
PER_PAGE = 2000
SIZES = {1_000: (20, 20), 10_000: (100, 100), 100_000: (500, 400)}
"""Entries → people and projects."""
TASKS = 10
TEAM = 25
"""People on each project."""


def seed(entries: int) -> dict[str, object]:
    """An account of that size; every person is on some projects, and logs a few entries each day back from ``LAST``."""
    people, projects = SIZES[entries]
    team = min(TEAM, people)
    on_project = [[(p * 7 + n) % people for n in range(team)] for p in range(projects)]
    of_person: dict[int, list[int]] = {}
    for p, members in enumerate(on_project):
        for member in members:
            of_person.setdefault(member, []).append(p)
    used = sorted(of_person)
    rows = []
    for n in range(entries):
        person = used[n % len(used)]
        round_ = n // len(used)
        mine = of_person[person]
        rows.append(
            {
                "id": 2_500_000_000 + n,
                "user_id": 1 + person,
                "project_id": 1 + mine[round_ % len(mine)],
                "task_id": 1 + (n % 3),
                "spent_date": (LAST - timedelta(days=round_ // 3)).isoformat(),
                "hours": 0.25 * (1 + n % 16),
                "notes": f"Work on ticket {n % 977}",
                "created_at": f"2026-02-{1 + n % 28:02}T08:{n // 60 % 60:02}:{n % 60:02}Z",
            }
        )
    return {
        "id": ACCOUNT,
        "name": "Bench",
        "users": [
            {
                "id": 1 + n,
                "first_name": f"P{n}",
                "last_name": "Bench",
                "email": f"p{n}@bench.example",
                "access_roles": ["administrator"] if n == 0 else ["member"],
            }
            for n in range(people)
        ],
        "tokens": [{"token": TOKEN, "user_id": 1}],
        "clients": [
            {"id": 1 + n, "name": f"Client {n}", "currency": "EUR"} for n in range(max(1, projects // 4))
        ],
        "tasks": [{"id": 1 + n, "name": f"Task {n}"} for n in range(TASKS)],
        "projects": [
            {
                "id": 1 + n,
                "client_id": 1 + n // 4 % max(1, projects // 4),
                "name": f"Project {n}",
                "code": f"P{n}",
                "bill_by": "People",
            }
            for n in range(projects)
        ],
        "task_assignments": [
            {"id": 1 + p * 3 + t, "project_id": 1 + p, "task_id": 1 + t}
            for p in range(projects)
            for t in range(3)
        ],
        "user_assignments": [
            {"id": 1 + p * team + i, "project_id": 1 + p, "user_id": 1 + member}
            for p, members in enumerate(on_project)
            for i, member in enumerate(members)
        ],
        "billable_rates": [{"user_id": 1 + n, "amount": 80 + n % 40} for n in range(people)],
        "time_entries": rows,
    }


def filled(entries: int, path: Path) -> Path:
    """A sandbox's file with an account of that size."""
    from gleaner_sandbox.clock import Clock
    from gleaner_sandbox.state import State

    state = State(path, clock=Clock(datetime.fromisoformat(SEEDED)))
    state.load({"accounts": [seed(entries)]})  # type: ignore[list-item]
    state.close()
    return path


@contextmanager
def served(path: Path) -> Iterator[str]:
    """The sandbox as a process of its own; its base URL."""
    command = [
        sys.executable,
        "-m",
        "gleaner_sandbox",
        "serve",
        "--state",
        str(path),
        "--clock",
        NOW,
        "--no-limits",
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None
        yield str(json.loads(process.stdout.readline())["base_url"])
    finally:
        process.terminate()
        process.wait()


def pages_needed(entries: int) -> int:
    """How many requests it takes to read everything once: one for the company, and the pages of each list."""
    people, projects = SIZES[entries]
    team = min(TEAM, people)
    lists = [
        people,
        max(1, projects // 4),
        1,
        projects,
        TASKS,
        projects * 3,
        projects * team,
        entries,
        1,
        1,
        1,
    ]
    return 1 + sum(ceil(length / PER_PAGE) or 1 for length in lists)


def sync_measured(base_url: str, folder: str) -> None:
    """Cold fill, then a warm poll with nothing new, then a full re-list; prints one line of JSON."""
    import sqlalchemy as sa

    from gleaner.adapters.harvest.client import Client
    from gleaner.adapters.harvest.limits import Unlimited
    from gleaner.adapters.harvest.mirror import Mirror
    from gleaner.adapters.store.engine import make_engine, migrate
    from gleaner.app.account import SystemClock
    from gleaner.core.catalog import AccountId
    from gleaner.core.silent import SilentProgress

    engine: sa.Engine = make_engine(f"sqlite:///{folder}/mirror.db")
    migrate(engine)
    before = _peak_mb()
    found: dict[str, float] = {"start_mb": before}
    window = (LAST - timedelta(days=3650), LAST)
    with Client(AccountId(ACCOUNT), TOKEN, base_url=base_url, limits=Unlimited()) as client:
        mirror = Mirror(engine, client, SystemClock(), AccountId(ACCOUNT))
        for name, options in (("cold", {}), ("warm", {}), ("again", {"full": True})):
            begun, sent = time.perf_counter(), client.requests_made
            mirror.sync(SilentProgress(), window=window, **options)  # type: ignore[arg-type]
            found[f"{name}_s"] = time.perf_counter() - begun
            found[f"{name}_requests"] = client.requests_made - sent
            found[f"{name}_mb"] = _peak_mb()
    engine.dispose()
    sys.stdout.write(json.dumps(found) + "\n")


def _peak_mb() -> float:
    """The most memory this process ever held. From /proc: ``getrusage`` counts what the parent held at the fork."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (peak,) = (line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(peak) / 1024


def measured_sync(base_url: str) -> dict[str, float]:
    """What :func:`sync_measured` says in a fresh process."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "bench.harvest", "--client", base_url, folder]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def answers(base_url: str, *, seconds: float) -> dict[str, float]:
    """Milliseconds of a page of 2,000 entries (median), its size, and small reads per second on two connections."""
    import httpx2

    headers = {
        "Authorization": f"Bearer {TOKEN}",
        "Harvest-Account-Id": str(ACCOUNT),
        "User-Agent": "bench (b@b.example)",
    }

    def connection() -> httpx2.Client:
        return httpx2.Client(headers=headers, verify=False, timeout=60)

    with connection() as http:
        took, size = [], 0
        for _ in range(8):
            begun = time.perf_counter()
            size = len(http.get(f"{base_url}/time_entries").content)
            took.append(1000 * (time.perf_counter() - begun))
    counts = [0, 0]

    def read(which: int) -> None:
        end = time.perf_counter() + seconds
        with connection() as mine:
            while time.perf_counter() < end:
                mine.get(f"{base_url}/users/me").raise_for_status()
                counts[which] += 1

    threads = [threading.Thread(target=read, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {"page_ms": statistics.median(took), "page_kb": size / 1024, "reads": sum(counts) / seconds}


def rows(sizes: list[int]) -> tuple[list[list[str]], list[list[str]]]:
    """The two tables' rows."""
    fills, speeds = [], []
    for entries in sizes:
        with tempfile.TemporaryDirectory() as folder:
            path = filled(entries, Path(folder) / "sandbox.db")
            with served(path) as base_url:
                found, speed = measured_sync(base_url), answers(base_url, seconds=4)
        needed = pages_needed(entries)
        people, projects = SIZES[entries]
        fills.append(
            [
                f"{entries:,}", f"{people}", f"{projects}", f"{needed}", f"{found['cold_requests']:.0f}",
                f"{found['cold_s']:.1f}", f"{found['cold_mb']:.0f}", f"{found['warm_requests']:.0f}",
                f"{found['warm_s']:.2f}", f"{found['again_requests']:.0f}", f"{found['again_s']:.1f}",
                f"{found['again_mb']:.0f}",
            ]
        )  # fmt: skip
        speeds.append(
            [f"{entries:,}", f"{speed['page_ms']:.0f}", f"{speed['page_kb']:.0f}", f"{speed['reads']:.0f}"]
        )
        sys.stderr.write(f"{entries}: {found} {speed}\n")
    return fills, speeds


FILL = (
    "entries", "people", "projects", "pages needed", "cold: requests", "cold: s", "cold: peak MB", "warm: requests",
    "warm: s", "again: requests", "again: s", "again: peak MB",
)  # fmt: skip
SPEED = ("entries", "page of 2,000: ms", "page: kB", "small reads per s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--client", nargs=2, metavar=("URL", "FOLDER"), help=argparse.SUPPRESS)
    said = parser.parse_args()
    if said.client:
        sync_measured(*said.client)
        return
    fills, speeds = rows([int(word) for word in said.sizes.split(",")])
    text = f"{page.table(FILL, fills)}\n\n{page.table(SPEED, speeds)}\n\n{page.machine()}, {datetime.now(UTC):%B %Y}."
    print(text)
    if said.write:
        page.write("harvest", text)


if __name__ == "__main__":
    main()
