"""Behaviours nobody knows for sure can be turned (``/sandbox/switches``)."""

import subprocess
import sys

import httpx2
from tests.sandbox.conftest import Builder
from tests.sandbox.house import House


def control(firm: House, method: str, **how: object) -> httpx2.Response:
    return firm.api().client.request(method, f"{firm.running.control_url}/switches", **how)  # type: ignore[arg-type]


def restarted(firm: House) -> tuple[bool, str]:
    """Whether an entry of Friday, restarted on Monday, is the same one; and its day."""
    api = firm.api()
    entry = firm.entry(api, hours=1, spent_date="2026-02-27")
    again = api.patch(f"/time_entries/{entry['id']}/restart")
    return again["id"] == entry["id"], again["spent_date"]


def test_an_old_entry_restarts_where_it_is_or_today(firm: House) -> None:
    assert restarted(firm) == (True, "2026-02-27")
    turned = control(firm, "PUT", json={"restart_old_entry": "today"}).json()["switches"]
    assert turned["restart_old_entry"]["is"] == "today"
    assert restarted(firm) == (False, "2026-03-02")
    assert control(firm, "DELETE").json()["switches"]["restart_old_entry"]["is"] == "same"
    assert restarted(firm) == (True, "2026-02-27")


def test_a_switch_nobody_knows_is_refused_and_nothing_is_turned(firm: House) -> None:
    answer = control(firm, "PUT", json={"restart_old_entry": "today", "gravity": "off"})
    assert answer.status_code == 422
    assert "there is no switch 'gravity'" in answer.json()["message"]
    assert "is one of same, today" in control(firm, "PUT", json={"restart_old_entry": "x"}).json()["message"]
    assert control(firm, "GET").json()["switches"]["restart_old_entry"]["is"] == "same"


def test_hidden_rates_are_missing_or_null(new: Builder) -> None:
    firm = new(entries=[{}], roles={"manager": ["manager"]})
    member, manager = firm.api("member"), firm.api("manager")

    def hidden() -> list[object]:
        (entry,) = member.get("/time_entries")["time_entries"]
        (mine,) = member.get("/users/me/project_assignments")["project_assignments"]
        (project,) = manager.get("/projects")["projects"]
        me = member.get("/users/me")
        shown = [
            (entry, "billable_rate"),
            (entry, "cost_rate"),
            (entry["task_assignment"], "hourly_rate"),
            (mine, "hourly_rate"),
            (project, "hourly_rate"),
            (me, "default_hourly_rate"),
            (me, "cost_rate"),
        ]
        return [row.get(key, "missing") for row, key in shown]

    assert hidden() == ["missing"] * 7
    firm.running.state.switches.turn({"hidden_rates": "null"})
    assert hidden() == [None] * 7


def test_new_people_have_no_rates_or_rates_of_0(firm: House) -> None:
    api = firm.api()
    said = {"first_name": "A", "last_name": "B"}
    assert api.post("/users", **said, email="a@x.example")["default_hourly_rate"] is None
    firm.running.state.switches.turn({"new_user_rates": "zero"})
    user = api.post("/users", **said, email="b@x.example", cost_rate=5)
    assert (user["default_hourly_rate"], user["cost_rate"]) == (0.0, 5.0)


def test_what_is_deleted_is_answered_or_nothing_is(firm: House) -> None:
    api = firm.api()
    firm.running.state.switches.turn({"deleted_body": "empty"})
    client, entry = api.post("/clients", name="Initech"), firm.entry(api, hours=1)
    answer = api.call("DELETE", f"/clients/{client['id']}")
    assert (answer.status_code, answer.content) == (200, b"")
    assert api.delete(f"/time_entries/{entry['id']}")["id"] == entry["id"]
    api.refused("GET", f"/clients/{client['id']}", 404)


def test_every_switch_is_known_before_the_first_request() -> None:
    """``--switch`` is read before anything is served, by a process that has imported nothing else."""
    script = "from gleaner_sandbox.state import State; State().switches.turn({'pkce': 'ignored', 'hourly_limit': 'on'})"
    subprocess.run([sys.executable, "-c", f"import gleaner_sandbox.server; {script}"], check=True, timeout=60)
