"""``gleaner rules explain``: everything about one rule, and nothing about people whom one may not see."""

from __future__ import annotations

from typing import Any

import pytest
from tests.journeys.world import ANA, BO, TUESDAY, World, meeting

WEEKS = ("2026-02-10", "2026-02-17", "2026-02-24", "2026-03-03")
RULE = ('title = "catch *"', 'project = "WEB"', 'task = "Meetings"')


@pytest.fixture
def shared(world: World) -> World:
    """A rule for everybody, under the ladder, with a meeting a week of Ana's and one of Bo's."""
    world.lines = [line for line in world.lines if line not in ("[policy]", 'meetings = "post"')]
    world.say("[policy]", 'meetings = "post"', "ladder = true")
    world.say("[[rules]]", 'name = "Catch-ups"', *RULE)
    world.calendar(ANA, *(meeting("14:00-15:00", "Catch up", day=day, uid=day) for day in WEEKS))
    world.calendar(BO, meeting("14:00-15:00", "Catch up with a secret client", day=WEEKS[0]))
    world.fine("run", "--from", WEEKS[0], "--to", WEEKS[-1])
    return world


def of_ana(world: World) -> list[str]:
    """Her open proposals, oldest first."""
    items = world.review("--person", ANA)
    return [item["id"] for item in sorted(items, key=lambda item: str(item["on"]))]


def explained(world: World) -> Any:
    (rule,) = world.fine("rules", "--json").json
    return world.fine("rules", "explain", rule["id"], "--json").json


def test_it_says_what_a_rule_does_where_it_comes_from_and_whether_it_is_on(shared: World) -> None:
    (rule,) = shared.fine("rules", "--json").json
    said = shared.fine("rules", "explain", rule["id"][:4])
    assert said.out.startswith(
        f"{rule['id']}  If the title is like catch *, it goes to Website / Meetings.\n"
    )
    assert "It comes from gleaner.toml, rules[1].\n" in said.out
    assert "It is on.\n" in said.out
    assert f"Switch it off: gleaner rules off {rule['id']}" in said.err
    shared.fine("rules", "off", rule["id"])
    said = shared.fine("rules", "explain", rule["id"])
    assert f"by {ANA}: it counts for nothing." in said.out
    assert f"Switch it on: gleaner rules on {rule['id']}" in said.err


def test_it_says_what_became_of_the_newest_proposals(shared: World) -> None:
    first, second, third, _ = of_ana(shared)
    shared.fine("review", "accept", first)
    shared.fine("review", "edit", second, "--project", "APL", "--task", "Meetings")
    shared.fine("review", "dismiss", third, "--why", "nobody came")
    found = explained(shared)
    fates = {(one["person"], one["on"]): one["became"] for one in found["newest"]}
    assert fates == {
        (ANA, WEEKS[3]): "waits for review",
        (ANA, WEEKS[2]): f"dismissed by {ANA} (nobody came)",
        (ANA, WEEKS[1]): f"corrected to Apollo / Meetings by {ANA}",
        (ANA, WEEKS[0]): f"accepted by {ANA}",
        (BO, WEEKS[0]): "waits for review",
    }
    assert [one["on"] for one in found["newest"]] == sorted(
        (one["on"] for one in found["newest"]), reverse=True
    )
    assert (found["kept"], found["decided"]) == (1, 3)
    shared.fine("undo", first)
    assert f"accepted by {ANA}, undone since" in shared.fine("rules", "explain", found["id"]).out


def test_it_names_each_persons_rung_with_the_last_step_and_its_reason(shared: World) -> None:
    more = [f"2026-01-{day}" for day in (13, 20, 27)]
    shared.calendar(ANA, *(meeting("14:00-15:00", "Catch up", day=day, uid=day) for day in (*WEEKS, *more)))
    shared.fine("run", "--from", more[0], "--to", WEEKS[-1])
    shared.fine("review", "accept", *of_ana(shared)[:6])
    (on,) = explained(shared)["ladder"]
    assert (on["person"], on["rung"], on["kept"]) == (ANA, "preselect", 6)
    assert (on["last_step"]["after"], on["last_step"]["why"]) == ("preselect", "it was kept")
    said = shared.fine("rules", "explain", explained(shared)["id"]).out
    assert "Ana Person, meetings: preselect; new: 6 of 6 kept, too few to tell." in said
    assert "from suggest up to preselect, because it was kept (5 of 5 kept)." in said


def test_what_was_earned_is_held_under_the_ceiling_and_that_is_said(shared: World) -> None:
    shared.fine("review", "accept", of_ana(shared)[0])
    shared.lines = [line.replace('meetings = "post"', 'meetings = "suggest"') for line in shared.lines]
    shared.say("# changed")
    for one in of_ana(shared):
        shared.fine("review", "accept", one)
    again = meeting("14:00-15:00", "Catch up", uid="again")
    shared.calendar(ANA, *(meeting("14:00-15:00", "Catch up", day=day, uid=day) for day in WEEKS), again)
    shared.fine("run", "--on", TUESDAY)
    shared.fine("review", "accept", of_ana(shared)[0])
    (on,) = explained(shared)["ladder"]
    assert (on["rung"], on["allowed"]) == ("preselect", "suggest")
    said = shared.fine("rules", "explain", explained(shared)["id"]).out
    assert "preselect, held at suggest by gleaner.toml;" in said


def test_a_member_reads_about_a_shared_rule_but_not_about_others(shared: World) -> None:
    shared.fine("review", "accept", *of_ana(shared))
    shared.act_as(BO)
    found = explained(shared)
    assert {one["person"] for one in found["newest"]} == {BO}
    assert found["ladder"] == []
    assert (found["hits"], found["decided"]) == (1, 0)
    said = shared.fine("rules", "explain", found["id"])
    assert "Ana" not in said.out + said.err


def test_nobody_but_an_administrator_reads_about_a_rule_of_somebody_elses(world: World) -> None:
    world.say("[[rules]]", f'person = "{ANA}"', *RULE)
    (rule,) = world.fine("rules", "--json").json
    world.act_as(BO)
    said = world.gleaner("rules", "explain", rule["id"])
    assert (said.code, said.out) == (2, "")
    assert said.err.strip() == f"there is no rule {rule['id']}; see: gleaner rules"


def test_a_rule_that_leaves_out_says_what_became_of_what_it_is_about(world: World) -> None:
    events = [meeting("16:00-16:30", "Coffee round", day=day, uid="coffee") for day in WEEKS[2:]]
    world.calendar(ANA, *events)
    world.fine("run", "--from", WEEKS[2], "--to", WEEKS[3])
    (first, _second) = of_ana(world)
    world.fine("review", "dismiss", first, "--never", "series")
    world.calendar(ANA, *events, meeting("16:00-16:30", "Coffee round", uid="coffee"))
    world.fine("run", "--on", TUESDAY)
    found = explained(world)
    assert [one["became"] for one in found["newest"]] == ["left out", "left out", f"dismissed by {ANA}"]
    said = world.fine("rules", "explain", found["id"]).out
    assert "What it is about is not proposed. What was logged before stays." in said
    assert f"It was made in a review by {ANA} on " in said
    assert "ladder" not in said


def test_rules_of_one_name_say_that_they_share_a_record(shared: World) -> None:
    shared.say("[[rules]]", 'name = "Catch-ups"', 'title = "coffee*"', 'project = "WEB"')
    one, other = shared.fine("rules", "--json").json
    said = shared.fine("rules", "explain", one["id"]).out
    assert f"It shares its record with {other['id']}: they have the same name." in said
    assert "The task follows from the kind of work." in shared.fine("rules", "explain", other["id"]).out


def test_a_new_rule_has_no_record_and_says_so(world: World) -> None:
    world.say("[[rules]]", *RULE)
    said = world.fine("rules", "explain", world.fine("rules", "--json").json[0]["id"]).out
    assert "0 proposals; new: no record yet.\n" in said
    assert "Nothing that rested on it was judged yet." in said
    assert "No proposal rested on it yet." in said


def test_the_same_rule_twice_in_the_file_is_one(world: World) -> None:
    for _ in range(2):
        world.say("[[rules]]", *RULE)
    (rule,) = world.fine("rules", "--json").json
    world.fine("rules", "off", rule["id"])
    world.calendar(ANA, meeting("14:00-15:00", "Catch up"))
    world.fine("run", "--on", TUESDAY)
    assert world.waiting()["Catch up"]["level"] == "unsure"
