"""The port ``review.writers.TimeEntries``: the fake that tests of ``apply`` and ``undo`` trust does as the real one.

The real one is the writer over the sandbox; ``tests/conformance/harvest/test_writer.py`` says what it does to Harvest.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa
from tests.fakes import FakeClock, FakeEntries, FakeHarvest
from tests.journeys import world as worlds
from tests.journeys.world import World

from gleaner.adapters.harvest.client import Client
from gleaner.adapters.harvest.limits import Unlimited
from gleaner.adapters.harvest.mirror import Mirror
from gleaner.adapters.harvest.writer import TimeEntryWriter
from gleaner.adapters.store.engine import make_engine
from gleaner.core.actions import CreateTimeEntry, StartTimer, UpdateTimeEntry
from gleaner.core.catalog import AccountId, EntryId, ProjectId, TaskId, UserId
from gleaner.core.entries import ExternalReference, TimeEntry
from gleaner.core.errors import Refused
from gleaner.core.ports import Harvest
from gleaner.core.silent import SilentProgress
from gleaner.review.writers import TimeEntries
from gleaner_sandbox.server import Running, serve_in_thread
from gleaner_sandbox.state import State

TUESDAY, WEDNESDAY, FRIDAY = date(2026, 3, 10), date(2026, 3, 11), date(2026, 3, 13)
NOW = datetime(2026, 3, 10, 17, tzinfo=UTC)
MONTH = (date(2026, 3, 1), date(2026, 3, 31))


@dataclass
class Desk:
    """One implementation, and two people's ids in it."""

    entries: TimeEntries
    ana: UserId
    bo: UserId
    project: ProjectId
    task: TaskId
    other_task: TaskId

    def meeting(
        self, reference: str = "gleaner-1", *, who: UserId | None = None, on: date = TUESDAY
    ) -> CreateTimeEntry:
        return CreateTimeEntry(
            who or self.ana, on, Decimal("1.50"), self.project, self.task, "Detail review", reference
        )

    def timer(self, reference: str = "gleaner-timer", *, who: UserId | None = None) -> StartTimer:
        return StartTimer(who or self.ana, self.project, self.task, TUESDAY, "Sketches", reference, NOW)


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    state = State()
    with serve_in_thread(state, limits=False) as running:
        yield running
    state.close()


@pytest.fixture
def world(server: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    made = worlds.build(server, tmp_path, monkeypatch)
    yield made
    made.close()


@pytest.fixture
def client(world: World) -> Iterator[Client]:
    account_id = AccountId(world.account_id)
    with Client(account_id, world.token(), base_url=world.running.base_url, limits=Unlimited()) as client:
        yield client


def real(world: World, client: Client) -> Desk:
    company = client.company.get().to_core(AccountId(world.account_id))
    ids = world.ids
    return Desk(
        TimeEntryWriter(client, lambda: company), UserId(ids["ana"]), UserId(ids["bo"]),
        ProjectId(ids["apollo"]), TaskId(ids["meetings"]), TaskId(ids["design"]),
    )  # fmt: skip


@pytest.fixture(params=["fake", "real"])
def desk(request: pytest.FixtureRequest) -> Desk:
    if request.param == "fake":
        return Desk(FakeEntries(), UserId(1), UserId(2), ProjectId(1), TaskId(2), TaskId(3))
    return real(request.getfixturevalue("world"), request.getfixturevalue("client"))


def test_what_is_created_is_what_was_asked_for(desk: Desk) -> None:
    entry = desk.entries.create(desk.meeting())
    assert (entry.user_id, entry.spent_date, entry.hours, entry.notes) == (
        desk.ana,
        TUESDAY,
        Decimal("1.5"),
        "Detail review",
    )
    assert (entry.project_id, entry.task_id) == (desk.project, desk.task)
    assert (entry.is_ours, entry.is_locked, entry.is_closed, entry.is_running) == (True, False, False, False)
    assert entry.external_reference is not None
    assert (entry.external_reference.id, entry.external_reference.group_id) == ("gleaner-1", "gleaner")


def test_what_is_created_is_found_and_got(desk: Desk) -> None:
    entry = desk.entries.create(desk.meeting())
    assert desk.entries.find("gleaner-1", desk.ana) == [entry]
    assert desk.entries.get(entry.id) == entry


def test_a_reference_finds_one_persons_entries_only(desk: Desk) -> None:
    mine = desk.entries.create(desk.meeting())
    theirs = desk.entries.create(desk.meeting(who=desk.bo))
    assert desk.entries.find("gleaner-1", desk.ana) == [mine]
    assert desk.entries.find("gleaner-1", desk.bo) == [theirs]
    assert desk.entries.find("gleaner-2", desk.ana) == []


def test_one_reference_on_two_entries_finds_both(desk: Desk) -> None:
    made = {desk.entries.create(desk.meeting()).id for _ in range(2)}
    assert {entry.id for entry in desk.entries.find("gleaner-1", desk.ana)} == made


def test_nothing_is_known_by_an_id_nobody_has(desk: Desk) -> None:
    assert desk.entries.get(EntryId(999_999_999)) is None
    with pytest.raises(Refused) as caught:
        desk.entries.update(UpdateTimeEntry(desk.ana, EntryId(999_999_999), notes="x"))
    assert caught.value.status == 404


def test_deleting_twice_is_deleting_once(desk: Desk) -> None:
    entry = desk.entries.create(desk.meeting())
    desk.entries.delete(entry.id)
    desk.entries.delete(entry.id)
    assert desk.entries.get(entry.id) is None
    assert desk.entries.find("gleaner-1", desk.ana) == []


def test_an_update_changes_what_it_names_and_nothing_else(desk: Desk) -> None:
    entry = desk.entries.create(desk.meeting())
    changed = desk.entries.update(UpdateTimeEntry(desk.ana, entry.id, hours=Decimal("0.75"), notes="Short"))
    expected = replace(entry, hours=Decimal("0.75"), notes="Short", updated_at=changed.updated_at)
    assert changed == expected
    assert desk.entries.get(entry.id) == expected


def test_an_update_can_move_an_entry(desk: Desk) -> None:
    entry = desk.entries.create(desk.meeting())
    moved = desk.entries.update(
        UpdateTimeEntry(desk.ana, entry.id, spent_date=WEDNESDAY, task_id=desk.other_task)
    )
    assert (moved.spent_date, moved.task_id, moved.hours) == (WEDNESDAY, desk.other_task, Decimal("1.5"))


def test_a_timer_runs_until_it_is_stopped_and_goes_on_when_restarted(desk: Desk) -> None:
    started = desk.entries.start(desk.timer())
    assert (started.is_running, started.hours, started.notes) == (True, Decimal(0), "Sketches")
    assert (started.user_id, started.project_id, started.task_id) == (desk.ana, desk.project, desk.task)
    assert started.is_ours
    assert desk.entries.running(desk.ana) == desk.entries.get(started.id) == started
    assert [one.id for one in desk.entries.find("gleaner-timer", desk.ana)] == [started.id]
    stopped = desk.entries.stop(started.id)
    assert (stopped.id, stopped.is_running, desk.entries.running(desk.ana)) == (started.id, False, None)
    again = desk.entries.restart(started.id)
    assert (again.id, again.is_running) == (started.id, True)


def test_starting_or_restarting_a_timer_stops_the_persons_other_one_only(desk: Desk) -> None:
    first = desk.entries.start(desk.timer("gleaner-1"))
    theirs = desk.entries.start(desk.timer("gleaner-2", who=desk.bo))
    second = desk.entries.start(desk.timer("gleaner-3"))
    assert [_runs(desk, one) for one in (first, theirs, second)] == [False, True, True]
    desk.entries.restart(first.id)
    assert [_runs(desk, one) for one in (first, theirs, second)] == [True, True, False]


def _runs(desk: Desk, one: TimeEntry) -> bool:
    now = desk.entries.get(one.id)
    assert now is not None
    return now.is_running


def test_stopping_twice_and_restarting_what_runs_is_refused(desk: Desk) -> None:
    started = desk.entries.start(desk.timer())
    with pytest.raises(Refused):
        desk.entries.restart(started.id)
    desk.entries.stop(started.id)
    with pytest.raises(Refused):
        desk.entries.stop(started.id)


def test_there_is_no_timer_for_an_id_nobody_has(desk: Desk) -> None:
    for act in (desk.entries.stop, desk.entries.restart):
        with pytest.raises(Refused) as caught:
            act(EntryId(999_999_999))
        assert caught.value.status == 404


def test_an_entry_put_back_keeps_another_programs_reference(desk: Desk) -> None:
    meeting = replace(
        desk.meeting("card-7"),
        reference_group="board-1",
        reference_account="777",
        permalink="https://trello.com/c/7",
    )
    entry = desk.entries.create(meeting)
    assert entry.external_reference == ExternalReference("card-7", "board-1", "https://trello.com/c/7", "777")
    assert not entry.is_ours


@pytest.mark.parametrize("missing", ["project_id", "task_id"])
def test_an_entry_without_project_or_task_is_refused(desk: Desk, missing: str) -> None:
    meeting = desk.meeting()
    action = replace(meeting, project_id=None) if missing == "project_id" else replace(meeting, task_id=None)
    with pytest.raises(Refused):
        desk.entries.create(action)
    assert desk.entries.find("gleaner-1", desk.ana) == []


# --- reading: the port ``core.ports.Harvest`` ------------------------------------------------------------------


@pytest.fixture
def sqlite(sqlite_template: Path, tmp_path: Path) -> Iterator[sa.Engine]:
    file = tmp_path / "copy.db"
    file.write_bytes(sqlite_template.read_bytes())
    engine = make_engine(f"sqlite:///{file}")
    yield engine
    engine.dispose()


@pytest.fixture(params=["fake", "mirror"])
def harvest(request: pytest.FixtureRequest) -> tuple[Harvest, Desk]:
    """Ana's entries of Friday, Tuesday, Tuesday, and Bo's of Wednesday, written in that order."""
    if request.param == "fake":
        entries = FakeEntries()
        desk = Desk(entries, UserId(1), UserId(2), ProjectId(1), TaskId(2), TaskId(3))
        _written(desk)
        return FakeHarvest(logged=list(reversed(entries.kept.values()))), desk
    world, client = request.getfixturevalue("world"), request.getfixturevalue("client")
    desk = real(world, client)
    _written(desk)
    mirror = Mirror(request.getfixturevalue("sqlite"), client, FakeClock(), AccountId(world.account_id))
    mirror.sync(SilentProgress(), window=MONTH)
    return mirror, desk


def _written(desk: Desk) -> None:
    for number, (who, day) in enumerate(
        ((desk.ana, FRIDAY), (desk.ana, TUESDAY), (desk.bo, WEDNESDAY), (desk.ana, TUESDAY))
    ):
        desk.entries.create(desk.meeting(f"gleaner-{number}", who=who, on=day))


def _read(found: Harvest, first: date, last: date, who: UserId | None = None) -> list[str]:
    references = [entry.external_reference for entry in found.entries(first, last, who)]
    return [reference.id for reference in references if reference is not None]


def test_entries_come_oldest_day_first_then_in_the_order_they_were_made(
    harvest: tuple[Harvest, Desk],
) -> None:
    found, _desk = harvest
    assert _read(found, *MONTH) == ["gleaner-1", "gleaner-3", "gleaner-2", "gleaner-0"]


def test_entries_are_of_the_days_and_the_person_asked_for(harvest: tuple[Harvest, Desk]) -> None:
    found, desk = harvest
    assert _read(found, TUESDAY, WEDNESDAY) == ["gleaner-1", "gleaner-3", "gleaner-2"]
    assert _read(found, *MONTH, desk.ana) == ["gleaner-1", "gleaner-3", "gleaner-0"]
    assert _read(found, *MONTH, desk.bo) == ["gleaner-2"]
    assert _read(found, FRIDAY, TUESDAY) == []
