"""A sandbox over real HTTP with two accounts: one keeps durations, one start and end times.

The sandbox shares no code with the client: each was built from Harvest's documentation alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
import stamina

from gleaner.adapters.harvest.client import Client
from gleaner.adapters.harvest.limits import Unlimited
from gleaner.adapters.store.tables import metadata
from gleaner.core.catalog import AccountId
from gleaner_sandbox.clock import Clock
from gleaner_sandbox.seed import AccountSeed, CompanySeed, Seed, TimeEntrySeed
from gleaner_sandbox.server import Running, serve_in_thread
from gleaner_sandbox.state import State

DURATION, TIMESTAMP = AccountId(11), AccountId(22)


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    with stamina.set_testing(True, attempts=5, cap=True):
        yield


def agency(account_id: int, company: CompanySeed) -> AccountSeed:
    """Ada administers; Mo is a member on Portal; Mia manages Portal. Ids begin with the account's number."""
    base = account_id * 1000
    return {
        "id": account_id,
        "name": f"Studio {account_id}",
        "company": {**company, "full_domain": f"studio{account_id}.harvestapp.com"},
        "users": [
            {
                "id": base + 1,
                "first_name": "Ada",
                "last_name": "Admin",
                "email": f"ada@studio{account_id}.example",
                "timezone": "Berlin",
                "access_roles": ["administrator"],
            },
            {
                "id": base + 2,
                "first_name": "Mo",
                "last_name": "Member",
                "email": f"mo@studio{account_id}.example",
                "timezone": "Lisbon",
                "weekly_capacity": 72000,
            },
            {
                "id": base + 3,
                "first_name": "Mia",
                "last_name": "Manager",
                "email": f"mia@studio{account_id}.example",
                "timezone": "Eastern Time (US & Canada)",
                "access_roles": ["manager"],
            },
        ],
        "tokens": [
            {"token": f"admin-{account_id}", "user_id": base + 1},
            {"token": f"member-{account_id}", "user_id": base + 2},
            {"token": f"manager-{account_id}", "user_id": base + 3},
        ],
        "clients": [{"id": base + 10, "name": "Acme", "currency": "EUR"}],
        "contacts": [
            {"id": base + 15, "client_id": base + 10, "first_name": "Cleo", "email": "Cleo@Acme.example"}
        ],
        "projects": [
            {
                "id": base + 20,
                "client_id": base + 10,
                "name": "Portal",
                "code": "AP",
                "bill_by": "Tasks",
                "starts_on": "2026-01-01",
            },
            {"id": base + 21, "client_id": base + 10, "name": "Secret"},
        ],
        "tasks": [{"id": base + 30, "name": "Programming"}, {"id": base + 31, "name": "Meetings"}],
        "task_assignments": [
            {"id": base + 40, "project_id": base + 20, "task_id": base + 30, "hourly_rate": 120.5},
            {"id": base + 41, "project_id": base + 20, "task_id": base + 31, "billable": False},
            {"id": base + 42, "project_id": base + 21, "task_id": base + 30},
        ],
        "user_assignments": [
            {"id": base + 50, "project_id": base + 20, "user_id": base + 1},
            {"id": base + 51, "project_id": base + 20, "user_id": base + 2},
            {"id": base + 52, "project_id": base + 20, "user_id": base + 3, "is_project_manager": True},
            {"id": base + 53, "project_id": base + 21, "user_id": base + 1},
        ],
        "billable_rates": [{"user_id": base + 1, "amount": 99.5}],
        "time_entries": [
            _entry(base + 900, base, base + 1, "2026-02-27", company),
            _entry(base + 901, base, base + 2, "2026-02-27", company),
            _entry(base + 902, base, base + 2, "2026-03-02", company),
        ],
        "locked_periods": [{"from": "2026-01-01", "to": "2026-01-31", "blocks_admins": True}],
    }


def _entry(number: int, base: int, user_id: int, day: str, company: CompanySeed) -> TimeEntrySeed:
    """An hour and a half on Portal."""
    made: TimeEntrySeed = {
        "id": number,
        "user_id": user_id,
        "project_id": base + 20,
        "task_id": base + 30,
        "spent_date": day,
    }
    if company.get("wants_timestamp_timers"):
        return {**made, "started_time": "09:00", "ended_time": "10:30"}
    return {**made, "hours": 1.5}


@dataclass
class Harvest:
    """The sandbox, and clients for its accounts."""

    running: Running
    clients: ExitStack = field(default_factory=ExitStack)

    def client(self, account_id: AccountId = DURATION, who: str = "admin", **options: object) -> Client:
        """A client with the token of ``admin``, ``member`` or ``manager``."""
        made = Client(
            account_id,
            f"{who}-{account_id}",
            base_url=self.running.base_url,
            limits=Unlimited(),
            **options,  # type: ignore[arg-type]
        )
        return self.clients.enter_context(made)

    def fail(self, spec: str) -> None:
        """From now on as *spec* says; see ``gleaner_sandbox.wire.faults``."""
        self.running.control.set_faults(spec)

    def requests(self, method: str = "*") -> list[str]:
        """Paths the sandbox was asked for."""
        return [record.path for record in self.running.control.log if method in ("*", record.method)]


@pytest.fixture
def harvest() -> Iterator[Harvest]:
    clock = Clock(datetime(2026, 3, 2, 12, tzinfo=UTC))
    state = State(clock=clock)
    seed: Seed = {
        "accounts": [
            agency(DURATION, {"clock": "12h", "wants_timestamp_timers": False}),
            agency(TIMESTAMP, {"clock": "24h", "wants_timestamp_timers": True}),
        ]
    }
    state.load(seed)
    with serve_in_thread(state, limits=False) as running:
        made = Harvest(running)
        with made.clients:
            yield made
    state.close()


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    engine = sa.create_engine(f"sqlite:///{tmp_path}/gleaner.db")
    metadata.create_all(engine)
    yield engine
    engine.dispose()
