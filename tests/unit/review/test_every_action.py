"""Timers, changes and deletions through the one door: once, only if nobody changed it meanwhile, and back again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.fakes import lost_answer
from tests.studio import ACCOUNT, ANA, APOLLO, BO, DAY, DESIGN, MEETINGS, WEBSITE, entry
from tests.unit.review.test_apply import World
from tests.unit.store.test_inbox import NOW, proposal

from gleaner.adapters.store.engine import make_engine
from gleaner.adapters.store.tables import metadata
from gleaner.core.actions import (
    Action,
    CreateTimeEntry,
    DeleteTimeEntry,
    StartTimer,
    StopTimer,
    UpdateTimeEntry,
)
from gleaner.core.catalog import EntryId, ProjectId, TaskId
from gleaner.core.entries import ExternalReference, TimeEntry, snapshot
from gleaner.core.proposals import Proposal, reference
from gleaner.review.apply import apply
from gleaner.review.door import Outcome
from gleaner.review.undo import undo

TRELLO = ExternalReference("card-7", "board-1", "https://trello.example/c/7")


@pytest.fixture
def world() -> World:
    engine = make_engine("sqlite://")
    metadata.create_all(engine)
    return World(engine)


def asked(action: Action, key: str = "entry:asked:1") -> Proposal:
    return replace(proposal(key), action=action, rule="asked")


def start(key: str = "entry:asked:1", *, notes: str = "Sketches") -> StartTimer:
    return StartTimer(ANA, APOLLO, DESIGN, DAY, notes, reference(ACCOUNT, key), NOW)


def logged(key: str = "entry:asked:1") -> CreateTimeEntry:
    return CreateTimeEntry(ANA, DAY, Decimal("1.5"), APOLLO, DESIGN, "Sketches", reference(ACCOUNT, key))


def keep(world: World, one: TimeEntry) -> TimeEntry:
    world.entries.kept[one.id] = one
    return one


def done(world: World, action: Action, key: str = "entry:asked:1") -> Outcome:
    return apply(world.door(), world.approved(asked(action, key)))


def taken_back(world: World, key: str = "entry:asked:1", *, force: bool = False) -> Outcome:
    item = world.inbox.get(key)
    assert item is not None
    return undo(world.door(), item, by="ana", force=force)


# --- timers ----------------------------------------------------------------------------------------------------


def test_a_timer_starts_and_says_what_it_stopped(world: World) -> None:
    before = keep(world, replace(entry("1.25", WEBSITE, MEETINGS), is_running=True))
    outcome = done(world, start())
    assert outcome.result == "applied"
    assert outcome.text == (
        "Started a timer for Apollo / Design on Tue 10 Mar; "
        f"Harvest stopped the timer of entry {before.id}: 1.25 h Website / Meetings on Tue 10 Mar"
    )
    running = [one for one in world.entries.kept.values() if one.is_running]
    assert [one.id for one in running] == [outcome.entry_id]


def test_a_timer_that_our_key_finds_is_not_started_again(world: World) -> None:
    key = world.approved(asked(start()))
    made = world.entries.start(start())
    assert apply(world.door(), key).result == "found"
    assert (world.entries.posts, list(world.entries.kept)) == (1, [made.id])


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"project_id": ProjectId(77)}, "may not log to"),
        ({"task_id": TaskId(77)}, "may not log to"),
        ({"user_id": BO}, "the proposal is for user"),
    ],
)
def test_a_timer_is_refused_where_the_person_may_not_log(
    world: World, wrong: dict[str, int], why: str
) -> None:
    outcome = done(world, replace(start(), **wrong))  # type: ignore[arg-type]
    assert (outcome.result, why in outcome.text, world.entries.posts) == ("failed", True, 0)


def test_a_timer_in_an_approved_week_is_refused(world: World) -> None:
    world.harvest.logged = [entry(8, day=DAY - timedelta(days=1), closed=True)]
    assert "is approved" in done(world, start()).text
    assert world.entries.posts == 0


def test_a_timer_that_could_not_be_started_is_not_started_later(world: World) -> None:
    """Minutes later the person may have started another one."""
    world.entries.mishap = lost_answer("before find")
    outcome = done(world, start())
    assert (outcome.result, outcome.is_kept) == ("waiting", False)
    assert "gleaner timer status, then ask again" in outcome.text
    assert apply(world.door(), "entry:asked:1").result == "taken"
    assert world.entries.kept == {}


def test_a_timer_asked_for_long_ago_is_not_started(world: World) -> None:
    outcome = done(world, replace(start(), asked_at=NOW - timedelta(hours=1)))
    assert "could not be told in time; ask again" in outcome.text
    assert world.entries.kept == {}


def test_a_timer_is_not_started_over_one_that_was_started_since(world: World) -> None:
    """A crash held the first one up; its recovery comes after the second."""
    since = NOW + timedelta(minutes=2)
    other = keep(world, replace(entry("0.1", WEBSITE), is_running=True, timer_started_at=since))
    world.clock.advance(timedelta(minutes=3))
    outcome = done(world, start())
    assert f"the timer of entry {other.id} was started since" in outcome.text
    assert world.entries.kept[other.id].is_running


def test_a_timer_set_going_again_is_not_stopped_by_what_was_asked_before(world: World) -> None:
    one = keep(world, replace(entry("0.5"), is_running=True))
    assert done(world, StopTimer(ANA, one.id, NOW - timedelta(hours=1))).result == "failed"
    assert world.entries.kept[one.id].is_running


def test_a_timer_stops_once(world: World) -> None:
    one = keep(world, replace(entry("0.5"), is_running=True))
    stop = StopTimer(ANA, one.id, NOW)
    outcome = done(world, stop)
    assert outcome.text == f"Stopped the timer of entry {one.id}: 0.50 h Apollo / Programming on Tue 10 Mar"
    assert not world.entries.kept[one.id].is_running
    assert done(world, stop, "entry:asked:2").result == "found"


@pytest.mark.parametrize("who", [BO, None])
def test_a_foreign_or_missing_timer_is_not_stopped(world: World, who: object) -> None:
    entry_id = EntryId(9)
    if who is not None:
        entry_id = keep(world, replace(entry(1, who=BO), is_running=True)).id
    assert done(world, StopTimer(ANA, entry_id, NOW)).result == "failed"
    assert all(one.is_running for one in world.entries.kept.values())


def test_undo_of_a_start_removes_what_runs_and_asks_before_it_loses_hours(world: World) -> None:
    made = done(world, start()).entry_id
    assert made is not None
    world.entries.kept[made] = replace(world.entries.kept[made], is_running=False, hours=Decimal("6.5"))
    assert "came to 6.50 h; undo it with --force to lose them" in taken_back(world).text
    assert made in world.entries.kept
    assert taken_back(world, force=True).text == "Undone: Design; the entry with 6.50 h was removed"
    assert world.entries.kept == {}


def test_undo_of_a_start_removes_a_timer_that_runs(world: World) -> None:
    done(world, start())
    assert taken_back(world).result == "applied"
    assert world.entries.kept == {}


def test_undo_of_a_start_leaves_alone_what_somebody_changed(world: World) -> None:
    made = done(world, start()).entry_id
    assert made is not None
    world.entries.kept[made] = replace(world.entries.kept[made], notes="Something else")
    assert "was changed since" in taken_back(world).text
    assert taken_back(world, force=True).result == "applied"


def test_undo_of_a_stop_lets_it_run_unless_another_runs(world: World) -> None:
    one = keep(world, replace(entry("0.5"), is_running=True))
    done(world, StopTimer(ANA, one.id, NOW))
    other = keep(world, replace(entry(1, WEBSITE), is_running=True))
    assert f"the timer of entry {other.id} runs; stop it first" in taken_back(world).text
    world.entries.stop(other.id)
    assert taken_back(world).text == "Undone: Design; the timer runs again"
    assert world.entries.kept[one.id].is_running


@pytest.mark.parametrize(
    ("changed", "said"),
    [({"hours": Decimal("6.5")}, "6.50 h where it had come to 0.50 h"), ({"notes": "Mine"}, "other notes")],
)
def test_undo_of_a_stop_leaves_alone_what_somebody_changed(world: World, changed: Any, said: str) -> None:
    one = keep(world, replace(entry("0.5"), is_running=True))
    done(world, StopTimer(ANA, one.id, NOW, snapshot(one)))
    world.entries.kept[one.id] = replace(world.entries.kept[one.id], **changed)
    assert said in taken_back(world).text
    assert not world.entries.kept[one.id].is_running
    assert taken_back(world, force=True).result == "applied"


def test_undo_of_a_stop_does_not_count_the_time_since(world: World) -> None:
    one = keep(world, replace(entry("0.5"), is_running=True))
    done(world, StopTimer(ANA, one.id, NOW, snapshot(one)))
    world.clock.advance(timedelta(hours=2))
    assert "was stopped more than 5 minutes ago" in taken_back(world).text
    assert not world.entries.kept[one.id].is_running


@pytest.mark.parametrize(
    "changed", [{"notes": "Much work by hand"}, {"is_running": True}, {"hours": Decimal(3)}]
)
def test_undo_of_an_entry_leaves_alone_what_somebody_changed(world: World, changed: Any) -> None:
    made = done(world, logged()).entry_id
    assert made is not None
    world.entries.kept[made] = replace(world.entries.kept[made], **changed)
    assert "was changed since" in taken_back(world).text
    assert made in world.entries.kept
    assert taken_back(world, force=True).result == "applied"


def test_undo_of_an_entry_leaves_alone_what_somebody_moved_within_the_day(world: World) -> None:
    made = done(world, replace(logged(), started_time=time(9), ended_time=time(10, 30))).entry_id
    assert made is not None
    moved = replace(world.entries.kept[made], started_time=time(14), ended_time=time(15, 30))
    world.entries.kept[made] = moved
    assert "was changed since" in taken_back(world).text
    assert world.entries.kept == {made: moved}
    world.entries.kept[made] = replace(moved, started_time=time(9), ended_time=time(10, 30))
    assert taken_back(world).result == "applied"


# --- changes -----------------------------------------------------------------------------------------------------


def change(one: TimeEntry, **to: object) -> UpdateTimeEntry:
    return UpdateTimeEntry(one.user_id, one.id, was=snapshot(one), **to)  # type: ignore[arg-type]


def test_an_entry_that_changed_since_the_person_looked_is_left_alone(world: World) -> None:
    one = keep(world, entry(1, notes="Then"))
    actions: list[Action] = [change(one, hours=Decimal(2)), DeleteTimeEntry(ANA, one.id, snapshot(one))]
    keep(world, replace(one, hours=Decimal("1.5"), notes="Now"))
    for number, action in enumerate(actions):
        outcome = done(world, action, f"entry:asked:{number}")
        assert outcome.text == (
            f"entry {one.id} changed since you looked: 1.50 h instead of 1.00 h, other notes; look again"
        )
    assert world.entries.kept[one.id].notes == "Now"


def test_a_timer_that_ran_on_is_no_change(world: World) -> None:
    one = keep(world, replace(entry(1), is_running=True))
    edit = change(one, notes="Clearer")
    keep(world, replace(one, hours=Decimal("1.5")))
    assert done(world, edit).result == "applied"


def test_a_change_that_is_there_already_is_found(world: World) -> None:
    one = keep(world, entry(1))
    edit = change(one, hours=Decimal(2), notes="Clearer")
    keep(world, replace(one, hours=Decimal(2), notes="Clearer"))
    assert done(world, edit).result == "found"


def test_a_change_to_where_the_person_may_not_log_is_refused(world: World) -> None:
    one = keep(world, entry(1))
    assert "may not log to" in done(world, change(one, project_id=ProjectId(77))).text


def test_a_change_into_or_out_of_an_approved_week_is_refused(world: World) -> None:
    next_week = DAY + timedelta(days=7)
    world.harvest.logged = [entry(8, day=next_week, closed=True)]
    one = keep(world, entry(1))
    assert "is approved" in done(world, change(one, spent_date=next_week)).text
    other = keep(world, entry(1, day=next_week + timedelta(days=1)))
    assert "is approved" in done(world, change(other, hours=Decimal(2)), "entry:asked:2").text
    assert "is approved" in done(world, DeleteTimeEntry(ANA, other.id, snapshot(other)), "entry:asked:3").text
    assert world.entries.kept == {one.id: one, other.id: other}


def test_a_change_whose_answer_is_lost_is_looked_up(world: World) -> None:
    one = keep(world, entry(1))
    world.entries.mishap = lost_answer("after update")
    assert done(world, change(one, hours=Decimal(2))).result == "applied"


def test_undo_of_a_change_brings_back_what_was(world: World) -> None:
    one = keep(world, entry(1, notes="Then"))
    done(world, change(one, hours=Decimal(2), notes="Now", project_id=WEBSITE, spent_date=date(2026, 3, 11)))
    assert taken_back(world).text == "Undone: Design; it is again 1.00 h Apollo / Programming on Tue 10 Mar"
    assert world.entries.kept[one.id] == one


def test_undo_of_a_change_leaves_alone_what_somebody_changed_unless_forced(world: World) -> None:
    one = keep(world, entry(1))
    done(world, change(one, hours=Decimal(2)))
    world.entries.kept[one.id] = replace(world.entries.kept[one.id], notes="By hand")
    assert "was changed since Gleaner changed it: other notes" in taken_back(world).text
    assert taken_back(world, force=True).result == "applied"
    assert world.entries.kept[one.id] == replace(one, notes="By hand")


def test_undo_never_touches_an_entry_approved_since(world: World) -> None:
    one = keep(world, entry(1))
    done(world, change(one, hours=Decimal(2)))
    world.entries.kept[one.id] = replace(world.entries.kept[one.id], is_closed=True)
    assert "cannot be changed" in taken_back(world, force=True).text


def test_a_change_of_before_there_was_a_was_is_not_undone(world: World) -> None:
    one = keep(world, entry(1))
    done(world, replace(change(one, hours=Decimal(2)), was=None))
    assert "is not known; edit the entry instead" in taken_back(world).text


# --- deletions ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reference", [None, TRELLO], ids=["without", "of another program"])
def test_undo_of_a_deletion_makes_it_again_with_its_reference(
    world: World, reference: ExternalReference | None
) -> None:
    one = keep(world, replace(entry("1.5", notes="Sketches"), external_reference=reference))
    outcome = done(world, DeleteTimeEntry(ANA, one.id, snapshot(one)))
    assert outcome.text == f"Deleted entry {one.id}: 1.50 h Apollo / Programming on Tue 10 Mar"
    back = taken_back(world)
    (again,) = world.entries.kept.values()
    assert back.text == f"Undone: Design; the entry is back as {again.id}"
    assert replace(again, id=one.id, external_reference=None) == replace(one, external_reference=None)
    if reference is None:
        assert again.is_ours
    else:
        assert again.external_reference == reference


def test_undo_does_not_bring_back_what_somebody_else_deleted(world: World) -> None:
    one = keep(world, entry("1.5"))
    seen = DeleteTimeEntry(ANA, one.id, snapshot(one))
    del world.entries.kept[one.id]
    outcome = done(world, seen)
    assert (outcome.result, outcome.can_undo) == ("found", False)
    back = taken_back(world, force=True)
    assert (back.result, "somebody else deleted it" in back.text) == ("failed", True)
    assert world.entries.kept == {}


def test_a_deletion_whose_answer_is_lost_is_ours_and_can_be_undone(world: World) -> None:
    one = keep(world, entry("1.5"))
    world.entries.mishap = lost_answer("after delete")
    assert done(world, DeleteTimeEntry(ANA, one.id, snapshot(one))).result == "applied"
    assert taken_back(world).result == "applied"
    assert len(world.entries.kept) == 1


def test_another_entry_of_the_same_card_is_not_taken_for_it(world: World) -> None:
    """Programs put one reference on many entries: the card the time was spent on."""
    twin = keep(world, replace(entry("1.5"), external_reference=TRELLO))
    one = keep(world, replace(twin, id=EntryId(twin.id + 1)))
    done(world, DeleteTimeEntry(ANA, one.id, snapshot(one)))
    assert taken_back(world).result == "applied"
    assert len(world.entries.kept) == 2


def test_undo_of_a_deletion_keeps_the_guards(world: World) -> None:
    one = keep(world, entry(1))
    done(world, DeleteTimeEntry(ANA, one.id, snapshot(one)))
    world.harvest.logged = [entry(8, closed=True)]
    assert "is approved" in taken_back(world).text
    assert world.entries.kept == {}
    world.harvest.logged = []
    assert taken_back(world).result == "applied"


def test_what_was_refused_and_then_dismissed_is_not_put_back(world: World) -> None:
    one = keep(world, entry(1))
    done(world, DeleteTimeEntry(ANA, one.id, snapshot(one)))
    world.harvest.logged = [entry(8, closed=True)]
    taken_back(world)
    world.inbox.decide("entry:asked:1:back", "dismiss", by="ana", now=NOW)
    world.harvest.logged = []
    assert "was dismissed in the review; log it anew" in taken_back(world).text
    assert world.entries.kept == {}


def test_an_entry_deleted_and_put_back_can_still_be_undone(world: World) -> None:
    created = CreateTimeEntry(
        ANA, DAY, Decimal(1), APOLLO, MEETINGS, "x", reference(ACCOUNT, "entry:asked:0")
    )
    made = done(world, created, "entry:asked:0").entry_id
    assert made is not None
    done(world, DeleteTimeEntry(ANA, made, snapshot(world.entries.kept[made])))
    taken_back(world)
    assert len(world.entries.kept) == 1
    taken_back(world, "entry:asked:0")
    assert world.entries.kept == {}
