"""What it costs to decide whom to remind in the evening: ``python -m bench.reminders [--write]``.

A filled copy of Harvest on SQLite: everybody's entries of five weeks, a third of the people without those of the last
day, in three time zones, a meeting of everybody's, and a proposal that waits for everybody with a gap. It is Thursday,
a quarter past five in Berlin.
Nothing is asked of Harvest and nothing is sent. One decision is made in a process that read nothing before.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import SecretStr

from bench import page
from gleaner import config
from gleaner.adapters.harvest.copy import Copy, State, row
from gleaner.adapters.harvest.encoding import Raw
from gleaner.app.account import Account, open_account
from gleaner.app.reminding import due_now, remind
from gleaner.core.actions import CreateTimeEntry
from gleaner.core.activities import Activity, Meeting
from gleaner.core.catalog import AccountId, ProjectId, TaskId, UserId
from gleaner.core.proposals import Proposal, reference
from gleaner.core.time import Span

SIZES = (1_250, 2_500, 5_000, 10_000)
TODAY = date(2026, 3, 12)
WEEKS = 5
ZONES = ("Berlin", "London", "Eastern Time (US & Canada)")
_NOW = datetime(2026, 3, 12, 16, 15, tzinfo=UTC)
_ACCOUNT = 5_000_004
_PROJECTS = 40
_AT_ONCE = 20_000


class _Clock:
    def now(self) -> datetime:
        return _NOW


@contextmanager
def opened(folder: Path) -> Iterator[Account]:
    """The account whose copy is, or will be, in *folder*."""
    path = folder / config.FILE
    text = f"""
[harvest]
account_id = {_ACCOUNT}
base_url = "http://127.0.0.1:9"
[timesheets]
country = "DE"
[[channels]]
kind = "console"
"""
    path.write_text(text, encoding="utf-8")
    settings = config.load(path)
    harvest = settings.harvest.model_copy(update={"token": SecretStr("bench")})
    with open_account(
        path, settings=settings.model_copy(update={"harvest": harvest}), clock=_Clock()
    ) as account:
        yield account


def fill(account: Account, people: int) -> int:
    """Put that many people, their entries and today's meetings into the database; how many entries."""
    copy = Copy(account.engine, AccountId(_ACCOUNT))
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
        "time_entries": list(_entries(people)),
    }  # fmt: skip
    for name, raws in lists.items():
        for start in range(0, len(raws), _AT_ONCE):
            copy.save(name, [row(name, raw) for raw in raws[start : start + _AT_ONCE]])
        copy.set_state(name, State(_NOW, _NOW))
    copy.set_note("covered", {"first": "2026-01-01", "last": "2026-03-31"})
    seen = list(_meetings(people))
    account.activities.keep(seen, {one.key: TODAY for one in seen}, now=_NOW)
    for n in filter(has_gap, range(1, people + 1)):
        made = _proposal(n)
        account.inbox.offer([made], user_id=made.user_id, days={made.on}, now=_NOW)
    return len(lists["time_entries"])


def _user(n: int) -> Raw:
    return {
        "id": n, "first_name": f"Person {n}", "last_name": "Bench", "email": f"p{n}@bench.example",
        "timezone": ZONES[n % 3], "weekly_capacity": 144000, "is_active": True, "roles": [],
        "access_roles": ["administrator"] if n == 1 else ["member"], "created_at": "2025-01-01T08:00:00Z",
    }  # fmt: skip


def has_gap(n: int) -> bool:
    """Whether that person lacks the last day: a third of each time zone, as everybody else is in one."""
    return n // 3 % 3 == 0


def last_day(n: int) -> date:
    """The day that person is asked about: where it is evening today, elsewhere the one before."""
    return TODAY if n % 3 == 0 else TODAY - timedelta(days=1)


def _entries(people: int) -> Iterator[Raw]:
    number = 1_000_000
    for back in range(WEEKS * 7 + 1):
        day = TODAY - timedelta(days=back)
        for n in range(1, people + 1) if day.weekday() < 5 else ():
            if day > last_day(n) or (day == last_day(n) and has_gap(n)):
                continue
            for hours in (3.5, 4.5):
                number += 1
                yield _entry(number, n, day, hours)


def _entry(number: int, n: int, day: date, hours: float) -> Raw:
    made, project = f"{day}T16:00:00Z", 1 + number % _PROJECTS
    return {
        "id": number, "spent_date": day.isoformat(), "hours": hours, "hours_without_timer": hours,
        "rounded_hours": hours, "notes": "Some words about what was done on this day, as people write them",
        "is_locked": False, "locked_reason": None, "is_closed": False, "is_billed": False, "timer_started_at": None,
        "started_time": None, "ended_time": None, "is_running": False, "billable": project % 4 != 0, "budgeted": True,
        "billable_rate": 120.0, "cost_rate": 60.0, "created_at": made, "updated_at": made,
        "user": {"id": n, "name": f"Person {n} Bench"},
        "client": {"id": 1 + project % 10, "name": "Client", "currency": "EUR"},
        "project": {"id": project, "name": f"Project {project}", "code": f"P{project}"},
        "task": {"id": 1, "name": "Programming"}, "invoice": None, "external_reference": None,
    }  # fmt: skip


def _meetings(people: int) -> Iterator[Activity]:
    """One each in the morning; of everybody's twentieth it goes on until late, so that they are left alone."""
    for n in range(1, people + 1):
        long = n % 20 == 0
        span = Span(_NOW - timedelta(hours=2 if long else 6), _NOW + timedelta(hours=1 if long else -5))
        yield Activity(
            "ics:bench", f"{n}@bench", UserId(n), span, "A meeting", Meeting("bench", f"{n}@bench")
        )


def _proposal(n: int) -> Proposal:
    """What waits for whoever has a gap: half of the day."""
    at, on = f"meeting:{n}:waits", last_day(n)
    action = CreateTimeEntry(
        UserId(n),
        on,
        Decimal(4),
        ProjectId(1 + n % _PROJECTS),
        TaskId(1),
        "A workshop",
        reference(AccountId(_ACCOUNT), at),
    )
    return Proposal(
        f"entry:{at}", action, UserId(n), on, "Its series went to this project before.", "meeting", "A workshop",
        "likely", 0.9, activity_key=at,
    )  # fmt: skip


def one(folder: Path, people: int, *, profile: bool = False) -> None:
    """Make one decision and print what it took: for a process of its own."""
    with opened(folder) as account:
        _ = account.catalog
        if profile:
            import cProfile

            cProfile.runctx("due_now(account)", {"due_now": due_now, "account": account}, {}, sort="cumtime")
            return
        began, clock = time.process_time(), time.perf_counter()
        due, quiet = due_now(account)
        made, passed = time.process_time() - began, time.perf_counter() - clock
        status = Path("/proc/self/status").read_text(encoding="ascii")
        began = time.process_time()
        told = remind(account, dry_run=True)
        written = time.process_time() - began
    asked = [n for n in range(1, people + 1) if has_gap(n)]
    assert len(due) + quiet["in a meeting"] == len(asked)
    assert {int(person.id) for person, _ in due} == {n for n in asked if n % 20}
    assert told.count == len(due)
    # Not of getrusage, which remembers the process that started this one.
    peak = int(status.partition("VmHWM:")[2].split()[0]) / 1024
    print(json.dumps({"due": len(due), "made": made, "passed": passed, "written": written, "peak": peak}))


def measured(people: int) -> list[str]:
    """A row of the table."""
    with TemporaryDirectory(prefix="gleaner-bench-") as name:
        folder = Path(name)
        with opened(folder) as account:
            entries = fill(account, people)
        command = [sys.executable, "-m", "bench.reminders", "--one", name, "--sizes", str(people)]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = json.loads(said)
    return [
        f"{people:,}", f"{entries:,}", f"{found['due']:,}", f"{found['made']:.2f}", f"{found['passed']:.2f}",
        f"{1e3 * found['made'] / people:.2f}", f"{found['written']:.2f}",
        f"{1e3 * found['written'] / people:.2f}", f"{found['peak']:.0f}",
    ]  # fmt: skip


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="numbers of people")
    parser.add_argument("--one", type=Path, help="decide once from the copy in this folder")
    parser.add_argument("--fill", type=Path, help="only fill a copy in this folder")
    parser.add_argument("--profile", action="store_true", help="with --one: where the time goes")
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    chosen = parser.parse_args()
    sizes = [int(size) for size in chosen.sizes.split(",")]
    if chosen.fill is not None:
        with opened(chosen.fill) as account:
            fill(account, sizes[0])
        return
    if chosen.one is not None:
        one(chosen.one, sizes[0], profile=chosen.profile)
        return
    rows = []
    for size in sizes:
        sys.stderr.write(f"{size} people …\n")
        rows.append(measured(size))
    columns = (
        "people", "entries", "due", "decision: s", "clock: s", "ms a person", "with messages: s", "ms a person",
        "peak MB",
    )  # fmt: skip
    text = f"{page.table(columns, rows)}\n\n{page.machine()}."
    print(text)
    if chosen.write:
        page.write("reminders", text)


if __name__ == "__main__":
    main()
