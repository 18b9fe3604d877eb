"""What changes after it was logged: asked once, changed by a yes, and never a second entry."""

from __future__ import annotations

from typing import Any

import pytest
from tests.journeys.conftest import Builder
from tests.journeys.world import ANA, TUESDAY, World, meeting

WEDNESDAY = "2026-03-11"
LOGGED = f"Ana {TUESDAY} 1.0 Apollo / Meetings: APL detail review"


def review_at(when: str = "10:00-11:00", title: str = "APL detail review", **more: Any) -> Any:
    return meeting(when, title, uid="review", **more)


def run(world: World, *words: str) -> Any:
    return world.fine("run", *(words or ("--on", TUESDAY)), "--json").json


def amendment(world: World) -> dict[str, Any]:
    """The one proposal that is open, which is about an entry that is there."""
    (item,) = world.waiting().values()
    assert (item["rule"], item["must_ask"]) == ("amendment", True)
    return item


def logged(world: World) -> World:
    world.calendar(ANA, review_at())
    world.fine("run", "--on", TUESDAY)
    assert world.timesheet() == [LOGGED]
    return world


@pytest.fixture
def posted(world: World) -> World:
    """Ana's detail review is logged, in an account that keeps durations."""
    return logged(world)


@pytest.fixture
def timed(new_world: Builder) -> World:
    """The same in an account that keeps start and end times."""
    return logged(new_world(has_times=True))


def times(world: World) -> tuple[str, str, float]:
    (entry,) = world.entries()
    return entry["started_time"], entry["ended_time"], entry["hours"]


def settled(world: World, *words: str) -> None:
    """Nothing is left to ask, and running again writes nothing."""
    before = world.entries()
    said = run(world, *words)
    assert (said["new"], said["changed"], said["applied"], said["problems"]) == (0, 0, 0, []), said
    assert world.waiting() == {}
    assert world.entries() == before


# --- times and lengths -------------------------------------------------------------------------------------------


def test_a_shortened_meeting_is_asked_about_and_shortened(posted: World) -> None:
    posted.calendar(ANA, review_at("10:00-10:30"))
    said = posted.fine("run", "--on", TUESDAY).out
    item = amendment(posted)
    assert '"APL detail review" was shortened from 1 h to 30 min (10:00–10:30) after it was logged.' in said
    assert posted.timesheet() == [LOGGED]
    shown = posted.fine("review", "--on", TUESDAY).out
    assert "1.00 → 0.50 h" in shown
    assert "from 1.00 h Apollo / Meetings on Tue 10 Mar to 0.50 h Apollo / Meetings on Tue 10 Mar" in shown
    assert (item["was"]["hours"], item["becomes"]["hours"]) == (1.0, 0.5)
    posted.fine("review", "accept", item["id"])
    assert posted.timesheet() == [f"Ana {TUESDAY} 0.5 Apollo / Meetings: APL detail review"]
    settled(posted)


def test_a_moved_meeting_changes_nothing_where_only_durations_are_kept(posted: World) -> None:
    posted.calendar(ANA, review_at("14:00-15:00"))
    settled(posted)


def test_a_moved_meeting_gets_its_new_times(timed: World) -> None:
    timed.calendar(ANA, review_at("14:00-14:30"))
    run(timed)
    item = amendment(timed)
    assert item["reason"] == '"APL detail review" moved from 10:00–11:00 to 14:00–14:30 after it was logged.'
    assert "(10:00–11:00 → 14:00–14:30)" in timed.fine("today", "--on", TUESDAY).out
    timed.fine("review", "accept", item["id"])
    assert times(timed) == ("14:00", "14:30", 0.5)
    settled(timed)
    timed.fine("undo", item["id"])
    assert times(timed) == ("10:00", "11:00", 1.0)
    settled(timed)


def test_it_never_gets_time_that_another_meeting_has(timed: World) -> None:
    """
    10:00-11:00  APL detail review   (logged; then moved to 13:30-15:00)
    13:30-14:00  APL stand-up        (logged)
    """
    stand_up = meeting("13:30-14:00", "APL stand-up", uid="a")
    timed.calendar(ANA, review_at(), stand_up)
    run(timed)
    timed.calendar(ANA, review_at("13:30-15:00"), stand_up)
    run(timed)
    timed.fine("review", "accept", amendment(timed)["id"])
    assert sorted((entry["started_time"], entry["ended_time"]) for entry in timed.entries()) == [
        ("13:30", "14:00"),
        ("14:00", "15:00"),
    ]
    settled(timed)


def test_moving_on_asks_anew_and_moving_back_takes_the_question_back(timed: World) -> None:
    timed.calendar(ANA, review_at("14:00-15:00"))
    run(timed)
    first = amendment(timed)["key"]
    timed.calendar(ANA, review_at("15:00-16:00"))
    run(timed)
    second = amendment(timed)["key"]
    assert first != second
    timed.calendar(ANA, review_at())
    assert run(timed)["withdrawn"] == 1
    settled(timed)


def test_a_change_that_was_dismissed_is_not_asked_again_but_another_is(posted: World) -> None:
    posted.calendar(ANA, review_at("10:00-10:30"))
    run(posted)
    posted.fine("review", "dismiss", amendment(posted)["id"])
    settled(posted)
    posted.calendar(ANA, review_at("10:00-10:45"))
    run(posted)
    assert amendment(posted)["becomes"]["hours"] == 0.75


def test_there_and_back_again_is_asked_each_time(posted: World) -> None:
    for when, hours in (("10:00-10:30", 0.5), ("10:00-11:00", 1.0), ("10:00-10:30", 0.5)):
        posted.calendar(ANA, review_at(when))
        run(posted)
        posted.fine("review", "accept", amendment(posted)["id"])
        assert [entry["hours"] for entry in posted.entries()] == [hours]
    settled(posted)


# --- other days --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words", [("--on", TUESDAY), ("--on", WEDNESDAY), ("--from", TUESDAY, "--to", WEDNESDAY)]
)
def test_a_meeting_moved_to_another_day_takes_its_entry_along(posted: World, words: tuple[str, ...]) -> None:
    """Whichever of the two days is looked at."""
    posted.calendar(ANA, review_at(day=WEDNESDAY))
    run(posted, *words)
    item = amendment(posted)
    assert item["on"] == TUESDAY
    assert item["becomes"]["spent_date"] == WEDNESDAY
    posted.fine("review", "accept", item["id"])
    assert posted.timesheet() == [f"Ana {WEDNESDAY} 1.0 Apollo / Meetings: APL detail review"]
    settled(posted, "--from", TUESDAY, "--to", WEDNESDAY)
    posted.fine("undo", item["id"])
    assert posted.timesheet() == [LOGGED]


def test_what_moved_to_another_day_is_not_proposed_there_as_new(posted: World) -> None:
    posted.calendar(ANA, review_at(day=WEDNESDAY))
    (only,) = posted.fine("run", "--on", WEDNESDAY, "--dry-run", "--json").json["would_propose"]
    assert only["rule"] == "amendment"


def test_what_moved_twice_is_compared_with_where_it_is_now(posted: World) -> None:
    thursday = "2026-03-12"
    posted.calendar(ANA, review_at(day=WEDNESDAY))
    run(posted)
    posted.fine("review", "accept", amendment(posted)["id"])
    posted.calendar(ANA, review_at(day=thursday))
    run(posted, "--on", WEDNESDAY)
    posted.fine("review", "accept", amendment(posted)["id"])
    assert posted.timesheet() == [f"Ana {thursday} 1.0 Apollo / Meetings: APL detail review"]
    settled(posted, "--from", TUESDAY, "--to", thursday)


# --- words and projects ------------------------------------------------------------------------------------------


def test_a_new_title_is_asked_for_the_notes(posted: World) -> None:
    posted.calendar(ANA, review_at(title="APL detail review, second part"))
    run(posted)
    item = amendment(posted)
    assert 'was called "APL detail review" after it was logged' in item["reason"]
    posted.fine("review", "accept", item["id"])
    assert posted.timesheet() == [f"{LOGGED}, second part"]
    settled(posted)


def test_notes_that_somebody_wrote_stay_when_the_title_changes(posted: World) -> None:
    (entry,) = posted.entries()
    posted.api().patch(f"/time_entries/{entry['id']}", notes="Mine")
    posted.calendar(ANA, review_at(title="APL detail review, second part"))
    settled(posted)


def test_a_title_that_names_another_project_moves_the_entry_there(posted: World) -> None:
    posted.calendar(ANA, review_at(title="WEB detail review"))
    run(posted)
    item = amendment(posted)
    assert "is surely Website / Meetings now" in item["reason"]
    posted.fine("review", "accept", item["id"])
    assert posted.timesheet() == [f"Ana {TUESDAY} 1.0 Website / Meetings: WEB detail review"]
    settled(posted)


def ruled(world: World) -> World:
    """A rule says that Ana's "Weekly sync" is for Apollo."""
    world.say("[[rules]]", 'title = "weekly sync"', 'project = "APL"', 'task = "Meetings"')
    world.calendar(ANA, review_at(title="Weekly sync"))
    world.fine("run", "--on", TUESDAY)
    return world


def rule_for_the_website(world: World) -> None:
    world.lines = [line.replace('project = "APL"', 'project = "WEB"') for line in world.lines]
    world.say()


def test_a_new_rule_moves_what_policy_logged(world: World) -> None:
    ruled(world)
    assert world.timesheet() == [f"Ana {TUESDAY} 1.0 Apollo / Meetings: Weekly sync"]
    rule_for_the_website(world)
    run(world)
    world.fine("review", "accept", amendment(world)["id"])
    assert world.timesheet() == [f"Ana {TUESDAY} 1.0 Website / Meetings: Weekly sync"]
    settled(world)


def test_a_new_rule_leaves_alone_what_a_person_chose(world: World) -> None:
    world.say("[[people]]", f'email = "{ANA}"', "only_suggest = true")
    ruled(world)
    (item,) = world.waiting().values()
    world.fine("review", "accept", item["id"])
    rule_for_the_website(world)
    settled(world)


# --- what stays --------------------------------------------------------------------------------------------------


def test_what_somebody_changed_in_harvest_wins_and_is_said_when_the_calendar_changed_too(
    posted: World,
) -> None:
    (entry,) = posted.entries()
    posted.api().patch(f"/time_entries/{entry['id']}", hours=0.75)
    settled(posted)
    posted.calendar(ANA, review_at("10:00-10:30"))
    said = posted.fine("run", "--on", TUESDAY)
    assert f"Entry {entry['id']} was changed since (0.75 h instead of 1.00 h), so it stays" in said.err
    assert posted.waiting() == {}
    assert posted.entries()[0]["hours"] == 0.75


def test_what_somebody_changed_the_same_way_needs_no_word(posted: World) -> None:
    (entry,) = posted.entries()
    posted.api().patch(f"/time_entries/{entry['id']}", hours=0.5)
    posted.calendar(ANA, review_at("10:00-10:30"))
    settled(posted)


def test_a_deleted_entry_is_not_missed(posted: World) -> None:
    (entry,) = posted.entries()
    posted.api().delete(f"/time_entries/{entry['id']}")
    posted.calendar(ANA, review_at("10:00-10:30"))
    settled(posted)


def test_a_correction_stays_where_only_something_else_changed(new_world: Builder) -> None:
    """Ana said 45 minutes for a meeting of an hour; it moves, and is still 45 minutes."""
    world = new_world(has_times=True)
    world.say("[[people]]", f'email = "{ANA}"', "only_suggest = true")
    world.calendar(ANA, review_at())
    run(world)
    (item,) = world.waiting().values()
    world.fine("review", "edit", item["id"], "--hours", "0:45")
    settled(world)
    world.calendar(ANA, review_at("14:00-15:00"))
    run(world)
    world.fine("review", "accept", amendment(world)["id"])
    assert times(world) == ("14:00", "14:45", 0.75)
    settled(world)
    world.calendar(ANA, review_at("16:00-17:00"))
    run(world)
    world.fine("review", "accept", amendment(world)["id"])
    assert times(world) == ("16:00", "16:45", 0.75)


def test_an_archived_project_keeps_its_entry_and_it_is_said(posted: World) -> None:
    posted.api().patch(f"/projects/{posted.ids['apollo']}", is_active=False)
    posted.calendar(ANA, review_at("10:00-10:30"))
    said = posted.gleaner("run", "--on", TUESDAY)
    assert said.code == 1
    assert 'Ana Person, Tue 10 Mar: "APL detail review" was shortened from 1 h to 30 min' in said.err
    assert "It is left as it is: entry" in said.err
    assert posted.waiting() == {}


# --- undo, edit --------------------------------------------------------------------------------------------------


def test_undoing_the_first_entry_after_an_amendment_removes_it_as_amended(posted: World) -> None:
    (first,) = posted.review()
    posted.calendar(ANA, review_at("10:00-10:30"))
    run(posted)
    item = amendment(posted)
    posted.fine("review", "accept", item["id"])
    posted.fine("undo", first["id"])
    assert posted.entries() == []
    assert {one["state"] for one in posted.review()} == {"undone"}
    settled(posted)


def test_undoing_the_first_entry_refuses_when_somebody_changed_the_amended_one(posted: World) -> None:
    (first,) = posted.review()
    posted.calendar(ANA, review_at("10:00-10:30"))
    run(posted)
    posted.fine("review", "accept", amendment(posted)["id"])
    (entry,) = posted.entries()
    posted.api().patch(f"/time_entries/{entry['id']}", hours=0.75)
    said = posted.gleaner("undo", first["id"])
    assert said.code == 1
    assert "was changed since Gleaner changed it: 0.75 h instead of 0.50 h" in said.err
    assert len(posted.entries()) == 1


def test_an_amendment_can_be_taken_or_left_but_not_edited(posted: World) -> None:
    posted.calendar(ANA, review_at("10:00-10:30"))
    run(posted)
    said = posted.gleaner("review", "edit", amendment(posted)["id"], "--hours", "0.25")
    assert (said.code, said.err.strip()) == (1, "only new entries can be edited here")
    assert "Nothing to accept" in posted.fine("review", "accept", "--sure").err
    assert posted.timesheet() == [LOGGED]
