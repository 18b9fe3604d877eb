"""What cannot be logged to is refused with the reason, and nothing is written elsewhere instead."""

from __future__ import annotations

from tests.journeys.conftest import Builder
from tests.journeys.world import ANA, BO, TUESDAY, meeting

DESIGN = meeting("10:00-11:00", "APL detail review")
WEEK = {"from": "2026-03-09", "to": "2026-03-15"}


def test_an_approved_week_is_refused_with_the_reason(new_world: Builder) -> None:
    world = new_world(approved=[WEEK])
    world.by_hand(2, "apollo", "design", "Sketches", day="2026-03-09")
    world.calendar(ANA, DESIGN)
    said = world.gleaner("run", "--on", TUESDAY)
    assert said.code == 1
    assert "the timesheet for Mon 9 Mar – Sun 15 Mar is approved; ask for it to be reopened" in said.err
    assert len(world.entries()) == 1
    shown = world.fine("review").out
    assert "Trouble: the timesheet for Mon 9 Mar – Sun 15 Mar is approved" in shown


def test_a_locked_week_without_entries_is_refused_with_harvests_reason(new_world: Builder) -> None:
    world = new_world(locked=[{**WEEK, "blocks_admins": True}])
    world.calendar(ANA, DESIGN)
    said = world.gleaner("run", "--on", TUESDAY)
    assert said.code == 1
    assert "Item Locked for this Time Period" in said.err
    assert world.entries() == []


def test_a_locked_week_is_locked_for_a_member(new_world: Builder) -> None:
    world = new_world(locked=[WEEK])
    world.act_as(BO)
    said = world.gleaner("log", "1", "APL", "--task", "Design", "--on", TUESDAY)
    assert said.code == 1
    assert "Item Locked for this Time Period" in said.err
    assert world.entries() == []


def test_an_entry_locked_since_is_not_undone(new_world: Builder) -> None:
    world = new_world()
    world.calendar(ANA, DESIGN)
    world.fine("run", "--on", TUESDAY)
    (entry,) = world.entries()
    world.api().patch(f"/projects/{world.ids['apollo']}", is_active=False)
    said = world.gleaner("undo", "--run", "last")
    assert said.code == 1
    assert f"entry {entry['id']} cannot be removed: Item Archived" in said.err
    assert len(world.entries()) == 1
    assert world.states()["APL detail review"] == "applied"


def test_a_failed_proposal_can_be_accepted_once_the_week_is_open_again(new_world: Builder) -> None:
    world = new_world()
    world.calendar(ANA, meeting("14:00-15:00", "Catch up"))
    world.fine("run", "--on", TUESDAY)
    (item,) = world.waiting().values()
    world.api().patch(f"/projects/{world.ids['website']}", is_active=False)
    said = world.gleaner("review", "edit", item["id"], "--project", "WEB", "--task", "Meetings")
    assert said.code in (1, 2)
    assert world.entries() == []
    world.api().patch(f"/projects/{world.ids['website']}", is_active=True)
    world.fine("sync")
    world.fine("review", "edit", item["id"], "--project", "WEB", "--task", "Meetings")
    assert world.timesheet() == [f"Ana {TUESDAY} 1.0 Website / Meetings: Catch up"]


def test_a_project_archived_since_it_was_proposed_is_not_logged_to(new_world: Builder) -> None:
    world = new_world()
    world.say("[[people]]", f'email = "{ANA}"', "only_suggest = true")
    world.calendar(ANA, DESIGN)
    world.fine("run", "--on", TUESDAY)
    (item,) = world.waiting().values()
    world.api().patch(f"/projects/{world.ids['apollo']}", is_active=False)
    world.fine("sync")
    said = world.gleaner("review", "accept", item["id"])
    assert said.code == 1
    assert said.err.startswith(item["id"])
    assert world.entries() == []


def test_an_archived_project_cannot_be_chosen(new_world: Builder) -> None:
    world = new_world()
    said = world.gleaner("log", "1", "Old Site", "--on", TUESDAY)
    assert said.code == 2
    assert 'the project "Old Site" is archived; choose another' in said.err


def test_a_project_without_tasks_says_so(new_world: Builder) -> None:
    world = new_world()
    said = world.gleaner("log", "1", "Empty Shell", "--on", TUESDAY)
    assert said.code == 2
    assert 'the project "Empty Shell" has no tasks; add one in Harvest' in said.err


def test_a_project_one_is_not_assigned_to_says_so(new_world: Builder) -> None:
    world = new_world()
    said = world.gleaner("log", "1", "Website", "--person", "cy@studio.example", "--on", TUESDAY)
    assert said.code == 2
    assert 'Cy Person is not assigned to "Website"' in said.err


def test_an_archived_task_cannot_be_chosen(new_world: Builder) -> None:
    world = new_world()
    said = world.gleaner("log", "1", "APL", "--task", "Retired", "--on", TUESDAY)
    assert said.code == 2
    assert 'there is no task of "Apollo" "Retired"' in said.err
