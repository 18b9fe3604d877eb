"""Hours on time: a person's week, and what weeks add up to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.studio import ANA, BO, PEOPLE

from gleaner.core.catalog import UserId
from gleaner.core.time import ZERO
from gleaner.timesheets.compliance import Figures, Held, PersonWeek, figures, missing, person_week
from gleaner.timesheets.expected import Absence, expected
from gleaner.timesheets.gaps import GRACE

MONDAY = date(2026, 3, 9)
DAYS = [MONDAY + timedelta(days=number) for number in range(7)]
CUT_OFF = datetime(2026, 3, 16, 9, tzinfo=UTC)
LATER = datetime(2026, 3, 20, 9, tzinfo=UTC)
Two = tuple[float, float]


def week(
    *held: float | Two,
    who: UserId = ANA,
    off: dict[int, Absence] | None = None,
    now: datetime = LATER,
    today: date = date(2026, 3, 20),
) -> PersonWeek:
    """A week of 8 h a day; of each day the hours in Harvest, or those at the cut-off and now."""
    both = [one if isinstance(one, tuple) else (one, one) for one in held]
    both += [(0.0, 0.0)] * (7 - len(both))
    due = [expected(PEOPLE[who], day, [off[n]] if off and n in off else []) for n, day in enumerate(DAYS)]
    return person_week(
        who, due, [Held(timedelta(hours=late), timedelta(hours=early)) for early, late in both],
        cut_off=CUT_OFF, now=now, today=today,
    )  # fmt: skip


def hours(duration: timedelta) -> float:
    return duration / timedelta(hours=1)


def marks(one: PersonWeek) -> list[str]:
    return [day.mark for day in one.days]


def test_a_full_week_is_complete() -> None:
    one = week(8, 8, 8, 8, 8)
    assert marks(one) == ["on time"] * 5 + ["free"] * 2
    assert figures([one]) == Figures(
        timedelta(hours=40), timedelta(hours=40), timedelta(hours=40), ZERO, 1, 1, 1
    )


def test_what_came_after_the_cut_off_is_late_and_no_longer_open() -> None:
    one = week(8, (4, 8), (0, 6), 8, 8)
    assert marks(one)[:3] == ["on time", "late", "open"]
    found = figures([one])
    assert (hours(found.on_time), hours(found.there), hours(found.late)) == (28, 38, 10)
    assert (found.complete, found.complete_now) == (0, 0)
    assert one.days[2].sentence() == (
        "8.0 h by contract · in Harvest 0.0 at the cut-off, 6.0 now · missing 8.0 at the cut-off, 2.0 now"
    )


def test_a_long_day_makes_up_for_a_short_one_of_the_same_week() -> None:
    """Harvest knows weekly hours; how they lie on the days is a guess nobody should be blamed by."""
    one = week(9, 7, 8, 8, 8)
    assert (hours(one.lacked), marks(one)[1]) == (0, "on time")
    assert one.days[1].sentence().endswith("missing 0.0 · 1.0 made up for on other days of the week")


def test_a_long_week_makes_up_for_nobody_else() -> None:
    found = figures([week(12, 12, 12, 12, 12), week(4, 8, 8, 8, 8, who=BO)])
    assert (hours(found.due), hours(found.on_time), found.complete) == (80, 76, 1)


def test_work_on_a_weekend_makes_up_for_a_weekday() -> None:
    assert week(8, 8, 8, 8, 0, 8).lacks == ZERO


def test_less_than_a_quarter_of_an_hour_is_missing_to_nobody() -> None:
    assert week(7.8, 7.8, 7.8, 7.8, 7.8).lacks == ZERO
    assert week(7.75, 8, 8, 8, 8).lacks == GRACE


def test_a_holiday_and_time_off_are_excused_and_their_hours_taken_off() -> None:
    off = {0: Absence("Easter Monday", "holiday"), 1: Absence("Interview", "calendar", share=0.5)}
    one = week(0, 4, 8, 8, 8, off=off)
    found = figures([one])
    assert (hours(found.due), hours(found.excused), found.share) == (28, 12, 1.0)
    assert marks(one)[:2] == ["excused", "on time"]
    assert "Interview" not in one.days[1].sentence(), "what a calendar calls it is the person's own"
    assert "4.0 time off" in one.days[1].sentence()


def test_who_is_away_all_week_is_neither_complete_nor_counted() -> None:
    off = {number: Absence("leave", "exception") for number in range(5)}
    found = figures([week(off=off)])
    assert (found.people, found.share, hours(found.excused)) == (0, None, 40)


def test_a_week_that_is_not_over_counts_the_days_that_are() -> None:
    one = week(8, 6, 5, now=datetime(2026, 3, 11, 15, tzinfo=UTC), today=date(2026, 3, 11))
    assert marks(one) == ["on time", "open", *["to come"] * 5]
    found = figures([one])
    assert (hours(found.due), hours(found.on_time), found.is_final) == (16, 14, False)


def test_what_is_logged_today_makes_up_for_no_day_before() -> None:
    one = week(6, 12, now=datetime(2026, 3, 10, 15, tzinfo=UTC), today=date(2026, 3, 10))
    assert hours(one.lacks) == 2


def test_who_left_in_the_middle_of_the_week_owes_nothing_after_that() -> None:
    gone = replace(PEOPLE[ANA], employed_until=date(2026, 3, 10))
    due = [expected(gone, day) for day in DAYS]
    one = person_week(ANA, due, [Held()] * 7, cut_off=CUT_OFF, now=LATER, today=date(2026, 3, 20))
    assert (hours(one.due), marks(one)) == (16, ["open", "open", *["not counted"] * 5])
    assert one.why_not_counted == ""


def test_contractors_and_people_without_capacity_are_not_counted() -> None:
    for changed, why in (
        ({"is_contractor": True}, "a contractor"),
        ({"weekly_capacity": ZERO}, "no capacity"),
    ):
        person = replace(PEOPLE[ANA], **changed)
        due = [expected(person, day) for day in DAYS]
        one = person_week(ANA, due, [Held()] * 7, cut_off=CUT_OFF, now=LATER, today=date(2026, 3, 20))
        assert one.why_not_counted.startswith(why)
        assert figures([one]).people == 0


quarters = st.integers(0, 48).map(lambda number: timedelta(minutes=15 * number))
weeks = st.lists(st.tuples(quarters, quarters), min_size=7, max_size=7)


@given(weeks)
def test_never_more_is_missing_than_was_due_nor_less_than_the_week_lacks(
    days: list[tuple[timedelta, timedelta]],
) -> None:
    due, held = [one for one, _ in days], [one for _, one in days]
    lacking = missing(due, held)
    assert all(
        ZERO <= lack <= max(ZERO, want - has) for lack, want, has in zip(lacking, due, held, strict=True)
    )
    short = sum(due, ZERO) - sum(held, ZERO)
    # In quarters of an hour there is no grace to speak of, so the week lacks exactly what it is short of.
    assert sum(lacking, ZERO) == max(ZERO, short)


@given(weeks, st.integers(0, 6), quarters)
def test_more_hours_never_make_more_missing(
    days: list[tuple[timedelta, timedelta]], on: int, more: timedelta
) -> None:
    due, held = [one for one, _ in days], [one for _, one in days]
    before = sum(missing(due, held), ZERO)
    held[on] += more
    assert sum(missing(due, held), ZERO) <= before


@given(st.lists(weeks, min_size=1, max_size=4))
def test_shares_are_shares_and_counts_add_up(several: list[list[tuple[timedelta, timedelta]]]) -> None:
    made = []
    for number, days in enumerate(several):
        due = [expected(PEOPLE[ANA], day) for day in DAYS]
        held = [Held(max(one, two), one) for one, two in days]
        made.append(
            person_week(UserId(number), due, held, cut_off=CUT_OFF, now=LATER, today=date(2026, 3, 20))
        )
    found = figures(made)
    assert found.share is not None
    assert found.share_now is not None
    assert 0 <= found.share <= found.share_now <= 1
    assert found.on_time == sum((figures([one]).on_time for one in made), ZERO)
    assert found.complete <= found.complete_now <= found.people
    for one in made:
        assert sum((day.late + day.lacks for day in one.days), ZERO) >= one.lacked
