"""Notes by template: what Harvest gets, and what a wrong template says."""

from __future__ import annotations

import pytest
from tests.journeys.world import ANA, TUESDAY, World, meeting


def notes(world: World) -> list[str]:
    return [entry["notes"] for entry in world.entries()]


def test_an_entry_says_what_the_projects_template_says(world: World) -> None:
    world.calendar(
        ANA, meeting("10:00-11:00", "APL-12 detail review"), meeting("11:00-12:00", "WEB kick-off")
    )
    world.say("[[notes]]", 'project = "APL"', 'template = "{issue} · {task}"')
    world.fine("run", "--on", TUESDAY)
    assert notes(world) == ["APL-12 · Meetings", "WEB kick-off"]


def test_the_client_and_the_kind_narrow_it(world: World) -> None:
    world.calendar(ANA, meeting("10:00-11:00", "APL detail review"), meeting("11:00-12:00", "WEB kick-off"))
    world.say("[[notes]]", 'client = "Beta Labs"', 'kind = "meeting"', 'template = "Call: {title}"')
    world.say("[[notes]]", 'kind = "coding"', 'template = "Code"')
    world.fine("run", "--on", TUESDAY)
    assert notes(world) == ["APL detail review", "Call: WEB kick-off"]


def test_a_project_chosen_in_the_review_brings_its_notes(world: World) -> None:
    world.calendar(ANA, meeting("14:00-15:00", "Catch up"))
    world.say("[[notes]]", 'project = "WEB"', 'template = "{project}: {title}"')
    world.fine("run", "--on", TUESDAY)
    edit = ("--project", "WEB", "--task", "Meetings")
    world.fine("review", "edit", world.waiting()["Catch up"]["id"], *edit)
    assert notes(world) == ["Website: Catch up"]


def test_a_persons_own_notes_win(world: World) -> None:
    world.calendar(ANA, meeting("14:00-15:00", "Catch up"))
    world.say("[[notes]]", 'template = "{project}: {title}"')
    world.fine("run", "--on", TUESDAY)
    edit = ("--project", "WEB", "--task", "Meetings", "--notes", "With the team")
    world.fine("review", "edit", world.waiting()["Catch up"]["id"], *edit)
    assert notes(world) == ["With the team"]


def test_another_template_does_not_touch_what_is_logged(world: World) -> None:
    world.calendar(ANA, meeting("10:00-11:00", "APL detail review"))
    world.fine("run", "--on", TUESDAY)
    world.say("[[notes]]", 'template = "Work"')
    world.fine("run", "--on", TUESDAY)
    assert notes(world) == ["APL detail review"]
    assert world.waiting() == {}


@pytest.mark.parametrize(
    ("lines", "code", "sentence"),
    [
        (
            ['template = "{attendees}"'],
            2,
            'gleaner.toml, notes[1].template: there is no "{attendees}". It takes {',
        ),
        (
            ['template = "{tittle}"'],
            2,
            'there is no "{tittle}". Did you mean "{title}"? It takes {title}, {issue}',
        ),
        (['project = "Apolo"', 'template = "x"'], 1, 'gleaner.toml, notes[1]: there is no project "Apolo"'),
    ],
)
def test_a_wrong_template_is_one_sentence(world: World, lines: list[str], code: int, sentence: str) -> None:
    world.calendar(ANA, meeting("10:00-11:00", "APL detail review"))
    world.say("[[notes]]", *lines)
    said = world.gleaner("run", "--on", TUESDAY)
    assert (said.code, sentence in said.err) == (code, True), said
    assert notes(world) == (["APL detail review"] if code == 1 else [])
