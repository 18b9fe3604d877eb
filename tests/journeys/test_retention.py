"""What was seen goes after a while, and at once when it becomes private; what was decided stays, and can be undone."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from tests.journeys.world import ANA, BO, TUESDAY, World, meeting

from gleaner.adapters.store.engine import make_engine
from gleaner.adapters.store.tables import metadata

REVIEW = meeting("10:00-11:00", "APL detail review", uid="review@studio")
VAGUE = meeting("14:00-15:00", "Catch up with Zoe", uid="vague@studio")


def private(event: str) -> str:
    return event.replace("END:VEVENT", "CLASS:PRIVATE\nEND:VEVENT")


def database(world: World) -> sa.Engine:
    return make_engine(f"sqlite:///{world.folder}/gleaner.db")


def everything(world: World) -> str:
    engine = database(world)
    with engine.connect() as connection:
        rows = [
            str([tuple(row) for row in connection.execute(sa.select(table))])
            for table in metadata.sorted_tables
            if not table.name.startswith("mirror")
        ]
    engine.dispose()
    return "\n".join(rows)


def a_year_later(world: World) -> None:
    """Nobody touched anything since, as far as the database knows."""
    engine = database(world)
    with engine.begin() as connection:
        for table, column in (
            ("proposal", "updated_at"), ("journal", "at"), ("run", "started_at"), ("cache", "at"),
        ):  # fmt: skip
            connection.execute(sa.text(f"UPDATE {table} SET {column} = '2025-01-01 00:00:00.000000'"))
    engine.dispose()


@pytest.fixture
def old(world: World) -> World:
    """A day long ago: one meeting logged, one question nobody answered."""
    world.calendar(ANA, REVIEW, VAGUE)
    world.fine("run", "--on", TUESDAY)
    a_year_later(world)
    return world


def test_retention_says_what_goes_and_then_it_is_gone(old: World) -> None:
    dry = old.fine("retention", "--dry-run")
    assert "1 proposals nobody decided would be withdrawn" in dry.out
    assert "Nothing was changed." in dry.err
    assert "Catch up with Zoe" in everything(old)
    said = old.fine("retention", "--json").json
    assert (said["withdrawn"], said["proposals"], said["activities"], said["keep_days"]) == (1, 2, 2, 42)
    assert "Catch up with Zoe" not in everything(old)
    assert "APL detail review" not in everything(old)
    assert "Nothing is older than 42 days." in old.fine("retention").out
    assert old.timesheet() == [f"Ana {TUESDAY} 1.0 Apollo / Meetings: APL detail review"]


def test_what_lost_its_words_can_still_be_undone(old: World) -> None:
    old.fine("retention")
    (item,) = [one for one in old.review() if one["state"] == "applied"]
    assert (item["title"], item["action"]["hours"]) == ("", 1.0)
    old.fine("undo", item["id"])
    assert old.entries() == []


def test_a_corrected_entry_is_still_left_alone_by_undo(old: World) -> None:
    """Its notes cannot be compared any more; its hours can."""
    old.api().patch(f"/time_entries/{old.entries()[0]['id']}", hours=3)
    old.fine("retention")
    (item,) = [one for one in old.review() if one["state"] == "applied"]
    said = old.gleaner("undo", item["id"])
    assert (said.code, len(old.entries())) == (1, 1)
    assert "was changed since Gleaner wrote it" in said.err


def test_undo_says_when_the_words_it_needs_are_gone(old: World) -> None:
    number = str(old.entries()[0]["id"])
    old.fine("entries", "edit", number, "--notes", "Other words")
    deleted = old.by_hand(2, "apollo", "design", "Sketches")
    old.fine("sync")
    old.fine("entries", "delete", str(deleted))
    a_year_later(old)
    old.fine("retention")
    applied = [one for one in old.review() if one["state"] == "applied"]
    for kind in ("update_time_entry", "delete_time_entry"):
        (item,) = [one for one in applied if one["action"]["kind"] == kind]
        said = old.gleaner("undo", item["id"])
        assert said.code == 1
        assert "the notes as they were are not kept any more (keep_days in gleaner.toml)" in said.err
    assert [entry["notes"] for entry in old.entries()] == ["Other words"]


def test_a_series_decided_long_ago_is_still_known(world: World) -> None:
    """The words are gone, but not that this series went to Website."""
    weekly = (
        "BEGIN:VEVENT\nUID:weekly@studio\nDTSTART;TZID=Europe/Berlin:20260303T140000\n"
        "DTEND;TZID=Europe/Berlin:20260303T150000\nRRULE:FREQ=WEEKLY;COUNT=9\nSUMMARY:Catch up\nEND:VEVENT"
    )
    world.say("[capture]", "history_days = 366")
    world.calendar(ANA, weekly)
    for day in ("2026-03-03", "2026-03-10"):
        world.fine("run", "--on", day)
        (item,) = world.waiting().values()
        world.fine("review", "edit", item["id"], "--project", "WEB", "--task", "Meetings")
    a_year_later(world)
    world.fine("retention")
    assert "Catch up" not in everything(world)
    world.fine("run", "--on", "2026-03-17")
    (item,) = world.waiting().values()
    assert "Website" in item["target"]
    assert "series" in " ".join(piece["sentence"] for piece in item["evidence"])


@pytest.mark.parametrize(("days", "is_read"), [(42, False), (60, True)])
def test_no_more_history_is_read_than_may_be_kept(world: World, days: int, is_read: bool) -> None:
    """To learn from, 56 days would be read; the event is 50 days old."""
    world.say("[capture]", f"keep_days = {days}")
    world.calendar(ANA, REVIEW, meeting("09:00-10:00", "Long ago with Zoe", day="2026-01-19"))
    world.fine("run", "--on", TUESDAY)
    assert ("Long ago with Zoe" in everything(world)) is is_read


@pytest.mark.parametrize("days", ["0", "-1", "367", '"many"'])
def test_a_number_of_days_that_is_none_is_refused(world: World, days: str) -> None:
    world.say("[capture]", f"keep_days = {days}")
    said = world.gleaner("retention")
    assert (said.code, said.out) == (2, "")
    assert "gleaner.toml, capture.keep_days: " in said.err


# --- private -----------------------------------------------------------------------------------------------------


def test_a_meeting_that_became_private_is_not_named_any_more(world: World) -> None:
    world.calendar(ANA, VAGUE)
    world.fine("run", "--on", TUESDAY)
    assert "Catch up with Zoe" in world.waiting()
    world.calendar(ANA, private(VAGUE.text(ANA)))
    world.fine("run", "--on", TUESDAY)
    assert "Zoe" not in everything(world)
    assert world.states() == {"Private event": "superseded"}


def test_nor_is_one_that_was_logged_and_its_entry_stays(world: World) -> None:
    world.calendar(ANA, REVIEW)
    world.fine("run", "--on", TUESDAY)
    world.calendar(ANA, private(REVIEW.text(ANA)))
    world.gleaner("run", "--on", TUESDAY)
    assert "detail review" not in everything(world)
    assert world.timesheet() == [f"Ana {TUESDAY} 1.0 Apollo / Meetings: APL detail review"]


def test_a_look_is_enough_and_another_calendar_that_fails_is_no_hindrance(world: World) -> None:
    world.calendar(ANA, VAGUE)
    world.fine("run", "--on", TUESDAY)
    world.calendar(ANA, private(VAGUE.text(ANA)))
    world.say("[[sources]]", 'kind = "ics"', f'person = "{ANA}"', 'path = "gone.ics"')
    world.calendar(BO)
    world.gleaner("capture", "--on", TUESDAY)
    assert "Zoe" not in everything(world)


def test_a_private_event_kept_as_work_is_asked_for_without_its_words(world: World) -> None:
    world.say("[capture.filters]", "private = false")
    world.calendar(ANA, VAGUE)
    world.fine("run", "--on", TUESDAY)
    world.calendar(ANA, private(VAGUE.text(ANA)))
    for _ in range(2):
        world.fine("run", "--on", TUESDAY)
        assert world.states() == {"Private event": "proposed"}
        assert "Zoe" not in everything(world)
