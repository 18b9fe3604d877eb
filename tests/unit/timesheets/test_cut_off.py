"""When a week's hours are due."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gleaner.timesheets.cut_off import cut_off

BERLIN, AUCKLAND, NEW_YORK = (
    ZoneInfo("Europe/Berlin"),
    ZoneInfo("Pacific/Auckland"),
    ZoneInfo("America/New_York"),
)
MONDAY = date(2026, 3, 16)


def test_monday_is_the_one_after_the_week_and_friday_its_own() -> None:
    assert cut_off(MONDAY, 0, time(10), UTC_ZONE) == datetime(2026, 3, 23, 10, tzinfo=UTC)
    assert cut_off(MONDAY, 4, time(17), UTC_ZONE) == datetime(2026, 3, 20, 17, tzinfo=UTC)
    assert cut_off(MONDAY, 6, time(17), UTC_ZONE) == datetime(2026, 3, 22, 17, tzinfo=UTC)


UTC_ZONE = ZoneInfo("UTC")


@pytest.mark.parametrize("first", [date(2026, 3, 14), date(2026, 3, 15), MONDAY])
def test_weeks_that_begin_on_saturday_or_sunday_are_due_on_the_monday_after_their_friday(first: date) -> None:
    assert cut_off(first, 0, time(10), UTC_ZONE).date() == date(2026, 3, 23)


def test_everybody_has_their_own_clock() -> None:
    moments = [cut_off(MONDAY, 0, time(10), zone) for zone in (AUCKLAND, BERLIN, NEW_YORK)]
    assert moments == sorted(moments)
    assert moments[2] - moments[0] == timedelta(hours=17)


def test_ten_o_clock_stays_ten_o_clock_when_the_clocks_change() -> None:
    """Berlin goes to summer time in the night to Sun 29 Mar 2026."""
    before, after = (cut_off(first, 0, time(10), BERLIN) for first in (MONDAY, MONDAY + timedelta(days=7)))
    assert after - before == timedelta(days=7) - timedelta(hours=1)


def test_a_wall_time_the_clocks_skip_is_taken_an_hour_later() -> None:
    skipped = cut_off(date(2026, 3, 23), 6, time(2, 30), BERLIN)
    assert skipped.astimezone(BERLIN).time() == time(3, 30)


@given(
    first=st.dates(date(2020, 1, 1), date(2035, 1, 1)),
    weekday=st.integers(0, 6),
    at=st.times(),
    zone=st.sampled_from([BERLIN, AUCKLAND, NEW_YORK]),
)
def test_it_is_always_within_a_week_after_the_weeks_friday_began(
    first: date, weekday: int, at: time, zone: ZoneInfo
) -> None:
    moment = cut_off(first, weekday, at.replace(tzinfo=None, fold=0), zone)
    friday = first + timedelta(days=(4 - first.weekday()) % 7)
    # Nothing is due before the week's Friday, nor more than a week after it; an hour more where the clocks change.
    assert friday <= moment.astimezone(zone).date() <= friday + timedelta(days=7)
