"""Branch work that grew or shrank after it was accepted, and the locks and people that stand in the way of a change."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from tests.journeys.test_amendments import LOGGED, amendment, review_at, run, settled
from tests.journeys.world import ANA, BO, TUESDAY, World, meeting
from tests.unit.capture.gitlog.repository import Repository

WEEK = {"from": "2026-03-09", "to": "2026-03-15"}


def more(repository: Repository, time: str) -> None:
    repository.commit(f"{TUESDAY}T{time}:00+01:00", f"Login at {time}", lines=40, by=ANA)


@pytest.fixture
def coded(world: World) -> tuple[World, Repository]:
    """Ana's morning on a branch, accepted for Apollo before the day was over."""
    repository = world.repository("apollo-api", "10:00", "10:40")
    run(world)
    (item,) = world.waiting().values()
    world.fine("review", "edit", item["id"], "--project", "APL", "--task", "Programming")
    settled(world)
    return world, repository


def only_hours(world: World) -> float:
    (entry,) = world.entries()
    return float(entry["hours"])


def test_work_that_went_on_after_it_was_accepted_is_asked_about_and_added(
    coded: tuple[World, Repository],
) -> None:
    world, repository = coded
    before = only_hours(world)
    for time in ("14:00", "14:50", "15:30"):
        more(repository, time)
    run(world)
    item = amendment(world)
    assert f'"apollo-api: feat/login" grew from {before:.2f} h to' in item["reason"]
    assert "5 commits" in item["reason"]
    assert item["low_hours"] < item["becomes"]["hours"] < item["high_hours"]
    assert "→" in world.fine("review", "--on", TUESDAY).out
    world.fine("review", "accept", item["id"])
    assert only_hours(world) == item["becomes"]["hours"] > before
    settled(world)
    world.fine("undo", item["id"])
    assert only_hours(world) == before
    settled(world)


def test_work_that_a_rebase_took_away_is_asked_about_too(coded: tuple[World, Repository]) -> None:
    world, repository = coded
    for time in ("14:00", "14:50", "15:30"):
        more(repository, time)
    run(world)
    world.fine("review", "accept", amendment(world)["id"])
    full = only_hours(world)
    repository.git("reset", "-q", "--hard", "HEAD~2")
    run(world)
    item = amendment(world)
    assert f"shrank from {full:.2f} h to" in item["reason"]
    world.fine("review", "accept", item["id"])
    assert only_hours(world) < full
    settled(world)


def test_work_that_is_no_longer_seen_at_all_is_said_and_not_deleted(coded: tuple[World, Repository]) -> None:
    world, repository = coded
    repository.git("reset", "-q", "--hard", "HEAD~2")
    said = world.fine("run", "--on", TUESDAY)
    assert 'No commits of "apollo-api: feat/login" are seen any more.' in said.err
    assert (world.waiting(), len(world.entries())) == ({}, 1)


def test_a_repository_that_is_gone_changes_nothing(coded: tuple[World, Repository]) -> None:
    world, repository = coded
    repository.path.rename(world.folder / "elsewhere")
    world.gleaner("run", "--on", TUESDAY)
    assert (world.waiting(), len(world.entries())) == ({}, 1)


def test_grown_work_gets_no_more_than_the_day_has(coded: tuple[World, Repository]) -> None:
    """The day is eight hours; Ana logged seven of them by hand on something else."""
    world, repository = coded
    before = only_hours(world)
    world.by_hand(7, "website", "programming", "Launch of the new shop")
    for time in ("13:00", "14:00", "14:50", "15:30", "16:30", "17:20"):
        more(repository, time)
    run(world)
    for item in world.waiting().values():
        world.fine("review", "accept", item["id"])
    hours = sum(entry["hours"] for entry in world.entries())
    assert hours <= max(8.0, 7 + before)


def test_an_accepted_meeting_that_lies_in_accepted_coding_takes_its_time_from_it(
    coded: tuple[World, Repository],
) -> None:
    """The meeting was entered into the calendar only afterwards."""
    world, _repository = coded
    before = only_hours(world)
    world.calendar(ANA, meeting("10:05-10:35", "APL stand-up"))
    run(world)
    coding = [item for item in world.waiting().values() if item["rule"] == "amendment"]
    assert [item["becomes"]["hours"] < before for item in coding] == [True]


# --- locks -------------------------------------------------------------------------------------------------------


def control(world: World, **said: Any) -> None:
    url = f"{world.running.control_url}/company/{world.account_id}"
    httpx2.put(url, json=said).raise_for_status()


@pytest.mark.parametrize(
    "lock",
    [{"approved_periods": [WEEK]}, {"locked_periods": [{**WEEK, "blocks_admins": True}]}],
    ids=["approved", "locked"],
)
@pytest.mark.parametrize("now", [(), (review_at("10:00-10:30"),)], ids=["gone", "shortened"])
def test_an_entry_that_is_closed_stays_and_it_is_said(
    world: World, lock: dict[str, Any], now: tuple[Any, ...]
) -> None:
    world.calendar(ANA, review_at())
    run(world)
    control(world, **lock)
    world.calendar(ANA, *now)
    said = world.gleaner("run", "--on", TUESDAY)
    assert said.code == 1
    assert 'Ana Person, Tue 10 Mar: "APL detail review" ' in said.err
    assert "It is left as it is: " in said.err
    assert (world.waiting(), world.timesheet()) == ({}, [LOGGED])


def test_an_entry_approved_after_the_question_stays(world: World) -> None:
    world.calendar(ANA, review_at())
    run(world)
    world.calendar(ANA, review_at("10:00-10:30"))
    run(world)
    item = amendment(world)
    control(world, approved_periods=[WEEK])
    said = world.gleaner("review", "accept", item["id"])
    assert said.code == 1
    assert world.timesheet() == [LOGGED]


# --- whose ---------------------------------------------------------------------------------------------------------


def test_a_meeting_of_two_is_amended_for_the_one_who_left_it(world: World) -> None:
    both = (review_at(), meeting("14:00-15:00", "APL planning"))
    world.calendar(ANA, *both)
    world.calendar(BO, *both)
    run(world)
    world.calendar(BO, both[0])
    run(world)
    item = amendment(world)
    assert item["person"] == BO
    world.fine("review", "accept", item["id"])
    assert [entry.split()[0] for entry in world.timesheet()] == ["Ana", "Ana", "Bo"]
