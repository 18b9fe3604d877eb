"""What a weekly report costs as a company grows: ``python -m bench.compliance [--write]``.

A filled copy of Harvest on SQLite: everybody's two entries a day for twelve weeks and the month before, and nothing to
ask Harvest for. One report is made and written as JSON and as a page, in a process that read nothing before.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import SecretStr

from bench import page
from gleaner import config
from gleaner.adapters.harvest.copy import Copy, State, row
from gleaner.adapters.harvest.encoding import Raw
from gleaner.app.account import Account, open_account
from gleaner.app.compliance import report
from gleaner.app.reports.data import plain
from gleaner.app.reports.html import as_html
from gleaner.core.catalog import AccountId

SIZES = (125, 250, 500, 1000)
WEEK = date(2026, 3, 16)
WEEKS = 12
_NOW = datetime(2026, 3, 24, 12, tzinfo=UTC)
_ACCOUNT = 5_000_003
_PROJECTS = 40


class _Clock:
    def now(self) -> datetime:
        return _NOW


@contextmanager
def filled(folder: Path) -> Iterator[Account]:
    """The account whose copy is, or will be, in *folder*."""
    path = folder / config.FILE
    text = f"""
[harvest]
account_id = {_ACCOUNT}
base_url = "http://127.0.0.1:9"
[timesheets]
country = "DE"
[[rollout]]
group = "First"
team = "Team 1"
from = 2026-02-09
[[rollout]]
group = "Last"
team = "Team 2"
from = 2026-06-01
"""
    path.write_text(text, encoding="utf-8")
    settings = config.load(path)
    harvest = settings.harvest.model_copy(update={"token": SecretStr("bench")})
    with open_account(
        path, settings=settings.model_copy(update={"harvest": harvest}), clock=_Clock()
    ) as account:
        yield account


def fill(account: Account, people: int) -> int:
    """Put that many people and their entries into the copy; how many entries."""
    copy, chance = Copy(account.engine, AccountId(_ACCOUNT)), random.Random(people)
    lists: dict[str, list[Raw]] = {
        "company": [{"name": "Bench", "base_uri": "https://bench.example", "weekly_capacity": 144000}],
        "users": [_user(n) for n in range(1, people + 1)],
        "clients": [{"id": n, "name": f"Client {n}", "currency": "EUR"} for n in range(1, 11)],
        "projects": [
            {"id": n, "name": f"Project {n}", "code": f"P{n}", "is_billable": n % 4 != 0,
             "client": {"id": 1 + n % 10, "name": "", "currency": "EUR"}}
            for n in range(1, _PROJECTS + 1)
        ],
        "tasks": [{"id": 1, "name": "Programming"}],
        "task_assignments": [],
        "user_assignments": [],
    }  # fmt: skip
    entries = list(_entries(people, chance))
    for name, raws in (*lists.items(), ("time_entries", entries)):
        for start in range(0, len(raws), 20_000):
            copy.save(name, [row(name, raw) for raw in raws[start : start + 20_000]])
        copy.set_state(name, State(_NOW, _NOW))
    copy.set_note("covered", {"first": "2025-12-01", "last": "2026-04-30"})
    return len(entries)


def _user(n: int) -> Raw:
    return {
        "id": n, "first_name": f"Person {n}", "last_name": "Bench", "email": f"p{n}@bench.example",
        "timezone": "Berlin", "weekly_capacity": 144000, "is_active": True, "roles": [f"Team {n % 8}"],
        "access_roles": ["administrator"] if n == 1 else ["member"], "created_at": "2025-01-01T08:00:00Z",
    }  # fmt: skip


def _entries(people: int, chance: random.Random) -> Iterator[Raw]:
    """As Harvest sends them, notes and nested objects included; one in ten comes a week late."""
    number = 1_000_000
    first = WEEK - timedelta(weeks=WEEKS - 1)
    for back in range((WEEK - first).days + 7):
        day = first + timedelta(days=back)
        if day.weekday() > 4:
            continue
        for n in range(1, people + 1):
            for hours in (3.5, 4.5):
                number += 1
                late = 8 if chance.random() < 0.1 else 0
                yield _entry(number, n, day, hours, chance.randrange(1, _PROJECTS + 1), late)


def _entry(number: int, n: int, day: date, hours: float, project: int, late: int) -> Raw:
    made = f"{day + timedelta(days=late)}T16:00:00Z"
    return {
        "id": number, "spent_date": day.isoformat(), "hours": hours, "hours_without_timer": hours,
        "rounded_hours": hours, "notes": "Some words about what was done on this day, as people write them",
        "is_locked": False, "locked_reason": None, "is_closed": False, "is_billed": False, "timer_started_at": None,
        "started_time": None, "ended_time": None, "is_running": False, "billable": project % 4 != 0, "budgeted": True,
        "billable_rate": 120.0, "cost_rate": 60.0, "created_at": made, "updated_at": made,
        "user": {"id": n, "name": f"Person {n} Bench"},
        "client": {"id": 1 + project % 10, "name": "Client", "currency": "EUR"},
        "project": {"id": project, "name": f"Project {project}", "code": f"P{project}"},
        "task": {"id": 1, "name": "Programming"},
        "user_assignment": {"id": n, "is_project_manager": False, "is_active": True, "use_default_rates": True,
                            "budget": None, "created_at": made, "updated_at": made, "hourly_rate": 120.0},
        "task_assignment": {"id": project, "billable": True, "is_active": True, "created_at": made,
                            "updated_at": made, "hourly_rate": 120.0, "budget": None},
        "invoice": None, "external_reference": None,
    }  # fmt: skip


def one(folder: Path, people: int) -> None:
    """Make one report and print what it took: for a process of its own."""
    with filled(folder) as account:
        _ = account.catalog
        began, clock = time.process_time(), time.perf_counter()
        found = report(account, list(account.catalog.people.values()), WEEK, WEEKS)
        made, passed = time.process_time() - began, time.perf_counter() - clock
        began = time.process_time()
        size = len(json.dumps(plain(found), default=str)) + len(as_html(found))
        written = time.process_time() - began
    assert found.figures.people == people
    assert len(found.trend) == WEEKS
    assert size > 1000
    assert found.uplifts[0].why_not == ""
    # Not of getrusage, which remembers the process that started this one.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = int(status.partition("VmHWM:")[2].split()[0]) / 1024
    print(json.dumps({"made": made, "passed": passed, "written": written, "peak": peak}))


def measured(people: int) -> list[str]:
    """A row of the table."""
    with TemporaryDirectory(prefix="gleaner-bench-") as name:
        folder = Path(name)
        with filled(folder) as account:
            entries = fill(account, people)
        command = [sys.executable, "-m", "bench.compliance", "--one", name, "--sizes", str(people)]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = json.loads(said)
    return [
        f"{people:,}", f"{entries:,}", f"{found['made']:.2f}", f"{found['passed']:.2f}",
        f"{1e6 * found['made'] / entries:.0f}", f"{found['written']:.2f}", f"{found['peak']:.0f}",
    ]  # fmt: skip


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="numbers of people")
    parser.add_argument("--one", type=Path, help="make one report from the copy in this folder")
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    chosen = parser.parse_args()
    sizes = [int(size) for size in chosen.sizes.split(",")]
    if chosen.one is not None:
        one(chosen.one, sizes[0])
        return
    rows = []
    for size in sizes:
        sys.stderr.write(f"{size} people …\n")
        rows.append(measured(size))
    columns = ("people", "entries", "report: s", "clock: s", "µs an entry", "JSON and page: s", "peak MB")
    text = f"{page.table(columns, rows)}\n\n{page.machine()}."
    print(text)
    if chosen.write:
        page.write("compliance", text)


if __name__ == "__main__":
    main()
