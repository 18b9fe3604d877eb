"""The clock jumps under a running daemon: back, and nothing begins; forward, and what was missed is done once."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from tests.faults.daemons import EVENING, Daemons
from tests.faults.houses import NOW, Builder, House, Street

from gleaner.adapters.store.jobs import JobRow, StoredJobs
from gleaner.app.daemon.clock import trust_clock

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass
class Hours:
    """The clock of a daemon, in its file."""

    file: Path

    def jump(self, by: timedelta) -> None:
        """From now on it shows *by* more (or less) than when it was started."""
        new = self.file.with_suffix(".new")
        new.write_text(str(by.total_seconds()))
        new.replace(self.file)


@pytest.fixture
def hours(tmp_path: Path) -> Hours:
    made = Hours(tmp_path / "clock")
    made.jump(timedelta())
    return made


def start(daemons: Daemons, street: Street, hours: Hours, at: str = EVENING) -> Path:
    """A daemon that goes by *hours*, its first runs over; its log."""
    process = daemons.start("up", *street.configs, at=at, more=("--clock", str(hours.file)))
    daemons.wait(lambda: len(ends_of_day(street)) == 3, "the first look at Harvest is over")
    street.tick()  # which is when its people are known
    daemons.wait(lambda: is_settled(street), "the first runs are over")
    return daemons.log(process)


def is_settled(street: Street) -> bool:
    """Whether the account's own jobs and everybody's daily ones ran."""
    rows = [row for row in StoredJobs(street.engine).all() if row.key.name not in ("apply", "tick")]
    ran = [row for row in rows if row.state == "idle" and row.ended_at is not None]
    return {"sync", "capture"} <= {row.key.name for row in ran} and sum(
        is_end_of_day(row) for row in ran
    ) == 3


def is_end_of_day(row: JobRow) -> bool:
    return row.key.name == "end-of-day"


def ends_of_day(street: Street) -> list[JobRow]:
    return [row for row in StoredJobs(street.engine).all() if is_end_of_day(row)]


@pytest.mark.parametrize("back", [2 * HOUR, DAY], ids=["two hours", "a day"])
def test_when_the_clock_goes_back_nothing_begins_until_it_is_right_again(
    new_street: Builder, daemons: Daemons, migrated_url: str, hours: Hours, back: timedelta
) -> None:
    street = new_street(1, migrated_url)
    (house,) = street.houses
    log = start(daemons, street, hours)
    before = attempts(street)
    hours.jump(-back)
    house.approve(4)
    house.call("capture")
    street.tick()
    daemons.wait(lambda: "the clock went back" in log.read_text(), "it is said")
    assert house.states() == {"approved": 4}
    assert attempts(street) == before

    if back == DAY:
        trust_clock(StoredJobs(street.engine), NOW - back)
    else:
        hours.jump(HOUR)
    street.tick()
    daemons.wait(lambda: house.is_done, "work goes on")
    daemons.wait(lambda: house.jobs()["capture"].attempt > before[house.jobs()["capture"].key], "jobs run on")
    daily = {row.key: row.attempt for row in ends_of_day(street)}
    assert daily == {key: before[key] for key in daily}, "a day that is done is not done again"
    house.assert_each_once()


def attempts(street: Street) -> dict[object, int]:
    return {row.key: row.attempt for row in StoredJobs(street.engine).all() if row.key.name != "tick"}


def test_when_the_clock_leaps_a_week_the_missed_days_are_one_run(
    new_street: Builder, daemons: Daemons, migrated_url: str, hours: Hours
) -> None:
    """And a write that is under way meanwhile is not begun again by its own process."""
    street = new_street(1, migrated_url)
    (house,) = street.houses
    start(daemons, street, hours)
    daemons.wait(
        lambda: all(row.done_through == NOW.date() for row in ends_of_day(street)), "Tuesday is done"
    )
    before = {row.key: row.attempt for row in ends_of_day(street)}
    control = house.world.running.control
    control.forget_requests()
    control.set_faults("latency=5, match=POST /v2/time_entries")
    house.approve(1)
    street.tick()
    daemons.wait(lambda: any(rule.fired for rule in control.faults), "Harvest has the request")
    hours.jump(7 * DAY)
    street.tick()
    daemons.wait(
        lambda: all(row.done_through == NOW.date() + 7 * DAY for row in ends_of_day(street)),
        "the week is done",
    )
    assert {row.key: row.attempt - 1 for row in ends_of_day(street)} == before
    daemons.wait(lambda: house.is_done, "it is applied")
    assert sum(one.method == "POST" for one in control.log) == 1
    house.assert_each_once()


def test_a_daemon_asleep_over_the_change_to_summer_time_keeps_to_the_wall_clock(
    new_street: Builder, daemons: Daemons, migrated_url: str, hours: Hours
) -> None:
    """Half past five in Berlin is 16:30 UTC on the Friday and 15:30 UTC on the Monday after."""
    street = new_street(1, migrated_url)
    friday = "2026-03-27T19:00:00+00:00"
    start(daemons, street, hours, at=friday)
    (process,) = daemons.running
    daemons.wait(
        lambda: all(row.done_through == date(2026, 3, 27) for row in ends_of_day(street)), "Friday is done"
    )
    before = {row.key: row.attempt for row in ends_of_day(street)}

    process.send_signal(signal.SIGSTOP)
    hours.jump(datetime.fromisoformat("2026-03-30T15:20:00+00:00") - datetime.fromisoformat(friday))
    process.send_signal(signal.SIGCONT)
    tick_through(daemons, street)
    assert {row.key: row.attempt for row in ends_of_day(street)} == before

    hours.jump(datetime.fromisoformat("2026-03-30T15:40:00+00:00") - datetime.fromisoformat(friday))
    street.tick()
    daemons.wait(
        lambda: all(row.done_through == date(2026, 3, 30) for row in ends_of_day(street)), "Monday is done"
    )
    assert {row.key: row.attempt - 1 for row in ends_of_day(street)} == before


def tick_through(daemons: Daemons, street: Street) -> None:
    """A tick, and everything it began."""
    (house,) = street.houses
    ended = house.jobs()["sync"].ended_at
    house.call("sync")
    street.tick()
    daemons.wait(lambda: has_run(house, ended), "the tick's runs are over")


def has_run(house: House, ended: datetime | None) -> bool:
    row = house.jobs()["sync"]
    return row.state == "idle" and row.ended_at != ended
