"""What is stored: undone as a whole, seen by nobody else, and found by index."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from tests.sandbox.conftest import Builder
from tests.sandbox.house import MONDAY, House

from gleaner_sandbox.clock import Clock
from gleaner_sandbox.state import State
from gleaner_sandbox.tables import CLIENTS, PROJECTS, TIME_ENTRIES


class Trouble(Exception):
    """Something went wrong halfway."""


def spoil(state: State, account_id: int, acme: int) -> None:
    """Change and delete a few things, look at them, and fail."""
    with state.writing(account_id) as books:
        books.update(CLIENTS, books.row(CLIENTS, acme), {"name": "Changed"})
        assert books.row(CLIENTS, acme)["name"] == "Changed"
        books.delete_where(PROJECTS, "client_id = ?", acme)
        assert books.recall(PROJECTS, "client_id = ?", acme) == []
        raise Trouble


def test_what_fails_halfway_is_undone_also_in_memory(firm: House) -> None:
    state, acme = firm.running.state, firm.ids["acme"]
    with pytest.raises(Trouble):
        spoil(state, firm.account_id, acme)
    with state.reading(firm.account_id) as books:
        assert books.row(CLIENTS, acme)["name"] == "Acme"
        assert len(books.recall(PROJECTS, "client_id = ?", acme)) == 1


def test_a_refused_restart_leaves_the_other_timer_running(new: Builder) -> None:
    today: Any = {"from": MONDAY, "to": MONDAY}
    friday = "2026-02-27"
    firm = new(
        company={"wants_timestamp_timers": True},
        locked=[today],
        entries=[{"spent_date": friday, "started_time": "9:00", "ended_time": "10:00", "hours": None}],
    )
    api = firm.api("member")
    (old,) = api.get("/time_entries")["time_entries"]
    running = firm.entry(api, spent_date=friday, started_time="9:00")
    api.refused("PATCH", f"/time_entries/{old['id']}/restart", 422)
    assert api.get(f"/time_entries/{running['id']}")["is_running"] is True


def test_two_processes_do_not_share_a_file(tmp_path: Path) -> None:
    first = State(tmp_path / "state.db", clock=Clock())
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        State(tmp_path / "state.db", clock=Clock())
    first.close()
    State(tmp_path / "state.db", clock=Clock()).close()


def test_many_hands_at_once_leave_one_running_timer_and_no_lost_write(firm: House) -> None:
    apis = [firm.api("member") for _ in range(8)]

    def work(api: Any) -> list[int]:
        return [firm.entry(api, notes="x")["id"] for _ in range(5)]

    with ThreadPoolExecutor(8) as pool:
        ids = [entry for made in pool.map(work, apis) for entry in made]
    assert len(set(ids)) == 40
    found = firm.api("member").get("/time_entries")
    assert found["total_entries"] == 40
    assert sum(row["is_running"] for row in found["time_entries"]) == 1


@pytest.mark.parametrize(
    ("query", "columns"),
    [
        ("external_reference_id=7&user_id=1", "external_reference_id"),
        ("is_running=true&user_id=1", "is_running, user_id"),
        ("updated_since=2026-03-01&user_id=1", "updated_at"),
        ("user_id=1&from=2026-03-01", "user_id, spent_date, id"),
        ("project_id=1", "project_id, spent_date, id"),
        ("client_id=1", "project_id, spent_date, id"),
        ("task_id=1", "task_id, spent_date, id"),
        ("is_billed=true", "is_billed, spent_date, id"),
        ("is_running=false", "spent_date, id"),
        ("from=2026-03-01", "spent_date, id"),
        ("", "spent_date, id"),
    ],
)
def test_every_filter_of_time_entries_goes_by_an_index(firm: House, query: str, columns: str) -> None:
    """SQLite refuses a named index that does not exist or cannot serve, so naming it is using it."""
    asked: list[str] = []
    with firm.running.state.reading(firm.account_id) as books:
        books._db.set_trace_callback(asked.append)
    try:
        firm.api().get(f"/time_entries?{query}")
    finally:
        books._db.set_trace_callback(None)
    wanted = f"INDEXED BY {TIME_ENTRIES.index(columns)} "
    assert sum(wanted in statement for statement in asked) == 2, "one for the count, one for the page"
