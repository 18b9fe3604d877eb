"""The first evening with Gleaner: what is sure is logged, the rest waits, and every decision can be taken back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from tests.journeys.conftest import Builder
from tests.journeys.world import ANA, BO, TUESDAY, World, meeting

DESIGN = meeting("10:00-11:00", "APL detail review", attendees=("rita@acme.example",))
CATCH_UP = meeting("14:00-15:00", "Catch up")
LOGGED = f"Ana {TUESDAY} 1.0 Apollo / Meetings: APL detail review"


def tuesday(world: World) -> World:
    """
    10:00-11:00  APL detail review   (names a project code: sure)
    14:00-15:00  Catch up            (says nothing: unsure)
    15:30-16:45  three commits in apollo-api
    """
    world.calendar(ANA, DESIGN, CATCH_UP)
    world.repository("apollo-api", "15:30", "16:10", "16:45")
    return world


@pytest.fixture
def evening(world: World) -> World:
    """Tuesday evening, after the first run."""
    tuesday(world).fine("run", "--on", TUESDAY)
    return world


def by_hours(world: World) -> dict[str, float]:
    """Hours by task."""
    return {entry["task"]["name"]: entry["hours"] for entry in world.entries()}


@pytest.mark.parametrize(
    ("has_times", "database"),
    [(False, "sqlite"), (True, "sqlite"), (False, "postgresql"), (True, "postgresql")],
    ids=["durations", "times", "durations-postgresql", "times-postgresql"],
)
def test_an_evening_from_the_first_run_to_the_last_undo(
    new_world: Builder, has_times: bool, database: str, request: pytest.FixtureRequest
) -> None:
    world = tuesday(new_world(has_times=has_times))
    if database == "postgresql":
        world.use(request.getfixturevalue("migrated_pg_url"))

    ran = world.fine("run", "--on", TUESDAY)
    assert "Ana Person: Logged 1.00 h to Apollo / Meetings on Tue 10 Mar." in ran.out
    assert "3 activities seen, 0 in Harvest already, 1 logged now, 2 wait for review" in ran.out
    (entry,) = world.entries()
    assert world.timesheet() == [LOGGED]
    assert entry["external_reference"]["id"].startswith("gleaner-")
    assert entry["external_reference"]["group_id"] == "gleaner"
    assert (entry["started_time"], entry["ended_time"]) == (("10:00", "11:00") if has_times else (None, None))

    waiting = world.waiting()
    assert {title: item["rule"] for title, item in waiting.items()} == {
        "Catch up": "meeting",
        "apollo-api: feat/login": "coding",
    }
    coding, vague = waiting["apollo-api: feat/login"], waiting["Catch up"]
    assert vague["action"]["project_id"] is None

    corrected = ("--project", "APL", "--task", "Design", "--hours", "0:30", "--notes", "Kick-off")
    edited = world.fine("review", "edit", vague["id"], *corrected)
    assert f"Logged 0.50 h to Apollo / Design on Tue 10 Mar.  Undo: gleaner undo {vague['id']}" in edited.out
    accepted = world.fine("review", "accept", coding["id"])
    assert "to Apollo / Programming" in accepted.out
    assert f"Ana {TUESDAY} 0.5 Apollo / Design: Kick-off" in world.timesheet()
    assert by_hours(world)["Programming"] == float(coding["action"]["hours"])
    assert world.fine("review").out == "Nothing to review.\n"

    undone = world.fine("undo", vague["id"])
    assert undone.out == "Undone: Catch up.\n"
    assert sorted(by_hours(world)) == ["Meetings", "Programming"]
    world.fine("undo", "--run", "last")
    assert sorted(by_hours(world)) == ["Meetings"]
    world.fine("undo", "--run", ran.err.split("--run ")[1].strip())
    assert world.entries() == []

    world.fine("run", "--on", TUESDAY)
    assert world.entries() == []
    assert world.states() == {
        "APL detail review": "undone",
        "Catch up": "undone",
        "apollo-api: feat/login": "undone",
    }


def test_review_says_why(evening: World) -> None:
    said = evening.fine("review").out
    assert '"Catch up". Nothing seen says which project this was for.' in said
    assert "? choose a project" in said
    assert "3 commits 15:30–16:45 on feat/login" in said
    assert 'It names the project "Apollo".' in said
    shown = evening.fine("review", "--why").out
    assert '+3.0  it names the project "Apollo"' in shown


def test_an_unsure_proposal_cannot_be_accepted_as_it_stands(evening: World) -> None:
    said = evening.gleaner("review", "accept", evening.waiting()["Catch up"]["id"])
    assert said.code == 2
    assert '"Catch up" has no project yet; choose one with: gleaner review edit' in said.err
    assert evening.timesheet() == [LOGGED]


def test_accepting_all_that_is_sure_leaves_the_rest_alone(world: World) -> None:
    tuesday(world).say("[[people]]", f'email = "{ANA}"', "only_suggest = true")
    world.fine("run", "--on", TUESDAY)
    assert world.entries() == []
    assert "Logged 1.00 h to Apollo / Meetings" in world.fine("review", "accept", "--sure").out
    assert world.timesheet() == [LOGGED]
    assert sorted(world.waiting()) == ["Catch up", "apollo-api: feat/login"]


def test_under_suggest_everything_waits(world: World) -> None:
    tuesday(world)
    world.lines = [line.replace('"post"', '"suggest"') for line in world.lines]
    world.say("")
    world.fine("run", "--on", TUESDAY)
    assert world.entries() == []
    assert sorted(world.waiting()) == ["APL detail review", "Catch up", "apollo-api: feat/login"]


def test_what_was_dismissed_is_never_asked_again(evening: World) -> None:
    vague = evening.waiting()["Catch up"]["id"]
    assert evening.fine("review", "dismiss", vague, "--why", "private").out == "Dismissed 1.\n"
    evening.calendar(ANA, DESIGN, meeting("14:00-15:30", "Catch up"))
    evening.fine("run", "--on", TUESDAY)
    assert sorted(evening.waiting()) == ["apollo-api: feat/login"]
    assert "Dismissed: Catch up (private)" in evening.fine("journal").out


def test_the_journal_says_who_decided_what_and_what_came_of_it(evening: World) -> None:
    evening.fine("review", "accept", evening.waiting()["apollo-api: feat/login"]["id"])
    evening.fine("undo", "--run", "last")
    lines: list[dict[str, Any]] = evening.fine("journal", "--json").json
    assert [(line["actor"], line["event"]) for line in reversed(lines)] == [
        ("policy", "approved"),
        ("policy", "applied"),
        (ANA, "approved"),
        (ANA, "applied"),
        (ANA, "undone"),
    ]
    posted = lines[-2]
    assert posted["entry_id"] == evening.entries()[0]["id"]
    assert posted["request"]["reference"] == evening.entries()[0]["external_reference"]["id"]
    assert len(evening.fine("journal", "--json", "--limit", "2").json) == 2
    assert evening.fine("journal", "--json", "--person", BO).json == []


def test_the_day_adds_up(evening: World) -> None:
    evening.by_hand(2.5, "website", "programming", "Bugs")
    evening.fine("sync")
    day = evening.fine("today", "--on", TUESDAY, "--json").json
    hours = {name: Decimal(str(day[name])) for name in ("expected", "logged", "ready", "unsure", "open")}
    coding = Decimal(str(evening.waiting()["apollo-api: feat/login"]["action"]["hours"]))
    still_open = 8 - Decimal("3.5") - coding - 1
    assert hours == {
        "expected": Decimal(8),
        "logged": Decimal("3.5"),
        "ready": coding,
        "unsure": Decimal(1),
        "open": still_open,
    }
    said = evening.fine("today", "--on", TUESDAY).out
    assert (
        f"expected 8.00 h · in Harvest 3.50 · ready {coding:.2f} · unsure 1.00 · still open {still_open:.2f}"
        in said
    )
    assert "Bugs" in said


def test_the_week_is_the_sum_of_its_days(evening: World) -> None:
    evening.by_hand(2.0, "website", "programming", "Bugs", day="2026-03-13")
    evening.by_hand(4.0, "website", "programming", "Last week", day="2026-03-08")
    evening.fine("sync")
    week = evening.fine("week", "--on", TUESDAY, "--json").json
    assert [day["on"] for day in week["days"]] == [f"2026-03-{number:02}" for number in range(9, 16)]
    assert [float(day["expected"]) for day in week["days"]] == [8, 8, 8, 8, 8, 0, 0]
    for name in ("expected", "logged", "ready", "unsure"):
        days = sum(Decimal(str(day[name])) for day in week["days"])
        assert Decimal(str(week["week"][name])) == days
    assert float(week["week"]["logged"]) == 3


def test_time_nobody_saw_can_be_logged(world: World) -> None:
    said = world.fine("log", "1:30", "APL", "--task", "Design", "--notes", "Sketches", "--on", TUESDAY)
    assert "Logged 1.50 h to Apollo / Design on Tue 10 Mar." in said.out
    assert world.timesheet() == [f"Ana {TUESDAY} 1.5 Apollo / Design: Sketches"]
    short = said.out.split("gleaner undo ")[1].strip()
    world.fine("run", "--on", TUESDAY)
    assert world.waiting() == {}
    world.fine("undo", short)
    assert world.entries() == []


def test_time_can_be_logged_for_a_colleague_by_an_administrator(world: World) -> None:
    world.fine("log", "2", "Website", "-t", "Prog", "--person", BO, "--on", TUESDAY)
    assert world.timesheet() == [f"Bo {TUESDAY} 2.0 Website / Programming: "]


def test_somebody_else_decides_for_everybody_only_when_asked(world: World) -> None:
    world.calendar(BO, meeting("09:00-10:00", "Planning"))
    world.fine("run", "--on", TUESDAY)
    assert world.fine("review").out == "Nothing to review.\n"
    assert world.fine("review", "--all").out == "Nothing to review.\n"
    assert "Bo Person" in world.fine("review", "--everybody").out
    assert "Bo Person" in world.fine("review", "--person", BO).out


def test_an_entry_that_somebody_changed_is_left_alone_unless_forced(evening: World) -> None:
    (entry,) = evening.entries()
    evening.api().patch(f"/time_entries/{entry['id']}", hours=2.0)
    said = evening.gleaner("undo", "--run", "last")
    assert said.code == 1
    assert f"entry {entry['id']} was changed since Gleaner wrote it; undo it with --force" in said.err
    assert by_hours(evening) == {"Meetings": 2.0}
    evening.fine("undo", "--run", "last", "--force")
    assert evening.entries() == []


def test_an_entry_that_is_gone_already_counts_as_undone(evening: World) -> None:
    (entry,) = evening.entries()
    evening.api().delete(f"/time_entries/{entry['id']}")
    evening.fine("undo", "--run", "last")
    assert evening.states()["APL detail review"] == "undone"
    assert evening.fine("undo", "--run", "last").out == "Nothing to undo.\n"
