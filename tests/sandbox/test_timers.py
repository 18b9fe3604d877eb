"""Timers, and accounts with start and end times (api.md §15.2, §15.3)."""

from datetime import timedelta
from typing import Any

import pytest
from tests.sandbox.conftest import Builder
from tests.sandbox.house import MONDAY, House


@pytest.fixture
def clocked(new: Builder) -> House:
    """An account with start and end times, on a 24h clock."""
    return new(company={"wants_timestamp_timers": True, "clock": "24h"})


def wait(firm: House, **length: float) -> None:
    firm.running.control.advance(timedelta(**length))


def test_without_hours_a_timer_starts_at_the_users_wall_clock(firm: House) -> None:
    api = firm.api("member")
    firm.api().patch(f"/users/{firm.ids['member']}", timezone="Berlin")
    entry = firm.entry(api)
    assert (entry["is_running"], entry["hours"]) == (True, 0.0)
    assert (entry["timer_started_at"], entry["started_time"]) == ("2026-03-02T09:30:00Z", "10:30am")
    assert entry["ended_time"] is None


def test_a_running_entry_counts_while_it_runs(firm: House) -> None:
    api = firm.api()
    entry = firm.entry(api)
    wait(firm, minutes=30)
    shown = api.get(f"/time_entries/{entry['id']}")
    assert (shown["hours"], shown["hours_without_timer"]) == (0.5, 0.0)
    assert [row["id"] for row in api.get("/time_entries", is_running="true")["time_entries"]] == [entry["id"]]


def test_a_stopped_timer_keeps_two_decimals(firm: House) -> None:
    api = firm.api()
    entry = firm.entry(api)
    wait(firm, seconds=78)
    stopped = api.patch(f"/time_entries/{entry['id']}/stop")
    assert (stopped["hours"], stopped["hours_without_timer"]) == (0.02, 0.02)
    assert (stopped["is_running"], stopped["timer_started_at"]) == (False, None)


def test_stopping_twice_and_restarting_a_running_timer_are_refused(firm: House) -> None:
    api = firm.api()
    entry = firm.entry(api)
    api.refused("PATCH", f"/time_entries/{entry['id']}/restart", 422)
    api.patch(f"/time_entries/{entry['id']}/stop")
    api.refused("PATCH", f"/time_entries/{entry['id']}/stop", 422)


def test_a_restarted_duration_entry_goes_on_where_it_was(firm: House) -> None:
    api = firm.api()
    entry = firm.entry(api, hours=1)
    again = api.patch(f"/time_entries/{entry['id']}/restart")
    assert (again["id"], again["is_running"], again["hours_without_timer"]) == (entry["id"], True, 1.0)
    wait(firm, hours=1)
    assert api.patch(f"/time_entries/{entry['id']}/stop")["hours"] == 2.0


def test_a_person_has_one_running_timer(firm: House) -> None:
    api = firm.api("member")
    first = firm.entry(api)
    other = firm.entry(firm.api("other"))
    wait(firm, minutes=15)
    second = firm.entry(api, task_id=firm.ids["coding"])
    shown = api.get(f"/time_entries/{first['id']}")
    assert (shown["is_running"], shown["hours"]) == (False, 0.25)
    running = firm.api().get("/time_entries", is_running="true")["time_entries"]
    assert {row["id"] for row in running} == {second["id"], other["id"]}
    api.patch(f"/time_entries/{first['id']}/restart")
    assert api.get(f"/time_entries/{second['id']}")["is_running"] is False


def test_new_hours_on_a_running_timer_count_on_from_there(firm: House) -> None:
    api = firm.api()
    entry = firm.entry(api)
    wait(firm, minutes=10)
    assert api.patch(f"/time_entries/{entry['id']}", hours=2)["hours"] == 2.0
    wait(firm, minutes=30)
    assert api.get(f"/time_entries/{entry['id']}")["hours"] == 2.5


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("9:00am", "10:30am", 1.5),
        ("09:00", "09:20", 0.33),
        ("23:00", "1:00am", 2.0),
        ("2:59pm", "15:59", 1.0),
    ],
)
def test_start_and_end_make_the_hours(clocked: House, start: str, end: str, hours: float) -> None:
    entry = clocked.entry(clocked.api(), started_time=start, ended_time=end)
    assert (entry["hours"], entry["is_running"], entry["timer_started_at"]) == (hours, False, None)


def test_times_are_written_in_the_companys_style(new: Builder) -> None:
    said: dict[str, Any] = {"started_time": "14:05", "ended_time": "3:00pm"}
    for clock, written in (("12h", ("2:05pm", "3:00pm")), ("24h", ("14:05", "15:00"))):
        firm = new(company={"wants_timestamp_timers": True, "clock": clock})
        entry = firm.entry(firm.api(), **said)
        assert (entry["started_time"], entry["ended_time"]) == written


def test_a_start_alone_runs_since_then(clocked: House) -> None:
    api = clocked.api()
    entry = clocked.entry(api, started_time="9:00am")
    assert (entry["is_running"], entry["timer_started_at"], entry["hours"]) == (
        True,
        "2026-03-02T09:00:00Z",
        0.5,
    )
    wait(clocked, minutes=30)
    stopped = api.patch(f"/time_entries/{entry['id']}/stop")
    assert (stopped["started_time"], stopped["ended_time"], stopped["hours"]) == ("09:00", "10:00", 1.0)


def test_timers_there_start_on_the_minute(clocked: House) -> None:
    wait(clocked, seconds=42)
    api = clocked.api()
    for said in ({}, {"started_time": "9:30"}):
        assert clocked.entry(api, **said)["timer_started_at"] == "2026-03-02T09:30:00Z"


def test_nothing_at_all_runs_from_now(clocked: House) -> None:
    entry = clocked.entry(clocked.api())
    assert (entry["started_time"], entry["is_running"]) == ("09:30", True)


def test_hours_alone_get_a_start(clocked: House) -> None:
    entry = clocked.entry(clocked.api(), hours=2)
    assert entry["started_time"] is not None
    assert (entry["is_running"], entry["hours"]) == (False, 2.0)


def test_nonsense_is_no_time_of_day(clocked: House) -> None:
    said = {"project_id": clocked.ids["portal"], "task_id": clocked.ids["design"], "spent_date": MONDAY}
    message = clocked.api().refused("POST", "/time_entries", 422, **said, started_time="noonish")
    assert message == "Started time is invalid"


def test_a_moved_start_keeps_the_end_and_new_hours_move_the_end(clocked: House) -> None:
    api = clocked.api()
    entry = clocked.entry(api, started_time="9:00", ended_time="10:00")
    place = f"/time_entries/{entry['id']}"
    assert api.patch(place, started_time="8:30")["hours"] == 1.5
    longer = api.patch(place, hours=3)
    assert (longer["started_time"], longer["ended_time"]) == ("08:30", "11:30")
    assert api.patch(place, ended_time="9:00")["hours"] == 0.5


def test_an_end_stops_a_running_entry(clocked: House) -> None:
    api = clocked.api()
    entry = clocked.entry(api, started_time="9:00")
    ended = api.patch(f"/time_entries/{entry['id']}", ended_time="9:15")
    assert (ended["is_running"], ended["hours"], ended["timer_started_at"]) == (False, 0.25, None)


def test_restarting_there_makes_a_new_entry_today(clocked: House) -> None:
    api = clocked.api()
    old = clocked.entry(api, spent_date="2026-02-27", started_time="9:00", ended_time="10:00", notes="Again")
    new = api.patch(f"/time_entries/{old['id']}/restart")
    assert new["id"] != old["id"]
    assert (new["spent_date"], new["notes"], new["is_running"]) == (MONDAY, "Again", True)
    assert api.get(f"/time_entries/{old['id']}") == old


def test_an_account_may_change_its_mind_about_timers(firm: House) -> None:
    api = firm.api()
    entry = firm.entry(api, hours=1)
    api.patch("/company", wants_timestamp_timers=True)
    assert api.patch(f"/time_entries/{entry['id']}", hours=2)["hours"] == 2.0
    assert firm.entry(api, started_time="8:00", ended_time="9:00")["started_time"] == "8:00am"
