"""Days and lengths as people type them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st

from gleaner.core.errors import ConfigError
from gleaner.faces.cli.options import _day, _hours
from gleaner.faces.cli.session import chosen_days, days_between

TODAY = date(2026, 3, 10)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("1.5", "1.5"),
        ("1,5", "1.5"),
        ("1:30", "1.5"),
        ("0:06", "0.1"),
        (" 2 ", "2"),
        (".25", "0.25"),
        ("3.", "3"),
    ],
)
def test_a_length_in_hours_or_in_hours_and_minutes(text: str, hours: str) -> None:
    assert _hours(text) == Decimal(hours)


@pytest.mark.parametrize(
    "text", ["", "abc", "1:", ":30", "1:5", "1:60", "1:2:3", "-1", "1e1", "nan", "inf", "1_0", "1.5h"]
)
def test_anything_else_is_no_length(text: str) -> None:
    with pytest.raises(typer.BadParameter, match=r"is no length; write 1\.5 or 1:30"):
        _hours(text)


@given(st.text())
def test_whatever_is_typed_is_a_length_or_refused(text: str) -> None:
    try:
        hours = _hours(text)
    except typer.BadParameter:
        return
    assert hours.is_finite()
    assert hours >= 0


def test_a_day_is_a_date_or_today() -> None:
    assert _day("2026-03-10") == TODAY
    assert isinstance(_day("today"), date)
    for text in ("2026-13-01", "10.3.2026", "yesterday", ""):
        with pytest.raises(typer.BadParameter, match="is no date; write 2026-03-09 or today"):
            _day(text)


@pytest.mark.parametrize(
    ("on", "first", "last", "chosen"),
    [
        (None, None, None, (TODAY, TODAY)),
        (TODAY - DAY, None, None, (TODAY - DAY, TODAY - DAY)),
        (None, TODAY - 3 * DAY, None, (TODAY - 3 * DAY, TODAY)),
        (None, TODAY + DAY, None, (TODAY + DAY, TODAY + DAY)),
        (None, None, TODAY - DAY, (TODAY - DAY, TODAY - DAY)),
        (None, TODAY - 3 * DAY, TODAY - DAY, (TODAY - 3 * DAY, TODAY - DAY)),
    ],
    ids=["nothing", "on", "from", "from tomorrow", "to", "from and to"],
)
def test_the_days_a_command_is_about(
    on: date | None, first: date | None, last: date | None, chosen: tuple[date, date]
) -> None:
    assert chosen_days(on, first, last, TODAY) == chosen


@pytest.mark.parametrize(
    ("on", "first", "last", "why"),
    [
        (TODAY, TODAY, None, "not both"),
        (TODAY, None, TODAY, "not both"),
        (None, TODAY, TODAY - DAY, "is before --from"),
        (None, TODAY - 400 * DAY, TODAY, "more than a year"),
    ],
)
def test_days_that_make_no_sense_are_refused(
    on: date | None, first: date | None, last: date | None, why: str
) -> None:
    with pytest.raises(ConfigError, match=why):
        chosen_days(on, first, last, TODAY)


def test_where_nobody_says_when_everything_is_shown() -> None:
    assert days_between(None, None, None) == (None, None)
