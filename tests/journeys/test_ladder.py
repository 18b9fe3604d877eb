"""The autonomy ladder: nothing is logged unasked before it is earned, and one correction takes it away."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from tests.journeys.pages import pages
from tests.journeys.world import ANA, BO, TUESDAY, Meeting, World, meeting

from gleaner.app import passes
from gleaner.core.proposals import State
from gleaner.core.silent import SILENT

NOW = datetime(2026, 3, 10, 17, tzinfo=UTC)
DAYS = [(date(2026, 2, 2) + timedelta(days=number)).isoformat() for number in range(33)]
WORKDAYS = [day for day in DAYS if date.fromisoformat(day).weekday() < 5]
ADOPT = ("backtest", "--days", "40", "--to", "2026-03-09", "--adopt")


@pytest.fixture
def new(world: World) -> World:
    """The ladder is on, and nobody decided anything yet."""
    world.lines = [line for line in world.lines if line not in ("[policy]", 'meetings = "post"')]
    world.say("[policy]", 'meetings = "post"', "ladder = true")
    return world


@pytest.fixture
def seen(new: World) -> World:
    """A review a day for five weeks, each logged by hand, and one today."""
    today(new, meeting("10:00-11:00", "APL detail review", uid="today"))
    for day in WORKDAYS:
        new.by_hand(1, "apollo", "meetings", "APL detail review", day=day)
    return new


def today(world: World, *events: Meeting) -> None:
    """The calendar has *events* today, and the reviews of five weeks."""
    reviews = (meeting("10:00-11:00", "APL detail review", day=day, uid=f"r{day}") for day in WORKDAYS)
    world.calendar(ANA, *reviews, *events)


def ours(world: World) -> list[str]:
    """What Gleaner logged."""
    return [entry["notes"] for entry in world.entries() if entry["external_reference"]]


def rungs(world: World) -> dict[str, str]:
    return {one["ground"]: one["rung"] for one in world.fine("rules", "ladder", "--json").json["standings"]}


def test_without_a_record_nothing_is_logged_unasked(new: World) -> None:
    new.calendar(ANA, meeting("10:00-11:00", "APL detail review"))
    new.fine("run", "--on", TUESDAY)
    assert ours(new) == []
    assert new.waiting()["APL detail review"]["level"] == "sure"
    assert new.fine("review", "accept", "--sure").err.strip() == "Nothing to accept."
    assert "No step has a record yet" in new.fine("rules", "ladder").out


def test_a_back_test_says_what_it_earns_and_adopts_only_when_told(seen: World) -> None:
    for words in (ADOPT[:-1], (*ADOPT, "--dry-run")):
        found = seen.fine(*words, "--json").json
        (step,) = found["ladder"]
        assert (step["ground"], step["rung"], step["kept"]) == ("code", "post", 25)
        assert found["adopted"] == []
        assert rungs(seen) == {}
    said = seen.fine(*ADOPT)
    assert "Ana Person, meetings by code: from suggest up to post" in said.out
    assert rungs(seen) == {"code": "post"}


def test_the_next_step_that_a_back_test_names_adopts_just_those_days(seen: World) -> None:
    for words in ((*ADOPT[:-1], "--person", ANA), (*ADOPT, "--person", ANA, "--dry-run")):
        said = seen.fine(*words).err.strip().partition("gleaner ")[2]
        assert said.split() == [*ADOPT[:-1], "--person", ANA, "--adopt"]
    seen.fine(*said.split())
    assert rungs(seen) == {"code": "post"}


def test_what_a_back_test_earned_is_logged_unasked(seen: World) -> None:
    seen.fine(*ADOPT)
    seen.fine("run", "--on", TUESDAY)
    assert ours(seen) == ["APL detail review"]


def test_the_ceiling_stands_above_what_was_earned(seen: World) -> None:
    seen.fine(*ADOPT)
    seen.lines = [line.replace('meetings = "post"', 'meetings = "preselect"') for line in seen.lines]
    seen.say("# changed")
    seen.fine("run", "--on", TUESDAY)
    assert ours(seen) == []
    assert "Logged" in seen.fine("review", "accept", "--sure").out


def test_undoing_an_entry_takes_posting_away_and_says_so(seen: World) -> None:
    seen.fine(*ADOPT)
    seen.fine("run", "--on", TUESDAY)
    said = seen.fine("undo", "--run", "last")
    fall = "Ana Person, meetings by code: from post back to preselect, because its entry was undone"
    assert fall in said.err
    assert rungs(seen) == {"code": "preselect"}
    assert "Ladder: meetings by code: post to preselect" in seen.fine("journal").out
    today(seen, meeting("14:00-15:00", "APL retro"))
    again = seen.fine("run", "--on", TUESDAY)
    assert fall in again.err
    assert ours(seen) == []
    assert fall in seen.fine("rules", "ladder").out


@pytest.mark.parametrize("how", ["its entry is undone", "the adoption is taken back"])
def test_what_waited_to_be_logged_waits_for_a_person_when_its_step_falls(seen: World, how: str) -> None:
    adoption = adopting(seen)
    logged = seen.fine("run", "--on", TUESDAY, "--json").json["run"]
    today(
        seen,
        meeting("10:00-11:00", "APL detail review", uid="today"),
        meeting("14:00-15:00", "APL retro", uid="later"),
    )
    with pages(seen, NOW) as site:
        day = date.fromisoformat(TUESDAY)
        passes.run(site.account, day, day, SILENT, apply=False, what="early")
        (item,) = site.account.inbox.items(states=(State.APPROVED,))
    seen.fine("undo", "--run", logged if how == "its entry is undone" else adoption)
    assert item.proposal.title in seen.waiting()
    seen.fine("review", "accept", item.short)


def test_another_project_chosen_in_harvest_counts_once(seen: World) -> None:
    seen.fine(*ADOPT)
    seen.fine("run", "--on", TUESDAY)
    (entry,) = [one for one in seen.entries() if one["external_reference"]]
    moved = {"project_id": seen.ids["website"], "task_id": seen.ids["meetings"]}
    seen.api().patch(f"/time_entries/{entry['id']}", **moved)
    said = seen.fine("run", "--on", TUESDAY)
    assert "from post back to preselect, because its entry was moved to another project or task" in said.err
    for _ in range(2):
        assert "meetings by code" not in seen.fine("run", "--on", TUESDAY).err
    assert rungs(seen) == {"code": "preselect"}


def test_a_later_back_test_does_not_give_back_what_a_correction_took(seen: World) -> None:
    seen.fine(*ADOPT)
    seen.fine("run", "--on", TUESDAY)
    seen.fine("undo", "--run", "last")
    assert "it has a record already, which stays" in seen.fine(*ADOPT).out
    assert rungs(seen) == {"code": "preselect"}


def test_a_dismissal_and_another_project_count_against_it(seen: World) -> None:
    for words in (("dismiss",), ("edit", "--project", "WEB", "--task", "Meetings")):
        seen.fine(*ADOPT)
        seen.lines = [line.replace('meetings = "post"', 'meetings = "suggest"') for line in seen.lines]
        today(seen, meeting("14:00-15:00", f"APL {words[0]}"))
        seen.say("# changed")
        seen.fine("run", "--on", TUESDAY)
        said = seen.fine("review", words[0], seen.waiting()[f"APL {words[0]}"]["id"], *words[1:])
        assert "meetings by code: from p" in said.err
    assert rungs(seen) == {"code": "suggest"}


def test_other_hours_are_no_correction(seen: World) -> None:
    seen.fine(*ADOPT)
    seen.lines = [line.replace('meetings = "post"', 'meetings = "suggest"') for line in seen.lines]
    seen.say("# changed")
    seen.fine("run", "--on", TUESDAY)
    said = seen.fine("review", "edit", seen.waiting()["APL detail review"]["id"], "--hours", "0.5")
    assert "meetings by code" not in said.err
    assert rungs(seen) == {"code": "post"}


def test_decisions_read_one_by_one_earn_it(new: World) -> None:
    new.calendar(
        ANA, *(meeting("10:00-11:00", "APL detail review", day=day, uid=f"r{day}") for day in WORKDAYS[:6])
    )
    new.fine("run", "--from", WORKDAYS[0], "--to", WORKDAYS[5])
    shorts = [item["id"] for item in new.review() if item["state"] == "proposed"]
    assert len(shorts) == 6
    assert "from suggest up to preselect" in new.fine("review", "accept", *shorts[:5]).err
    assert rungs(new) == {"code": "preselect"}


def test_with_the_ladder_off_decisions_are_counted_and_nothing_is_announced(world: World) -> None:
    world.calendar(ANA, meeting("10:00-11:00", "APL detail review"))
    world.fine("run", "--on", TUESDAY)
    assert ours(world) == ["APL detail review"]
    said = world.fine("undo", "--run", "last")
    assert "meetings by code" not in said.err
    found = world.fine("rules", "ladder", "--json").json
    assert not found["is_on"]
    assert [(one["kept"], one["decided"]) for one in found["standings"]] == [(0, 1)]
    assert "The ladder decides nothing" in world.fine("rules", "ladder").out


def test_what_is_held_of_a_person_has_their_ladder(seen: World) -> None:
    seen.fine(*ADOPT)
    sections = seen.fine("people", "export", ANA).json["sections"]
    (row,) = sections["ladder"]["rows"]
    assert (row["rung"], row["record"]) == ("post", "1" * 25)
    assert sections["ladder_steps"]["rows"][0]["after"] == "post"


def adopting(world: World) -> str:
    """Adopt the back-test; the run that did it."""
    return str(world.fine(*ADOPT, "--json").json["run"])


def test_adopting_is_a_run_that_undo_takes_back_whole(seen: World) -> None:
    said = seen.fine(*ADOPT)
    assert "1 step begins with these days. Take it back: gleaner undo --run " in said.err
    run = said.err.strip().rpartition(" ")[2]
    (line,) = seen.fine("journal", "--run", run, "--json").json
    assert (line["event"], line["actor"]) == ("rung", ANA)
    undone = seen.fine("undo", "--run", run)
    assert undone.out == (
        "Ana Person, meetings by code: from post back to suggest; nobody decided anything since.\n"
    )
    assert rungs(seen) == {}
    assert "because the back-test it began with was taken back" in seen.fine("journal").out
    assert seen.fine("undo", "--run", run).out == "Nothing to undo.\n"
    seen.fine("run", "--on", TUESDAY)
    assert ours(seen) == []
    assert adopting(seen) != run
    assert rungs(seen) == {"code": "post"}


def test_a_dry_run_of_the_undo_says_the_same_and_changes_nothing(seen: World) -> None:
    run = adopting(seen)
    for name in (run, "last"):
        said = seen.fine("undo", "--run", name, "--dry-run")
        assert said.out.startswith("Ana Person, meetings by code: from post back to suggest")
        (dry,) = seen.fine("undo", "--run", name, "--dry-run", "--json").json
        assert (dry["before"], dry["after"], dry["is_begun_anew"]) == ("post", "suggest", True)
    assert rungs(seen) == {"code": "post"}
    (done,) = seen.fine("undo", "--run", "last", "--json").json
    assert done == dry
    assert rungs(seen) == {}
    assert seen.fine("undo", "--run", "last").out == "Nothing to undo.\n"


def test_undoing_an_adoption_never_gives_back_what_a_correction_took(seen: World) -> None:
    run = adopting(seen)
    seen.fine("run", "--on", TUESDAY)
    seen.fine("undo", "--run", "last")
    assert rungs(seen) == {"code": "preselect"}
    said = seen.fine("undo", "--run", run)
    assert "from preselect back to suggest; what was corrected since counts on" in said.out
    assert rungs(seen) == {"code": "suggest"}
    assert seen.fine(*ADOPT, "--json").json["run"] is None
    assert rungs(seen) == {"code": "suggest"}


def test_what_an_adopted_rung_logged_stays_when_the_adoption_is_undone(seen: World) -> None:
    run = adopting(seen)
    seen.fine("run", "--on", TUESDAY)
    seen.fine("undo", "--run", run)
    assert ours(seen) == ["APL detail review"]


def test_adopting_nothing_is_no_run(seen: World) -> None:
    run = adopting(seen)
    again = seen.fine(*ADOPT)
    assert "Nothing was adopted: every step that these days tell of has a record already" in again.err
    assert seen.fine("undo", "--run", "last", "--dry-run", "--json").json[0]["ground"] == "code"
    seen.fine("undo", "--run", run)


def test_somebody_elses_adoption_is_not_ones_to_undo(seen: World) -> None:
    run = adopting(seen)
    seen.act_as(BO)
    assert seen.fine("undo", "--run", run).out == "Nothing to undo.\n"
    seen.act_as(ANA)
    assert rungs(seen) == {"code": "post"}
