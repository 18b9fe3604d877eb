"""What confirmed days teach. The formula: hours = (1 − w)·k·S + w·m, w = ½·n/(n + 1)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gleaner.capture.rhythm import NEUTRAL, ConfirmedDay, Rhythm, rhythm

HOUR = timedelta(hours=1)
FIRST = date(2026, 7, 1)


def days(*hours: float, seen: float = 2, repository: str = "apollo", weight: float = 1) -> list[ConfirmedDay]:
    """Days in July on which Git showed *seen* hours and these were booked."""
    return [
        ConfirmedDay(
            date(2026, 6, 30) + timedelta(days=number),
            repository,
            seen * HOUR,
            booked * HOUR,
            seen * HOUR,
            weight,
        )
        for number, booked in enumerate(hours)
    ]


def test_without_days_git_is_taken_at_its_word() -> None:
    assert rhythm([], "apollo") == NEUTRAL
    assert NEUTRAL.worked(3 * HOUR) == 3 * HOUR


def test_three_days_there_are_enough() -> None:
    """k = (9 + 16) / (6 + 16), m = 3, w = 3/8; two hours become 0.625 · 2.27 + 0.375 · 3 = 2.55."""
    known = rhythm(days(2, 3, 4), "apollo")
    assert known.factor == pytest.approx(25 / 22)
    assert (known.usual, known.days, known.weight) == (3 * HOUR, 3, 0.375)
    assert known.worked(2 * HOUR) / HOUR == pytest.approx(2.545, abs=0.001)


def test_fewer_than_three_days_there_borrow_from_the_others() -> None:
    known = rhythm([*days(8, 8, repository="apollo"), *days(1, 1, 1, repository="borealis")], "apollo")
    assert (known.days, known.usual) == (5, 1 * HOUR)


def test_only_the_last_fifteen_days_count() -> None:
    assert rhythm(days(*[9] * 20, *[2] * 15), "apollo").usual == 2 * HOUR


def test_a_day_accepted_with_one_click_weighs_less() -> None:
    looked_at, clicked = days(4, 4, 4), days(1, 1, 1, weight=0.3)
    assert rhythm([*looked_at, *clicked], "apollo").usual == 4 * HOUR
    assert rhythm([*looked_at, *clicked], "apollo").days == pytest.approx(3.9)


def test_days_without_commits_or_without_hours_teach_nothing() -> None:
    assert rhythm([*days(5, 5, 5, seen=0), *days(0, 0, 0)], "apollo") == NEUTRAL


def test_the_range_narrows_with_a_steady_person() -> None:
    """Sixty days just as proposed, against everybody's 0.3 to 2.3."""
    low, high = (limit / HOUR for limit in Rhythm(days=15, ratios=(1.0,) * 60).limits(2 * HOUR))
    assert [low, high] == pytest.approx([1.83, 2.252])
    wide_low, wide_high = (limit / HOUR for limit in NEUTRAL.limits(2 * HOUR))
    assert wide_low < 1.0 < 4.0 < wide_high


@given(
    st.lists(st.floats(0.1, 30), max_size=80),
    st.floats(0, 15),
    st.integers(0, 24 * 60).map(lambda minutes: timedelta(minutes=minutes)),
)
def test_the_best_value_is_in_its_range(ratios: list[float], count: float, worked: timedelta) -> None:
    low, high = Rhythm(days=count, ratios=tuple(ratios)).limits(worked)
    assert low <= worked <= high


@given(st.lists(st.integers(1, 12), max_size=30), st.integers(1, 12))
def test_the_order_of_days_does_not_matter(hours: list[int], seen: int) -> None:
    known = days(*hours, seen=seen)
    assert rhythm(reversed(known), "apollo") == rhythm(known, "apollo")
    assert 0.5 / 12 <= rhythm(known, "apollo").factor <= 12
