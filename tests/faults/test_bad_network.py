"""Answers are lost, cut, refused; connections break. One entry per approved proposal all the same."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from datetime import date

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.faults.conftest import Builder, Busy
from tests.journeys.world import TUESDAY

from gleaner.app.account import open_account
from gleaner.app.passes import run
from gleaner.core.silent import SilentProgress
from gleaner_sandbox.server import serve_in_thread
from gleaner_sandbox.state import State
from gleaner_sandbox.wire.limits import Limiter

POST = "match=POST /v2/time_entries"
FIND = "match=GET /v2/time_entries"
KINDS = ("lost", "reset", "truncate", "status=500", "status=502-html", "status=429, retry_after=0")


def until_all_is_quiet(busy: Busy, most: int = 15) -> None:
    """Passes until nothing waits any more; each is a run of the command line."""
    for _ in range(most):
        said = busy.world.gleaner("run", "--on", TUESDAY, "--json")
        assert said.code in (0, 3), said
        if said.code == 0:
            return
    raise AssertionError("there is no end to it")


@pytest.mark.parametrize("kind", KINDS)
def test_every_third_answer_goes_wrong(new_busy: Builder, kind: str) -> None:
    busy = new_busy(9)
    busy.world.running.control.set_faults(f"{kind}, {POST}, every=3")
    until_all_is_quiet(busy)
    busy.assert_each_once()


def test_everything_goes_wrong_at_random(new_busy: Builder, migrated_url: str) -> None:
    """Sixty proposals (fewer on PostgreSQL): one POST in three fails in one way or another, one look-up in ten."""
    busy = new_busy(60 if migrated_url.startswith("sqlite") else 24, database=migrated_url)
    rules = [f"{kind}, {POST}, rate=0.06, seed={number}" for number, kind in enumerate(KINDS)]
    rules += [
        f"{kind}, {FIND}, rate=0.05, seed={number}" for number, kind in enumerate(("reset", "status=503"))
    ]
    busy.world.running.control.set_faults("; ".join(rules))
    until_all_is_quiet(busy)
    busy.world.running.control.set_faults("")
    busy.assert_each_once()
    hit = sum(record.fault is not None for record in busy.world.running.control.log)
    assert hit >= 4


plans = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(1, 3), st.integers(1, 4)), max_size=4)


@settings(
    max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture], phases=[Phase.generate]
)
@given(plans)
def test_any_mix_of_faults_on_a_few_proposals(new_busy: Builder, plan: list[tuple[str, int, int]]) -> None:
    busy = new_busy(4)
    rules = [f"{kind}, {POST}, every={every}, times={times}" for kind, every, times in plan]
    busy.world.running.control.set_faults("; ".join(rules))
    until_all_is_quiet(busy)
    busy.assert_each_once()


def test_what_was_written_although_nobody_heard_of_it_can_be_undone(new_busy: Builder) -> None:
    """The answer to the POST is lost, and so is every look-up after it; the next run sees the entry in Harvest."""
    busy = new_busy(1)
    faults, day = busy.world.running.control, date.fromisoformat(TUESDAY)

    def breaks_at_the_post(method: str, _path: str) -> None:
        if method == "POST":
            faults.set_faults(f"lost, {POST}; status=503, {FIND}")

    with open_account(busy.world.config, on_request=breaks_at_the_post) as account:
        report = run(account, day, day, SilentProgress())
    assert [outcome.result for outcome in report.outcomes] == ["waiting"]
    faults.set_faults("")
    assert len(busy.world.entries()) == 1

    busy.world.fine("run", "--on", TUESDAY)
    busy.assert_each_once()
    (item,) = busy.world.review()
    busy.world.fine("undo", item["id"])
    assert busy.world.entries() == []


def test_a_burst_is_slowed_by_the_rate_limit_not_failed(new_busy: Builder) -> None:
    """30 requests in 2 seconds are allowed; logging 20 meetings takes about 50.

    The limiter's seconds last three of ours, so that a busy machine is not too slow to run into it.
    """
    state = State()
    limits = {"general": (30, 2.0), "reports": (100, 900.0)}
    with serve_in_thread(state, limits=Limiter(limits, lambda: time.monotonic() / 3)) as strict:
        busy = new_busy(20, running=strict)
        command = [
            sys.executable,
            "-m",
            "gleaner",
            "run",
            "--on",
            TUESDAY,
            "--json",
            "-c",
            str(busy.world.config),
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=90, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        assert json.loads(done.stdout)["applied"] == 20
        assert any(record.status == 429 for record in strict.control.log)
        strict.control.forget_requests()
        busy.assert_each_once()
    state.close()
