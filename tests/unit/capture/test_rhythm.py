"""What confirmed days teach: a straight line, share · base + factor · seen, and how far off it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gleaner.capture.rhythm import EVERYBODY, ConfirmedDay, Past, Rhythm
from gleaner.core.activities import Line

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def days(*hours: float, seen: float = 2, repository: str = "apollo", weight: float = 1) -> list[ConfirmedDay]:
    """Days in July on which Git showed *seen* hours and these were booked."""
    return [
        ConfirmedDay(
            date(2026, 6, 30) + timedelta(days=number), repository, seen * HOUR, booked * HOUR, weight=weight
        )
        for number, booked in enumerate(hours)
    ]


def learned(history: list[ConfirmedDay], repository: str = "apollo") -> Rhythm:
    return Past(history).rhythm(repository)


def test_without_days_everybodys_line_holds() -> None:
    """1 h 30 and 0.63 of what Git shows."""
    assert learned([]).line == replace(EVERYBODY.line, is_of_here=False)
    assert EVERYBODY.worked(2 * HOUR) == (90 + 75.6) * MINUTE


def test_three_days_there_are_enough() -> None:
    """Least squares through (2, 2), (2, 3), (4, 5) and everybody's (1, 2.13), (6, 5.28).

    Their middle is (3, 3.482), the slope 11.58 / 16.
    """
    known = learned([*days(2, 3), *days(0, 0, 5, seen=4)])
    assert (known.line.days, known.line.is_of_here) == (3, True)
    assert (known.line.base, known.line.factor) == (79 * MINUTE, 0.72)


def test_fewer_than_three_days_there_borrow_from_the_others() -> None:
    known = learned([*days(8, 8), *days(1, 1, 1, repository="borealis")])
    assert (known.line.days, known.line.is_of_here) == (5, False)


def test_only_the_last_fifteen_days_count() -> None:
    assert learned(days(*[9] * 20, *[2] * 15)).line == learned(days(*[2] * 15)).line


def test_steady_days_are_soon_estimated_as_they_are() -> None:
    """Whoever books six hours whatever Git shows gets about six."""
    known = learned([*days(*[6] * 8, seen=1), *days(*[6] * 15, seen=4)])
    assert known.worked(2.5 * HOUR) / HOUR == pytest.approx(6, abs=0.5)


def test_a_day_accepted_with_one_click_weighs_less() -> None:
    looked_at = learned(days(2, 2, 2, 2)).worked(2 * HOUR)
    with_day = learned([*days(2, 2, 2, 2), *days(8, weight=1)]).worked(2 * HOUR)
    with_click = learned([*days(2, 2, 2, 2), *days(8, weight=0.3)]).worked(2 * HOUR)
    assert looked_at < with_click < with_day


def test_a_day_accepted_with_one_click_says_nothing_of_how_far_off_estimates_are() -> None:
    assert learned(days(2, 2, 2, weight=0.3)).misses == ()


def test_days_without_commits_or_without_hours_teach_nothing() -> None:
    assert learned([*days(5, 5, 5, seen=0), *days(0, 0, 0)]) == learned([])


def test_what_a_day_comes_to_anyway_counts_once_over_its_repositories() -> None:
    known = Rhythm(Line(HOUR, 0.5, days=5))
    apart = known.worked(HOUR, share=0.25) + known.worked(3 * HOUR, share=0.75)
    assert apart == known.worked(4 * HOUR) == 3 * HOUR


def test_a_miss_is_told_from_the_days_before_it_alone() -> None:
    """Everybody's line says 2 h 45 of two hours seen; with 8 booked it was 5 h 15 short: 315 / (165 + 120)."""
    first, second = learned(days(8, 8)).misses
    assert first == pytest.approx((480 - 165.6) / (165.6 + 120))
    assert 0 < second < first


def test_the_range_narrows_with_a_steady_person() -> None:
    low, high = (limit / HOUR for limit in Rhythm(Line(HOUR, 1, 15), misses=(0.0,) * 60).limits(2 * HOUR))
    assert 1.1 < low <= 2 <= high < 2.5
    wide_low, wide_high = (limit / HOUR for limit in EVERYBODY.limits(2 * HOUR))
    assert wide_low < low < high < wide_high


@given(
    st.lists(st.floats(-1, 10), max_size=80),
    st.integers(0, 15),
    st.integers(0, 24 * 60).map(lambda minutes: minutes * MINUTE),
)
def test_the_best_value_is_in_its_range(misses: list[float], count: int, worked: timedelta) -> None:
    low, high = Rhythm(Line(HOUR, 1, count), misses=tuple(misses)).limits(worked)
    assert timedelta(0) <= low <= worked <= high


@given(
    st.lists(st.tuples(st.floats(0.1, 24), st.floats(0.1, 24), st.floats(0.01, 1)), max_size=40),
    st.floats(0, 24),
)
def test_more_to_see_is_never_less_work(booked: list[tuple[float, float, float]], more: float) -> None:
    """Neither the base nor the factor is ever below zero, however strange the days."""
    history = [
        ConfirmedDay(date(2026, 1, 1) + timedelta(days=number), "apollo", seen * HOUR, hours * HOUR, share)
        for number, (seen, hours, share) in enumerate(booked)
    ]
    known = learned(history)
    assert known.worked(more * HOUR) >= known.worked(timedelta(0)) >= timedelta(0)


@given(st.lists(st.integers(1, 12), max_size=30), st.integers(1, 12))
def test_the_order_of_days_does_not_matter(hours: list[int], seen: int) -> None:
    known = days(*hours, seen=seen)
    assert learned(known[::-1]) == learned(known)
