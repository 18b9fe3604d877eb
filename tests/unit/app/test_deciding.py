"""A correction of the length: hours and times stay one truth."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.studio import ANA, APOLLO, DAY, MEETINGS

from gleaner.app.deciding import with_hours
from gleaner.core.actions import CreateTimeEntry
from gleaner.core.errors import ConfigError
from gleaner.core.time import decimal_hours

MEETING = CreateTimeEntry(
    ANA, DAY, Decimal("1.00"), APOLLO, MEETINGS, "Design", "gleaner-1", time(10), time(11)
)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        (time(10), "0.5", time(10, 30)),
        (time(10), "2.25", time(12, 15)),
        (time(9, 50), "0.33", time(10, 10)),
        (time(23, 30), "1", time(0, 30)),
        (time(10), "24", time(10)),
    ],
    ids=["shorter", "longer", "a third of an hour", "past midnight", "a whole day"],
)
def test_the_end_moves_along(start: time, hours: str, end: time) -> None:
    changed = with_hours(replace(MEETING, started_time=start), Decimal(hours))
    assert (changed.started_time, changed.ended_time, changed.hours) == (start, end, Decimal(hours))


def test_without_times_only_the_hours_change() -> None:
    bare = replace(MEETING, started_time=None, ended_time=None)
    assert with_hours(bare, Decimal("2.5")) == replace(bare, hours=Decimal("2.5"))


def test_everything_else_stays() -> None:
    changed = with_hours(MEETING, Decimal(3))
    assert replace(changed, hours=MEETING.hours, ended_time=MEETING.ended_time) == MEETING


@given(st.times().map(lambda at: at.replace(second=0, microsecond=0)), st.integers(1, 24 * 60 - 1))
def test_times_and_hours_always_say_the_same(start: time, minutes: int) -> None:
    hours = decimal_hours(timedelta(minutes=minutes))
    changed = with_hours(replace(MEETING, started_time=start), hours)
    assert changed.ended_time is not None
    begin, end = datetime.combine(DAY, start), datetime.combine(DAY, changed.ended_time)
    length = end - begin if end > begin else end - begin + timedelta(days=1)
    assert length == timedelta(minutes=minutes)


@pytest.mark.parametrize("hours", ["0", "-1", "24.01", "25", "0.004", "Infinity", "NaN"])
def test_what_is_no_length_is_refused(hours: str) -> None:
    with pytest.raises(ConfigError, match=r"is no length for an entry; give more than 0 and at most 24"):
        with_hours(MEETING, Decimal(hours))
