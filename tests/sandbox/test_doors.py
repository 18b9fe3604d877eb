"""Who gets in, and what the refusals look like (api.md §1, §2, §5)."""

import httpx2
import pytest
from tests.sandbox.house import AGENT, House

INVALID_TOKEN = {
    "error": "invalid_token",
    "error_description": "The access token provided is expired, revoked, malformed or invalid for other reasons.",
}


def test_an_unknown_token_is_a_401_with_a_challenge(firm: House) -> None:
    answer = firm.api().call("GET", "/users/me", headers={"Authorization": "Bearer nonsense"})
    assert answer.status_code == 401
    assert answer.json() == INVALID_TOKEN
    challenge = answer.headers["WWW-Authenticate"]
    assert challenge.startswith('Bearer realm="Rack::OAuth2 Protected Resources", error="invalid_token"')


@pytest.mark.parametrize("account", ["", "1", "abc", "²"])
def test_a_token_opens_its_own_accounts_only(firm: House, account: str) -> None:
    headers = [
        (b"Harvest-Account-Id", account.encode()),
        (b"Authorization", f"Bearer {firm.tokens['admin']}".encode()),
        (b"User-Agent", AGENT.encode()),
    ]
    answer = httpx2.get(f"{firm.running.base_url}/users/me", headers=headers)
    assert (answer.status_code, answer.json()) == (401, INVALID_TOKEN)


def test_token_and_account_may_stand_in_the_query(firm: House) -> None:
    url = f"{firm.running.base_url}/users?per_page=1"
    params = f"&access_token={firm.tokens['admin']}&account_id={firm.account_id}"
    answer = httpx2.get(url + params, headers={"User-Agent": AGENT})
    assert answer.status_code == 200
    assert firm.tokens["admin"] not in answer.text


def test_the_account_header_is_read_in_any_case(firm: House) -> None:
    headers = {
        "harvest-account-ID": str(firm.account_id),
        "authorization": f"bearer {firm.tokens['admin']}",
        "user-agent": AGENT,
    }
    assert httpx2.get(f"{firm.running.base_url}/users/me", headers=headers).status_code == 200


def test_without_a_user_agent_nothing_is_answered(firm: House) -> None:
    api = firm.api()
    del api.client.headers["User-Agent"]
    answer = api.call("GET", "/users/me", headers={"User-Agent": ""})
    assert answer.status_code == 400


def test_an_unknown_id_is_a_404_in_json(firm: House) -> None:
    for path in ("/clients/1", "/clients/abc", "/time_entries/99999999999999999999999"):
        answer = firm.api().call("GET", path)
        assert (answer.status_code, answer.json()) == (404, {"status": 404, "error": "Not Found"})


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/nothing"), ("PUT", "/clients/1"), ("POST", "/company")]
)
def test_a_path_the_api_does_not_have_is_a_404_in_html(firm: House, method: str, path: str) -> None:
    answer = firm.api().call(method, path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.text.startswith("<!DOCTYPE html>")


@pytest.mark.parametrize("path", ["/v2/users/me", "/v2/users/me/", "/api/v2/users/me", "/api/v2/users/me/"])
def test_the_api_answers_under_both_its_names_and_with_a_trailing_slash(firm: House, path: str) -> None:
    origin = firm.running.base_url.removesuffix("/v2")
    assert firm.api().get(origin + path)["id"] == firm.ids["admin"]


def test_a_created_thing_has_a_location_that_answers(firm: House) -> None:
    api = firm.api()
    answer = api.call("POST", "/clients", json={"name": "Initech"})
    location = answer.headers["Location"]
    assert "/api/v2/clients/" in location
    assert api.get(location) == answer.json()
    nested = api.call(
        "POST", f"/projects/{firm.ids['shop']}/user_assignments", json={"user_id": firm.ids["other"]}
    )
    assert api.get(nested.headers["Location"]) == nested.json()


def test_answers_are_json_in_utf8(firm: House) -> None:
    assert firm.api().call("GET", "/users/me").headers["content-type"] == "application/json; charset=utf-8"
