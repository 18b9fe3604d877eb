"""Counting what would have been proposed beside what was logged."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from tests.studio import ANA, APOLLO, DAY, MEETINGS, PORTAL, entry

from gleaner.matching.backtest import Replayed, Verdict, count, counted, coverage, mistakes, posted


def one(verdict: Verdict = "right", confidence: float = 0.99, ground: str = "series") -> Replayed:
    logged = {
        "right": entry(1, APOLLO, MEETINGS), "near": entry(2, APOLLO, MEETINGS),
        "wrong": entry(1, PORTAL, MEETINGS), "not logged": None,
    }[verdict]  # fmt: skip
    return Replayed(
        ANA, DAY, "Weekly", "meeting", ground, "sure", confidence, APOLLO, MEETINGS, Decimal(1), False, verdict,
        "", logged,
    )  # fmt: skip


def test_hours_that_are_off_are_no_mistake_of_the_match() -> None:
    whole = count([one(), one("near"), one("wrong"), one("not logged")])
    assert (whole.right, whole.near, whole.wrong, whole.not_logged) == (1, 1, 1, 1)
    assert (whole.judged, whole.kept) == (3, 2)
    assert str(whole) == "1 of 3 right, 1 near, 1 wrong"


def test_counting_by_ground_puts_the_most_judged_first() -> None:
    some = [one(ground="code"), one(ground="series"), one("wrong", ground="series"), one("not logged")]
    assert list(counted(some, lambda each: each.ground)) == ["series", "code"]


def test_coverage_takes_the_surest_as_long_as_enough_of_it_is_kept() -> None:
    best = coverage([*[one(confidence=0.99)] * 60, one("wrong", 0.97), one("wrong", 0.9)])
    assert best is not None
    assert (best.threshold, best.taken, best.judged) == (0.97, 61, 62)


def test_coverage_never_parts_what_has_one_confidence() -> None:
    assert coverage([one(), one("wrong")]) is None
    assert coverage([]) is None


@given(st.lists(st.tuples(st.sampled_from(["right", "near", "wrong", "not logged"]), st.integers(0, 9))))
def test_what_coverage_takes_is_as_right_as_it_says(said: list[tuple[Verdict, int]]) -> None:
    some = [one(verdict, tenth / 10) for verdict, tenth in said]
    best = coverage(some)
    if best is not None:
        taken = [each for each in some if each.is_judged and each.confidence >= best.threshold]
        assert len(taken) == best.taken
        assert count(taken).kept >= 0.98 * len(taken)


def test_wrong_ones_are_shown_before_near_ones_and_sure_ones_first() -> None:
    near, wrong = one("near"), one("wrong")
    likely, unsure = replace(wrong, level="likely"), replace(wrong, level="unsure")
    assert mistakes([near, likely, wrong, one(), unsure]) == [wrong, likely, near]


def test_only_sure_meetings_without_a_question_would_be_logged_unasked() -> None:
    sure = one()
    others = (replace(sure, kind="coding"), replace(sure, must_ask=True), replace(sure, level="likely"))
    assert posted([sure, *others]) == [sure]
