"""Reading all of Harvest while it throttles, fails, drips, forgets us or changes: nothing lost, nothing doubled, and
where it cannot go on, one clear sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa
import stamina
from tests.conformance.harvest.test_mirror import Quiet

from gleaner.adapters.harvest.client import Client
from gleaner.adapters.harvest.limits import Unlimited
from gleaner.adapters.harvest.mirror import Mirror
from gleaner.adapters.harvest.report import SyncReport
from gleaner.adapters.store.tables import metadata
from gleaner.core.catalog import AccountId
from gleaner.core.errors import Refused, Suspicious, Unavailable
from gleaner_sandbox.clock import Clock
from gleaner_sandbox.seed import AccountSeed
from gleaner_sandbox.server import Running, serve_in_thread
from gleaner_sandbox.state import State

ACCOUNT = 31
ENTRIES = 4_500
"""Three pages."""
WINDOW = (date(2024, 1, 1), date(2026, 12, 31))
START = datetime(2026, 3, 2, 12, tzinfo=UTC)


def account(number: int, name: str, entries: int) -> AccountSeed:
    base = number * 100
    return {
        "id": number,
        "name": name,
        "company": {"full_domain": f"{name.lower()}.harvestapp.com"},
        "users": [
            {
                "id": base + n,
                "first_name": f"P{n}",
                "last_name": name,
                "email": f"p{n}@{name.lower()}.example",
                "access_roles": ["administrator"] if n < 2 else ["member"],
            }
            for n in range(4)
        ],
        "tokens": [
            {"token": f"{name}-owner", "user_id": base},
            {"token": f"{name}-second", "user_id": base + 1},
        ],
        "clients": [{"id": base + 1, "name": "Acme"}],
        "projects": [{"id": base + 1, "client_id": base + 1, "name": "Portal"}],
        "tasks": [{"id": base + 1, "name": "Work"}],
        "task_assignments": [{"id": base + 1, "project_id": base + 1, "task_id": base + 1}],
        "user_assignments": [{"id": base + n, "project_id": base + 1, "user_id": base + n} for n in range(4)],
        "time_entries": [
            {
                "id": base * 1_000_000 + n,
                "user_id": base + n % 4,
                "project_id": base + 1,
                "task_id": base + 1,
                "spent_date": (date(2026, 3, 1) - timedelta(days=n // 12)).isoformat(),
                "hours": 0.5,
                "created_at": "2026-01-05T08:00:00Z",
            }
            for n in range(entries)
        ],
    }


@dataclass
class Reader:
    """A mirror of the account, and the sandbox behind it."""

    running: Running
    engine: sa.Engine

    def mirror(self, token: str = "Larch-owner", **options: Any) -> tuple[Mirror, Client]:
        client = Client(
            AccountId(ACCOUNT),
            token,
            base_url=self.running.base_url,
            limits=Unlimited(),
            timeout=2.0,
            **options,
        )
        return Mirror(self.engine, client, self.running.state.clock, AccountId(ACCOUNT)), client

    def sync(self, token: str = "Larch-owner", **options: bool) -> SyncReport:
        mirror, client = self.mirror(token)
        with client:
            return mirror.sync(Quiet(), window=WINDOW, **options)  # type: ignore[arg-type]

    def fail(self, spec: str) -> None:
        self.running.control.set_faults(spec)

    def assert_whole(self) -> None:
        """The copy holds what the sandbox holds, entry by entry."""
        mirror, client = self.mirror()
        with client:
            held = {entry.id: (entry.hours, entry.spent_date) for entry in mirror.entries(*WINDOW)}
            live = [entry.to_core() for entry in client.time_entries.list()]
        assert held == {entry.id: (entry.hours, entry.spent_date) for entry in live}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Running]:
    state = State(clock=Clock(START))
    state.load({"accounts": [account(ACCOUNT, "Larch", ENTRIES)]})
    with serve_in_thread(state, limits=False) as running:
        yield running
    state.close()


@pytest.fixture
def reader(sandbox: Running, tmp_path: Path) -> Iterator[Reader]:
    engine = sa.create_engine(f"sqlite:///{tmp_path}/gleaner.db")
    metadata.create_all(engine)
    sandbox.control.set_faults("")
    sandbox.control.forget_requests()
    with stamina.set_testing(True, attempts=5, cap=True):
        yield Reader(sandbox, engine)
    sandbox.control.set_faults("")
    engine.dispose()


@pytest.mark.parametrize(
    "fault",
    [
        "status=429, retry_after=0, every=2",
        "status=429-json, retry_after=0, every=2",
        "status=500, every=2",
        "status=502-html, every=2",
        "status=503, every=2",
        "truncate, every=2",
        "reset, every=2",
        "lost, every=2",
        "garble, every=2",
        "slow=0.4, every=3",
    ],
)
def test_every_other_request_goes_wrong_and_the_copy_is_whole(reader: Reader, fault: str) -> None:
    reader.fail(fault)
    report = reader.sync()
    reader.fail("")
    assert report.counts["time_entries"].added == ENTRIES
    reader.assert_whole()


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("status=429, retry_after=0", "throttling this account"),
        ("status=429-json, retry_after=0", "throttling this account"),
        ("status=503", "status 503; try again later"),
        ("truncate", "connection to Harvest broke during GET /time_entries"),
        ("garble", "not a JSON object"),
    ],
)
def test_a_storm_that_does_not_end_is_one_sentence_and_the_next_sync_ends_the_work(
    reader: Reader, fault: str, sentence: str
) -> None:
    reader.fail(f"{fault}, match=GET /v2/time_entries")
    with pytest.raises(Unavailable, match=sentence) as trouble:
        reader.sync()
    assert "\n" not in str(trouble.value)
    assert "Larch-owner" not in str(trouble.value)
    reader.fail("")
    assert reader.sync().counts["time_entries"].added == ENTRIES
    reader.assert_whole()


def test_a_body_that_drips_for_ever_is_given_up(reader: Reader) -> None:
    reader.fail("slow=60, match=GET /v2/time_entries")
    mirror, client = reader.mirror(deadline=1.0)
    with client, pytest.raises(Unavailable, match="did not answer GET /time_entries in time"):
        mirror.sync(Quiet(), window=WINDOW)
    reader.fail("")
    reader.sync()
    reader.assert_whole()


def test_a_token_that_expires_in_the_middle_of_a_walk_loses_nothing(reader: Reader) -> None:
    """The first page of entries is read, then the token is refused."""
    reader.fail("status=401, match=GET /v2/time_entries, every=2")
    with pytest.raises(Refused, match="does not accept the access token") as refusal:
        reader.sync()
    assert refusal.value.status == 401
    mirror, client = reader.mirror()
    with client, pytest.raises(Unavailable, match="never read to the end"):
        mirror.as_of()
    reader.fail("")
    report = reader.sync("Larch-second")
    assert report.counts["time_entries"].added == ENTRIES - 2_000
    reader.assert_whole()


def test_permissions_revoked_in_the_middle_are_said_and_what_was_read_stays(reader: Reader) -> None:
    reader.sync()
    before = reader.mirror()[0].as_of()
    reader.fail("status=403, match=GET /v2/user_assignments")
    with pytest.raises(Refused, match="it needs an administrator's token"):
        reader.sync()
    assert reader.mirror()[0].as_of() == before
    reader.fail("")
    reader.sync()
    reader.assert_whole()


def test_an_administrator_who_became_a_member_is_not_mixed_into_the_teams_copy(reader: Reader) -> None:
    reader.sync()
    reader.fail("status=403, match=GET /v2/company; status=403, match=GET /v2/users")
    with pytest.raises(Suspicious, match="sees one person only, but the copy holds a whole team"):
        reader.sync()
    reader.fail("")
    reader.assert_whole()


def test_an_account_switched_under_us_is_refused_before_anything_is_stored(reader: Reader) -> None:
    """Another Harvest answers under the same account id: a test server, or a mistaken base_url."""
    reader.sync()
    other = State(clock=Clock(START))
    other.load({"accounts": [account(ACCOUNT, "Maple", 3)]})
    with serve_in_thread(other, limits=False) as running:
        strange = Reader(running, reader.engine)
        with pytest.raises(Suspicious, match=r'"Maple".*but the copy holds "Larch"'):
            strange.sync("Maple-owner")
    other.close()
    reader.assert_whole()


def test_a_list_that_grows_and_shrinks_while_it_is_read_is_whole_in_the_end(reader: Reader) -> None:
    """Between any two pages somebody logs, moves or deletes an entry."""
    base = ACCOUNT * 100
    api = httpx2.Client(
        headers={
            "Authorization": "Bearer Larch-second",
            "Harvest-Account-Id": str(ACCOUNT),
            "User-Agent": "Tests (tests@gleaner.example)",
        }
    )
    made: list[int] = []

    def meddle(method: str, path: str) -> None:
        if method != "GET" or path != "/time_entries":
            return
        body = {"project_id": base + 1, "task_id": base + 1, "spent_date": "2026-03-02", "hours": 1}
        made.append(api.post(f"{reader.running.base_url}/time_entries", json=body).json()["id"])
        if len(made) == 2:
            moved = {"spent_date": "2025-06-01"}
            api.patch(f"{reader.running.base_url}/time_entries/{made[0]}", json=moved).raise_for_status()
        if len(made) == 3:
            api.delete(f"{reader.running.base_url}/time_entries/{made[1]}").raise_for_status()

    mirror, client = reader.mirror(on_request=meddle)
    with client, api:
        mirror.sync(Quiet(), window=WINDOW)
        assert len(made) >= 3
    reader.running.control.advance(timedelta(minutes=1))
    reader.sync()
    reader.sync(full=True)
    reader.assert_whole()
    with httpx2.Client(headers=dict(api.headers)) as tidy:
        for number in {*made} - {made[1]}:
            tidy.delete(f"{reader.running.base_url}/time_entries/{number}")
