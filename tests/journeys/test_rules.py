"""Rules in gleaner.toml are stronger than anything guessed; a wrong one is named and the rest goes on."""

from __future__ import annotations

import pytest
from tests.journeys.world import ANA, BO, TUESDAY, World, meeting

CATCH_UP = meeting("14:00-15:00", "Catch up", attendees=("ben@beta.example",))


@pytest.mark.parametrize(
    "condition",
    [
        'title = "catch *"',
        'attendee = "*@beta.example"',
        'calendar = "ana*"',
        f'title = "Catch*"\nperson = "{ANA}"',
    ],
)
def test_a_rule_makes_a_vague_meeting_sure(world: World, condition: str) -> None:
    world.calendar(ANA, CATCH_UP)
    world.say("[[rules]]", *condition.splitlines(), 'project = "Beta Labs / Website"', 'task = "Meetings"')
    world.fine("run", "--on", TUESDAY)
    assert world.timesheet() == [f"Ana {TUESDAY} 1.0 Website / Meetings: Catch up"]


def test_a_rule_for_somebody_else_does_not_count(world: World) -> None:
    world.calendar(ANA, CATCH_UP)
    world.say("[[rules]]", 'title = "Catch up"', f'person = "{BO}"', 'project = "WEB"', 'task = "Meetings"')
    world.fine("run", "--on", TUESDAY)
    assert world.entries() == []


def test_a_rule_never_posts_coding(world: World) -> None:
    world.repository("hidden-tool", "10:00", "10:50")
    world.say("[[rules]]", 'repository = "hidden-*"', 'project = "WEB"', 'task = "Programming"')
    world.fine("run", "--on", TUESDAY)
    assert world.entries() == []
    (item,) = world.waiting().values()
    assert (item["level"], item["target"]) == ("sure", "Beta Labs › Website › Programming")


WRONG = {
    "project": (
        ['title = "x"', 'project = "Apolo"'],
        'there is no project "Apolo". Near: Acme Industries / Apollo',
    ),
    "task": (
        ['title = "x"', 'project = "APL"', 'task = "Designs"'],
        'there is no task of "Apollo" "Designs". Near: Design',
    ),
    "no tasks": (
        ['title = "x"', 'project = "EMP"', 'task = "Design"'],
        'the project "Empty Shell" has no tasks; add one in Harvest',
    ),
    "archived": (['title = "x"', 'project = "Old Site"'], 'the project "Old Site" is archived'),
    "no condition": (
        ['project = "APL"'],
        "it has no condition; give title, calendar, attendee, repository or branch",
    ),
    "person": (
        ['title = "x"', 'project = "APL"', 'person = "eve@x.example"'],
        "nobody in Harvest has the address eve@x.example",
    ),
}


@pytest.mark.parametrize(("rule", "sentence"), WRONG.values(), ids=WRONG)
def test_a_rule_that_names_nothing_is_one_sentence_and_the_rest_goes_on(
    world: World, rule: list[str], sentence: str
) -> None:
    world.calendar(ANA, CATCH_UP)
    world.say("[[rules]]", *rule)
    world.say("[[rules]]", 'title = "Catch up"', 'project = "WEB"', 'task = "Meetings"')
    said = world.gleaner("run", "--on", TUESDAY)
    assert said.code == 1
    assert said.err.splitlines()[0].startswith(f"gleaner.toml, rules[1]: {sentence}")
    assert world.timesheet() == [f"Ana {TUESDAY} 1.0 Website / Meetings: Catch up"]


def test_a_correction_makes_the_right_project_the_first_guess(world: World) -> None:
    """Two weeks of a vague meeting: after one hour that was put right it is the first guess, and still only a guess."""
    first = meeting("14:00-15:00", "Catch up", day="2026-03-03", uid="first")
    world.calendar(ANA, first, CATCH_UP)
    world.fine("run", "--on", "2026-03-03")
    (item,) = world.waiting().values()
    world.fine("review", "edit", item["id"], "--project", "WEB", "--task", "Meetings")
    world.fine("run", "--on", TUESDAY)
    (item,) = world.waiting().values()
    assert (item["on"], item["level"]) == (TUESDAY, "unsure")
    assert item["alternatives"][0]["label"] == "Beta Labs › Website › Meetings"
    assert item["alternatives"][0]["confidence"] > 1.5 * item["alternatives"][1]["confidence"]
