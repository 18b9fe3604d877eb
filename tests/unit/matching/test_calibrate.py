"""What a confidence is worth, and what people decided before."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.studio import APOLLO, CATALOG, MEETINGS, meeting

from gleaner.matching.calibrate import (
    LATEST,
    UNTRIED,
    Outcome,
    Record,
    Scale,
    calibration_error,
    fitted,
    records,
    reliability,
)
from gleaner.matching.index import Index
from gleaner.matching.memory import Fact
from gleaner.matching.replay import measured_scale


def outcomes(confidence: float, right: int, wrong: int, ground: str = "series") -> list[Outcome]:
    return [Outcome(ground, confidence, n < right) for n in range(right + wrong)]


def test_confidence_that_proved_too_high_is_lowered() -> None:
    assert fitted(outcomes(0.9, 60, 40) + outcomes(0.6, 25, 25))(0.9) == pytest.approx(0.6, abs=0.06)


def test_confidence_that_proved_too_low_is_raised() -> None:
    assert fitted(outcomes(0.6, 95, 5) + outcomes(0.3, 60, 40))(0.6) > 0.85


def test_a_few_matches_change_nothing() -> None:
    assert fitted(outcomes(0.9, 5, 25)) == Scale()


def test_a_hundred_right_answers_do_not_make_everything_certain() -> None:
    assert fitted(outcomes(0.7, 100, 0))(0.5) < 0.9


def test_near_certainty_that_proved_too_high_is_lowered_not_raised() -> None:
    scale = fitted(outcomes(0.994, 83, 10) + outcomes(0.55, 1, 6))
    assert scale(0.994) < 0.985
    assert scale(0.55) < 0.5


def test_what_people_log_to_the_wrong_project_is_not_held_against_a_match() -> None:
    assert fitted(outcomes(0.995, 291, 9))(0.995) > 0.98
    assert fitted(outcomes(0.995, 270, 30))(0.995) < 0.96


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=40, max_size=200))
def test_a_scale_explains_what_was_right_no_worse_than_none(seen: list[tuple[float, bool]]) -> None:
    def loss(scale: Scale) -> float:
        pull = 2.5 * ((scale.slope - 1) ** 2 + scale.offset**2)
        chances = [0.97 * min(max(scale(min(max(c, 1e-4), 1 - 1e-4)), 1e-12), 1.0) for c, _ in seen]
        return pull - sum(
            math.log(p if right else 1 - p) for p, (_, right) in zip(chances, seen, strict=True)
        )

    scale = fitted([Outcome("code", confidence, right) for confidence, right in seen])
    assert loss(scale) <= loss(Scale()) + 1e-6


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=120))
def test_a_scale_never_turns_the_order_around(seen: list[tuple[float, bool]]) -> None:
    scale = fitted([Outcome("code", confidence, right) for confidence, right in seen])
    values = [scale(step / 20) for step in range(21)]
    assert values == sorted(values)
    assert all(0 <= value <= 1 for value in values)


def test_a_record_counts_only_what_was_as_confident_as_sure_asks() -> None:
    found = records(outcomes(0.97, 41, 2) + outcomes(0.8, 0, 30))
    assert found == {"series": Record(41, 43)}
    assert found["series"].sentence == "41 of the last 43 kept"
    assert found["series"].breaks_promise


def test_under_twenty_decisions_there_is_no_record_yet() -> None:
    young = records(outcomes(0.99, 10, 9))["series"]
    assert young.sentence == "new: no record yet"
    assert not young.breaks_promise


def test_a_record_forgets_what_is_long_ago() -> None:
    again = records([*outcomes(0.99, 0, 30), *outcomes(0.99, LATEST, 0)])["series"]
    assert again == Record(LATEST, LATEST)
    assert not again.breaks_promise


def test_one_wrong_in_fifty_keeps_the_promise_and_two_break_it() -> None:
    assert not Record(49, 50).breaks_promise
    assert Record(48, 50).breaks_promise


def test_each_ground_has_a_record_of_its_own() -> None:
    found = records(outcomes(0.99, 20, 10, "code") + outcomes(0.99, 30, 0, "contact"))
    assert [found[ground].breaks_promise for ground in ("code", "contact")] == [True, False]


def test_reliability_is_by_tenths_and_its_error_is_the_mean_distance() -> None:
    bins = reliability(outcomes(0.95, 9, 1) + outcomes(0.55, 5, 5))
    assert [(one.low, one.count, one.right) for one in bins] == [(0.5, 10, 0.5), (0.9, 10, 0.9)]
    assert calibration_error(bins) == pytest.approx(0.05)
    assert calibration_error([]) == 0


def test_an_account_nothing_is_known_of_has_the_scale_of_agencies() -> None:
    index = Index(CATALOG)
    assert measured_scale([], [], index) == UNTRIED
    few = Fact(meeting("10:00-11:00", "Apollo planning"), APOLLO, MEETINGS)
    one, some = (measured_scale([few] * count, [], index) for count in (1, 20))
    assert Scale().slope < some.slope < one.slope < UNTRIED.slope, "nothing changes at a stroke"


@given(st.integers(2, 12))
def test_before_anything_is_known_one_of_many_alike_stays_about_one_of_many(candidates: int) -> None:
    assert UNTRIED(1 / candidates) == pytest.approx(1 / candidates, abs=0.051)
