"""Contract hours."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gleaner.core.contract import Contract, even, week

MONDAY = date(2026, 3, 2)
HOUR = timedelta(hours=1)


def test_weeks_take_turns_from_the_week_that_is_named_also_before_it() -> None:
    contract = Contract((week("8 8 8 8 8 - -"), week("4 4 - - - - -")), begins=MONDAY + timedelta(days=3))
    starts = [MONDAY + timedelta(weeks=number) for number in (-2, -1, 0, 1, 2)]
    assert [contract.due_on(day) / HOUR for day in starts] == [8, 4, 8, 4, 8]
    assert contract.weekly == 24 * HOUR


@pytest.mark.parametrize("text", ["8 8 8 8 8", "8 8 8 8 8 - 25", "8 8 8 8 8 - -1", "eight - - - - - -"])
def test_a_week_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"has to have seven parts|0 to 24 hours|could not convert"):
        week(text)


def test_a_contract_needs_whole_weeks() -> None:
    with pytest.raises(ValueError, match="seven days"):
        Contract(())
    with pytest.raises(ValueError, match="seven days"):
        Contract(((HOUR,),))


@given(
    st.integers(0, 100), st.sets(st.integers(0, 6), min_size=1), st.dates(date(1990, 1, 1), date(2100, 1, 1))
)
def test_any_seven_days_hold_the_weekly_hours(hours: int, workdays: set[int], first: date) -> None:
    contract = even(hours * HOUR, workdays)
    days = [contract.due_on(first + timedelta(days=offset)) for offset in range(7)]
    assert abs(sum(days, timedelta(0)) - hours * HOUR) < timedelta(seconds=1)
    assert abs(contract.weekly - hours * HOUR) < timedelta(seconds=1)


def test_without_workdays_nothing_is_due() -> None:
    assert even(40 * HOUR, ()).weekly == timedelta(0)
