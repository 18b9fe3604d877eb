"""``/sandbox``: clock, log, counts, and what the sandbox does not imitate."""

import httpx2
import pytest
from tests.sandbox.house import AGENT, House


def control(firm: House, method: str, path: str, **how: object) -> httpx2.Response:
    return firm.api().client.request(method, firm.running.control_url + path, **how)  # type: ignore[arg-type]


def test_the_sandbox_says_what_it_does_not_imitate(firm: House) -> None:
    said = control(firm, "GET", "/about").json()["does_not_imitate"]
    assert any("approving timesheets" in line for line in said)


def test_the_clock_can_be_set_moved_and_let_go(firm: House) -> None:
    set_to = control(firm, "PUT", "/clock", json={"now": "2026-05-01T10:00:00+02:00"}).json()
    assert set_to == {"now": "2026-05-01T08:00:00Z", "fixed": True}
    moved = control(firm, "PUT", "/clock", json={"advance_seconds": 90}).json()
    assert moved["now"] == "2026-05-01T08:01:30Z"
    assert firm.api().post("/clients", name="Initech")["created_at"] == "2026-05-01T08:01:30Z"
    assert control(firm, "PUT", "/clock", json={"now": "real"}).json()["fixed"] is False
    assert control(firm, "GET", "/clock").json()["now"] > "2026-05-01"


def test_answers_carry_the_date_of_the_sandbox_clock(firm: House) -> None:
    """Whoever polls by it must not be told of a time in which nothing happened yet."""
    assert firm.api().call("GET", "/users/me").headers["date"] == "Mon, 02 Mar 2026 09:30:00 GMT"


@pytest.mark.parametrize(
    "body", [{}, {"now": "soon"}, [], {"advance_seconds": "much"}, {"advance_seconds": 1e300}]
)
def test_a_clock_that_makes_no_sense_is_refused(firm: House, body: object) -> None:
    assert control(firm, "PUT", "/clock", json=body).status_code == 422


def test_requests_are_logged_with_whose_they_were(firm: House) -> None:
    firm.api("member").call("GET", "/clients")
    firm.api().call("GET", "/users/me", headers={"Authorization": "Bearer nonsense"})
    log = control(firm, "GET", "/requests").json()
    mine, nobodys = log["requests"]
    assert mine == {
        "method": "GET",
        "path": "/v2/clients",
        "family": "general",
        "status": 403,
        "account": firm.account_id,
        "user": firm.ids["member"],
        "fault": None,
    }
    assert (nobodys["status"], nobodys["account"]) == (401, None)
    assert log["by_family"] == {"general": 2}
    assert control(firm, "DELETE", "/requests").json()["total"] == 0


def test_the_state_is_counted(firm: House) -> None:
    before = control(firm, "GET", "/state").json()["rows"]
    firm.api().post("/clients", name="Initech")
    after = control(firm, "GET", "/state").json()["rows"]
    assert after["clients"] == before["clients"] + 1


@pytest.mark.parametrize(
    ("host", "is_here"),
    [
        ("127.0.0.1:1", True),
        ("localhost", True),
        ("LOCALHOST:8765", True),
        ("[::1]:80", True),
        ("evil.example", False),
        ("[::1", False),
        ("127.0.0.1.evil.example", False),
        ("127.0.0.1@evil.example", False),
    ],
)
def test_only_loopback_names_reach_anything(firm: House, host: str, is_here: bool) -> None:
    """The control surface, the API, the consent page, a client's page and a receipt's address."""
    asked = "/oauth2/authorize?client_id=sandbox-app&response_type=code"
    said = {"Authorization": f"Bearer {firm.tokens['admin']}", "Harvest-Account-Id": str(firm.account_id)}
    for path, status in {
        "/sandbox/about": 200,
        "/v2/users/me": 200,
        "/api/v2/users/me": 200,
        asked: 200,
        "/client/invoices/x": 404,
        "/expenses/1/receipt": 404,
        "/": 404,
    }.items():
        url = firm.running.base_url.removesuffix("/v2") + path
        answer = httpx2.get(url, headers={**said, "Host": host, "User-Agent": AGENT})
        assert answer.status_code == (status if is_here else 403), path
        assert is_here or "loopback names only" in answer.json()["message"]


def test_the_control_surface_is_not_part_of_the_api(firm: House) -> None:
    assert firm.api().call("GET", "/sandbox/about").status_code == 404
    assert control(firm, "GET", "/nothing").status_code == 404
    assert control(firm, "GET", "/about/").status_code == 200
    control(firm, "DELETE", "/requests")
    root = firm.running.control_url
    for url in (f"{root}foo", f"{root}/about".replace("/sandbox/", "/sandboxes/"), f"{root}-2/requests"):
        answer = firm.api().call("GET", url)
        assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert control(firm, "GET", "/requests").json()["total"] == 3, "they are addresses like any other"
