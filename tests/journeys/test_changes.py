"""What calendars take back, Gleaner takes back; what cannot be read is not taken for gone."""

from __future__ import annotations

import pytest
from tests.journeys.world import ANA, TUESDAY, World, meeting

VAGUE = meeting("14:00-15:00", "Catch up")


@pytest.fixture
def asked(world: World) -> World:
    """Ana has one open proposal for *Catch up*."""
    world.calendar(ANA, VAGUE)
    world.fine("run", "--on", TUESDAY)
    assert world.states() == {"Catch up": "proposed"}
    return world


@pytest.mark.parametrize(
    "now",
    [
        (meeting("14:00-15:00", "Catch up", answer="DECLINED"),),
        (meeting("14:00-15:00", "Catch up", status="CANCELLED"),),
        (),
    ],
    ids=["declined", "cancelled", "deleted"],
)
def test_an_event_that_is_off_takes_its_proposal_back(asked: World, now: tuple[object, ...]) -> None:
    asked.calendar(ANA, *now)  # type: ignore[arg-type]
    said = asked.fine("run", "--on", TUESDAY)
    assert "1 proposals were taken back" in said.out
    assert asked.waiting() == {}


def test_an_event_that_is_on_again_is_proposed_again(asked: World) -> None:
    asked.calendar(ANA, meeting("14:00-15:00", "Catch up", answer="DECLINED"))
    asked.fine("run", "--on", TUESDAY)
    asked.calendar(ANA, VAGUE)
    asked.fine("run", "--on", TUESDAY)
    assert asked.states() == {"Catch up": "proposed"}


def test_an_event_that_moved_to_another_day_is_asked_about_there(asked: World) -> None:
    asked.calendar(ANA, meeting("14:00-15:00", "Catch up", day="2026-03-11"))
    asked.fine("run", "--from", TUESDAY, "--to", "2026-03-11")
    (item,) = asked.waiting().values()
    assert item["on"] == "2026-03-11"


def test_a_calendar_that_is_gone_takes_nothing_back(asked: World) -> None:
    (asked.folder / "ana.ics").unlink()
    said = asked.gleaner("run", "--on", TUESDAY)
    assert said.code == 1
    assert (
        f"{ANA}: there is no file {asked.folder / 'ana.ics'}; export the calendar to it or correct path"
        in said.err
    )
    assert asked.states() == {"Catch up": "proposed"}


def test_a_calendar_cut_off_in_the_middle_takes_nothing_back(asked: World) -> None:
    file = asked.folder / "ana.ics"
    file.write_text(file.read_text()[:-40])
    said = asked.gleaner("run", "--on", TUESDAY)
    assert said.code == 1
    assert "ends in the middle, so events are missing; nothing was read from it" in said.err
    assert asked.states() == {"Catch up": "proposed"}


def test_a_calendar_that_lost_everything_at_once_is_not_believed(world: World) -> None:
    many = [meeting(f"{hour:02}:00-{hour:02}:30", f"Talk {hour}") for hour in range(9, 15)]
    world.calendar(ANA, *many)
    world.fine("run", "--on", TUESDAY)
    world.calendar(ANA)
    said = world.gleaner("run", "--on", TUESDAY)
    assert said.code == 1
    assert "had 6 events and now has none, which looks like a fault" in said.err
    assert len(world.waiting()) == 6


def test_a_repository_that_is_gone_takes_no_coding_back(world: World) -> None:
    repository = world.repository("apollo-api", "10:00", "10:40")
    world.fine("run", "--on", TUESDAY)
    repository.path.rename(world.folder / "elsewhere")
    said = world.gleaner("run", "--on", TUESDAY)
    assert said.code == 1
    assert f"there is no folder {repository.path}" in said.err
    assert list(world.waiting()) == ["apollo-api: feat/login"]


def test_what_was_taken_back_stays_so_when_another_proposal_is_accepted(world: World) -> None:
    """
    14:00-15:00  Catch up         (declined after it was proposed)
    15:00-16:00  Another chat     (accepted with a project, after Ana logged something else by hand)
    """
    other = meeting("15:00-16:00", "Another chat")
    world.calendar(ANA, VAGUE, other)
    world.fine("run", "--on", TUESDAY)
    world.calendar(ANA, meeting("14:00-15:00", "Catch up", answer="DECLINED"), other)
    world.fine("run", "--on", TUESDAY)
    world.by_hand(1.0, "website", "programming", "Bugs", day="2026-03-09")
    world.fine(
        "review", "edit", world.waiting()["Another chat"]["id"], "--project", "APL", "--task", "Meetings"
    )
    assert world.states() == {"Catch up": "superseded", "Another chat": "applied"}
