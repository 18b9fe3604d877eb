"""The demo's people log the rest of a day like people: what they did, what they do not see, and never more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from gleaner.core.actions import CreateTimeEntry
from gleaner.core.activities import Activity, Meeting
from gleaner.core.catalog import EntryId, ProjectId, TaskId, UserId
from gleaner.core.entries import TimeEntry
from gleaner.core.proposals import Proposal
from gleaner.core.time import Span
from gleaner.faces.demo.agenda import Stop, stops
from gleaner.faces.demo.people import answer, by_hand, rest_of_day
from gleaner.faces.demo.truth import Block, Habit, Truth

ANA, DAY = 7, date(2026, 3, 11)
NIGHT = datetime(2026, 3, 11, 23, tzinfo=UTC)


def block(begins: float, hours: float, project: int | None = 1) -> Block:
    start = datetime.combine(DAY, time(0), tzinfo=UTC) + timedelta(hours=begins)
    end = start + timedelta(hours=hours)
    return Block(ANA, DAY, start, end, Decimal(str(hours)), "coding", project, 10, None)


def entry(hours: float, project: int = 1) -> TimeEntry:
    return TimeEntry(EntryId(1), UserId(ANA), ProjectId(project), TaskId(10), DAY, Decimal(str(hours)))


def truth(*blocks: Block) -> Truth:
    return Truth(blocks, (), {}, DAY, DAY)


def filled(
    world: Truth, entries: Sequence[TimeEntry] = (), now: datetime = NIGHT
) -> list[tuple[int | None, Decimal]]:
    return [(one.project_id, hours) for one, hours, _ in rest_of_day(ANA, DAY, world, entries, now)]


def test_they_log_what_is_missing_of_each_project_in_quarters_rounded_down() -> None:
    world = truth(block(9, 2.1), block(12, 1), block(14, 2.6, project=2))
    assert filled(world) == [(1, Decimal(3)), (2, Decimal("2.5"))]
    assert filled(world, [entry(2.5), entry(2.4, project=2)]) == [(1, Decimal("0.5"))]


def test_they_log_nothing_that_is_yet_to_come_and_nothing_that_was_no_work() -> None:
    world = truth(block(9, 2), block(13, 1, project=None), block(16, 2))
    assert filled(world, now=NIGHT.replace(hour=17)) == [(1, Decimal(2))]


def test_an_hour_too_many_on_one_project_is_left_out_of_another() -> None:
    world = truth(block(9, 3), block(13, 3, project=2))
    assert filled(world, [entry(4)]) == [(2, Decimal(2))]


def test_what_they_logged_so_is_not_logged_again_by_habit() -> None:
    world = truth(block(9, 2), block(12, 2), block(15, 1, project=2))
    ((_, hours, positions),) = rest_of_day(ANA, DAY, world, [entry(1, project=2)], NIGHT)
    assert (hours, positions) == (Decimal(4), (0, 1))
    habit = Habit(ANA, DAY, 1, 10, Decimal(4), "", NIGHT, (0, 1))
    assert by_hand(habit, world, [entry(4)], set(positions)) == (Decimal(0), ())


def test_the_rest_stands_for_what_no_entry_of_gleaners_does() -> None:
    """Else that entry, which was there first, would count as a duplicate of theirs."""
    world = truth(block(9, 2), block(12, 1))
    ((_, hours, positions),) = rest_of_day(ANA, DAY, world, [entry(1)], NIGHT, written={1})
    assert (hours, positions) == (Decimal(2), (0,))


def test_what_they_logged_by_hand_for_a_message_they_do_not_accept_once_more() -> None:
    """Other work of the same project, later that day, does not make it look missing."""
    meeting = replace(
        block(9, 1), kind="meeting", source={"type": "calendar", "uid": "talk", "recurrence_id": None}
    )
    world = truth(meeting, block(16, 2))
    seen = Activity(
        "ics", "talk", UserId(ANA), Span(meeting.start, meeting.end), "Talk", Meeting("ics", "talk")
    )
    action = CreateTimeEntry(UserId(ANA), DAY, Decimal(1), ProjectId(1), TaskId(10), "Talk", "ours")
    proposal = Proposal("entry:talk", action, UserId(ANA), DAY, "It was.", "meeting")
    assert answer(proposal, seen, world, [entry(0.75)]).word == "accept"
    assert answer(proposal, seen, world, [entry(0.75)], filled={0}).word == "dismiss"


hours = st.integers(0, 16).map(lambda quarters: quarters / 4 + 0.1)


@given(
    st.lists(st.tuples(hours, st.integers(1, 3)), max_size=6),
    st.lists(st.tuples(hours, st.integers(1, 3)), max_size=4),
)
def test_never_more_than_the_day_or_the_project_lacks(
    worked: list[tuple[float, int]], logged: list[tuple[float, int]]
) -> None:
    world = truth(*(block(number, long, project) for number, (long, project) in enumerate(worked)))
    entries = [entry(long, project) for long, project in logged]
    there = sum((one.hours for one in entries), Decimal(0))
    real = world.hours(ANA, DAY)
    found = filled(world, entries, NIGHT + timedelta(days=1))
    assert sum((long for _, long in found), Decimal(0)) <= max(
        Decimal(0), sum(real.values(), Decimal(0)) - there
    )
    for project, long in found:
        of_it = sum((one.hours for one in entries if one.project_id == project), Decimal(0))
        assert long <= real[project or 0] - of_it


def test_the_walk_stops_by_the_clocks_of_each_zone_whatever_they_do_at_weekends() -> None:
    """Europe's clocks change on Sunday the 29th; nobody is called on a weekend."""
    found = stops(date(2026, 3, 27), date(2026, 3, 30), {"Europe/Berlin", "America/New_York"})
    assert [f"{stop.at:%d %H:%M}" for stop in found] == [
        "27 08:45", "27 13:45", "27 16:15", "27 21:15", "30 07:45", "30 13:45", "30 15:15", "30 21:15",
    ]  # fmt: skip
    assert found[2] == Stop(
        datetime(2026, 3, 27, 16, 15, tzinfo=UTC), "Europe/Berlin", date(2026, 3, 27), True
    )
