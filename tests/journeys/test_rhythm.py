"""Coding hours follow what the person books: from Harvest's history on the first day, and from decisions after."""

from __future__ import annotations

from typing import Any

import pytest
from tests.journeys.test_amendments import run
from tests.journeys.world import ANA, TUESDAY, World
from tests.unit.capture.gitlog.repository import Repository

BEFORE = ("2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05", "2026-03-06", "2026-03-09")


def commits(repository: Repository, *days: str) -> None:
    """A morning's commits on each of those days."""
    for day in days:
        for time in ("10:00", "10:40"):
            repository.commit(f"{day}T{time}:00+01:00", f"Work on {day} {time}", lines=40, by=ANA)


@pytest.fixture
def repository(world: World) -> Repository:
    made = world.repository("apollo-api")
    commits(made, *BEFORE, TUESDAY)
    return made


def today(world: World) -> dict[str, Any]:
    run(world)
    (item,) = [
        one for one in world.review() if one["on"] == TUESDAY and one["title"].startswith("apollo-api")
    ]
    return item


@pytest.mark.usefixtures("repository")
def test_without_history_the_estimate_is_a_rough_guess(world: World) -> None:
    assert "a rough guess, for no day of yours is known" in str(today(world))


@pytest.mark.usefixtures("repository")
def test_history_in_harvest_teaches_on_the_first_day(world: World) -> None:
    """Six mornings, each logged as six hours."""
    for day in BEFORE:
        world.by_hand(6, "apollo", "programming", "Login", day=day)
    item = today(world)
    assert "your last 6 days here come out at" in str(item)
    assert 4.5 < float(item["action"]["hours"]) <= 6, item


def test_a_day_stays_on_the_line_it_was_put_on(world: World, repository: Repository) -> None:
    """Otherwise all that was learned since would look like a change of what was logged."""
    first = today(world)
    world.fine("review", "edit", first["id"], "--project", "APL", "--task", "Programming", "--hours", "6")
    for day in BEFORE:
        world.by_hand(6, "apollo", "programming", "Login", day=day)
    said = world.fine("run", "--on", TUESDAY)
    assert "grew" not in said.out + said.err
    assert world.waiting() == {}
