"""From a push at GitHub to a proposal, and what a webhook sets off."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.journeys.billing import billable, invoices, rule, worked
from tests.journeys.shift import Shift, on_shift
from tests.journeys.world import ANA, TUESDAY, World, meeting
from tests.unit.capture.gitlog.repository import Repository

from gleaner.adapters.store.deliveries import StoredDeliveries
from gleaner.adapters.store.engine import make_engine
from gleaner.adapters.store.jobs import JobKey, StoredJobs
from gleaner.app.daemon.hearing import PAUSE, Hearing
from gleaner.app.daemon.roster import NOBODY
from gleaner.config import load
from gleaner.core.catalog import AccountId
from gleaner_sandbox.forges.books import Books
from gleaner_sandbox.forges.server import Running, serve_in_thread
from gleaner_sandbox.forges.webhooks import deliver

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
        heard, _ = hearing(world, shift)
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
    world.calendar(ANA, meeting("10:00-11:00", "APL detail review"))
    world.fine("sync")
    said = world.gleaner("run", "--on", TUESDAY)
    assert f"put one that may read into {VARIABLE}" in f"{said.out}{said.err}"
    assert len(world.timesheet()) == 1


def test_a_signed_message_to_gleaner_up_makes_it_look_within_seconds(world: World, forge: Running) -> None:
    """The whole way: GitHub's message, the route, the engine's tick, the capture, and the question to GitHub."""
    secret, port = "a long and random secret", free_port()
    world.say("[daemon]", f"port = {port}")
    env = {**os.environ, "GLEANER_DAEMON__WEBHOOK_SECRET": secret, "GLEANER_HARVEST__TOKEN": world.token()}
    log = world.folder / "up.log"
    command = [sys.executable, "-m", "gleaner", "up", "-c", str(world.config)]
    with log.open("wb") as out, subprocess.Popen(command, env=env, stdout=out, stderr=out) as process:
        try:
            url = f"http://127.0.0.1:{port}/webhooks/github"
            waited(lambda: b"listening" in log.read_bytes(), log)
            jobs = StoredJobs(make_engine(load(world.config).database))
            key = JobKey(AccountId(world.account_id), "capture", NOBODY)
            waited(lambda: (row := jobs.get(key)) is not None and row.state == "idle" and row.ended_at, log)
            # As if the first look had been an hour ago.
            jobs.stamp(key, datetime.now(UTC) - timedelta(hours=1))
            assert deliver(url, "not the secret at all", "push", {}) == 401
            asked = len(forge.door.log)
            assert deliver(url, secret, "push", {"ref": "refs/heads/main"}) == 202
            assert deliver(url, secret, "push", {"ref": "refs/heads/main"}) == 409
            waited(lambda: len(forge.door.log) > asked, log, seconds=20)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(40)


def waited(is_so: Callable[[], object], log: Path, seconds: float = 45) -> None:
    """Return as soon as *is_so*."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if is_so():
            return
        time.sleep(0.2)
    raise AssertionError(log.read_text())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_closed_milestone_ends_a_phase_and_its_work_is_invoiced(world: World, forge: Running) -> None:
    billable(world)
    trigger = 'trigger = {kind = "phase-complete", phase = "Launch", repository = "studio/apollo"}'
    rule(world, trigger)
    worked(world, 2.0)
    hosted = forge.books.repositories["studio/apollo"]
    other = hosted.milestone("Launch party", datetime.now(UTC) - timedelta(hours=1))
    milestone = hosted.milestone("Launch")
    assert world.fine("invoices", "draft").out.strip() == "Nothing is due."
    milestone.closed_at = other.closed_at
    world.fine("invoices", "draft")
    assert [one["amount"] for one in invoices(world)] == [160.0]


def test_a_milestone_where_nobody_looks_is_a_mistake_with_its_name(world: World, forge: Running) -> None:
    billable(world)
    rule(world, 'trigger = {kind = "phase-complete", phase = "Launch", repository = "studio/other"}')
    said = world.gleaner("invoices", "draft")
    assert said.code == 1
    assert "no source of kind github reads that" in said.out
