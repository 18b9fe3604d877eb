"""Spans, days and hours."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gleaner.core.errors import ConfigError
from gleaner.core.time import (
    Span,
    day_span,
    decimal_hours,
    merged,
    spoken,
    total,
    week_of,
    whole_minutes,
    zone,
)

BERLIN = ZoneInfo("Europe/Berlin")
T0 = datetime(2026, 3, 10, tzinfo=UTC)


def minutes(first: int, last: int) -> Span:
    return Span(T0 + timedelta(minutes=first), T0 + timedelta(minutes=last))


spans = st.tuples(st.integers(0, 2000), st.integers(0, 300)).map(
    lambda pair: minutes(pair[0], pair[0] + pair[1])
)


def test_a_span_is_real_time_even_when_the_clocks_change() -> None:
    """In the night of 29 March Berlin's clocks jump from 02:00 to 03:00."""
    night = Span(datetime(2026, 3, 29, 1, tzinfo=BERLIN), datetime(2026, 3, 29, 4, tzinfo=BERLIN))
    assert night.duration == timedelta(hours=2)
    assert day_span(date(2026, 3, 29), BERLIN).duration == timedelta(hours=23)
    assert day_span(date(2026, 10, 25), BERLIN).duration == timedelta(hours=25)


def test_a_span_refuses_moments_without_a_zone_and_ends_before_starts() -> None:
    with pytest.raises(ValueError, match="aware"):
        Span(datetime(2026, 3, 10), datetime(2026, 3, 11))  # noqa: DTZ001
    with pytest.raises(ValueError, match="cannot end"):
        minutes(10, 5)


def test_touching_spans_do_not_overlap() -> None:
    assert not minutes(0, 30).overlaps(minutes(30, 60))
    assert minutes(0, 31).overlaps(minutes(30, 60))


@given(spans, st.lists(spans))
def test_what_is_left_and_what_was_cut_add_up(whole: Span, others: list[Span]) -> None:
    left = whole.minus(others)
    cut = sum((whole.overlap(other) for other in merged(others)), timedelta(0))
    assert total(left) + cut == whole.duration
    assert all(not part.overlaps(other) for part in left for other in others if other.duration)


@given(st.lists(spans))
def test_merging_is_order_independent_and_loses_nothing(many: list[Span]) -> None:
    assert merged(many) == merged(reversed(many))
    assert merged(merged(many)) == merged(many)
    assert all(not one.overlaps(two) for one, two in zip(merged(many), merged(many)[1:], strict=False))


@given(st.timedeltas(timedelta(0), timedelta(days=2)))
def test_hours_are_off_by_half_a_hundredth_at_most(duration: timedelta) -> None:
    exact = Decimal(duration // timedelta(microseconds=1)) / 3_600_000_000
    assert abs(decimal_hours(duration) - exact) <= Decimal("0.005")
    assert whole_minutes(duration) <= duration


def test_weeks_begin_where_the_company_says() -> None:
    tuesday = date(2026, 3, 10)
    assert week_of(tuesday) == (date(2026, 3, 9), date(2026, 3, 15))
    assert week_of(tuesday, 6) == (date(2026, 3, 8), date(2026, 3, 14))
    assert week_of(date(2026, 3, 7), 5) == (date(2026, 3, 7), date(2026, 3, 13))


def test_an_unknown_zone_is_named() -> None:
    with pytest.raises(ConfigError, match="Mars/Olympus"):
        zone("Mars/Olympus")


def test_lengths_are_spoken_in_hours_and_minutes() -> None:
    assert [spoken(timedelta(minutes=m)) for m in (0, 5, 60, 65, 600)] == [
        "0 min",
        "5 min",
        "1 h",
        "1 h 05",
        "10 h",
    ]
