"""Pages in a browser that call the API from another origin."""

import pytest
from tests.sandbox.house import House

HERE = "http://localhost:5173"
ALLOWED = "access-control-allow-origin"


def test_a_page_on_this_machine_may_ask_and_then_call(firm: House) -> None:
    """A browser asks without a token first, since the call carries headers of its own."""
    api = firm.api()
    asked = api.call(
        "OPTIONS",
        "/time_entries",
        headers={
            "Authorization": "",
            "Origin": HERE,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,harvest-account-id,content-type",
        },
    )
    assert (asked.status_code, asked.content) == (200, b"")
    assert asked.headers[ALLOWED] == "*"
    assert "PATCH" in asked.headers["access-control-allow-methods"]
    assert asked.headers["access-control-allow-headers"] == "authorization,harvest-account-id,content-type"
    answer = api.call("GET", "/clients", headers={"Origin": HERE})
    assert (answer.status_code, answer.headers[ALLOWED], answer.headers["vary"]) == (200, "*", "Origin")


@pytest.mark.parametrize(("path", "token", "status"), [("/clients/1", None, 404), ("/clients", "wrong", 401)])
def test_the_page_reads_refusals_too(firm: House, path: str, token: str | None, status: int) -> None:
    headers = {"Origin": "http://127.0.0.1:3000", **({"Authorization": f"Bearer {token}"} if token else {})}
    answer = firm.api().call("GET", path, headers=headers)
    assert (answer.status_code, answer.headers[ALLOWED]) == (status, "*")


@pytest.mark.parametrize(
    "origin", ["https://example.org", "http://localhost.example.org", "null", "http://[x", ""]
)
def test_pages_from_elsewhere_may_not(firm: House, origin: str) -> None:
    api = firm.api()
    asking = {"Origin": origin, "Access-Control-Request-Method": "GET"}
    assert ALLOWED not in api.call("OPTIONS", "/clients", headers=asking).headers
    answer = api.call("GET", "/clients", headers={"Origin": origin})
    assert answer.status_code == 200
    assert ALLOWED not in answer.headers


def test_the_control_is_not_for_pages(firm: House) -> None:
    root = firm.running.base_url.removesuffix("/v2")
    asking = {"Origin": HERE, "Access-Control-Request-Method": "PUT"}
    assert ALLOWED not in firm.api().call("OPTIONS", f"{root}/sandbox/faults", headers=asking).headers
    assert ALLOWED not in firm.api().call("GET", f"{root}/sandbox/about", headers={"Origin": HERE}).headers


def test_options_without_a_question_is_no_method(firm: House) -> None:
    assert firm.api().call("OPTIONS", "/clients").status_code == 404
