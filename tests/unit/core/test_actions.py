"""Changes as values: what they leave, whether they are done, and the way back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.studio import ANA, APOLLO, DAY, DESIGN, MEETINGS, WEBSITE, entry

from gleaner.core.actions import UpdateTimeEntry, is_done, reverse, updated
from gleaner.core.catalog import EntryId
from gleaner.core.entries import Snapshot, TimeEntry, changes, snapshot

hours = st.integers(1, 2400).map(lambda n: Decimal(n) / 100)
days = st.dates(date(2026, 1, 1), date(2026, 12, 31))
projects, tasks = st.sampled_from([APOLLO, WEBSITE]), st.sampled_from([MEETINGS, DESIGN])
notes = st.text(max_size=10)
snapshots = st.builds(Snapshot, projects, tasks, days, hours, notes)
updates = st.builds(
    UpdateTimeEntry,
    st.just(ANA),
    st.just(EntryId(7)),
    spent_date=st.none() | days,
    hours=st.none() | hours,
    project_id=st.none() | projects,
    task_id=st.none() | tasks,
    notes=st.none() | notes,
)


def as_entry(seen: Snapshot) -> TimeEntry:
    return TimeEntry(
        EntryId(7), ANA, seen.project_id, seen.task_id, seen.spent_date, seen.hours, seen.notes,
        seen.started_time, seen.ended_time, seen.is_running,
    )  # fmt: skip


@given(snapshots, updates)
def test_the_way_back_leads_back(was: Snapshot, action: UpdateTimeEntry) -> None:
    then = updated(was, action)
    assert is_done(action, as_entry(then))
    assert updated(then, reverse(action, was)) == was


@given(snapshots, updates)
def test_a_change_is_done_exactly_if_it_would_change_nothing(was: Snapshot, action: UpdateTimeEntry) -> None:
    assert is_done(action, as_entry(was)) == (not changes(was, as_entry(updated(was, action)))) or (
        action.hours is not None and abs(action.hours - was.hours) == Decimal("0.01")
    )


@given(snapshots)
def test_an_entry_is_as_it_was_seen(was: Snapshot) -> None:
    assert changes(was, as_entry(was)) == ()
    assert snapshot(as_entry(was)) == was


def test_times_count_where_there_are_any() -> None:
    one = entry(1, at="09:00-10:00")
    longer = UpdateTimeEntry(
        ANA, one.id, hours=Decimal(2), started_time=time(9), ended_time=time(11), was=snapshot(one)
    )
    assert not is_done(longer, one)
    assert is_done(longer, replace(one, ended_time=time(11), hours=Decimal("1.99")))
    back = reverse(longer, snapshot(one))
    assert (back.started_time, back.ended_time, back.hours) == (time(9), time(10), Decimal(1))
    assert is_done(back, one)


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ({"hours": Decimal("1.25")}, "1.25 h instead of 1.00 h"),
        ({"started_time": time(9)}, "other times"),
        ({"spent_date": DAY + timedelta(days=1)}, "on 2026-03-11 instead of 2026-03-10"),
        ({"project_id": WEBSITE}, "another project"),
        ({"task_id": DESIGN}, "another task"),
        ({"notes": "x"}, "other notes"),
        ({"is_running": True, "hours": Decimal(3)}, "its timer runs now"),
    ],
)
def test_what_is_different_is_said(now: dict[str, object], said: str) -> None:
    one = entry(1)
    assert changes(snapshot(one), replace(one, **now)) == (said,)  # type: ignore[arg-type]


def test_a_running_timer_grows_and_is_the_same() -> None:
    one = replace(entry(1), is_running=True)
    assert changes(snapshot(one), replace(one, hours=Decimal(3))) == ()
    assert changes(snapshot(one), replace(one, is_running=False)) == ("its timer was stopped",)
