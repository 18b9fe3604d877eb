"""Events that are off after they were logged, and on again; and calendars that only look as if all were off."""

from __future__ import annotations

from typing import Any

import pytest
from tests.journeys.test_amendments import LOGGED, amendment, logged, review_at, run, settled
from tests.journeys.world import ANA, BO, TUESDAY, World, meeting


@pytest.fixture
def posted(world: World) -> World:
    """Ana's detail review is logged, in an account that keeps durations."""
    return logged(world)


@pytest.mark.parametrize(
    ("now", "why"),
    [
        ((review_at(answer="DECLINED"),), "was declined"),
        ((review_at(status="CANCELLED"),), "was cancelled"),
        ((), "is no longer in the calendar"),
    ],
    ids=["declined", "cancelled", "deleted"],
)
def test_an_event_that_is_off_asks_to_delete_its_entry(posted: World, now: tuple[Any, ...], why: str) -> None:
    posted.calendar(ANA, *now)
    run(posted)
    item = amendment(posted)
    assert item["reason"] == f'"APL detail review" {why} after it was logged.'
    assert item["becomes"] is None
    assert posted.timesheet() == [LOGGED]
    posted.fine("review", "accept", item["id"])
    assert posted.entries() == []
    settled(posted)


def test_an_entry_put_back_by_undo_is_not_asked_about_again(posted: World) -> None:
    posted.calendar(ANA)
    run(posted)
    item = amendment(posted)
    posted.fine("review", "accept", item["id"])
    posted.fine("undo", item["id"])
    assert posted.timesheet() == [LOGGED]
    settled(posted)
    posted.calendar(ANA, review_at())
    settled(posted)


def test_an_event_that_is_on_again_asks_for_its_entry_again(posted: World) -> None:
    posted.calendar(ANA)
    run(posted)
    posted.fine("review", "accept", amendment(posted)["id"])
    posted.calendar(ANA, review_at("10:00-10:30"))
    run(posted)
    item = amendment(posted)
    assert item["reason"].startswith(
        '"APL detail review" is on again; its entry was deleted when it was off.'
    )
    posted.fine("review", "accept", item["id"])
    assert posted.timesheet() == [f"Ana {TUESDAY} 0.5 Apollo / Meetings: APL detail review"]
    settled(posted)


def test_a_deletion_whose_event_is_back_is_not_carried_out(posted: World) -> None:
    posted.calendar(ANA)
    run(posted)
    item = amendment(posted)
    posted.calendar(ANA, review_at())
    posted.fine("capture", "--on", TUESDAY)
    said = posted.gleaner("review", "accept", item["id"])
    assert said.code == 1
    assert "the entry is as it should be, cannot be changed, or has to be changed otherwise" in said.err
    assert posted.timesheet() == [LOGGED]


def test_a_calendar_that_cannot_be_read_deletes_nothing_and_keeps_what_is_asked(posted: World) -> None:
    posted.calendar(ANA)
    run(posted)
    item = amendment(posted)
    (posted.folder / "ana.ics").unlink()
    posted.gleaner("run", "--on", TUESDAY)
    assert amendment(posted)["id"] == item["id"]


def test_nothing_is_deleted_because_a_calendar_is_missing(posted: World) -> None:
    (posted.folder / "ana.ics").unlink()
    posted.gleaner("run", "--on", TUESDAY)
    assert posted.waiting() == {}


def test_a_calendar_that_is_no_longer_read_deletes_nothing(posted: World) -> None:
    posted.lines = [line for line in posted.lines if "ics" not in line and "[[sources]]" not in line]
    posted.lines = [line for line in posted.lines if not line.startswith("person")]
    posted.calendar(BO, meeting("09:00-10:00", "WEB planning"))
    run(posted)
    assert posted.waiting() == {}
    assert LOGGED in posted.timesheet()


def test_a_calendar_that_lost_everything_at_once_deletes_nothing(world: World) -> None:
    many = [meeting(f"{hour:02}:00-{hour:02}:30", f"APL talk {hour}") for hour in range(9, 15)]
    world.calendar(ANA, *many)
    run(world)
    assert len(world.entries()) == 6
    world.calendar(ANA)
    said = world.gleaner("run", "--on", TUESDAY)
    assert "had 6 events and now has none, which looks like a fault" in said.err
    assert (world.waiting(), len(world.entries())) == ({}, 6)
