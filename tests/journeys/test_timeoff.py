"""Who is away and where it is known from; exceptions, with their history; and how one person's hours are counted."""

from __future__ import annotations

from typing import Any

import pytest
from tests.journeys.test_gaps import all_day, day
from tests.journeys.world import ANA, BO, CY, TUESDAY, World

SPAN = ("--from", "2026-03-09", "--to", "2026-03-20")


@pytest.fixture
def away(world: World) -> World:
    """Bo's calendar says one thing, Harvest another, the file a third."""
    world.calendar(
        BO, all_day("Chemotherapy leave", "20260310", "20260312"), all_day("Vacation", "20260313", "20260317")
    )
    world.say("[timesheets]", 'time_off_tasks = ["design"]', 'country = "DE"')
    world.say("[[absences]]", "first = 2026-03-19", 'reason = "company outing"')
    world.by_hand(2, "apollo", "design", "Doctor", who=BO, day="2026-03-09")
    world.fine("run", *SPAN)
    return world


def listed(world: World, *words: str) -> list[tuple[str, str, str, str]]:
    found = world.fine("timeoff", "list", *SPAN, "--json", *words).json
    return [(one["from"], one["to"], one["what"], one["known_from"]) for one in found if one["person"] == BO]


def test_days_in_a_row_are_one_line_with_where_they_are_known_from(away: World) -> None:
    found = listed(away)
    assert ("2026-03-09", "2026-03-09", "time off", "harvest") in found
    assert ("2026-03-13", "2026-03-16", "time off", "calendar") in found, "a weekend does not part it"
    assert ("2026-03-19", "2026-03-19", "company outing", "exception") in found


def test_what_calendar_and_harvest_call_it_is_the_persons_own(away: World) -> None:
    text = away.fine("timeoff", "list", *SPAN).out
    assert "Design" not in text
    assert "Chemotherapy" not in text
    away.act_as(BO)
    away.fine("sync", "--full", "--force")
    found = away.fine("timeoff", "list", *SPAN, "--json").json
    assert {one["person"] for one in found} == {BO}
    assert "Design" in {one["what"] for one in found if one["known_from"] == "harvest"}


def test_a_member_sees_nobody_elses(away: World) -> None:
    away.act_as(CY)
    said = away.gleaner("timeoff", "list", "--person", BO, *SPAN)
    assert (said.code, said.out) == (1, "")
    said = away.gleaner("people", "show", BO)
    assert (said.code, said.out) == (1, "")


def made(world: World, *words: str) -> Any:
    return world.fine("timeoff", "add", ANA, "--reason", "trade  fair", "--json", *words).json


def test_an_exception_changes_what_is_due_and_says_why(world: World) -> None:
    assert day(world)["expected"] == 8
    made(world, "--on", TUESDAY, "--hours", "1.5")
    assert day(world)["sum"].startswith("6.5 h = 8.0 contract − 1.5 trade fair")
    made(world, "--from", "2026-03-11", "--to", "2026-03-12")
    assert day(world, "2026-03-12") == {}


def test_a_dry_run_makes_none(world: World) -> None:
    made(world, "--on", TUESDAY, "--dry-run")
    assert day(world)["expected"] == 8
    assert world.fine("timeoff", "list", "--history", *SPAN, "--json").json == []


def test_a_removed_exception_counts_no_more_and_stays_in_the_history(world: World) -> None:
    number = str(made(world, "--on", TUESDAY)["id"])
    world.fine("timeoff", "remove", number, "--dry-run")
    assert day(world) == {}
    world.fine("timeoff", "remove", number)
    assert day(world)["expected"] == 8
    (one,) = world.fine("timeoff", "list", "--history", *SPAN, "--json").json
    assert (one["reason"], one["made_by"], one["removed_by"]) == ("trade fair", ANA, ANA)
    again = world.gleaner("timeoff", "remove", number)
    assert (again.code, again.out) == (2, "")
    assert "already" in again.err
    events = [line["event"] for line in world.fine("journal", "--json").json]
    assert events.count("exception") == 2


@pytest.mark.parametrize(
    "words",
    [
        (ANA, "--reason", "x"),
        (ANA, "--reason", " ", "--on", TUESDAY),
        (ANA, "--reason", "x" * 61, "--on", TUESDAY),
        (ANA, "--reason", "x", "--on", TUESDAY, "--hours", "0"),
        (ANA, "--reason", "x", "--on", TUESDAY, "--hours", "25"),
        (ANA, "--reason", "x", "--from", "2026-03-10", "--to", "2026-03-09"),
        (ANA, "--reason", "x", "--from", "2026-03-10", "--to", "2028-03-09"),
        ("nobody@studio.example", "--reason", "x", "--on", TUESDAY),
    ],
)
def test_wrong_exceptions_are_refused_in_a_sentence(world: World, words: tuple[str, ...]) -> None:
    said = world.gleaner("timeoff", "add", *words)
    assert (said.code, said.out) == (2, "")
    assert len(said.err.strip().splitlines()) == 1


def test_only_administrators_make_and_remove_them(world: World) -> None:
    number = str(made(world, "--on", TUESDAY)["id"])
    world.act_as(BO)
    for words in (("add", BO, "--reason", "x", "--on", TUESDAY), ("remove", number)):
        said = world.gleaner("timeoff", *words)
        assert (said.code, said.out) == (1, "")
        assert "only an administrator" in said.err


def test_exceptions_are_in_the_export_and_go_with_the_person(world: World) -> None:
    world.fine("timeoff", "add", BO, "--reason", "parental leave", "--on", TUESDAY)
    rows = world.fine("people", "export", BO).json["sections"]["absences"]["rows"]
    assert [row["reason"] for row in rows] == ["parental leave"]
    world.fine("people", "forget", BO, "--yes")
    assert world.fine("timeoff", "list", "--history", *SPAN, "--json").json == []
    assert "parental" not in world.fine("journal", "--json").out
    again = world.gleaner("timeoff", "add", BO, "--reason", "x", "--on", TUESDAY)
    assert again.code in (1, 2)


def test_a_person_is_shown_with_what_their_hours_are_counted_by(away: World) -> None:
    away.say(
        "[[people]]", f'email = "{BO}"', 'team = "Sales"', 'hours = "8 8 8 8 4.5 - -"', f'manager = "{ANA}"'
    )
    away.say("[[rollout]]", 'group = "Second"', 'team = "Sales"', "from = 2026-05-04")
    found = away.fine("people", "show", BO, "--json").json
    assert found["pattern"].startswith("36.5 h a week (gleaner.toml): Mon 8.0")
    assert (found["team"], found["manager"], found["rollout"]) == ("Sales", ANA, "Second, from 2026-05-04")
    assert found["holidays_of"] == "DE"
    assert len(found["next_holidays"]) == 3
    assert any("company outing (gleaner.toml)" in line for line in found["exceptions"])
    text = away.fine("people", "show", BO).out
    assert "team: Sales" in text
