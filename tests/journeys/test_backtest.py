"""The back-test says how often Gleaner would have been right, and writes nothing anywhere."""

from __future__ import annotations

import pytest
from tests.journeys.world import ANA, BO, World, meeting

TUESDAYS = ("2026-02-10", "2026-02-17", "2026-02-24", "2026-03-03")
ARGS = ("backtest", "--days", "30", "--to", "2026-03-09")


@pytest.fixture
def weeks(world: World) -> World:
    """Four Tuesdays: a review that names its project, a vague call, and what Ana logged by hand."""
    world.calendar(
        ANA,
        *(meeting("10:00-11:00", "APL detail review", day=day, uid=f"r{day}") for day in TUESDAYS),
        *(meeting("14:00-14:30", "Hosting costs", day=day, uid=f"c{day}") for day in TUESDAYS),
    )
    for day in TUESDAYS[:3]:
        world.by_hand(1, "apollo", "meetings", "APL detail review", day=day)
        world.by_hand(0.5, "website", "meetings", "Hosting costs", day=day)
    return world


def test_it_says_how_often_it_would_have_been_right(weeks: World) -> None:
    found = weeks.fine(*ARGS, "--json").json
    assert (found["right"], found["near"], found["wrong"]) == (5, 0, 0)
    assert found["not_logged"] == 2
    assert {one["person"] for one in found["people"]} == {ANA}
    assert {one["ground"]: one["right"] for one in found["grounds"]} == {
        "code": 3,
        "title": 1,
        "words": 1,
    }
    said = weeks.fine(*ARGS)
    assert "Would have got 5 of 5 right, 0 near, 0 wrong" in said.out
    assert "Ana Person" in said.out


def test_questions_are_counted_apart_and_only_where_there_are_some(weeks: World) -> None:
    said = weeks.fine(*ARGS).out
    assert " would have been asked about; the first choice was right for " in said
    assert "No step earns more than suggest; " in said
    weeks.calendar(
        ANA, *(meeting("10:00-11:00", "APL design review", day=day, uid=f"r{day}") for day in TUESDAYS)
    )
    assert "would have been asked about" not in weeks.fine(*ARGS).out


def test_each_day_knows_only_what_was_before_it(weeks: World) -> None:
    """The first *Hosting costs* could be anything; from the second on the title was decided before."""
    found = weeks.fine(*ARGS, "--json").json
    assert found["activities"] - found["proposed"] == 1


def test_a_mistake_is_shown_with_what_was_logged(weeks: World) -> None:
    weeks.by_hand(1, "website", "meetings", "APL detail review", day=TUESDAYS[3])
    found = weeks.fine(*ARGS, "--json").json
    (wrong,) = found["mistakes"]
    assert (wrong["verdict"], wrong["target"]) == ("wrong", "Apollo / Meetings")
    assert (wrong["logged"]["target"], wrong["on"]) == ("Website / Meetings", TUESDAYS[3])
    assert "logged: Website / Meetings, 1.00 h" in weeks.fine(*ARGS).out


def test_it_writes_nothing(weeks: World) -> None:
    weeks.fine("run", "--on", TUESDAYS[3])
    before = (weeks.entries(), weeks.review(), weeks.fine("journal", "--json").json)
    log = weeks.running.control.log
    log.clear()
    weeks.fine(*ARGS)
    assert log
    assert {record.method for record in log} == {"GET"}
    assert (weeks.entries(), weeks.review(), weeks.fine("journal", "--json").json) == before


def test_what_gleaner_logged_unasked_is_not_counted_as_right(weeks: World) -> None:
    weeks.fine("run", "--on", TUESDAYS[3])
    assert len(weeks.entries()) == 7
    found = weeks.fine(*ARGS, "--json").json
    assert (found["right"], found["activities"]) == (5, 7)


def test_one_person_can_be_asked_for(weeks: World) -> None:
    weeks.calendar(BO, meeting("10:00-11:00", "APL detail review", day=TUESDAYS[0]))
    weeks.by_hand(1, "apollo", "meetings", "APL detail review", who=BO, day=TUESDAYS[0])
    found = weeks.fine(*ARGS, "--json", "--person", BO).json
    assert [(one["person"], one["right"]) for one in found["people"]] == [(BO, 1)]


def test_a_member_sees_their_own_days_only(weeks: World) -> None:
    weeks.act_as(BO)
    assert weeks.gleaner(*ARGS, "--json").json["activities"] == 0
    said = weeks.gleaner(*ARGS, "--person", ANA)
    assert said.code == 2


def test_nothing_logged_is_said_in_a_sentence(world: World) -> None:
    world.calendar(ANA, meeting("10:00-11:00", "APL detail review", day=TUESDAYS[0]))
    said = world.fine(*ARGS)
    assert "Nothing that was logged by hand tells whether that would have been right." in said.out
