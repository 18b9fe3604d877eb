"""Running again, from a fresh database, after a move, beside people who log by hand: one entry per piece of work."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.journeys.world import ANA, BO, TUESDAY, World, meeting

DESIGN = meeting("10:00-11:00", "APL detail review")
LOGGED = f"Ana {TUESDAY} 1.0 Apollo / Meetings: APL detail review"


@pytest.fixture
def careful(world: World) -> World:
    """A world in which everything waits for Ana."""
    world.say("[[people]]", f'email = "{ANA}"', "only_suggest = true")
    return world


def forget_everything(world: World) -> None:
    """Gleaner's own database is lost; Harvest is all that is left."""
    for file in Path(world.folder).glob("gleaner.db*"):
        file.unlink()


def test_the_same_day_twice_posts_nothing_the_second_time(world: World) -> None:
    world.calendar(ANA, DESIGN)
    world.calendar(BO, meeting("09:00-10:00", "WEB planning"))
    world.fine("run", "--on", TUESDAY)
    first = world.entries()
    again = world.fine("run", "--on", TUESDAY, "--json").json
    assert (len(first), again["applied"], again["new"], again["explained"]) == (2, 0, 0, 2)
    assert world.entries() == first


def test_a_fresh_database_finds_the_key_in_harvest(world: World) -> None:
    world.calendar(ANA, DESIGN)
    world.fine("run", "--on", TUESDAY)
    forget_everything(world)
    again = world.fine("run", "--on", TUESDAY, "--json").json
    assert (again["applied"], again["proposals"], again["explained"]) == (0, 0, 1)
    assert world.timesheet() == [LOGGED]


def test_a_move_before_posting_is_one_entry_at_the_new_time(careful: World) -> None:
    careful.calendar(ANA, meeting("10:00-11:00", "APL detail review", uid="review"))
    careful.fine("run", "--on", TUESDAY)
    careful.calendar(ANA, meeting("15:00-17:00", "APL detail review", uid="review"))
    careful.fine("run", "--on", TUESDAY)
    (item,) = careful.waiting().values()
    careful.fine("review", "accept", item["id"])
    careful.fine("run", "--on", TUESDAY)
    assert careful.timesheet() == [f"Ana {TUESDAY} 2.0 Apollo / Meetings: APL detail review"]


@pytest.mark.parametrize("moved", ["15:00-16:00", "10:00-12:00"], ids=["later", "longer"])
def test_a_change_after_posting_is_never_a_second_entry(world: World, moved: str) -> None:
    world.calendar(ANA, meeting("10:00-11:00", "APL detail review", uid="review"))
    world.fine("run", "--on", TUESDAY)
    world.calendar(ANA, meeting(moved, "APL detail review", uid="review"))
    world.fine("run", "--on", TUESDAY)
    forget_everything(world)
    world.fine("run", "--on", TUESDAY)
    assert len(world.entries()) == 1


def test_a_move_to_another_day_after_posting_is_never_a_second_entry(world: World) -> None:
    world.calendar(ANA, meeting("10:00-11:00", "APL detail review", uid="review"))
    world.fine("run", "--on", TUESDAY)
    world.calendar(ANA, meeting("10:00-11:00", "APL detail review", uid="review", day="2026-03-11"))
    said = world.fine("run", "--from", TUESDAY, "--to", "2026-03-11")
    assert '"APL detail review" moved from Tue 10 Mar 10:00–11:00 to Wed 11 Mar 10:00–11:00' in said.out
    assert len(world.entries()) == 1


def test_one_meeting_in_two_calendars_of_one_person_is_one_entry(world: World) -> None:
    world.calendar(ANA, DESIGN)
    second = world.folder / "second.ics"
    second.write_text((world.folder / "ana.ics").read_text())
    world.say("[[sources]]", 'kind = "ics"', f'person = "{ANA}"', 'path = "second.ics"', 'name = "second"')
    world.fine("run", "--on", TUESDAY)
    assert world.timesheet() == [LOGGED]


def test_one_meeting_of_two_people_is_an_entry_for_each(world: World) -> None:
    both = meeting("10:00-11:00", "APL detail review", uid="review", attendees=(ANA, BO))
    world.calendar(ANA, both)
    world.calendar(BO, both)
    world.fine("run", "--on", TUESDAY)
    assert [entry.split()[0] for entry in world.timesheet()] == ["Ana", "Bo"]


def test_what_was_logged_by_hand_before_the_run_is_recognised(world: World) -> None:
    world.by_hand(1.0, "apollo", "meetings", "Detail review APL")
    world.calendar(ANA, DESIGN)
    said = world.fine("run", "--on", TUESDAY)
    assert "1 activities seen, 1 in Harvest already, 0 logged now" in said.out
    assert len(world.entries()) == 1


def test_what_was_logged_by_hand_between_proposing_and_accepting_is_not_doubled(careful: World) -> None:
    careful.calendar(ANA, DESIGN)
    careful.fine("run", "--on", TUESDAY)
    (item,) = careful.waiting().values()
    careful.by_hand(1.0, "apollo", "meetings", "APL detail review")
    said = careful.gleaner("review", "accept", item["id"])
    assert said.code == 1
    assert said.err.startswith(item["id"])
    assert "somebody logged it meanwhile" in said.err
    assert careful.timesheet() == [LOGGED]
    assert careful.waiting() == {}


@pytest.mark.parametrize("between", ["sync", "run", "another accept"])
def test_it_is_not_doubled_however_gleaner_learnt_of_it(careful: World, between: str) -> None:
    """Ana logs the meeting by hand; something else reads Harvest; then she accepts from a list she read before."""
    careful.calendar(ANA, DESIGN, meeting("14:00-15:00", "APL planning"))
    careful.fine("run", "--on", TUESDAY)
    items = careful.waiting()
    careful.by_hand(1.0, "apollo", "meetings", "APL detail review")
    match between:
        case "sync":
            careful.fine("sync")
        case "run":
            careful.fine("run", "--on", TUESDAY)
        case _:
            careful.fine("review", "accept", items["APL planning"]["id"])
    careful.gleaner("review", "accept", items["APL detail review"]["id"])
    assert careful.timesheet().count(LOGGED) == 1


def test_editing_what_was_logged_by_hand_meanwhile_does_not_double_it_either(careful: World) -> None:
    careful.calendar(ANA, DESIGN)
    careful.fine("run", "--on", TUESDAY)
    (item,) = careful.waiting().values()
    careful.by_hand(1.0, "apollo", "meetings", "APL detail review")
    said = careful.gleaner("review", "edit", item["id"], "--task", "Design")
    assert (said.code, len(careful.entries())) == (1, 1)
    assert "somebody logged it meanwhile" in said.err


def test_accepting_twice_logs_once(careful: World) -> None:
    careful.calendar(ANA, DESIGN)
    careful.fine("run", "--on", TUESDAY)
    (item,) = careful.waiting().values()
    careful.fine("review", "accept", item["id"])
    again = careful.gleaner("review", "accept", item["id"])
    assert (again.code, again.err.strip()) == (1, f"{item['id']} is applied already")
    assert careful.timesheet() == [LOGGED]


def test_naming_one_proposal_twice_logs_it_once(careful: World) -> None:
    careful.calendar(ANA, DESIGN)
    careful.fine("run", "--on", TUESDAY)
    (item,) = careful.waiting().values()
    careful.gleaner("review", "accept", item["id"], item["id"][:6])
    assert careful.timesheet() == [LOGGED]
