"""Reaching into accounts from outside the API: tokens, permissions and settings that change in mid-flight."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2
import pytest
from tests.sandbox import house
from tests.sandbox.browser import api_with, control, exchanged, tokens_of
from tests.sandbox.conftest import Builder
from tests.sandbox.house import AGENT, MONDAY, House

from gleaner_sandbox.clock import Clock
from gleaner_sandbox.identity import tokens
from gleaner_sandbox.server import serve_in_thread
from gleaner_sandbox.state import State


def listed(firm: House) -> dict[str, Any]:
    """The firm's tokens, by token."""
    rows = control(firm, "GET", "/tokens").json()["tokens"]
    return {row["token"]: row for row in rows if str(firm.account_id) in row["accounts"]}


def test_every_token_is_listed_with_what_it_opens(firm: House) -> None:
    issued = tokens_of(firm)
    rows = listed(firm)
    opens = {str(firm.account_id): firm.ids["member"]}
    assert rows[firm.tokens["member"]] == {
        "token": firm.tokens["member"],
        "kind": "personal",
        "accounts": opens,
    }
    assert rows[issued["access_token"]] == {
        "token": issued["access_token"],
        "kind": "access",
        "accounts": opens,
        "client_id": "sandbox-app",
        "scope": f"harvest:{firm.account_id}",
        "expires_at": "2026-03-16T09:29:59Z",
        "is_expired": False,
    }
    assert rows[issued["refresh_token"]]["kind"] == "refresh"
    control(firm, "PUT", "/clock", json={"now": "2026-03-16T09:29:59Z"})
    assert listed(firm)[issued["access_token"]]["is_expired"] is True


def test_a_revoked_token_ends_between_two_pages(firm: House) -> None:
    """Personal, access and refresh tokens alike."""
    issued = tokens_of(firm, login_hint=f"admin@firm{firm.account_id}.example")
    for token in (firm.tokens["admin"], issued["access_token"]):
        api = api_with(firm, token, firm.account_id)
        page = api.get("/clients", per_page=1)
        assert control(firm, "DELETE", f"/tokens/{quote(token)}").json() == {"revoked": token}
        answer = api.call("GET", page["links"]["next"])
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_token")
        assert control(firm, "DELETE", f"/tokens/{quote(token)}").status_code == 404
    refresh = issued["refresh_token"]
    assert control(firm, "DELETE", f"/tokens/{refresh}").status_code == 200
    exchanged(firm, 400, grant_type="refresh_token", refresh_token=refresh)
    assert set(listed(firm)) == set(firm.tokens.values()) - {firm.tokens["admin"]}


def test_tokens_survive_a_restart(tmp_path: Path) -> None:
    """In a state file, like everything else; and they still expire."""
    path = tmp_path / "state.db"
    clock = Clock(datetime.fromisoformat("2026-03-02T09:30:00Z"))
    state = State(path, clock=clock)
    with serve_in_thread(state, limits=False) as running:
        firm = house.build(running)
        token = tokens_of(firm)["access_token"]
        firm.close()
    state.close()
    again = State(path, clock=clock)
    opened = tokens.opened(again, token)
    assert opened is not None
    assert opened.users == {firm.account_id: firm.ids["member"]}
    clock.advance(timedelta(days=14))
    assert tokens.opened(again, token) is None
    again.close()


def test_a_permission_is_lost_between_two_pages(firm: House) -> None:
    api = firm.api()
    page = api.get("/clients", per_page=1)
    place = f"/people/{firm.ids['admin']}"
    said = control(firm, "PUT", place, json={"access_roles": ["member"]}).json()
    expected = {
        "id": firm.ids["admin"],
        "is_active": True,
        "access_roles": ["member"],
        "name": "Admin Person",
    }
    assert said == expected
    assert api.call("GET", page["links"]["next"]).status_code == 403
    control(firm, "PUT", place, json={"access_roles": ["manager", "client_and_task_manager"]})
    assert api.call("GET", page["links"]["next"]).status_code == 200
    control(firm, "PUT", place, json={"is_active": False})
    assert api.call("GET", page["links"]["next"]).status_code == 401
    assert control(firm, "GET", place).json()["is_active"] is False


def test_a_manager_who_is_none_any_more_has_no_teammates(firm: House) -> None:
    control(firm, "PUT", f"/people/{firm.ids['manager']}", json={"access_roles": ["member"]})
    assert firm.api().get(f"/users/{firm.ids['manager']}/teammates")["teammates"] == []


@pytest.mark.parametrize(
    "body",
    [
        {"access_roles": []},
        {"access_roles": "member"},
        {"access_roles": ["boss"]},
        {"access_roles": [["member"]]},
        {"access_roles": ["member", "project_creator"]},
        {"is_active": "no"},
        {"email": "x@firm.example"},
        [],
    ],
)
def test_nonsense_about_a_person_is_refused(firm: House, body: object) -> None:
    place = f"/people/{firm.ids['member']}"
    answer = control(firm, "PUT", place, json=body)
    assert answer.status_code == 422
    assert answer.json()["message"]
    assert control(firm, "GET", place).json()["access_roles"] == ["member"]


@pytest.mark.parametrize("place", ["/people/1", "/people/x", "/company/1", "/company/x"])
def test_who_is_not_there_is_a_404(firm: House, place: str) -> None:
    assert control(firm, "PUT", place, json={}).status_code == 404


def test_settings_the_api_cannot_change_are_changed_here(new: Builder) -> None:
    firm = new(entries=[{"hours": 2.11}])
    place = f"/company/{firm.account_id}"
    said = {"rounding": {"mode": "up", "minutes": 15}, "clock": "24h", "wants_timestamp_timers": True}
    row = control(firm, "PUT", place, json={**said, "team_feature": False}).json()
    assert {**row, **said} == row
    api = firm.api()
    (entry,) = api.get("/time_entries")["time_entries"]
    assert entry["rounded_hours"] == 2.25
    assert api.get("/company")["clock"] == "24h"
    assert firm.entry(api, started_time="1:00pm", ended_time="2:30pm")["ended_time"] == "14:30"
    assert api.call("GET", "/roles").status_code == 403


def test_a_week_can_be_locked_and_approved(new: Builder) -> None:
    firm = new(entries=[{}])
    week = {"from": MONDAY, "to": "2026-03-08"}
    place = f"/company/{firm.account_id}"
    api = firm.api("member")
    control(firm, "PUT", place, json={"locked_periods": [{**week, "user_id": firm.ids["member"]}]})
    (entry,) = api.get("/time_entries")["time_entries"]
    assert entry["locked_reason"] == "Item Locked for this Time Period"
    control(firm, "PUT", place, json={"locked_periods": [], "approved_periods": [week]})
    (entry,) = api.get("/time_entries")["time_entries"]
    assert (entry["is_closed"], entry["locked_reason"]) == (True, "Item Approved")
    api.refused("PATCH", f"/time_entries/{entry['id']}", 422, hours=2)
    control(firm, "PUT", place, json={"approved_periods": []})
    assert api.patch(f"/time_entries/{entry['id']}", hours=2)["hours"] == 2


@pytest.mark.parametrize(
    "body",
    [
        {"clock": "25h"},
        {"clock": []},
        {"base_uri": "https://x"},
        {"rounding": {"mode": "up", "minutes": 7}},
        {"rounding": {"minutes": 6}},
        {"rounding": None},
        {"wants_timestamp_timers": "yes"},
        {"weekly_capacity": -1},
        {"weekly_capacity": True},
        {"timezone": "Europe/Lisbon"},
        {"name": ""},
        {"locked_periods": [{"from": "2026-03-02"}]},
        {"locked_periods": [{"from": "2026-03-02", "to": "20260308"}]},
        {"locked_periods": [{"from": "2026-03-02", "to": "2026-03-08", "user": 1}]},
        {"approved_periods": {}},
        [],
    ],
)
def test_nonsense_about_a_company_is_refused(firm: House, body: object) -> None:
    place = f"/company/{firm.account_id}"
    before = control(firm, "GET", place).json()
    answer = control(firm, "PUT", place, json=body)
    assert answer.status_code == 422
    assert answer.json()["message"]
    assert control(firm, "GET", place).json() == before


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/tokens"), ("PUT", "/people/1"), ("GET", "/company/1")]
)
def test_only_loopback_names_reach_it(firm: House, method: str, path: str) -> None:
    headers = {"Host": "evil.example", "User-Agent": AGENT}
    assert httpx2.request(method, firm.running.control_url + path, headers=headers).status_code == 403


@pytest.mark.parametrize(
    ("status", "path"), [(401, "/users/me"), (403, "/clients"), (404, "/time_entries/1")]
)
def test_a_fault_answers_as_the_api_itself_would(firm: House, status: int, path: str) -> None:
    """``times`` and ``every`` choose the N-th match, so a walk can lose its permission on its third page."""
    true = firm.api("member").call(
        "GET", path, headers={"Authorization": "Bearer no"} if status == 401 else {}
    )
    assert true.status_code == status
    fault = {"X-Sandbox-Fault": f"status={status}"}
    faulty = firm.api().call("GET", "/users/me", headers=fault)
    assert (faulty.status_code, faulty.json()) == (status, true.json())
    for name in ("Content-Type", "WWW-Authenticate", "Hint"):
        assert faulty.headers.get(name) == true.headers.get(name)


def test_a_fault_may_be_a_422_with_a_message_or_any_page(firm: House) -> None:
    api = firm.api()
    answer = api.call("GET", "/users/me", headers={"X-Sandbox-Fault": "status=422"})
    assert answer.status_code == 422
    assert set(answer.json()) == {"message"}
    answer = api.call("GET", "/users/me", headers={"X-Sandbox-Fault": "status=404-html"})
    assert answer.headers["Content-Type"].startswith("text/html")


def test_the_third_page_of_a_walk_is_refused(firm: House) -> None:
    api = firm.api()
    for n in range(3):
        api.post("/clients", name=f"Client {n}")
    firm.running.control.set_faults("status=401, match=GET /v2/clients, every=3, times=1")
    statuses: list[int] = []
    url: str = "/clients?per_page=1"
    while url and len(statuses) < 10:
        answer = api.call("GET", url)
        statuses.append(answer.status_code)
        url = answer.json()["links"]["next"] if answer.status_code == 200 else ""
    assert statuses == [200, 200, 401]
