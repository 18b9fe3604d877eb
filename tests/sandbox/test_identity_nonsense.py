"""Whatever is sent to the identity host or to ``/sandbox``, it is answered: never with a bug."""

import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any
from urllib.parse import quote, urlencode

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.sandbox import house
from tests.sandbox.browser import APP, CALLBACK
from tests.sandbox.test_nonsense import TEXTS, VALUES

from gleaner_sandbox.server import Running

NAMES = (
    "client_id client_secret redirect_uri response_type scope state login_hint code_challenge code_challenge_method "
    "nonce who decision grant_type code refresh_token code_verifier"
).split()
WORDS = st.sampled_from(
    [
        "code",
        "token",
        "all",
        "harvest:1",
        "S256",
        "plain",
        "allow",
        "deny",
        "refresh_token",
        "authorization_code",
        CALLBACK,
    ]
)
PARAMS = st.dictionaries(st.sampled_from(NAMES), TEXTS | WORDS, max_size=6)
GOOD = {**APP, "response_type": "code", "redirect_uri": CALLBACK, "grant_type": "authorization_code"}
FEW = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def client() -> Iterator[httpx2.Client]:
    # Plain HTTP: reading the certificate store for every request would be most of the test.
    with httpx2.Client(verify=False, headers={"User-Agent": house.AGENT}) as opened:
        yield opened


def origin(running: Running) -> str:
    return running.base_url.removesuffix("/v2")


def quoted(params: dict[str, str]) -> str:
    return urlencode(params, errors="replace")


@FEW
@given(params=PARAMS, proper=st.booleans())
def test_no_request_for_consent_breaks(
    running: Running, client: httpx2.Client, params: dict[str, str], proper: bool
) -> None:
    query = quoted({**(GOOD if proper else {}), **params})
    answer = client.get(f"{origin(running)}/oauth2/authorize?{query}")
    assert answer.status_code in (200, 302, 400)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    posted = client.post(f"{origin(running)}/oauth2/authorize", content=query, headers=form)
    assert posted.status_code == 400


@FEW
@given(
    params=st.dictionaries(st.sampled_from(NAMES), VALUES | WORDS, max_size=6),
    proper=st.booleans(),
    header=st.sampled_from(["", "Basic", "Basic OjpAQA==", "Basic é", "Bearer x", "Bearer é"]),
)
def test_no_exchange_breaks(
    running: Running, client: httpx2.Client, params: dict[str, Any], proper: bool, header: str
) -> None:
    headers = {"Content-Type": "application/json", "Authorization": header.encode()}
    body = json.dumps({**(GOOD if proper else {}), **params})
    answer = client.post(f"{origin(running)}/api/v2/oauth2/token", content=body, headers=headers)  # type: ignore[arg-type]
    assert answer.status_code in (400, 401)
    assert {"error", "error_description"} == set(answer.json())
    accounts = client.get(f"{origin(running)}/api/v2/accounts", headers=headers)  # type: ignore[arg-type]
    assert accounts.status_code == 401


KEYS = (
    "access_roles is_active rounding locked_periods clock weekly_capacity timezone name mode from to".split()
)


@FEW
@given(body=st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=3) | VALUES, word=TEXTS)
def test_no_intervention_breaks(running: Running, client: httpx2.Client, body: Any, word: str) -> None:
    with closing(house.build(running)) as firm:
        name = quote(word, safe="", errors="replace") or "x"
        for method, place in (
            ("PUT", f"/people/{firm.ids['member']}"),
            ("PUT", f"/company/{firm.account_id}"),
            ("PUT", f"/people/{name}"),
            ("GET", f"/company/{name}"),
            ("DELETE", f"/tokens/{name}"),
        ):
            content = json.dumps(body).encode()
            answer = client.request(method, running.control_url + place, content=content)
            assert answer.status_code in (200, 404, 422), answer.text
        assert firm.api().call("GET", "/time_entries").status_code == 200
