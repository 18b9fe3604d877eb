"""A day with the daemon: what runs when, what it logs, and what it does when something is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from tests.journeys.conftest import Builder
from tests.journeys.shift import on_shift
from tests.journeys.world import ANA, BO, World, meeting

from gleaner.app.account import Account
from gleaner.app.daemon.job import Job, Report, jobs
from gleaner.app.daemon.schedule import Due, Every
from gleaner.core.catalog import UserId

HALF = timedelta(minutes=30)
MORNING, EVENING = "2026-03-10T09:00:00+01:00", "2026-03-10T17:45:00+01:00"


def test_a_day_from_the_first_tick_to_the_evening(world: World) -> None:
    world.calendar(
        ANA, meeting("10:00-11:00", "APL detail review"), meeting("17:00-17:30", "APL retrospective")
    )
    with on_shift([world.config], MORNING) as shift:
        assert shift.tick().runs == 2  # sync and capture: nobody is known yet
        shift.work()
        assert world.timesheet() == []
        shift.goes_on(hours=4, every=HALF)
        assert world.timesheet() == ["Ana 2026-03-10 1.0 Apollo / Meetings: APL detail review"]
        shift.goes_on(hours=5, every=HALF)
        assert len(world.timesheet()) == 2
        ana = world.user(ANA)
        assert shift.row("end-of-day", ana).done_through == date(2026, 3, 10)
        assert shift.row("catch-up", ana).done_through == date(2026, 3, 10)
        assert shift.row("capture").result == "fine"


def test_ticking_again_and_again_does_nothing_twice(world: World) -> None:
    world.calendar(ANA, meeting("10:00-11:00", "APL detail review"))
    with on_shift([world.config], EVENING) as shift:
        for _ in range(3):
            shift.tick()
        assert len(shift.desk.given) == 2
        shift.work()
        for _ in range(3):
            shift.tick(timedelta(seconds=20))
        said = shift.work()
        assert len(said) == len(set(said))
        assert len(world.timesheet()) == 1
        ends = [one for one in shift.desk.given if ":end-of-day:" in one]
        assert len(ends) == len({one.rsplit(":", 1)[0] for one in ends}) == 3


def test_after_days_off_the_daemon_makes_up_for_them_once(world: World) -> None:
    world.calendar(
        ANA, *(meeting("10:00-11:00", f"APL topic {day}", day=f"2026-03-{day:02}") for day in (10, 11, 12))
    )
    with on_shift([world.config], EVENING) as shift:
        shift.goes_on(hours=0.5)
    with on_shift([world.config], "2026-03-12T18:00:00+01:00") as shift:
        shift.tick()
        shift.work()
        shift.tick()
        shift.work()
        assert len(world.timesheet()) == 3
        assert [one for one in shift.desk.given if f":end-of-day:{world.user(ANA)}:" in one] == [
            f"job:{world.account_id}:end-of-day:{world.user(ANA)}:2026-03-12:2"
        ]


# --- trouble ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def fuse() -> Iterator[list[Exception]]:
    """A job that raises what is in the list, then works."""
    left: list[Exception] = []

    def run(_account: Account, _due: Due, _user: UserId | None) -> Report:
        if left:
            raise left.pop(0)
        return Report("nothing burnt")

    jobs.add("fuse", lambda _settings: Job("Burns.", Every(timedelta(hours=1)), run))
    yield left
    del jobs._factories["fuse"]


def test_a_job_that_raises_is_postponed_and_reported(world: World, fuse: list[Exception]) -> None:
    fuse += [ZeroDivisionError("a bug"), ZeroDivisionError("the same bug")]
    with on_shift([world.config], MORNING) as shift:
        shift.tick()
        shift.work()
        row = shift.row("fuse")
        assert (row.result, row.failures, row.state) == ("failed", 1, "idle")
        assert "ZeroDivisionError" in row.text
        assert "a bug" not in row.text  # the log has it; the list may be read by anybody
        assert row.next_at == shift.clock.now() + timedelta(seconds=30)
        assert shift.row("sync").result == "fine"
        shift.tick(timedelta(seconds=31))
        shift.work()
        assert shift.row("fuse").next_at == shift.clock.now() + timedelta(seconds=60)
        shift.tick(timedelta(seconds=61))
        shift.work()
        after = shift.row("fuse")
        assert (after.result, after.failures, after.text) == ("fine", 0, "nothing burnt")
        assert after.next_at == shift.clock.now() + timedelta(hours=1)


def test_a_refused_token_is_said_and_a_new_login_is_taken_up(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.calendar(ANA, meeting("10:00-11:00", "APL detail review"))
    monkeypatch.setenv("GLEANER_HARVEST__TOKEN", "pt-4711")
    with on_shift([world.config], EVENING) as shift:
        shift.goes_on(hours=0.2)
        row = shift.row("sync")
        assert (row.result, row.failures > 1) == ("trouble", True)
        assert "token" in row.text
        assert "pt-4711" not in row.text
        world.act_as(ANA)
        shift.goes_on(hours=2, every=HALF)
        assert shift.row("sync").result == "fine"
        assert len(world.timesheet()) == 1


def test_what_the_engine_lost_is_queued_again(world: World) -> None:
    world.calendar(ANA, meeting("10:00-11:00", "APL detail review"))
    with on_shift([world.config], EVENING) as shift:
        shift.tick()
        shift.desk.given.clear()
        shift.desk.waiting.clear()
        assert shift.tick(timedelta(seconds=20)).again == 0
        assert shift.tick(timedelta(seconds=20)).again == 2
        shift.work()
        shift.tick()
        shift.work()
        assert len(world.timesheet()) == 1
        shift.desk.given.clear()
        assert shift.goes_on(hours=1)
        assert len(world.timesheet()) == 1


def test_harvest_being_away_costs_nothing_but_time(world: World) -> None:
    world.calendar(
        ANA, *(meeting(f"{hour:02}:00-{hour:02}:30", f"APL topic {hour}") for hour in range(8, 14))
    )
    with on_shift([world.config], EVENING) as shift:
        shift.tick()
        shift.work_without_writes()
        world.running.control.set_faults("status=503")
        said = shift.work()
        assert any(one.endswith("held") for one in said)
        world.running.control.set_faults("")
        assert world.timesheet() == []
        shift.goes_on(hours=1)
        assert len(world.timesheet()) == 6


def test_what_is_paused_waits(world: World) -> None:
    world.calendar(ANA, meeting("10:00-11:00", "APL detail review"))
    with on_shift([world.config], EVENING) as shift:
        world.fine("jobs", "pause", "apply")
        shift.goes_on(hours=1)
        assert world.timesheet() == []
        assert set(world.states().values()) == {"approved"}
        world.fine("jobs", "resume", "apply")
        shift.goes_on(hours=0.1)
        assert len(world.timesheet()) == 1


def test_a_job_called_before_its_time_runs_and_its_day_stays_to_be_done(world: World) -> None:
    with on_shift([world.config], MORNING) as shift:
        shift.goes_on(hours=0.1)
        ana = world.user(ANA)
        before = shift.row("end-of-day", ana)
        assert shift.jobs.call(before.key, shift.clock.now())
        shift.tick()
        assert len(shift.work()) == 1
        after = shift.row("end-of-day", ana)
        assert after.text == "0 approved by policy, 0 wait for review"
        assert (after.done_through, after.next_at) == (before.done_through, before.next_at)


# --- people ----------------------------------------------------------------------------------------------------------


def test_everybody_has_a_clock_of_their_own(new_world: Builder) -> None:
    world = new_world()
    world.say("[[people]]", f'email = "{BO}"', 'zone = "America/New_York"')
    with on_shift([world.config], EVENING) as shift:
        shift.goes_on(hours=0.2)
        ana, bo = world.user(ANA), world.user(BO)
        assert shift.row("end-of-day", ana).done_through == date(2026, 3, 10)
        assert shift.row("end-of-day", bo).done_through == date(2026, 3, 9)
        assert shift.row("end-of-day", bo).zone == "America/New_York"
        shift.goes_on(hours=5, every=HALF)
        assert shift.row("end-of-day", bo).done_through == date(2026, 3, 10)
        # Home again: the zone is taken from the file at the next look.
        world.lines[-1] = 'zone = "Europe/Berlin"'
        world.say()
        shift.goes_on(hours=0.2)
        assert shift.row("end-of-day", bo).zone == "Europe/Berlin"
        assert shift.row("end-of-day", bo).done_through == date(2026, 3, 10)


def test_who_left_has_no_jobs(world: World) -> None:
    with on_shift([world.config], MORNING) as shift:
        shift.goes_on(hours=0.2)
        shift.row("end-of-day", world.user(BO))
        world.api().patch(f"/users/{world.user(BO)}", is_active=False)
        shift.goes_on(hours=0.2)
        with pytest.raises(AssertionError, match="there is no"):
            shift.row("end-of-day", world.user(BO))
