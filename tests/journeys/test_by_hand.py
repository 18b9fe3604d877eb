"""A day by hand: a timer, a correction, a deletion, all of it undone; with and without start and end times."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.journeys.conftest import Builder
from tests.journeys.world import ANA, BO, CY, TUESDAY, Said, World


@pytest.fixture(params=[False, True], ids=["durations", "times"])
def by_hand(request: pytest.FixtureRequest, new_world: Builder) -> World:
    return new_world(has_times=request.param)


def undo_of(said: Said) -> str:
    """The short name in ``Undo: gleaner undo 7f3a…``."""
    found = re.search(r"Undo: gleaner undo (\w+)", said.out)
    assert found is not None, said
    return found[1]


def later(world: World, **more: float) -> None:
    world.running.control.advance(timedelta(**more))


def start(world: World, project: str = "APL", task: str = "Design", *words: str) -> Said:
    return world.fine("timer", "start", project, "--task", task, "--on", TUESDAY, *words)


def only(world: World) -> dict[str, Any]:
    (entry,) = world.entries()
    return entry


# --- timers ----------------------------------------------------------------------------------------------------


def test_a_day_by_hand(by_hand: World) -> None:
    said = start(by_hand, "APL", "Design", "--notes", "Sketches")
    assert said.out.startswith("Started a timer for Apollo / Design on Tue 10 Mar.  Undo: gleaner undo ")
    later(by_hand, minutes=90)
    status = by_hand.fine("timer", "status").out
    assert status == (
        'Acme Industries › Apollo › Design, "Sketches": runs since 18:00, 1 h 30 so far '
        f"(entry {only(by_hand)['id']}).\n"
    )
    dry = by_hand.fine("timer", "stop", "--dry-run").out
    assert "Until now: 1.50 h Apollo / Design on Tue 10 Mar." in dry
    stopped = by_hand.fine("timer", "stop")
    assert ": 1.50 h Apollo / Design on Tue 10 Mar." in stopped.out
    number = str(only(by_hand)["id"])
    edited = by_hand.fine("entries", "edit", number, "--hours", "1:15", "--notes", "Sketches, twice")
    assert f"Changed entry {number}: now 1.25 h Apollo / Design on Tue 10 Mar." in edited.out
    assert by_hand.timesheet() == [f"Ana {TUESDAY} 1.25 Apollo / Design: Sketches, twice"]
    by_hand.fine("undo", undo_of(edited))
    assert by_hand.timesheet() == [f"Ana {TUESDAY} 1.5 Apollo / Design: Sketches"]
    deleted = by_hand.fine("entries", "delete", number)
    assert by_hand.entries() == []
    assert "Put" not in deleted.out
    back = by_hand.fine("undo", undo_of(deleted))
    assert back.out == f"Undone: Sketches; the entry is back as {only(by_hand)['id']}.\n"
    assert by_hand.timesheet() == [f"Ana {TUESDAY} 1.5 Apollo / Design: Sketches"]
    assert "came to 1.50 h; undo it with --force" in by_hand.gleaner("undo", undo_of(said)).err
    by_hand.fine("undo", undo_of(said), "--force")
    assert by_hand.entries() == []


def test_times_stay_right_when_the_length_is_corrected_and_back(new_world: Builder) -> None:
    world = new_world(has_times=True)
    start(world)
    later(world, hours=1)
    world.fine("timer", "stop")
    number = str(only(world)["id"])
    assert (only(world)["started_time"], only(world)["ended_time"]) == ("18:00", "19:00")
    edited = world.fine("entries", "edit", number, "--hours", "0.5")
    assert (only(world)["started_time"], only(world)["ended_time"]) == ("18:00", "18:30")
    world.fine("undo", undo_of(edited))
    assert (only(world)["started_time"], only(world)["ended_time"]) == ("18:00", "19:00")
    deleted = world.fine("entries", "delete", number)
    world.fine("undo", undo_of(deleted))
    assert (only(world)["started_time"], only(world)["ended_time"]) == ("18:00", "19:00")


def test_starting_a_timer_says_which_one_it_stops_and_the_copy_learns_it(by_hand: World) -> None:
    start(by_hand)
    first = only(by_hand)["id"]
    later(by_hand, minutes=30)
    dry = start(by_hand, "WEB", "Meetings", "--dry-run").out
    assert dry.startswith("Would start a timer for Website / Meetings on Tue 10 Mar.")
    assert f"Harvest stops the timer that runs: entry {first}, 0.50 h Apollo / Design on Tue 10 Mar." in dry
    said = start(by_hand, "WEB", "Meetings").out
    assert f"Harvest stopped the timer of entry {first}: 0.50 h Apollo / Design on Tue 10 Mar" in said
    kept = by_hand.fine("today", "--on", TUESDAY, "--json").json["entries"]
    assert {entry["id"]: entry["is_running"] for entry in kept if entry["id"] == first} == {first: False}


def test_the_same_timer_is_not_started_twice(by_hand: World) -> None:
    start(by_hand)
    later(by_hand, minutes=30)
    said = start(by_hand)
    assert said.out.startswith(f"It runs already: entry {only(by_hand)['id']}, 0.50 h Apollo / Design")


def test_when_nothing_runs_that_is_no_fault(world: World) -> None:
    for words in (("status",), ("stop",), ("stop", "--dry-run")):
        assert world.fine("timer", *words).out == "No timer runs.\n"
    assert world.fine("timer", "status", "--json").json == {"running": None}


def test_a_stopped_timer_runs_again_after_undo(by_hand: World) -> None:
    start(by_hand)
    later(by_hand, minutes=30)
    stopped = by_hand.fine("timer", "stop")
    later(by_hand, minutes=15)
    said = by_hand.fine("undo", undo_of(stopped)).out
    running = [entry for entry in by_hand.entries() if entry["is_running"]]
    assert len(running) == 1
    if by_hand.has_times:
        assert f"it runs on in entry {running[0]['id']}." in said
    else:
        assert "the timer runs again." in said


def test_undo_of_a_start_removes_what_ran_on_too(by_hand: World) -> None:
    started = start(by_hand)
    later(by_hand, minutes=30)
    by_hand.fine("undo", undo_of(by_hand.fine("timer", "stop")))
    later(by_hand, minutes=15)
    force = (
        ["--force"] if by_hand.has_times else []
    )  # the first stretch has an entry of its own, which came to something
    said = by_hand.fine("undo", undo_of(started), *force).out
    assert "the entry with 0.75 h was removed" in said
    assert by_hand.entries() == []


def test_an_answer_lost_on_the_way_starts_one_timer(world: World) -> None:
    world.running.control.set_faults("lost, times=1, match=POST /v2/time_entries")
    said = start(world)
    assert said.out.startswith("Started a timer for Apollo / Design")
    assert len(world.entries()) == 1


def test_a_timer_forgotten_days_ago_is_listed(world: World) -> None:
    today = datetime.now().astimezone().date()
    world.running.control.set_now(datetime.now(UTC))
    for days in (0, 3, 40):
        world.fine(
            "timer", "start", "APL", "--task", "Design", "--on", str(today - timedelta(days=days)), "--person",
            {0: ANA, 3: BO, 40: CY}[days],
        )  # fmt: skip
    found = world.fine("entries", "list", "--running", "--everybody", "--json").json["entries"]
    assert {entry["person"] for entry in found} == {ANA, BO}


@pytest.mark.parametrize("what", ["edit", "stop", "delete"])
def test_an_answer_lost_on_the_way_is_looked_up(by_hand: World, what: str) -> None:
    start(by_hand)
    number = str(only(by_hand)["id"])
    by_hand.running.control.set_faults("lost, times=1, match=PATCH *; lost, times=1, match=DELETE *")
    words = {
        "edit": ("entries", "edit", number, "--notes", "Better"),
        "stop": ("timer", "stop"),
        "delete": ("entries", "delete", number),
    }
    said = by_hand.fine(*words[what])
    assert "Undo: gleaner undo" in said.out


def test_what_harvest_could_not_be_told_waits_for_the_next_run(world: World) -> None:
    number = str(world.by_hand(1, "apollo", "design", "x"))
    world.running.control.set_faults("status=503, match=PATCH *")
    said = world.gleaner("entries", "edit", number, "--hours", "2")
    assert (said.code, said.out) == (3, "")
    world.running.control.set_faults("")
    world.fine("run", "--on", TUESDAY)
    assert only(world)["hours"] == 2.0


# --- entries ----------------------------------------------------------------------------------------------------


def test_entries_are_listed_with_their_numbers_and_their_sum(world: World) -> None:
    one = world.by_hand(1.5, "apollo", "design", "Sketches")
    world.by_hand(0.5, "website", "meetings", "Call", day="2026-03-09")
    world.by_hand(2, "portal", "meetings", "Bo's", who=BO)
    said = world.fine("entries", "list", "--on", TUESDAY).out
    line = next(line for line in said.splitlines() if "Sketches" in line)
    assert line.split()[0] == str(one)
    assert "Tue 10 Mar" in line
    assert "1.50" in line
    assert "Acme Industries › Apollo › Design" in line
    assert "1 entry, 1.50 h, of which 1.50 h billable" in said
    both = ("--from", "2026-03-09", "--to", TUESDAY)
    assert "2 entries, 2.00 h" in world.fine("entries", "list", *both).out
    assert "3 entries, 4.00 h" in world.fine("entries", "list", *both, "--everybody").out


def test_times_are_listed_where_there_are_any(new_world: Builder) -> None:
    world = new_world(has_times=True)
    start(world)
    later(world, hours=1)
    assert "18:00–  " in world.fine("entries", "list", "--on", TUESDAY).out
    world.fine("timer", "stop")
    said = world.fine("entries", "list", "--on", TUESDAY).out
    assert "18:00–19:00" in said
    assert "Times" in said


def hours_of(world: World, *words: str) -> list[float]:
    said = world.fine("entries", "list", "--on", TUESDAY, "--everybody", "--json", *words).json
    assert said["total"]["entries"] == len(said["entries"])
    return sorted(entry["hours"] for entry in said["entries"])


def test_entries_are_chosen_by_what_they_are(world: World) -> None:
    world.by_hand(1, "apollo", "design", "A")
    world.by_hand(2, "portal", "meetings", "B")
    world.by_hand(4, "website", "meetings", "C", who=BO)
    start(world, "CPO", "Programming")
    assert hours_of(world) == [0.0, 1.0, 2.0, 4.0]
    assert hours_of(world, "--project", "APL") == [1.0]
    assert hours_of(world, "--client", "acme") == [0.0, 1.0, 2.0]
    assert hours_of(world, "--task", "meet") == [2.0, 4.0]
    assert hours_of(world, "--running") == [0.0]
    assert hours_of(world, "--billable") == [0.0, 1.0, 2.0, 4.0]
    assert hours_of(world, "--non-billable") == []
    assert hours_of(world, "--unbilled") == [0.0, 1.0, 2.0, 4.0]
    assert world.fine("entries", "list", "--on", "2026-03-02").out == "No entries.\n"


def test_what_somebody_just_logged_or_deleted_is_seen(world: World) -> None:
    number = world.by_hand(1, "apollo", "design", "A")
    assert hours_of(world) == [1.0]
    world.by_hand(2, "apollo", "design", "B")
    world.api().delete(f"/time_entries/{number}")
    assert hours_of(world) == [2.0]


def test_without_harvest_the_copy_is_shown_with_its_age(world: World) -> None:
    world.by_hand(1, "apollo", "design", "Sketches")
    world.fine("entries", "list", "--on", TUESDAY)
    world.running.control.set_faults("status=503")
    said = world.fine("entries", "list", "--on", TUESDAY)
    assert "Sketches" in said.out
    assert "This is the copy of " in said.err


def test_an_entry_moves_to_another_project_day_and_task(by_hand: World) -> None:
    number = str(by_hand.by_hand(1, "apollo", "meetings", "Call"))
    said = by_hand.fine("entries", "edit", number, "--project", "WEB", "--on", "2026-03-11")
    assert by_hand.timesheet() == ["Ana 2026-03-11 1.0 Website / Meetings: Call"]
    by_hand.fine("undo", undo_of(said))
    assert by_hand.timesheet() == [f"Ana {TUESDAY} 1.0 Apollo / Meetings: Call"]


def test_a_change_that_is_there_already_changes_nothing(world: World) -> None:
    number = str(world.by_hand(1, "apollo", "meetings", "Call"))
    said = world.fine("entries", "edit", number, "--hours", "1")
    assert said.out.startswith(f"Entry {number} is so already.")


def test_undo_leaves_alone_what_was_changed_since(world: World) -> None:
    number = world.by_hand(1, "apollo", "meetings", "Call")
    said = world.fine("entries", "edit", str(number), "--hours", "2")
    world.api().patch(f"/time_entries/{number}", notes="By hand")
    refused = world.gleaner("undo", undo_of(said))
    assert refused.code == 1
    assert "was changed since Gleaner changed it: other notes; undo it with --force" in refused.err
    world.fine("undo", undo_of(said), "--force")
    assert world.timesheet() == [f"Ana {TUESDAY} 1.0 Apollo / Meetings: By hand"]


def test_several_are_deleted_and_brought_back_at_once(world: World) -> None:
    numbers = [str(world.by_hand(hours, "apollo", "design", "x")) for hours in (1, 2)]
    said = world.fine("entries", "delete", *numbers)
    assert said.out.count("Undo: gleaner undo ") == 2
    assert world.entries() == []
    world.fine("undo", "--run", "last")
    assert sorted(entry["hours"] for entry in world.entries()) == [1.0, 2.0]


def test_undoing_the_last_run_twice_brings_back_once(world: World) -> None:
    world.fine("entries", "delete", str(world.by_hand(1, "apollo", "design", "x")))
    world.fine("undo", "--run", "last")
    assert "Nothing to undo." in world.fine("undo", "--run", "last").out
    assert world.timesheet() == [f"Ana {TUESDAY} 1.0 Apollo / Design: x"]


def test_a_running_timer_that_was_deleted_comes_back_stopped(by_hand: World) -> None:
    start(by_hand)
    later(by_hand, minutes=30)
    deleted = by_hand.fine("entries", "delete", str(only(by_hand)["id"]))
    later(by_hand, minutes=30)
    by_hand.fine("undo", undo_of(deleted))
    assert (only(by_hand)["is_running"], only(by_hand)["hours"]) == (False, 0.5)


def test_the_length_of_a_running_timer_is_not_corrected(by_hand: World) -> None:
    start(by_hand)
    said = by_hand.gleaner("entries", "edit", str(only(by_hand)["id"]), "--hours", "2")
    assert (said.code, said.out) == (2, "")
    assert "runs, so its hours grow; stop it first, with: gleaner timer stop" in said.err
    by_hand.fine("entries", "edit", str(only(by_hand)["id"]), "--notes", "Better")
    assert (only(by_hand)["is_running"], only(by_hand)["notes"]) == (True, "Better")


@pytest.mark.parametrize(
    "card",
    [
        {"id": "card-7", "group_id": "board-1", "account_id": "777", "permalink": "https://trello.com/c/7"},
        {"id": "card-8", "group_id": None, "account_id": None, "permalink": None},
    ],
)
def test_another_programs_reference_survives_deletion_and_undo(by_hand: World, card: dict[str, str]) -> None:
    number = by_hand.by_hand(1, "apollo", "design", "x")
    by_hand.api().patch(f"/time_entries/{number}", external_reference=card)
    deleted = by_hand.fine("entries", "delete", str(number))
    by_hand.fine("undo", undo_of(deleted))
    found = only(by_hand)["external_reference"]
    assert {key: found[key] for key in card} == card


def test_an_approved_week_stays_as_it_is(new_world: Builder) -> None:
    world = new_world(approved=[{"from": "2026-03-02", "to": "2026-03-08"}])
    number = str(world.by_hand(1, "apollo", "design", "x", day="2026-03-03"))
    for words in (("edit", number, "--hours", "2"), ("delete", number)):
        said = world.gleaner("entries", *words)
        assert said.code == 1
        assert f"entry {number} cannot be changed: " in said.err
        dry = world.gleaner("entries", *words, "--dry-run")
        assert (dry.code, f"entry {number} cannot be changed: " in dry.err) == (1, True)
    other = str(world.by_hand(1, "apollo", "design", "y"))
    moved = world.gleaner("entries", "edit", other, "--on", "2026-03-04")
    assert (moved.code, "the timesheet for Mon 2 Mar – Sun 8 Mar is approved" in moved.err) == (1, True)
    started = world.gleaner("timer", "start", "APL", "--task", "Design", "--on", "2026-03-04")
    assert (started.code, "is approved" in started.err) == (1, True)
    plans = (
        ("log", "1", "APL", "--task", "Design", "--on", "2026-03-04"),
        ("timer", "start", "APL", "--task", "Design", "--on", "2026-03-04"),
        ("entries", "edit", other, "--on", "2026-03-04"),
    )
    for plan in plans:
        dry = world.gleaner(*plan, "--dry-run")
        assert (dry.code, "the timesheet for Mon 2 Mar – Sun 8 Mar is approved" in dry.err) == (1, True), plan
    assert world.fine("review").out == "Nothing to review.\n"
    assert [entry["hours"] for entry in world.entries()] == [1.0, 1.0]


# --- whose -------------------------------------------------------------------------------------------------------


def test_a_member_does_the_same_with_their_own(by_hand: World) -> None:
    by_hand.act_as(BO)
    start(by_hand)
    later(by_hand, minutes=60)
    by_hand.fine("timer", "stop")
    number = str(only(by_hand)["id"])
    edited = by_hand.fine("entries", "edit", number, "--notes", "Sketches")
    by_hand.fine("undo", undo_of(edited))
    deleted = by_hand.fine("entries", "delete", number)
    by_hand.fine("undo", undo_of(deleted))
    assert by_hand.timesheet() == [f"Bo {TUESDAY} 1.0 Apollo / Design: "]


def test_a_member_sees_and_touches_nobody_elses(world: World) -> None:
    number = str(world.by_hand(1, "apollo", "design", "Secret plans"))
    world.act_as(CY)
    for words in (("edit", number, "--hours", "2"), ("delete", number)):
        said = world.gleaner("entries", *words)
        assert (said.code, said.err) == (
            2,
            f"there is no entry {number} in Harvest; see: gleaner entries list\n",
        )
    refused = world.gleaner("entries", "list", "--on", TUESDAY, "--everybody")
    assert "only an administrator sees what is everybody's; leave out --everybody" in refused.err
    assert [one["name"] for one in world.fine("people", "--json").json] == ["Cy Person"]
    assert [one["name"] for one in world.fine("projects", "--json").json] == ["Apollo"]


def test_an_administrator_corrects_for_others(world: World) -> None:
    number = str(world.by_hand(1, "apollo", "design", "x", who=BO))
    world.fine("entries", "edit", number, "--hours", "2")
    world.fine("timer", "start", "WEB", "--task", "Meetings", "--person", BO, "--on", TUESDAY)
    assert world.fine("timer", "status").out == "No timer runs.\n"
    assert "Website" in world.fine("timer", "status", "--person", BO).out
    assert {line.split()[0] for line in world.timesheet()} == {"Bo"}


def test_what_waits_is_not_logged_twice_however_often_it_is_asked_for(world: World) -> None:
    """Harvest is down; the person asks again, as anyone would; then Harvest is back."""
    world.running.control.set_faults("status=503, match=POST /v2/time_entries")
    for _ in range(2):
        said = world.gleaner("log", "1", "APL", "--task", "Design", "--on", TUESDAY)
        assert said.code == 3
        assert "the next gleaner run does it: do not ask for it again" in said.err
        assert "Take it back: gleaner review dismiss" in said.err
    world.running.control.set_faults("")
    world.gleaner("run", "--on", TUESDAY)
    assert len(world.entries()) == 1
