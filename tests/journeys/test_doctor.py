"""The doctor on a daemon: offered where there is none, and what it stumbled over where there was one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from tests.journeys.world import ANA, BO, World, meeting
from tests.unit.store.rows import job, worker

from gleaner.adapters.store.engine import make_engine


@pytest.fixture
def engine(world: World) -> Iterator[sa.Engine]:
    """The database of a world whose doctor finds nothing to put right."""
    world.calendar(ANA, meeting("10:00-11:00", "APL detail review"))
    said = world.fine("doctor")
    assert "ok   Daemon: not running, and need not be" in said.out
    assert "gleaner up" in said.out
    made = make_engine(f"sqlite:///{world.folder}/gleaner.db")
    yield made
    made.dispose()


def test_a_daemon_that_runs_is_named(world: World, engine: sa.Engine) -> None:
    worker(engine, "one", silent=3)
    assert "ok   Daemon: running: up on studio (process 4711); last beat" in world.fine("doctor").out


def test_a_job_that_fails_is_told_with_its_words_and_for_its_person(world: World, engine: sa.Engine) -> None:
    now = datetime.now(UTC)
    failed: dict[str, Any] = {
        "failures": 2,
        "ended_at": now - timedelta(minutes=5),
        "next_at": now + timedelta(minutes=5),
    }
    job(
        engine,
        world.account_id,
        "capture",
        user=world.ids["bo"],
        text="the calendar of Bo is empty",
        **failed,
    )
    job(engine, world.account_id + 1, "capture", text="another account", **failed)
    said = world.gleaner("doctor")
    assert said.code == 1
    (line,) = [line for line in said.out.splitlines() if line.startswith("FIX")]
    assert line.startswith(
        "FIX  Job capture of Bo Person: failed 2 times in a row, last 5 min ago: the calendar of Bo"
    )
    (found,) = [check for check in world.gleaner("doctor", "--json").json if not check["is_fine"]]
    assert found["what"] == "Job capture of Bo Person"
    world.act_as(BO)
    job(
        engine,
        world.account_id,
        "capture",
        user=world.ids["ana"],
        text="the calendar of Ana is empty",
        **failed,
    )
    said = world.gleaner("doctor")
    assert "the calendar of Bo is empty" in said.out
    assert "the calendar of Ana is empty" not in said.out
