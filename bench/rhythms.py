"""What learning everybody's rhythm of coding costs a look: ``python -m bench.rhythms [--write]``.

An account of growing size: eight weeks of six meetings a day, two repositories' work besides for those who code, and
two entries a day by hand. One look reads a day of all calendars, and a repository in which everybody committed or one
in five.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from subprocess import PIPE, Popen, run
from tempfile import TemporaryDirectory

from pydantic import SecretStr

from bench import page
from gleaner import config
from gleaner.adapters.harvest.limits import Unlimited
from gleaner.app.account import Account, open_account
from gleaner.app.looking import seen_between, sync
from gleaner.app.rhythms import habits
from gleaner.core.activities import Activity, Coding, Line, Meeting
from gleaner.core.catalog import UserId
from gleaner.core.silent import SilentProgress
from gleaner.core.time import Span
from gleaner.timesheets.job import HISTORY
from gleaner_sandbox.clock import Clock
from gleaner_sandbox.server import serve_in_thread
from gleaner_sandbox.state import State

SIZES = (125, 250, 500, 1000)
DAY = date(2026, 3, 2)
MEETINGS, REPOSITORIES = 6, 2
_ACCOUNT, _TOKEN = 5_000_002, "bench-rhythms"
_EVENING = datetime(2026, 3, 2, 20, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)


class _Evening:
    def now(self) -> datetime:
        return _EVENING


def workdays() -> list[date]:
    """The days that teach."""
    days = [DAY - timedelta(days=back) for back in range(1, HISTORY.days + 1)]
    return [day for day in days if day.weekday() < 5]


def seed(people: int) -> dict[str, object]:
    """An account where everybody is on both projects, and logged three hours on each every day."""
    users = range(1, people + 1)
    roles = {1: ["administrator"]}
    return {
        "id": _ACCOUNT, "name": "Bench",
        "users": [
            {"id": n, "first_name": f"P{n}", "last_name": "Bench", "email": f"p{n}@bench.example",
             "access_roles": roles.get(n, ["member"])} for n in users
        ],
        "tokens": [{"token": _TOKEN, "user_id": 1}],
        "clients": [{"id": 1, "name": "Client", "currency": "EUR"}],
        "tasks": [{"id": 1, "name": "Programming"}],
        "projects": [{"id": p, "client_id": 1, "name": f"Project {p}", "code": f"P{p}"} for p in (1, 2)],
        "task_assignments": [{"id": p, "project_id": p, "task_id": 1} for p in (1, 2)],
        "user_assignments": [{"id": 2 * n + p, "project_id": p, "user_id": n} for n in users for p in (1, 2)],
        "time_entries": [
            {"id": 10_000_000 + number, "user_id": n, "project_id": p, "task_id": 1, "spent_date": day.isoformat(),
             "hours": 3, "notes": "", "created_at": f"{day}T18:00:00Z"}
            for number, (n, p, day) in enumerate((n, p, day) for n in users for p in (1, 2) for day in workdays())
        ],
    }  # fmt: skip


def activities(person: UserId, day: date, *, codes: bool) -> Iterator[Activity]:
    """What a person's day showed."""
    morning = datetime(day.year, day.month, day.day, 8, tzinfo=UTC)
    for number in range(MEETINGS):
        start = morning + number * timedelta(minutes=45)
        span = Span(start, start + 30 * _MINUTE)
        name = f"event-{person}-{day}-{number}"
        yield Activity("ics", name, person, span, f"Topic {number}", Meeting("calendar", name))
    for number in range(1, REPOSITORIES + 1) if codes else ():
        start = morning + timedelta(hours=4 + 2 * number)
        span, worked = Span(start, start + 90 * _MINUTE), 90 * _MINUTE
        line = Line(timedelta(hours=1), 0.6)
        detail = Coding(
            f"repository-{number}",
            ("main",),
            3,
            (span,),
            worked,
            worked,
            worked,
            "3 commits",
            worked,
            line=line,
        )
        yield Activity(
            "git", f"{day}/repository-{number}", person, span, f"repository-{number}: main", detail
        )


@contextmanager
def opened(people: int, coders: int, folder: Path) -> Iterator[Account]:
    """An account of that size with its past kept, and a day in its sources that nobody has looked at."""
    state = State(clock=Clock(_EVENING))
    state.load({"accounts": [seed(people)]})  # type: ignore[list-item]
    with serve_in_thread(state, limits=False) as running:
        path = folder / config.FILE
        path.write_text(_sources(people, coders, folder, running.base_url), encoding="utf-8")
        settings = config.load(path)
        harvest = settings.harvest.model_copy(update={"token": SecretStr(_TOKEN)})
        settings = settings.model_copy(update={"harvest": harvest})
        with open_account(path, settings=settings, clock=_Evening(), limits=Unlimited()) as account:
            sync(account, SilentProgress(), first=DAY - HISTORY, last=DAY)
            for day in workdays():
                found = [
                    one for n in range(1, people + 1) for one in activities(UserId(n), day, codes=n <= coders)
                ]
                account.activities.keep(found, {one.key: day for one in found}, now=_EVENING)
            yield account
    state.close()


def _sources(people: int, coders: int, folder: Path, base_url: str) -> str:
    """Calendars and a repository of the day, and the configuration that names them."""
    lines = ["[harvest]", f"account_id = {_ACCOUNT}", f'base_url = "{base_url}"', ""]
    for n in range(1, people + 1):
        (folder / f"{n}.ics").write_text(_calendar(n), encoding="utf-8")
        lines += ["[[sources]]", 'kind = "ics"', f'person = "p{n}@bench.example"', f'path = "{n}.ics"', ""]
    run(["git", "init", "-q", "-b", "main", str(folder / "repository-1")], check=True)
    importing = Popen(["git", "fast-import", "--quiet"], cwd=folder / "repository-1", stdin=PIPE, text=True)
    importing.communicate("".join(_commit(n) for n in range(1, coders + 1)))
    return "\n".join([*lines, "[[sources]]", 'kind = "git"', 'repositories = ["repository-1"]', ""])


def _calendar(person: int) -> str:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//bench//EN"]
    for number in range(MEETINGS):
        lines += [
            "BEGIN:VEVENT", f"UID:{person}-{number}@bench.example", f"DTSTAMP:{DAY:%Y%m%d}T060000Z",
            f"DTSTART:{DAY:%Y%m%d}T{8 + number:02}0000Z", f"DTEND:{DAY:%Y%m%d}T{8 + number:02}3000Z",
            f"SUMMARY:Topic {number}", "END:VEVENT",
        ]  # fmt: skip
    return "\r\n".join([*lines, "END:VCALENDAR", ""])


def _commit(person: int) -> str:
    at = int(datetime(2026, 3, 2, 16, tzinfo=UTC).timestamp()) + person
    who = f"P{person} <p{person}@bench.example> {at} +0000"
    return f"commit refs/heads/main\nauthor {who}\ncommitter {who}\ndata 4\nWork\n\n"


def measured(people: int, coders: int) -> list[str]:
    """A row: processor seconds of a look, and of the rhythms it asks for, in a process that read nothing before."""
    with (
        TemporaryDirectory(prefix="gleaner-bench-") as folder,
        opened(people, coders, Path(folder)) as account,
    ):
        began = time.process_time()
        rhythm_of = habits(account, DAY).rhythm_of
        for n in range(1, coders + 1):
            assert rhythm_of(UserId(n), "repository-1", DAY).line.days
        learned = time.process_time() - began
        began = time.process_time()
        seen = seen_between(account, DAY, DAY, SilentProgress()).activities
        read = time.process_time() - began
    assert sum(one.kind == "coding" for one in seen) == coders
    return [
        f"{people:,}", f"{coders:,}", f"{len(seen):,}", f"{read:.2f}", f"{learned:.2f}",
        f"{1000 * learned / coders:.1f}", f"{learned / (read + learned):.0%}",
    ]  # fmt: skip


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="numbers of people")
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    chosen = parser.parse_args()
    rows = []
    for size in map(int, chosen.sizes.split(",")):
        sys.stderr.write(f"{size} people …\n")
        rows += [measured(size, size), measured(size, size // 5)]
    columns = (
        "people", "who commit", "seen that day", "sources read: s", "rhythms: s", "ms each", "part of a look"
    )  # fmt: skip
    text = f"{page.table(columns, rows)}\n\n{page.machine()}."
    print(text)
    if chosen.write:
        page.write("rhythms", text)


if __name__ == "__main__":
    main()
