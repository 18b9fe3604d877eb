"""Faults on demand: a real client must really suffer."""

import time
from typing import Any

import httpx2
import pytest
from tests.sandbox.house import Api, House

from gleaner_sandbox.wire.faults import parse, plan


def broken(api: Api, fault: str, method: str = "POST", path: str = "/clients", **how: Any) -> str:
    """The name of the error the client gets."""
    with pytest.raises(httpx2.TransportError) as caught:
        api.call(method, path, headers={"X-Sandbox-Fault": fault}, **how)
    return type(caught.value).__name__


def names(api: Api) -> set[str]:
    return {row["name"] for row in api.get("/clients")["clients"]}


def test_a_lost_answer_leaves_the_write_done(firm: House) -> None:
    api = firm.api()
    assert broken(api, "lost", json={"name": "Lost"}) == "RemoteProtocolError"
    assert "Lost" in names(api)


def test_a_reset_comes_before_anything_is_done(firm: House) -> None:
    api = firm.api()
    assert broken(api, "reset", json={"name": "Reset"}) in ("ReadError", "WriteError")
    assert "Reset" not in names(api)


def test_a_truncated_answer_promises_more_than_it_holds(firm: House) -> None:
    api = firm.api()
    assert broken(api, "truncate", json={"name": "Half"}) == "RemoteProtocolError"
    assert "Half" in names(api)


@pytest.mark.parametrize(
    ("fault", "status", "kind"),
    [
        ("status=429", 429, "text/html"),
        ("status=429-json", 429, "application/json"),
        ("status=500", 500, "text/html"),
        ("status=502-html", 502, "text/html"),
        ("status=503", 503, "text/html"),
        ("status=500-json", 500, "application/json"),
    ],
)
def test_an_error_status_comes_instead_of_the_work(firm: House, fault: str, status: int, kind: str) -> None:
    api = firm.api()
    answer = api.call("POST", "/clients", json={"name": "Never"}, headers={"X-Sandbox-Fault": fault})
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith(kind)
    assert ("Retry-After" in answer.headers) is (status == 429)
    assert "Never" not in names(api)


def test_latency_delays_the_answer_and_nobody_elses(firm: House) -> None:
    api = firm.api()
    begun = time.monotonic()
    answer = api.call("GET", "/users/me", headers={"X-Sandbox-Fault": "latency=0.2"})
    assert time.monotonic() - begun >= 0.2
    assert answer.status_code == 200


def test_a_slow_answer_drips_out_and_nobody_else_waits(firm: House) -> None:
    api, other = firm.api(), firm.api("member")
    begun = time.monotonic()
    headers = {"X-Sandbox-Fault": "slow=0.4"}
    with api.client.stream("GET", f"{api.base_url}/users/me", headers=headers) as answer:
        started = time.monotonic()
        other.get("/users/me")
        assert time.monotonic() - started < 0.3
        pieces = list(answer.iter_raw())
    assert started - begun < 0.3, "the status comes at once"
    assert time.monotonic() - begun >= 0.4
    assert len(pieces) > 5
    assert len(b"".join(pieces)) == int(answer.headers["Content-Length"])


def test_a_garbled_answer_is_whole_http_and_broken_json(firm: House) -> None:
    api = firm.api()
    answer = api.call("POST", "/clients", json={"name": "Cut"}, headers={"X-Sandbox-Fault": "garble"})
    assert answer.status_code == 201
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert len(answer.content) == int(answer.headers["Content-Length"]) > 0
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        answer.json()
    assert "Cut" in names(api)


def test_a_page_may_come_where_json_belongs(firm: House) -> None:
    api = firm.api()
    answer = api.call("POST", "/clients", json={"name": "Page"}, headers={"X-Sandbox-Fault": "html"})
    assert answer.status_code == 201
    assert answer.headers["content-type"].startswith("text/html")
    assert "Page" in names(api)


def test_spoiling_goes_with_the_other_parts_and_is_in_the_log(firm: House) -> None:
    api = firm.api()
    assert broken(api, "garble, truncate, slow=0.05", json={"name": "All"}) == "RemoteProtocolError"
    api.call("GET", "/users/me", headers={"X-Sandbox-Fault": "html; slow=0.01"})
    api.call("GET", "/users/me", headers={"X-Sandbox-Fault": "slow=0.01"})
    assert [record.fault for record in firm.running.control.log] == ["truncate", "html", "slow"]
    missed = api.call("GET", "/users/me", headers={"X-Sandbox-Fault": "garble, match=GET /v2/clients"})
    assert missed.json()["id"] == firm.ids["admin"]


@pytest.mark.parametrize("fault", ["slow=inf", "slow=-1", "slow=nan", "latency=1e9", "slow="])
def test_a_wait_without_end_is_refused(firm: House, fault: str) -> None:
    assert firm.api().call("GET", "/users/me", headers={"X-Sandbox-Fault": fault}).status_code == 400


def test_faults_for_all_are_set_and_ended_by_the_control_surface(firm: House) -> None:
    api = firm.api()
    control = f"{firm.running.control_url}/faults"
    said = {"faults": "status=503, match=POST /v2/clients, times=2"}
    assert api.client.put(control, json=said).json() == said
    statuses = [api.call("POST", "/clients", json={"name": f"C{n}"}).status_code for n in range(4)]
    assert statuses == [503, 503, 201, 201]
    api.client.put(control, content=b"status=500, every=3")
    assert [api.call("GET", "/users/me").status_code for _ in range(6)] == [200, 200, 500, 200, 200, 500]
    api.client.delete(control)
    assert api.call("GET", "/users/me").status_code == 200


def test_the_alias_of_the_api_is_hit_by_the_same_faults(firm: House) -> None:
    firm.running.control.set_faults("status=503, match=GET /v2/users/me")
    origin = firm.running.base_url.removesuffix("/v2")
    assert firm.api().call("GET", f"{origin}/api/v2/users/me/").status_code == 503


def test_a_fault_nobody_knows_is_said_to_the_caller(firm: House) -> None:
    answer = firm.api().call("GET", "/users/me", headers={"X-Sandbox-Fault": "explode"})
    assert answer.status_code == 400
    assert "explode" in answer.json()["message"]
    put = firm.api().client.put(f"{firm.running.control_url}/faults", json={"faults": "every=0"})
    assert put.status_code == 422


def test_a_rate_with_a_seed_hits_the_same_requests_every_time() -> None:
    def hits() -> list[bool]:
        rules = parse("status=500, rate=0.3, seed=7")
        return [plan(rules, "GET", "/v2/users").answer is not None for _ in range(200)]

    assert hits() == hits()
    assert 30 < sum(hits()) < 90


def test_the_log_tells_what_would_have_been_answered(firm: House) -> None:
    api = firm.api()
    broken(api, "lost", json={"name": "Lost"})
    record = firm.running.control.log[-1]
    assert (record.method, record.path, record.status, record.fault) == ("POST", "/v2/clients", 201, "lost")
