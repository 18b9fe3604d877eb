"""When a job is due: each local day once, whatever clocks, journeys and stops do."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gleaner.app.daemon.schedule import MOST_DAYS, Daily, Due, Every, due, moment, next_time

EVENING = Daily(time(17, 30))
WORKDAYS = Daily(time(17, 30), frozenset(range(5)))
BERLIN, NEW_YORK, TOKYO = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("Asia/Tokyo")
MONDAY = date(2026, 3, 9)


def at(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    """A moment of March 2026, as ``10 17:30``."""
    return datetime.strptime(f"2026-03-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=zone).astimezone(UTC)


def days_of(found: Due | None) -> tuple[int, int] | None:
    return None if found is None else (found.first.day, found.last.day)


def test_a_day_is_due_from_its_time_on() -> None:
    assert due(EVENING, at("10 17:29"), BERLIN, MONDAY) is None
    assert days_of(due(EVENING, at("10 17:30"), BERLIN, MONDAY)) == (10, 10)
    assert days_of(due(EVENING, at("10 23:59"), BERLIN, MONDAY)) == (10, 10)


def test_a_late_tick_still_finds_the_day_before() -> None:
    """The machine slept from 17:00 to 08:00."""
    assert days_of(due(EVENING, at("11 08:00"), BERLIN, MONDAY)) == (10, 10)


def test_a_day_is_done_once() -> None:
    assert due(EVENING, at("10 17:30"), BERLIN, date(2026, 3, 10)) is None
    assert due(EVENING, at("10 23:00"), BERLIN, date(2026, 3, 10)) is None


def test_days_missed_in_a_row_are_one_run() -> None:
    assert days_of(due(EVENING, at("13 18:00"), BERLIN, MONDAY)) == (10, 13)
    long_ago = date(2026, 1, 5)
    assert days_of(due(EVENING, at("13 18:00"), BERLIN, long_ago)) == (13 - MOST_DAYS + 1, 13)


def test_a_weekend_is_looked_through_on_monday() -> None:
    friday = date(2026, 3, 6)
    assert due(WORKDAYS, at("07 18:00"), BERLIN, friday) is None
    assert days_of(due(WORKDAYS, at("09 18:00"), BERLIN, friday)) == (7, 9)
    assert next_time(WORKDAYS, at("07 18:00"), BERLIN, friday) == at("09 17:30")


def test_who_never_works_is_never_due() -> None:
    never = Daily(time(17, 30), frozenset())
    assert due(never, at("10 18:00"), BERLIN, MONDAY) is None
    assert next_time(never, at("10 18:00"), BERLIN, MONDAY) is None


@pytest.mark.parametrize(
    ("day", "comes"),
    [
        (date(2026, 3, 28), "2026-03-28T01:30:00+00:00"),
        (date(2026, 3, 29), "2026-03-29T01:30:00+00:00"),  # the clocks skip 02:30: right after the gap, 03:30
        (date(2026, 3, 30), "2026-03-30T00:30:00+00:00"),
        (date(2026, 10, 24), "2026-10-24T00:30:00+00:00"),
        (date(2026, 10, 25), "2026-10-25T00:30:00+00:00"),  # 02:30 comes twice: the first counts
        (date(2026, 10, 26), "2026-10-26T01:30:00+00:00"),
    ],
)
def test_changing_the_clocks_neither_loses_nor_repeats_a_day(day: date, comes: str) -> None:
    night = Daily(time(2, 30))
    assert moment(night, day, BERLIN).isoformat() == comes
    before, later = moment(night, day, BERLIN) - timedelta(minutes=1), timedelta(hours=1)
    done = day - timedelta(days=1)
    assert due(night, before, BERLIN, done) is None
    assert days_of(due(night, before + timedelta(minutes=1), BERLIN, done)) == (day.day, day.day)
    assert due(night, moment(night, day, BERLIN) + later, BERLIN, day) is None


def test_flying_west_does_not_repeat_the_day() -> None:
    """Tuesday was done in Tokyo at 17:30; in New York it is Tuesday for many hours more."""
    tuesday = date(2026, 3, 10)
    assert due(EVENING, at("10 17:30", NEW_YORK), NEW_YORK, tuesday) is None
    assert next_time(EVENING, at("10 17:30", NEW_YORK), NEW_YORK, tuesday) == at("11 17:30", NEW_YORK)


def test_flying_east_does_not_lose_the_day() -> None:
    """Left New York on Tuesday at 16:00, before the day's run; in Tokyo it is Wednesday already."""
    landed = at("11 06:00", TOKYO)
    assert days_of(due(EVENING, landed, TOKYO, MONDAY)) == (10, 10)


def test_every_so_often_counts_from_the_last_run() -> None:
    often = Every(timedelta(minutes=5))
    assert next_time(often, at("10 17:30"), BERLIN, None) == at("10 17:35")
    assert days_of(due(often, at("10 23:30", NEW_YORK), NEW_YORK, None)) == (10, 10)


ZONES = st.sampled_from(
    ["Europe/Berlin", "America/New_York", "Asia/Tokyo", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia",
     "America/Sao_Paulo", "Africa/Casablanca", "UTC"]
).map(ZoneInfo)  # fmt: skip


@given(
    zones=st.lists(ZONES, min_size=1, max_size=4),
    hours=st.lists(st.floats(0.02, 40), min_size=1, max_size=60),
    when=st.times(),
    start=st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1)),  # noqa: DTZ001  (hypothesis wants them so)
)
def test_over_any_ticks_and_journeys_days_are_done_in_order_each_once(
    zones: list[ZoneInfo], hours: list[float], when: time, start: datetime
) -> None:
    """Ticks at any distance, the zone changing on the way: the runs' days follow one another without gap or overlap."""
    schedule = Daily(when.replace(microsecond=0))
    now = start.replace(tzinfo=UTC)
    done = now.astimezone(zones[0]).date() - timedelta(days=1)
    for number, step in enumerate(hours):
        now += timedelta(hours=step)
        zone = zones[number * len(zones) // len(hours)]
        found = due(schedule, now, zone, done)
        if found is None:
            after = next_time(schedule, now, zone, done)
            assert after is not None
            assert after > now
            continue
        assert found.first == done + timedelta(days=1) or (found.last - found.first).days == MOST_DAYS - 1
        assert found.last >= found.first > done
        assert moment(schedule, found.last, zone) <= now
        assert next_time(schedule, now, zone, done) == now
        done = found.last
        assert due(schedule, now, zone, done) is None
