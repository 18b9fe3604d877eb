"""A process is killed; another takes over. Harvest holds one entry per approved proposal, whatever the moment was."""

from __future__ import annotations

import pytest
from tests.faults.conftest import Builder, Busy, finished

LATER = ("--later", "120")
"""The lease is 60 seconds: the second process believes that two minutes have passed."""


@pytest.mark.parametrize("where", ["posted:4", "claimed:1", "asked:3"])
def test_the_next_process_finishes_what_a_dead_one_began(busy: Busy, where: str) -> None:
    busy.dies(where)
    busy.passes(*LATER)
    busy.assert_each_once()


def test_what_was_posted_but_not_recorded_is_found_again(new_busy: Builder) -> None:
    busy = new_busy(6)
    busy.dies("posted:1")
    (posted,) = busy.world.entries()
    said = busy.passes(*LATER)
    assert (said["found"], said["applied"]) == (1, busy.expected - 1)
    assert posted["id"] in {entry["id"] for entry in busy.world.entries()}


def test_within_the_lease_nobody_touches_what_may_still_be_under_way(new_busy: Builder) -> None:
    busy = new_busy(6)
    busy.dies("posted:2")
    busy.passes()
    assert set(busy.logged().values()) == {1}
    assert sorted(busy.world.states().values()) == ["applied"] * 5 + ["applying"]
    busy.passes(*LATER)
    busy.assert_each_once()


def test_the_process_that_recovers_may_be_killed_too(new_busy: Builder) -> None:
    busy = new_busy(6)
    busy.dies("posted:2")
    busy.dies("claimed:1", "--later", "70")
    busy.dies("asked:1", "--later", "140")
    busy.passes("--later", "210")
    busy.assert_each_once()


@pytest.mark.parametrize("number", [1, 11, 13, 14, 21])
def test_any_request_may_be_the_last(new_busy: Builder, number: int) -> None:
    busy = new_busy(6)
    busy.dies(f"request:{number}")
    busy.passes(*LATER)
    busy.assert_each_once()


def test_what_a_dead_process_posted_can_be_undone(new_busy: Builder) -> None:
    busy = new_busy(4)
    busy.dies("posted:3")
    busy.passes(*LATER)
    for item in busy.world.review():
        busy.world.fine("undo", item["id"])
    assert busy.world.entries() == []


def test_two_processes_on_one_inbox_log_everything_once(new_busy: Builder, migrated_url: str) -> None:
    busy = new_busy(14, database=migrated_url)
    started = [busy.start(), busy.start()]
    said = [finished(process) for process in started]
    busy.assert_each_once()
    assert sum(one["applied"] for one in said) == busy.expected
    assert sum(one["failed"] for one in said) == 0


def test_one_of_two_processes_is_killed(new_busy: Builder, migrated_url: str) -> None:
    busy = new_busy(10, database=migrated_url)
    dying, living = busy.start("posted:5"), busy.start()
    dying.communicate(timeout=90)
    finished(living)
    busy.passes(*LATER)
    busy.assert_each_once()
