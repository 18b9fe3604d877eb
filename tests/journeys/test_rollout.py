"""Stepped roll-out: until their day people are only observed, and the report measures what changed against them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from tests.journeys.world import ANA, BO, CY, TUESDAY, World, meeting

from gleaner.app.account import open_account
from gleaner.app.daemon.around import gone_through
from gleaner.app.rollout import is_on, on_days
from gleaner.core.catalog import UserId

MONDAY, WEDNESDAY = "2026-03-09", "2026-03-11"


@pytest.fixture
def waiting(world: World) -> World:
    """Ana is in no group; Bo begins on Wednesday; all have the same meeting on Tuesday and on Wednesday."""
    for who in (ANA, BO):
        world.calendar(
            who,
            meeting("10:00-11:00", "APL detail review", uid="one"),
            meeting("10:00-11:00", "APL detail review", uid="two", day=WEDNESDAY),
        )
    world.say("[[rollout]]", 'group = "Second"', f'people = ["{BO}"]', f"from = {WEDNESDAY}")
    return world


def test_nothing_is_proposed_or_logged_for_days_before_the_group_begins(waiting: World) -> None:
    waiting.gleaner("run", "--from", MONDAY, "--to", WEDNESDAY)
    assert [line.split(" Apollo")[0] for line in waiting.timesheet()] == [
        "Ana 2026-03-10 1.0",
        "Ana 2026-03-11 1.0",
        "Bo 2026-03-11 1.0",
    ]
    assert {one["action"]["spent_date"] for one in waiting.review("--all") if one["person"] == BO} == {
        WEDNESDAY
    }


def test_a_dry_run_shows_no_more_than_a_run_would_do(waiting: World) -> None:
    said = waiting.fine("run", "--on", TUESDAY, "--dry-run", "--json").json
    assert said["proposals"] == 1


def test_once_they_begin_nothing_is_made_up_for_the_days_before(waiting: World) -> None:
    waiting.gleaner("run", "--on", TUESDAY)
    waiting.lines = [line for line in waiting.lines if not line.startswith("from =")]
    waiting.say(f"from = {MONDAY}")
    waiting.gleaner("run", "--on", TUESDAY)
    assert len(waiting.timesheet()) == 2


def test_what_was_approved_by_policy_waits_when_the_group_is_put_off(waiting: World) -> None:
    """Bo's Wednesday was proposed; then posting was allowed, and the roll-out put off."""
    waiting.lines = [line.replace('meetings = "post"', 'meetings = "suggest"') for line in waiting.lines]
    waiting.say()
    waiting.gleaner("run", "--on", WEDNESDAY)
    assert BO in {one["person"] for one in waiting.review("--all")}
    waiting.lines = [
        line.replace('meetings = "suggest"', 'meetings = "post"').replace(WEDNESDAY, "2027-01-01")
        for line in waiting.lines
    ]
    waiting.say()
    waiting.gleaner("run", "--on", WEDNESDAY)
    assert [line.split()[0] for line in waiting.timesheet()] == ["Ana"]
    assert {one["state"] for one in waiting.review("--all") if one["person"] == BO} == {"proposed"}


def test_people_who_wait_still_log_by_hand_and_are_in_the_report(waiting: World) -> None:
    waiting.fine("log", "2", "APL", "--task", "Programming", "--on", MONDAY, "--person", BO)
    assert [line.split()[0] for line in waiting.timesheet()] == ["Bo"]
    found: Any = waiting.gleaner("compliance", "--week", "2026-W11", "--json").json
    assert "Bo Person" in [one["person"] for one in found["people"]]
    (point,) = found["trend"]
    assert point["begun"] == ["Second"]


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (
            ('group = "X"', 'people = ["nobody@studio.example"]', "from = 2026-03-11"),
            "nobody in Harvest has the address",
        ),
        (('group = "X"', 'team = "Nowhere"', "from = 2026-03-11"), 'nobody is in the team "Nowhere"'),
    ],
)
def test_the_doctor_says_which_group_names_nobody(world: World, lines: tuple[str, ...], why: str) -> None:
    world.say("[[rollout]]", *lines)
    assert why in world.gleaner("doctor").out


def test_a_group_of_nobody_is_refused(world: World) -> None:
    world.say("[[rollout]]", 'group = "X"', "from = 2026-03-11")
    said = world.gleaner("week")
    assert said.code == 2
    assert "needs people or a team" in said.err


def test_the_report_measures_what_changed_or_says_why_it_cannot(world: World) -> None:
    world.say("[[rollout]]", 'group = "Pilot"', f'people = ["{ANA}"]', "from = 2026-03-02")
    world.say("[[rollout]]", 'group = "Rest"', f'people = ["{BO}", "{CY}"]', "from = 2026-06-01")
    world.running.control.set_now(datetime.fromisoformat("2026-02-16T08:00:00Z"))
    for day in ("2026-02-16", "2026-02-23", "2026-03-02", "2026-03-09"):
        world.by_hand(8, "apollo", "programming", "Work", day=day)
    found: Any = world.gleaner("compliance", "--week", "2026-W11", "--json").json
    (one,) = found["rollout"]
    assert one["uplift"] is None
    assert "it takes 3 people in the group and 3 who wait" in one["text"]
    assert [point["begun"] for point in found["trend"]] == [[], [], ["Pilot"], []]
    assert [point["waiting"]["people"] for point in found["trend"]] == [3, 3, 2, 2]


def test_jobs_that_go_through_a_persons_day_leave_who_waits_alone(waiting: World) -> None:
    """The pass has seen Bo's Tuesday, because calendars say who is away; at the end of that day nothing comes of it."""
    waiting.gleaner("run", "--on", TUESDAY)
    with open_account(waiting.config) as account:
        bo, tuesday = UserId(waiting.user(BO)), date.fromisoformat(TUESDAY)
        assert account.activities.between(bo, tuesday, tuesday)
        assert gone_through(account, bo, tuesday, tuesday) == "0 approved by policy, 0 wait for review"
        assert account.inbox.items(user_id=bo, first=tuesday, last=tuesday) == []


def test_a_group_begins_on_its_day_and_somebody_in_two_with_the_last(world: World) -> None:
    world.say("[[rollout]]", 'group = "One"', f'people = ["{BO}", "{CY}"]', f"from = {MONDAY}")
    world.say("[[rollout]]", 'group = "Two"', f'people = ["{CY}"]', f"from = {WEDNESDAY}")
    world.fine("sync")
    monday, tuesday, wednesday = map(date.fromisoformat, (MONDAY, TUESDAY, WEDNESDAY))
    with open_account(world.config) as account:
        ana, bo, cy = (UserId(world.user(who)) for who in (ANA, BO, CY))
        assert is_on(account, ana, date(2020, 1, 1))
        assert [is_on(account, bo, day) for day in (date(2026, 3, 8), monday, tuesday)] == [False, True, True]
        assert [is_on(account, cy, day) for day in (monday, tuesday, wednesday)] == [False, False, True]
        found = [(sorted(who), days) for who, days in on_days(account, [ana, bo, cy], [monday, wednesday])]
        assert found == [([ana], [monday, wednesday]), ([bo], [monday, wednesday]), ([cy], [wednesday])]
