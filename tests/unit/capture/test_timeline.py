"""Sharing a day's hours out over the free time before its commits."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.capture.build import BERLIN, TUESDAY, at, span

from gleaner.capture.timeline import Moment, Stretch, evidence, shares, stretches
from gleaner.core.time import Span

MINUTE = timedelta(minutes=1)


def stretch(free: str, minutes: int) -> Stretch:
    return Stretch(TUESDAY, Moment(at("12:00"), "apollo"), (span(free),), minutes * MINUTE, is_lead_in=False)


def minutes(given: list[timedelta]) -> list[float]:
    return [each / MINUTE for each in given]


def test_what_does_not_fit_before_one_commit_goes_before_the_others() -> None:
    """Two hours, asked for in equal parts; only 20 minutes are free before the first."""
    day = [stretch("09:00-09:20", 20), stretch("10:00-15:00", 20)]
    assert minutes(shares(day, 120 * MINUTE)) == [20, 100]


def test_what_fits_nowhere_is_left_out() -> None:
    day = [stretch("09:00-09:20", 20), stretch("10:00-10:30", 20)]
    assert minutes(shares(day, 120 * MINUTE)) == [20, 30]


def test_less_is_taken_from_all_alike() -> None:
    day = [stretch("09:00-10:00", 60), stretch("10:00-10:20", 20)]
    assert minutes(shares(day, 40 * MINUTE)) == [30, 10]


def test_work_is_the_last_part_of_the_free_time() -> None:
    free = (span("09:00-09:30"), span("10:00-10:20"))
    before = Stretch(TUESDAY, Moment(at("10:20"), "apollo"), free, 50 * MINUTE, is_lead_in=False)
    assert before.placed(30 * MINUTE) == [span("09:20-09:30"), span("10:00-10:20")]


@pytest.mark.parametrize(
    ("gap", "lines", "expected"),
    [(0, 9, 0), (20, 9, 20), (30, 9, 30), (90, 9, 60), (180, 9, 105), (181, 0, 45), (600, 10**9, 157)],
)
def test_the_evidence_of_a_gap(gap: int, lines: int, expected: int) -> None:
    assert evidence(gap * MINUTE, lines) == expected * MINUTE


@given(st.lists(st.tuples(st.integers(1, 300), st.integers(1, 300)), max_size=8), st.integers(0, 3000))
def test_shares_add_up_and_fit(parts: list[tuple[int, int]], asked: int) -> None:
    day = [
        Stretch(TUESDAY, Moment(at("23:00"), "apollo"), (Span(at("00:00"), at("00:00") + free * MINUTE),),
                min(free, seen) * MINUTE, is_lead_in=False)
        for free, seen in parts
    ]  # fmt: skip
    given_ = shares(day, asked * MINUTE)
    room = sum((each.capacity for each in day), timedelta())
    assert all(timedelta(0) <= one <= each.capacity for one, each in zip(given_, day, strict=True))
    assert abs(sum(given_, timedelta()) - min(room, asked * MINUTE)) < timedelta(milliseconds=1)


def test_a_gap_is_measured_in_free_time() -> None:
    """From 09:00 to 13:00 with a workshop of three hours in between: one free hour, and no new beginning."""
    both = [Moment(at("09:00"), "apollo", 1), Moment(at("13:00"), "apollo", 1)]
    last = stretches(both, [span("09:30-12:30")], BERLIN)[-1]
    assert (last.evidence, last.is_lead_in, last.is_cut) == (45 * MINUTE, False, True)
