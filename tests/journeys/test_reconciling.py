"""The nightly look back: duplicates are asked about, and what a dead process left half done is finished."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import httpx2
import pytest
from tests.journeys.test_amendments import LOGGED, review_at, run
from tests.journeys.world import ANA, TUESDAY, World, meeting

from gleaner.app.account import Account, open_account
from gleaner.app.reconciling import Reconciled, reconcile
from gleaner.core.actions import CreateTimeEntry
from gleaner.core.catalog import ProjectId, TaskId
from gleaner.core.silent import SilentProgress

DAY = date.fromisoformat(TUESDAY)
WEEK = {"from": "2026-03-09", "to": "2026-03-15"}


@pytest.fixture(params=["sqlite", "postgresql"])
def posted(request: pytest.FixtureRequest, world: World) -> World:
    """Ana's detail review is logged; what Gleaner knows is in either database."""
    if request.param == "postgresql":
        world.use(request.getfixturevalue("migrated_pg_url"))
    world.calendar(ANA, review_at(), meeting("14:00-15:00", "Catch up"))
    run(world)
    assert world.timesheet() == [LOGGED]
    return world


@contextmanager
def opened(world: World) -> Iterator[Account]:
    with open_account(world.config) as account:
        yield account


def nightly(world: World) -> Reconciled:
    with opened(world) as account:
        return reconcile(account, SilentProgress(), DAY, DAY)


def doubled(world: World) -> int:
    """Somebody else wrote the same work, with the same key; the second entry's number."""
    (entry,) = world.entries()
    said: dict[str, Any] = {
        "project_id": entry["project"]["id"], "task_id": entry["task"]["id"], "spent_date": TUESDAY,
        "hours": entry["hours"], "notes": entry["notes"], "external_reference": entry["external_reference"],
    }  # fmt: skip
    return int(world.api().post("/time_entries", **said)["id"])


def asked(world: World) -> list[dict[str, Any]]:
    return [item for item in world.waiting().values() if item["rule"] == "duplicate"]


def test_a_duplicate_is_asked_about_once_and_deleted_by_a_yes(posted: World) -> None:
    assert nightly(posted).new == 0
    (first,) = posted.entries()
    second = doubled(posted)
    found = nightly(posted)
    assert (found.entries, found.new, found.problems) == (2, 1, ())
    (item,) = asked(posted)
    assert (
        f"Entry {second} (1.00 h on Tue 10 Mar) carries the same key as entry {first['id']}" in item["reason"]
    )
    assert "1.00 → 0 h" in posted.fine("review", "--on", TUESDAY).out
    assert nightly(posted).new == 0
    posted.fine("review", "accept", item["id"])
    assert posted.entries() == [first]
    assert (nightly(posted).new, asked(posted)) == (0, [])
    assert "carries the same key" in posted.fine("journal", "--limit", "30").out


def test_a_pass_leaves_it_and_it_leaves_what_a_pass_asks(posted: World) -> None:
    doubled(posted)
    nightly(posted)
    run(posted)
    nightly(posted)
    assert {item["rule"] for item in posted.waiting().values()} == {"duplicate", "meeting"}


def test_what_is_no_duplicate_any_more_is_not_asked_any_more(posted: World) -> None:
    second = doubled(posted)
    nightly(posted)
    posted.api().delete(f"/time_entries/{second}")
    assert nightly(posted).withdrawn == 1
    assert asked(posted) == []


def test_the_one_that_is_left_is_not_deleted(posted: World) -> None:
    """Ana deletes the older entry by hand, and then says yes to the question about the younger one."""
    (first,) = posted.entries()
    doubled(posted)
    nightly(posted)
    (item,) = asked(posted)
    posted.api().delete(f"/time_entries/{first['id']}")
    said = posted.gleaner("review", "accept", item["id"])
    assert said.code == 1
    assert "is gone; only this one is left" in said.err
    assert posted.timesheet() == [LOGGED]


def test_dismissed_or_put_back_it_is_not_asked_again(posted: World) -> None:
    doubled(posted)
    nightly(posted)
    (item,) = asked(posted)
    posted.fine("review", "accept", item["id"])
    posted.fine("undo", item["id"])
    assert len(posted.entries()) == 2
    assert (nightly(posted).new, asked(posted)) == (0, [])


def test_a_locked_duplicate_stays_and_it_is_said(posted: World) -> None:
    second = doubled(posted)
    url = f"{posted.running.control_url}/company/{posted.account_id}"
    httpx2.put(url, json={"approved_periods": [WEEK]}).raise_for_status()
    (problem,) = nightly(posted).problems
    assert f"Entry {second} (1.00 h on Tue 10 Mar) carries the same key" in problem.text
    assert "It is left as it is: " in problem.text
    assert asked(posted) == []


def test_what_a_dead_process_began_is_finished(posted: World) -> None:
    """It was killed after the claim, and its claim is an hour old."""
    (item,) = (one for one in posted.waiting().values() if one["title"] == "Catch up")
    with opened(posted) as account:
        open_item = account.inbox.get(item["key"])
        assert open_item is not None
        action = open_item.proposal.action
        assert isinstance(action, CreateTimeEntry)
        project, task = ProjectId(posted.ids["website"]), TaskId(posted.ids["meetings"])
        chosen = replace(open_item.proposal, action=replace(action, project_id=project, task_id=task))
        then = account.clock.now() - timedelta(hours=1)
        account.inbox.decide(item["key"], "edit", by=ANA, now=then, proposal=chosen)
        account.inbox.claim(item["key"], "dead", now=then, run_id="dead")
    (outcome,) = nightly(posted).outcomes
    assert outcome.result == "applied"
    assert f"Ana {TUESDAY} 1.0 Website / Meetings: Catch up" in posted.timesheet()
    assert nightly(posted).outcomes == ()
