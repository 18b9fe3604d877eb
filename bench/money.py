"""What looking for lost money, and for profit, costs as uninvoiced work piles up: ``python -m bench.money [--write]``.

A filled copy of Harvest on SQLite and nothing to ask Harvest for; each look in a process of its own that read nothing
before, so that the peak of its memory is its own.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa
from pydantic import SecretStr

from bench import page
from gleaner import config
from gleaner.adapters.harvest import wire
from gleaner.adapters.harvest.copy import Copy, State, row
from gleaner.adapters.harvest.encoding import Raw
from gleaner.app.account import Account, open_account
from gleaner.app.leaks import found_leaks
from gleaner.app.profit import profit_of
from gleaner.core.catalog import AccountId, UserId
from gleaner.core.silent import SILENT

SIZES = ((62, 25_000), (125, 50_000), (250, 100_000), (500, 200_000))
"""Projects and entries."""
ACCOUNT = AccountId(5_000_007)
TODAY = date(2026, 6, 30)
LOOKS = 3
"""Of which the fastest counts."""
PEOPLE = 60
TASKS = 6
_DAYS = 480
_WAYS = ("Project", "Tasks", "People", "People", "fee")
_NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
_STAMP = "2026-06-30T08:00:00Z"


class _Clock:
    def now(self) -> datetime:
        return _NOW


def fill(engine: sa.Engine, projects: int, entries: int) -> None:
    """Put that many projects and uninvoiced entries, and an expense for each 40 of these, into the copy of ``ACCOUNT``.

    Projects are billed in every way, every fifth for a fee; one entry in ten is not billable.
    """
    copy = Copy(engine, ACCOUNT)
    for name, raws in _lists(projects).items():
        copy.save(name, [row(name, raw) for raw in raws])
        copy.set_state(name, State(_NOW, _NOW))
    chance = random.Random(projects)
    for name, made in (
        ("time_entries", _entries(projects, entries, chance)),
        ("expenses", _expenses(projects, entries)),
    ):
        batch = []
        for raw in made:
            batch.append(row(name, raw))
            if len(batch) == 20_000:
                copy.save(name, batch)
                batch = []
        copy.save(name, batch)
        copy.set_state(name, State(_NOW, _NOW))
        copy.set_note(f"uninvoiced/{name}", {"before": "2024-01-01"})
        copy.set_note(f"whole/{name}", {"projects": list(range(1, projects + 1))})
    for name in ("covered", "covered/expenses"):
        copy.set_note(name, {"first": "2024-01-01", "last": "2026-12-31"})


def _lists(projects: int) -> dict[str, list[Raw]]:
    numbers, people, tasks = range(1, projects + 1), range(1, PEOPLE + 1), range(1, TASKS + 1)
    return {
        "company": [
            {"name": "Bench", "base_uri": "https://bench.example", "weekly_capacity": 144000, "currency": "EUR"}
        ],
        "users": [
            {"id": n, "first_name": f"Person {n}", "last_name": "Bench", "email": f"p{n}@bench.example",
             "timezone": "Berlin", "weekly_capacity": 144000, "is_active": True, "roles": [f"Team {n % 8}"],
             "access_roles": ["administrator"] if n == 1 else ["member"], "created_at": "2020-01-01T08:00:00Z"}
            for n in people
        ],
        "clients": [{"id": n, "name": f"Client {n}", "currency": "USD" if n % 4 == 0 else "EUR"} for n in range(1, 41)],
        "tasks": [{"id": n, "name": f"Task {n}"} for n in tasks],
        "projects": [_project(n) for n in numbers],
        "task_assignments": [
            {"id": n * 100 + t, "project": {"id": n, "name": ""}, "task": {"id": t, "name": ""}, "is_active": True,
             "billable": (n + t) % 10 != 0, "hourly_rate": 80 + t, "updated_at": _STAMP} for n in numbers for t in tasks
        ],
        "user_assignments": [
            {"id": n * 100 + p, "project": {"id": n, "name": ""}, "user": {"id": p, "name": ""}, "is_active": True,
             "use_default_rates": (n + p) % 7 != 0, "hourly_rate": 75, "updated_at": _STAMP}
            for n in numbers for p in people
        ],
    }  # fmt: skip


def _project(n: int) -> Raw:
    way = _WAYS[n % len(_WAYS)]
    return {
        "id": n, "name": f"Project {n}", "code": f"P{n}", "is_active": n % 9 != 0, "is_billable": True,
        "client": {"id": 1 + n % 40, "name": "", "currency": "USD" if (1 + n % 40) % 4 == 0 else "EUR"},
        "is_fixed_fee": way == "fee", "fee": 30_000 if way == "fee" else None, "budget_by": "none",
        "bill_by": "People" if way == "fee" else way, "hourly_rate": 90.5, "updated_at": _STAMP,
    }  # fmt: skip


def _entries(projects: int, entries: int, chance: random.Random) -> Iterator[Raw]:
    """As Harvest sends them, notes and nested objects included."""
    for k in range(entries):
        n, person, task = 1 + k % projects, 1 + chance.randrange(PEOPLE), 1 + chance.randrange(TASKS)
        day = TODAY - timedelta(days=chance.randrange(_DAYS))
        hours, billable = chance.randrange(1, 33) / 4, (n + task) % 10 != 0
        made = f"{day}T16:00:00Z"
        yield {
            "id": 10_000_000 + k, "spent_date": day.isoformat(), "hours": hours, "hours_without_timer": hours,
            "rounded_hours": hours, "notes": "Some words about what was done on this day, as people write them",
            "is_locked": False, "locked_reason": None, "is_closed": False, "is_billed": False, "is_running": False,
            "timer_started_at": None, "started_time": None, "ended_time": None, "billable": billable, "budgeted": True,
            "billable_rate": 100.0 + person % 5 if billable else None, "cost_rate": 50.0 + person % 7,
            "created_at": made, "updated_at": made, "user": {"id": person, "name": f"Person {person} Bench"},
            "client": {"id": 1 + n % 40, "name": "Client", "currency": "EUR"},
            "project": {"id": n, "name": f"Project {n}", "code": f"P{n}"}, "task": {"id": task, "name": f"Task {task}"},
            "user_assignment": {"id": n * 100 + person, "is_active": True, "use_default_rates": True, "budget": None},
            "task_assignment": {"id": n * 100 + task, "billable": billable, "is_active": True, "budget": None},
            "invoice": None, "external_reference": None,
        }  # fmt: skip


def _expenses(projects: int, entries: int) -> Iterator[Raw]:
    for k in range(entries // 40):
        day = TODAY - timedelta(days=k % _DAYS)
        yield {
            "id": 20_000_000 + k, "spent_date": day.isoformat(), "user": {"id": 1 + k % PEOPLE, "name": ""},
            "project": {"id": 1 + k % projects, "name": ""}, "expense_category": {"id": 1, "name": "Travel"},
            "total_cost": 12.5 + k % 90, "billable": k % 3 != 0, "is_billed": False, "is_closed": False,
            "receipt": {"url": "https://files.example/1" if k % 2 else None}, "updated_at": _STAMP,
        }  # fmt: skip


class _Rates:
    """What Harvest would answer, without the way there."""

    def of(self, user_id: UserId) -> list[wire.Rate]:
        asked: dict[str, object] = {
            "id": user_id,
            "amount": 100 + user_id % 5,
            "start_date": None,
            "end_date": None,
        }
        return [wire.read(wire.Rate, asked)]


@contextmanager
def opened(folder: Path) -> Iterator[Account]:
    """The account whose copy is, or will be, in *folder*; an administrator's."""
    path = folder / config.FILE
    path.write_text(f'[harvest]\naccount_id = {ACCOUNT}\nbase_url = "http://127.0.0.1:9"\n', encoding="utf-8")
    settings = config.load(path)
    harvest = settings.harvest.model_copy(update={"token": SecretStr("bench")})
    database = f"sqlite:///{folder}/bench.db"
    settings = settings.model_copy(update={"harvest": harvest, "database": database})
    with open_account(path, settings=settings, clock=_Clock()) as account:
        account.cache.put(f"me/{account.access.owner}", b"1")
        # Nothing is asked over the wire.
        account.client.billable_rates = _Rates()  # type: ignore[assignment]
        yield account


def look(folder: Path) -> dict[str, float]:
    """Seconds of each look, what was found, and the peak of memory in MB."""
    with opened(folder) as account:
        account.catalog  # noqa: B018 (read once, as in a daemon)
        times = []
        for _ in range(LOOKS):
            before = time.perf_counter()
            found = found_leaks(account, SILENT, TODAY, 30)
            between = time.perf_counter()
            profit_of(account, SILENT, (date(2026, 1, 1), TODAY), "project")
            times.append((between - before, time.perf_counter() - between))
    peak = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="utf-8"))
    assert peak is not None, "Linux says it"
    leaks, profit = map(min, zip(*times, strict=True))
    return {"leaks": leaks, "profit": profit, "found": len(found.said), "mb": int(peak[1]) / 1024}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--look", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.look is not None:
        sys.stdout.write(json.dumps(look(given.look)))
        return 0
    rows = []
    for projects, entries in SIZES:
        with TemporaryDirectory(prefix="gleaner-bench-") as name:
            with opened(Path(name)) as account:
                fill(account.engine, projects, entries)
            said = subprocess.run(
                [sys.executable, "-m", "bench.money", "--look", name], check=True, capture_output=True
            )
        one = json.loads(said.stdout)
        rows.append(
            (f"{projects:,}", f"{entries:,}", f"{one['found']:,}", f"{one['leaks']:.1f} s", f"{one['profit']:.1f} s",
             f"{one['mb']:.0f} MB")
        )  # fmt: skip
    columns = (
        "projects",
        "uninvoiced entries",
        "findings",
        "leaks",
        "profit of half a year",
        "peak memory of both",
    )
    text = f"{page.table(columns, rows)}\n\n{page.machine()}."
    sys.stdout.write(text + "\n")
    if given.write:
        page.write("money", text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
