"""The arithmetic of a day: expected = in Harvest + ready + unsure + still open."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from tests.studio import DAY

from gleaner.app.days import Sum

hours = st.decimals(0, 24, places=2)


def total(expected: str, logged: str, ready: str, unsure: str) -> Sum:
    return Sum(DAY, Decimal(expected), Decimal(logged), Decimal(ready), Decimal(unsure))


def test_what_nothing_accounts_for_is_open() -> None:
    assert total("8", "3.5", "1.25", "1").open == Decimal("2.25")


def test_a_day_that_is_too_full_has_nothing_open() -> None:
    assert total("8", "7", "2", "0").open == 0


def test_a_day_off_expects_nothing() -> None:
    assert total("0", "0", "0", "0").open == 0


def test_the_sentence_shows_the_sum() -> None:
    assert total("8", "3.5", "1.25", "1").sentence == (
        "expected 8.00 h · in Harvest 3.50 · ready 1.25 · unsure 1.00 · still open 2.25"
    )


@given(hours, hours, hours, hours)
def test_open_time_is_never_negative_and_always_closes_the_sum(
    expected: Decimal, logged: Decimal, ready: Decimal, unsure: Decimal
) -> None:
    day = Sum(DAY, expected, logged, ready, unsure)
    assert day.open >= 0
    assert day.open == 0 or logged + ready + unsure + day.open == expected
