"""From a push at GitHub to a proposal, and what a webhook sets off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from tests.journeys.shift import Shift, on_shift
from tests.journeys.world import ANA, TUESDAY, World, meeting
from tests.unit.capture.gitlog.repository import Repository

from gleaner.adapters.store.deliveries import StoredDeliveries
from gleaner.adapters.store.engine import make_engine
from gleaner.app.daemon.hearing import PAUSE, Hearing
from gleaner.config import load
from gleaner_sandbox.forges.books import Books
from gleaner_sandbox.forges.server import Running, serve_in_thread

TOKEN, VARIABLE = "forge-token", "GLEANER_TEST_FORGE"
MORNING = f"{TUESDAY}T14:00:00+01:00"


@pytest.fixture
def forge(world: World) -> Iterator[Running]:
    """A GitHub with the repository ``studio/apollo``, and a configuration that reads it."""
    world.patch.setenv(VARIABLE, TOKEN)
    repository = Repository(world.folder / "hosted" / "apollo")
    repository.commit(f"{TUESDAY}T09:00:00+01:00", "Begin", by=ANA)
    books = Books()
    books.tokens[TOKEN] = None
    books.host("studio/apollo", repository.path)
    with serve_in_thread("github", books) as running:
        world.say(
            "[[sources]]", 'kind = "github"', 'repositories = ["studio/apollo"]',
            f'base_url = "{running.base_url}"', f'token_variable = "{VARIABLE}"',
        )  # fmt: skip
        yield running


@dataclass
class Ticks:
    count: int = 0

    def tick(self) -> None:
        self.count += 1


def hearing(world: World, shift: Shift, kind: str = "github") -> tuple[Hearing, Ticks]:
    ticks = Ticks()
    deliveries = StoredDeliveries(make_engine(load(world.config).database))
    return Hearing(kind, shift.hand.accounts, shift.jobs, deliveries, ticks), ticks


def captures(shift: Shift) -> list[str]:
    return [one for one in shift.desk.given if ":capture:" in one]


def test_a_push_is_proposed_at_once(world: World, forge: Running) -> None:
    with on_shift([world.config], MORNING) as shift:
        shift.tick()
        shift.work()
        shift.tick(timedelta(minutes=2))
        shift.work()
        assert len(captures(shift)) == 1
        before = len(forge.door.log)
        heard, ticks = hearing(world, shift)
        assert heard.heard(["delivery-1", "signature-1"])
        assert ticks.count == 1
        shift.tick()
        shift.work()
        assert len(captures(shift)) == 2
        assert len(forge.door.log) > before


def test_a_replayed_message_sets_nothing_off(world: World, forge: Running) -> None:
    with on_shift([world.config], MORNING) as shift:
        heard, ticks = hearing(world, shift)
        assert heard.heard(["delivery-1", "signature-1"])
        assert not heard.heard(["delivery-2", "signature-1"])
        assert ticks.count == 1


def test_a_storm_of_messages_is_one_look_in_half_a_minute(world: World, forge: Running) -> None:
    with on_shift([world.config], MORNING) as shift:
        shift.tick()
        shift.work()
        heard, ticks = hearing(world, shift)
        for number in range(50):
            heard.heard([f"delivery-{number}"])
            shift.tick(timedelta(milliseconds=500))
            shift.work()
        assert len(captures(shift)) == 1
        shift.tick(PAUSE)
        shift.work()
        assert len(captures(shift)) == 2


def test_an_account_that_reads_no_such_forge_is_left_alone(world: World) -> None:
    with on_shift([world.config], MORNING) as shift:
        shift.tick()
        shift.work()
        shift.tick(timedelta(minutes=2))
        heard, ticks = hearing(world, shift)
        assert heard.heard(["delivery-1"])
        assert ticks.count == 0


def test_a_paused_look_stays_paused(world: World, forge: Running) -> None:
    with on_shift([world.config], MORNING) as shift:
        shift.jobs.pause(shift.row("capture").key, is_paused=True)
        heard, ticks = hearing(world, shift)
        heard.heard(["delivery-1"])
        assert ticks.count == 0


def test_commits_at_github_become_a_proposal_and_doctor_finds_it_well(world: World, forge: Running) -> None:
    world.fine("sync")
    world.fine("run", "--on", TUESDAY)
    (proposal,) = world.review()
    assert proposal["title"] == "apollo: main"
    assert "github" in world.fine("doctor").out


def test_a_forge_without_a_token_is_one_sentence_and_the_rest_goes_on(world: World, forge: Running) -> None:
    world.patch.delenv(VARIABLE)
    world.calendar(ANA, meeting("10:00-11:00", "APL design review"))
    world.fine("sync")
    said = world.gleaner("run", "--on", TUESDAY)
    assert f"put one that may read into {VARIABLE}" in f"{said.out}{said.err}"
    assert len(world.timesheet()) == 1
