"""Behaviours nobody knows for sure can be turned (``/sandbox/switches``)."""

import subprocess
import sys

import httpx2
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


def test_every_switch_is_known_before_the_first_request() -> None:
    """``--switch`` is read before anything is served, by a process that has imported nothing else."""
    script = "from gleaner_sandbox.state import State; State().switches.turn({'pkce': 'ignored', 'hourly_limit': 'on'})"
    subprocess.run([sys.executable, "-c", f"import gleaner_sandbox.server; {script}"], check=True, timeout=60)
