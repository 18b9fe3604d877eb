"""What somebody deletes in Harvest itself is a correction: it counts once, and only where there was work to log."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.journeys.shift import on_shift
from tests.journeys.world import ANA, BO, TUESDAY, Meeting, World, meeting

FALL = "Ana Person, meetings by code: from post back to preselect, because its entry was deleted"
DAYS = [(date(2026, 2, 2) + timedelta(days=number)).isoformat() for number in range(33)]
PAST = [day for day in DAYS if date.fromisoformat(day).weekday() < 5]


def reviews(*, today: bool = True) -> list[Meeting]:
    """A review a day for five weeks, and one on Tuesday."""
    past = [meeting("10:00-11:00", "APL design review", day=day, uid=f"r{day}") for day in PAST]
    return [*past, *([meeting("10:00-11:00", "APL design review", uid="today")] if today else [])]


@pytest.fixture
def trusted(world: World) -> World:
    """Meetings by code are posted for Ana, and Tuesday's was."""
    world.lines = [line for line in world.lines if line not in ("[policy]", 'meetings = "post"')]
    world.say("[policy]", 'meetings = "post"', "ladder = true")
    world.calendar(ANA, *reviews())
    for day in PAST:
        world.by_hand(1, "apollo", "meetings", "APL design review", day=day)
    world.fine("backtest", "--days", "40", "--to", "2026-03-09", "--adopt")
    world.fine("run", "--on", TUESDAY)
    return world


def posted(world: World) -> list[int]:
    return [int(entry["id"]) for entry in world.entries() if entry["external_reference"]]


def delete(world: World) -> None:
    """Somebody deletes in Harvest what Gleaner posted."""
    (number,) = posted(world)
    world.api().delete(f"/time_entries/{number}")


def rung(world: World) -> str:
    (one,) = world.fine("rules", "ladder", "--json").json["standings"]
    return str(one["rung"])


def record(world: World) -> tuple[int, int]:
    (one,) = world.fine("rules", "ladder", "--json").json["standings"]
    return one["kept"], one["decided"]


def test_a_posted_entry_deleted_in_harvest_takes_posting_away_and_that_is_said_once(trusted: World) -> None:
    delete(trusted)
    assert FALL in trusted.fine("run", "--on", TUESDAY).err
    assert (rung(trusted), record(trusted)) == ("preselect", (0, 0))
    for words in (("sync",), ("sync", "--full"), ("run", "--on", TUESDAY), ("run", "--on", TUESDAY)):
        assert "meetings by code" not in trusted.fine(*words).err
    assert (rung(trusted), record(trusted)) == ("preselect", (0, 0))
    assert posted(trusted) == []


def test_a_drop_is_in_the_journal_and_on_the_ladder(trusted: World) -> None:
    delete(trusted)
    trusted.fine("run", "--on", TUESDAY)
    assert FALL in trusted.fine("rules", "ladder").out
    fell = "Ladder: meetings by code: post to preselect, because its entry was deleted"
    assert [line["text"] for line in trusted.fine("journal", "--json").json].count(fell) == 1


def test_gleaners_own_undo_counts_once(trusted: World) -> None:
    assert "because its entry was undone" in trusted.fine("undo", "--run", "last").err
    for _ in range(2):
        assert "its entry was deleted" not in trusted.fine("run", "--on", TUESDAY).err
    assert (rung(trusted), record(trusted)) == ("preselect", (0, 0))


def test_what_is_undone_after_it_was_deleted_counts_once(trusted: World) -> None:
    delete(trusted)
    trusted.fine("run", "--on", TUESDAY)
    said = trusted.gleaner("undo", "--run", "last")
    assert "meetings by code" not in said.err
    assert (rung(trusted), record(trusted)) == ("preselect", (0, 0))


def test_an_entry_deleted_because_its_event_was_called_off_is_no_correction(trusted: World) -> None:
    delete(trusted)
    trusted.calendar(ANA, *reviews(today=False))
    assert "meetings by code" not in trusted.fine("run", "--on", TUESDAY).err
    assert rung(trusted) == "post"


def test_deleting_through_an_amendment_is_no_correction(trusted: World) -> None:
    trusted.calendar(ANA, *reviews(today=False))
    trusted.fine("run", "--on", TUESDAY)
    (item,) = trusted.waiting().values()
    trusted.fine("review", "accept", item["id"])
    assert posted(trusted) == []
    trusted.fine("run", "--on", TUESDAY)
    assert rung(trusted) == "post"


def test_an_entry_deleted_and_put_back_is_no_correction(trusted: World) -> None:
    (number,) = posted(trusted)
    trusted.fine("entries", "delete", str(number))
    trusted.fine("undo", "--run", "last")
    assert posted(trusted) != [number]
    assert "meetings by code" not in trusted.fine("run", "--on", TUESDAY).err
    assert rung(trusted) == "post"


def test_an_entry_moved_to_another_day_is_not_deleted(trusted: World) -> None:
    (number,) = posted(trusted)
    for day in ("2026-03-02", "2025-03-02"):  # the second is further back than anybody looks
        trusted.api().patch(f"/time_entries/{number}", spent_date=day)
        assert "meetings by code" not in trusted.fine("run", "--on", TUESDAY).err
    assert rung(trusted) == "post"


def test_a_members_token_says_nothing_about_entries_it_may_not_see(trusted: World) -> None:
    """To Bo, Harvest says of Ana's entry that there is none."""
    trusted.act_as(BO)
    trusted.fine("sync", "--full", "--force")
    trusted.gleaner("run", "--on", TUESDAY)
    trusted.act_as(ANA)
    trusted.fine("sync", "--full", "--force")
    assert "its entry was deleted" not in trusted.fine("run", "--on", TUESDAY).err
    assert rung(trusted) == "post"


def test_one_that_somebody_accepted_counts_too(trusted: World) -> None:
    trusted.lines = [line.replace('meetings = "post"', 'meetings = "preselect"') for line in trusted.lines]
    trusted.say("# changed")
    trusted.calendar(ANA, *reviews(), meeting("14:00-15:00", "APL retro"))
    trusted.fine("run", "--on", TUESDAY)
    trusted.fine("review", "accept", trusted.waiting()["APL retro"]["id"])
    number = max(posted(trusted))
    trusted.api().delete(f"/time_entries/{number}")
    assert FALL in trusted.fine("run", "--on", TUESDAY).err


def test_a_rules_record_knows_of_it(world: World) -> None:
    world.say("[[rules]]", 'title = "catch *"', 'project = "WEB"', 'task = "Meetings"')
    world.calendar(ANA, meeting("14:00-15:00", "Catch up"))
    world.fine("run", "--on", TUESDAY)
    delete(world)
    world.fine("run", "--on", TUESDAY)
    (rule,) = world.fine("rules", "--json").json
    assert (rule["hits"], rule["kept"], rule["decided"]) == (1, 0, 1)
    said = world.fine("rules", "explain", rule["id"]).out
    assert "logged unasked, put right in Harvest since" in said


def test_the_daemon_notices_it_too_and_its_job_says_so(trusted: World) -> None:
    delete(trusted)
    with on_shift([trusted.config], f"{TUESDAY}T18:00:00+01:00") as shift:
        shift.goes_on(hours=0.5)
        said = [shift.row("capture").text or ""]
        shift.goes_on(hours=0.5)
        said.append(shift.row("capture").text or "")
    assert ["1 step of the ladder lost (gleaner rules ladder)" in text for text in said] == [True, False]
    assert rung(trusted) == "preselect"
