from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from bench.receipts import written
from hypothesis import given
from hypothesis import strategies as st

from gleaner.expenses.numbers import amount, dates

SEPARATORS = [
    (",", "."),
    (".", ","),
    ("'", "."),
    ("’", "."),
    (" ", ","),
    ("\u202f", ","),
    ("", "."),
    ("", ","),
]


@given(st.integers(1, 99_999_999), st.sampled_from(SEPARATORS))
def test_an_amount_is_read_as_any_country_writes_it(cents: int, separators: tuple[str, str]) -> None:
    value = Decimal(cents) / 100
    assert amount(written(value, separators)) == value


@pytest.mark.parametrize("text", ["", "abc", "12,5", "1.2.3", "-4,00", "12,345,6"])
def test_what_is_no_amount_is_none(text: str) -> None:
    assert amount(text) is None


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_a_day_with_dots_is_read_day_first_and_is_certain(on: date) -> None:
    (found,) = dates(f"{on:%d.%m.%Y}", "month")
    assert (found.on, found.is_certain) == (on, True)


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_a_day_with_slashes_is_certain_only_where_it_can_be_read_one_way(on: date) -> None:
    (found,) = dates(f"{on:%d/%m/%Y}")
    assert found.on == on
    assert found.is_certain == (on.day > 12 or on.day == on.month)


def test_a_day_that_does_not_exist_is_none() -> None:
    assert dates("31.02.2026 99.99.2026 40 March 2026") == []
