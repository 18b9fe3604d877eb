"""What is missing, and what is not: holidays, leave, half days, contracts and what people say in so many words."""

from __future__ import annotations

from typing import Any

import pytest
from tests.journeys.world import ANA, BO, TUESDAY, World, meeting

MONDAY = "2026-03-09"
EASTER_MONDAY = "2026-04-06"


def all_day(title: str, day: str, until: str) -> str:
    return "\n".join(
        ["BEGIN:VEVENT", f"UID:{title}-{day}", "DTSTAMP:20260301T000000Z", f"DTSTART;VALUE=DATE:{day}",
         f"DTEND;VALUE=DATE:{until}", f"SUMMARY:{title}", "END:VEVENT"]
    )  # fmt: skip


def day(world: World, on: str = TUESDAY, *words: str) -> dict[str, Any]:
    said = world.gleaner("gaps", "--json", "--on", on, *words)
    assert said.code in (0, 1), said
    return next(iter(said.json), {})


def test_a_gap_is_said_with_its_sum_and_an_exit_code(world: World) -> None:
    world.by_hand(5, "apollo", "programming", "Login")
    said = world.gleaner("gaps", "--on", TUESDAY)
    assert said.code == 1
    assert said.out.strip() == "Tue 10 Mar · 8.0 h by contract · in Harvest 5.0 · still open 3.0"
    world.by_hand(3, "apollo", "meetings", "Planning")
    said = world.gleaner("gaps", "--on", TUESDAY)
    assert (said.code, said.out.strip()) == (0, f"Nothing is missing from {TUESDAY} to {TUESDAY}.")


def test_without_days_the_last_seven_are_meant_and_today_is_not_over(world: World) -> None:
    days = [one["day"] for one in world.gleaner("gaps", "--json").json]
    assert len(days) == 5
    assert days == sorted(days)


def test_what_waits_for_review_is_no_gap(world: World) -> None:
    world.calendar(ANA, meeting("09:00-17:00", "Sync with somebody"))
    world.fine("run", "--on", TUESDAY)
    found = day(world)
    assert (found["unsure"], found["gap"]) == (8.0, 0.0)
    assert world.gleaner("gaps", "--on", TUESDAY).code == 0


def test_leave_in_the_calendar_is_excused_and_back_when_it_is_called_off(world: World) -> None:
    world.calendar(ANA, all_day("Vacation", "20260309", "20260311"))
    world.fine("run", "--from", MONDAY, "--to", TUESDAY)
    assert day(world) == day(world, MONDAY) == {}
    assert "0.0 h = 8.0 contract − 8.0 time off" in world.fine("today", "--on", TUESDAY).out
    world.calendar(ANA, all_day("Vacation", "20260309", "20260310"))
    world.fine("run", "--from", MONDAY, "--to", TUESDAY)
    assert (day(world)["gap"], day(world, MONDAY)) == (8.0, {})


def test_half_a_day_off_is_half_a_day(world: World) -> None:
    world.calendar(ANA, all_day("Vacation (half day)", "20260310", "20260311"))
    world.fine("run", "--on", TUESDAY)
    assert day(world)["sum"] == "4.0 h = 8.0 contract − 4.0 time off · in Harvest 0.0 · still open 4.0"


def test_time_off_that_is_logged_in_harvest_is_not_work(world: World) -> None:
    world.say("[timesheets]", 'time_off_tasks = ["design"]')
    world.by_hand(2, "apollo", "design", "Doctor")
    world.by_hand(5, "apollo", "programming", "Login")
    assert day(world)["sum"] == "6.0 h = 8.0 contract − 2.0 time off · in Harvest 5.0 · still open 1.0"


@pytest.mark.parametrize(
    ("task", "is_off"),
    [("Vacation", True), ("Vacation / Sick leave", True), ("PTO", True), ("Urlaub", True), ("Holiday campaign", False),
     ("Sick leave reports", False), ("Meetings", False)],
)  # fmt: skip
def test_a_task_is_time_off_when_its_name_says_nothing_else(world: World, task: str, is_off: bool) -> None:
    world.api().patch(f"/tasks/{world.ids['design']}", name=task)
    world.by_hand(2, "apollo", "design", "x")
    assert day(world)["expected"] == (6.0 if is_off else 8.0)


def test_public_holidays_are_those_of_the_persons_country_and_region(world: World) -> None:
    world.say(
        "[timesheets]",
        'country = "DE"',
        'region = "BE"',
        "",
        "[[people]]",
        f'email = "{BO}"',
        'country = "US"',
    )
    assert day(world, EASTER_MONDAY) == {}
    assert day(world, EASTER_MONDAY, "--person", BO)["gap"] == 8.0
    assert "Ostermontag" in world.fine("today", "--on", EASTER_MONDAY).out


def test_contract_hours_that_take_turns(world: World) -> None:
    world.say(
        "[[people]]",
        f'email = "{ANA}"',
        'hours = ["8 4 - - - - -", "- - 6 - - - -"]',
        "hours_from = 2026-03-12",
    )
    assert day(world)["expected"] == 4.0
    assert day(world, "2026-03-17") == {}
    assert day(world, "2026-03-18")["expected"] == 6.0


def test_an_absence_in_the_file_is_told_with_its_reason(world: World) -> None:
    world.say("[[absences]]", f'person = "{ANA}"', f"first = {TUESDAY}", "hours = 1.5", 'reason = "doctor"')
    world.say("[[absences]]", f"first = {MONDAY}", 'reason = "company outing"')
    assert day(world)["sum"].startswith("6.5 h = 8.0 contract − 1.5 doctor")
    assert day(world, MONDAY) == {}
    assert day(world, TUESDAY, "--person", BO)["expected"] == 8.0


def test_who_is_not_employed_that_day_or_a_contractor_misses_nothing(world: World) -> None:
    world.say("[[people]]", f'email = "{ANA}"', "employed_from = 2026-03-10")
    world.say("[[people]]", f'email = "{BO}"', "contractor = true")
    assert day(world, MONDAY) == {}
    assert day(world)["gap"] == 8.0
    assert day(world, TUESDAY, "--person", BO) == {}


def test_an_administrator_sees_the_team_and_a_member_does_not(world: World) -> None:
    said = world.gleaner("gaps", "--team", "--on", TUESDAY)
    assert [line.split(" · ")[1] for line in said.out.splitlines()] == [
        "Ana Person",
        "Bo Person",
        "Cy Person",
    ]
    world.act_as(BO)
    refused = world.gleaner("gaps", "--team", "--on", TUESDAY)
    assert (refused.code, refused.out) == (1, "")
    assert "only an administrator sees what is everybody's; leave out --team" in refused.err
    assert "only they and an administrator" in world.gleaner("gaps", "--person", ANA).err


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (('[timesheets]', 'country = "XX"'), 'there is no country "XX"'),
        (('[timesheets]', 'country = "DE"', 'region = "BV"'), 'DE has no region "BV". Known: BB'),
        (('[timesheets]', 'region = "BY"'), 'the region "BY" needs a country'),
        (('[timesheets]', 'time_off_tasks = ["Leave"]'), 'Harvest has no task "Leave"'),
        (("[[absences]]", 'person = "al@studio.example"', "first = 2026-03-10", 'reason = "x"'), "nobody in Harvest"),
    ],
)  # fmt: skip
def test_the_doctor_names_what_is_nothing(world: World, lines: tuple[str, ...], said: str) -> None:
    world.say(*lines)
    assert said in world.gleaner("doctor").out
    assert day(world)["gap"] == 8.0


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (("[[people]]", f'email = "{ANA}"', 'hours = "8 8"'), "seven parts"),
        (("[[people]]", f'email = "{ANA}"', 'hours = "8 8 8 8 30 - -"'), "0 to 24 hours"),
        (("[[absences]]", "first = 2026-03-10", "last = 2026-03-09", 'reason = "x"'), "before it begins"),
        (("[[absences]]", "first = 2026-03-10", "hours = 25", 'reason = "x"'), "less than or equal to 24"),
        (("[[absences]]", "first = 2026-03-10"), 'missing "reason"'),
    ],
)
def test_what_makes_no_sense_in_the_file_is_refused(world: World, lines: tuple[str, ...], said: str) -> None:
    world.say(*lines)
    found = world.gleaner("gaps")
    assert found.code == 2
    assert said in found.err
