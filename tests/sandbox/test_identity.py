"""The identity host: from an app's request over the consent page to tokens (api.md §1, §2)."""

import base64
import hashlib
from urllib.parse import urlsplit

import httpx2
import pytest
from tests.sandbox.browser import (
    APP,
    CALLBACK,
    MULTI,
    TWO_WEEKS,
    Page,
    api_with,
    back,
    bearer,
    challenge,
    code_of,
    control,
    exchanged,
    mail,
    opened,
    origin,
    submitted,
    tokens_of,
)
from tests.sandbox.conftest import Builder
from tests.sandbox.house import House

from gleaner_sandbox.identity.consent import MOST


def test_the_whole_code_flow(firm: House) -> None:
    """Ask, see who is there, allow, take the code, exchange it, call the API, refresh, call again."""
    asked = opened(firm)
    page = Page(asked.text)
    assert "Sandbox App" in page.title
    (label,) = page.labels.values()
    assert "Member Person" in label
    assert f"Firm {firm.account_id}" in label
    given = back(submitted(firm, asked))
    assert set(given) == {"code", "scope", "state"}
    assert (given["scope"], given["state"]) == (f"harvest:{firm.account_id}", "xyz")
    issued = exchanged(firm, grant_type="authorization_code", code=given["code"], redirect_uri=CALLBACK)
    assert set(issued) == {"access_token", "refresh_token", "token_type", "expires_in"}
    assert (issued["token_type"], issued["expires_in"]) == ("bearer", TWO_WEEKS)
    me = api_with(firm, issued["access_token"], firm.account_id).get("/users/me")
    assert me["id"] == firm.ids["member"]
    again = exchanged(firm, grant_type="refresh_token", refresh_token=issued["refresh_token"])
    assert again["access_token"] != issued["access_token"]
    assert api_with(firm, again["access_token"], firm.account_id).get("/users/me") == me


def test_the_page_is_for_everyone(firm: House) -> None:
    answer = opened(firm)
    page = Page(answer.text)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert page.lang == "en"
    assert page.form["method"] == "post"
    assert set(page.labels) == set(page.radios)
    assert page.buttons == {"allow": "Allow", "deny": "Deny"}
    assert {"main", "h1", "fieldset", "legend"} <= set(page.tags)
    assert "script" not in page.tags
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self' http://127.0.0.1:4711" in policy
    style = answer.text.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in policy


def test_what_others_named_is_escaped(new: Builder) -> None:
    firm = new()
    odd = '<img src=x onerror="alert(1)">'
    firm.api().patch(f"/users/{firm.ids['member']}", first_name=odd)
    firm.running.state.load(
        {
            "accounts": [],
            "apps": [
                {
                    "client_id": f"odd-{firm.account_id}",
                    "client_secret": "s",
                    "name": "<b>Odd</b>",
                    "redirect_uris": [CALLBACK],
                }
            ],
        }
    )
    answer = opened(firm, client_id=f"odd-{firm.account_id}")
    assert "<img" not in answer.text
    assert "<b>" not in answer.text
    page = Page(answer.text)
    assert "<b>Odd</b>" in page.title
    assert odd in next(iter(page.labels.values()))


def test_denial_goes_back_as_access_denied(firm: House) -> None:
    assert back(submitted(firm, opened(firm), "deny")) == {"error": "access_denied", "state": "xyz"}


def test_a_consent_page_works_once(firm: House) -> None:
    page = opened(firm)
    assert submitted(firm, page).status_code == 302
    again = submitted(firm, page)
    assert again.status_code == 400
    assert "Location" not in again.headers
    assert submitted(firm, opened(firm), nonce="guessed").status_code == 400


def test_a_consent_page_is_too_old_after_a_while(firm: House) -> None:
    page = opened(firm)
    control(firm, "PUT", "/clock", json={"advance_seconds": 601})
    assert submitted(firm, page).status_code == 400


def test_a_form_from_another_site_is_refused(firm: House) -> None:
    hidden = Page(opened(firm).text).hidden
    url = f"{origin(firm)}/oauth2/authorize"
    for sent_from, status in (("https://evil.example", 400), ("null", 400), (origin(firm), 302)):
        form = {**hidden, "decision": "deny"}
        assert httpx2.post(url, data=form, headers={"Origin": sent_from}).status_code == status


def test_allowing_without_a_person_asks_again(firm: House) -> None:
    page = opened(firm)
    again = submitted(firm, page, who="nobody")
    assert again.status_code == 422
    assert Page(again.text).alert
    assert submitted(firm, again).status_code == 302


def test_an_archived_person_is_not_on_the_page(firm: House) -> None:
    firm.api().patch(f"/users/{firm.ids['member']}", is_active=False)
    page = Page(opened(firm).text)
    assert not any(
        "Member Person" in label and mail(firm, "member") in label for label in page.labels.values()
    )


def test_a_long_page_ends_and_says_how_to_find_more(new: Builder) -> None:
    firm = new()
    for _ in range(MOST // 5 + 1):
        new()
    answer = opened(firm, login_hint="")
    assert len(Page(answer.text).radios) == MOST
    assert "login_hint" in answer.text


@pytest.mark.parametrize(
    "said",
    [
        {"client_id": "nobody"},
        {"client_id": ""},
        {"redirect_uri": "https://evil.example/callback"},
        {"redirect_uri": "http://127.0.0.1:4711/other"},
        {"redirect_uri": "http://127.0.0.1:4711@evil.example/callback"},
        {"redirect_uri": "http://127.0.0.1:99999/callback"},
        {"redirect_uri": "https://127.0.0.1:4711/callback"},
        {"redirect_uri": CALLBACK + "\r\nX: y"},
        {"redirect_uri": "http://127.0.0.1:4711/call"},
        {"redirect_uri": "http://127.0.0.1.evil.example/callback"},
    ],
)
def test_nobody_is_sent_where_the_app_is_not_registered(firm: House, said: dict[str, str]) -> None:
    answer = opened(firm, **said)
    assert answer.status_code == 400
    assert "Location" not in answer.headers
    assert answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("more", ["?to=reports", "/deeper", "s"])
def test_an_app_may_lengthen_its_address(firm: House, more: str) -> None:
    answer = submitted(firm, opened(firm, redirect_uri=CALLBACK + more))
    assert answer.headers["location"].startswith(CALLBACK + more)
    assert back(answer)["state"] == "xyz"


def test_without_an_address_people_go_to_the_first_registered(firm: House) -> None:
    answer = submitted(firm, opened(firm, redirect_uri=""))
    assert answer.headers["location"].startswith("http://127.0.0.1/callback?code=")


def test_the_loopback_port_is_free_unless_the_switch_says_otherwise(firm: House) -> None:
    assert opened(firm, redirect_uri="http://localhost:1/callback").status_code == 200
    assert opened(firm, redirect_uri="http://[::1]:1/callback").status_code == 200
    firm.running.state.switches.turn({"loopback_redirect_port": "registered"})
    assert opened(firm, redirect_uri="http://localhost:1/callback").status_code == 400
    assert opened(firm, redirect_uri="http://localhost/callback").status_code == 200


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"response_type": "id_token"}, "unsupported_response_type"),
        ({"scope": "everything"}, "invalid_scope"),
        ({"code_challenge": "x", "code_challenge_method": "S512"}, "invalid_request"),
    ],
)
def test_the_app_is_told_what_it_got_wrong(firm: House, said: dict[str, str], error: str) -> None:
    given = back(opened(firm, **said))
    assert (given["error"], given["state"]) == (error, "xyz")


def test_the_implicit_flow_gives_a_token_and_nothing_to_refresh(firm: House) -> None:
    answer = submitted(firm, opened(firm, response_type="token"))
    given = back(answer)
    assert urlsplit(answer.headers["Location"]).fragment == ""
    assert set(given) == {"access_token", "expires_in", "token_type", "scope", "state"}
    assert (given["token_type"], given["expires_in"]) == ("bearer", str(TWO_WEEKS))
    assert given["scope"] == f"harvest:{firm.account_id}"
    assert api_with(firm, given["access_token"]).get("/users/me")["id"] == firm.ids["member"]
    firm.running.state.switches.turn({"implicit_answer": "fragment"})
    answer = submitted(firm, opened(firm, response_type="token"))
    assert urlsplit(answer.headers["Location"]).query == ""
    assert "access_token" in back(answer)


def test_a_code_works_once_and_not_for_long(firm: House) -> None:
    code = code_of(firm)
    exchanged(firm, grant_type="authorization_code", code=code)
    body = exchanged(firm, 400, grant_type="authorization_code", code=code)
    assert body["error"] == "invalid_grant"
    assert body["error_description"]
    old = code_of(firm)
    control(firm, "PUT", "/clock", json={"advance_seconds": 601})
    assert exchanged(firm, 400, grant_type="authorization_code", code=old)["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("said", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "nobody"}, 401, "invalid_client"),
        ({**MULTI}, 400, "invalid_grant"),
        ({"redirect_uri": "http://127.0.0.1:1/callback"}, 400, "invalid_grant"),
        ({"code": "guessed"}, 400, "invalid_grant"),
        ({"code": ""}, 400, "invalid_request"),
        ({"grant_type": ""}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": "refresh_token"}, 400, "invalid_request"),
        ({"grant_type": "refresh_token", "refresh_token": "guessed"}, 400, "invalid_grant"),
    ],
)
def test_a_wrong_exchange_is_refused_and_spends_no_code(
    firm: House, said: dict[str, str], status: int, error: str
) -> None:
    code = code_of(firm)
    usual = {"grant_type": "authorization_code", "code": code}
    assert exchanged(firm, status, **{**usual, **said})["error"] == error
    exchanged(firm, 200, **usual)


def test_the_exchange_reads_json_and_basic_credentials_too(firm: House) -> None:
    url = f"{origin(firm)}/api/v2/oauth2/token"
    usual = {"grant_type": "authorization_code"}
    as_json = httpx2.post(url, json={**APP, **usual, "code": code_of(firm)})
    assert as_json.status_code == 200
    assert as_json.headers["content-type"] == "application/json; charset=utf-8"
    assert as_json.headers["Cache-Control"] == "no-store"
    basic = httpx2.post(url, data={**usual, "code": code_of(firm)}, auth=("sandbox-app", "sandbox-secret"))
    assert basic.status_code == 200
    broken = httpx2.post(url, content=b"{", headers={"Content-Type": "application/json"})
    assert (broken.status_code, broken.json()["error"]) == (400, "invalid_request")
    odd = httpx2.post(url, json={"client_id": ["x"], "client_secret": {}, "grant_type": 1})
    assert (odd.status_code, odd.json()["error"]) == (401, "invalid_client")
    nonsense = httpx2.post(url, headers={"Authorization": "Basic %%%"})
    assert nonsense.status_code == 401


def test_pkce_is_honoured_when_the_app_began_it(firm: House) -> None:
    said = {"code_challenge": challenge("a" * 43), "code_challenge_method": "S256"}
    usual = {"grant_type": "authorization_code", "code": code_of(firm, **said)}
    assert exchanged(firm, 400, **usual)["error"] == "invalid_grant"
    assert exchanged(firm, 400, **usual, code_verifier="b" * 43)["error"] == "invalid_grant"
    exchanged(firm, 200, **usual, code_verifier="a" * 43)
    plain = code_of(firm, code_challenge="c" * 43)
    exchanged(firm, grant_type="authorization_code", code=plain, code_verifier="c" * 43)
    firm.running.state.switches.turn({"pkce": "ignored"})
    exchanged(firm, grant_type="authorization_code", code=code_of(firm, **said))


def test_a_refresh_token_rotates_unless_the_switch_says_that_it_stays(firm: House) -> None:
    first = tokens_of(firm)["refresh_token"]
    second = exchanged(firm, grant_type="refresh_token", refresh_token=first)["refresh_token"]
    assert second != first
    exchanged(firm, 400, grant_type="refresh_token", refresh_token=first)
    firm.running.state.switches.turn({"refresh_token": "stays"})
    for _ in range(2):
        again = exchanged(firm, grant_type="refresh_token", refresh_token=second)
        assert again["refresh_token"] == second
    exchanged(firm, 400, grant_type="refresh_token", refresh_token=second, **MULTI)


def test_an_access_token_expires_by_the_sandbox_clock_and_refreshing_helps(firm: House) -> None:
    issued = tokens_of(firm)
    api = api_with(firm, issued["access_token"])
    control(firm, "PUT", "/clock", json={"advance_seconds": TWO_WEEKS - 1})
    assert api.call("GET", "/users/me").status_code == 200
    control(firm, "PUT", "/clock", json={"advance_seconds": 1})
    answer = api.call("GET", "/users/me")
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_token")
    assert "invalid_token" in answer.headers["WWW-Authenticate"]
    assert httpx2.get(f"{origin(firm)}/api/v2/accounts", headers=bearer(issued)).status_code == 401
    again = exchanged(firm, grant_type="refresh_token", refresh_token=issued["refresh_token"])
    assert api_with(firm, again["access_token"]).get("/users/me")["id"] == firm.ids["member"]


def test_a_token_for_one_account_opens_that_one_only(new: Builder) -> None:
    firm, other = new(), new()
    token = tokens_of(firm)["access_token"]
    assert api_with(firm, token).get("/users/me")["id"] == firm.ids["member"]
    assert api_with(firm, token, other.account_id).call("GET", "/users/me").status_code == 401
    firm.running.state.switches.turn({"oauth_without_account_id": "refused"})
    assert api_with(firm, token).call("GET", "/users/me").status_code == 401
    assert api_with(firm, token, firm.account_id).call("GET", "/users/me").status_code == 200


def test_a_personal_token_needs_its_account_id(firm: House) -> None:
    api = api_with(firm, firm.tokens["member"])
    assert api.call("GET", "/users/me").status_code == 401
    firm.running.state.switches.turn({"missing_account_id": "404"})
    answer = api.call("GET", "/users/me")
    assert (answer.status_code, answer.json()) == (404, {"status": 404, "error": "Not Found"})


def test_an_app_for_several_accounts_gets_all_of_the_persons(new: Builder) -> None:
    """The same person, known by the e-mail address, works in two firms."""
    one, two = new(), new()
    two.api().patch(f"/users/{two.ids['member']}", email=mail(one, "member"))
    said = {"client_id": "sandbox-multi-app"}
    page = opened(one, **said)
    (label,) = Page(page.text).labels.values()
    assert f"Firm {one.account_id}, Firm {two.account_id}" in label
    given = back(submitted(one, page))
    assert given["scope"] == "harvest:all"
    issued = exchanged(one, 200, grant_type="authorization_code", code=given["code"], **MULTI)
    for firm in (one, two):
        assert (
            api_with(one, issued["access_token"], firm.account_id).get("/users/me")["id"]
            == firm.ids["member"]
        )
    assert api_with(one, issued["access_token"]).call("GET", "/users/me").status_code == 401
    assert back(submitted(one, opened(one, scope="all", **said)))["scope"] == "all"
    narrow = back(submitted(one, opened(one, scope=f"harvest:{two.account_id}", **said)))
    assert narrow["scope"] == f"harvest:{two.account_id}"
    picked = Page(opened(one).text)
    assert len(picked.radios) == 2
    chosen = submitted(one, opened(one), who=picked.choice(f"Firm {two.account_id}"))
    assert back(chosen)["scope"] == f"harvest:{two.account_id}"


def test_what_nobody_can_give_can_only_be_denied(firm: House) -> None:
    page = opened(firm, scope="forecast:all")
    assert Page(page.text).buttons == {"deny": "Deny"}
    assert back(submitted(firm, page, "deny"))["error"] == "access_denied"


def test_accounts_tells_whose_a_token_is_and_what_it_opens(firm: House) -> None:
    expected = {
        "user": {
            "id": firm.ids["member"],
            "first_name": "Member",
            "last_name": "Person",
            "email": mail(firm, "member"),
        },
        "accounts": [{"id": firm.account_id, "name": f"Firm {firm.account_id}", "product": "harvest"}],
    }
    url = f"{origin(firm)}/api/v2/accounts"
    for token in (firm.tokens["member"], tokens_of(firm)["access_token"]):
        answer = httpx2.get(url, headers=bearer({"access_token": token}))
        assert (answer.status_code, answer.json()) == (200, expected)
    for headers in ({}, {"Authorization": "Bearer nonsense"}):
        assert httpx2.get(url, headers=headers).status_code == 401
    assert httpx2.get(f"{url}?access_token={firm.tokens['member']}").status_code == 401


def test_the_identity_host_asks_for_no_user_agent_and_is_not_the_api(firm: House) -> None:
    headers = {"Authorization": f"Bearer {firm.tokens['member']}", "User-Agent": ""}
    assert httpx2.get(f"{origin(firm)}/api/v2/accounts/", headers=headers).status_code == 200
    api = firm.api()
    for method, path in (
        ("GET", "/v2/accounts"),
        ("POST", "/v2/oauth2/token"),
        ("GET", "/api/v2/oauth2/token"),
        ("POST", "/api/v2/accounts"),
        ("DELETE", "/oauth2/authorize"),
        ("GET", "/oauth2/authorize/more"),
    ):
        answer = api.call(method, origin(firm) + path)
        assert answer.status_code == 404
        assert answer.headers["content-type"].startswith("text/html")


def test_the_log_and_the_faults_know_the_identity_host(firm: House) -> None:
    api = firm.api()
    firm.running.control.set_faults("status=503, match=POST /api/v2/oauth2/token")
    exchange = api.call("POST", f"{origin(firm)}/api/v2/oauth2/token", data=APP)
    assert exchange.status_code == 503
    (record,) = control(firm, "GET", "/requests").json()["requests"]
    assert (record["path"], record["family"]) == ("/api/v2/oauth2/token", "pages")


def test_the_token_of_somebody_deleted_opens_nothing(firm: House) -> None:
    token = tokens_of(firm, login_hint=mail(firm, "other"))["access_token"]
    firm.api().delete(f"/users/{firm.ids['other']}")
    assert api_with(firm, token).call("GET", "/users/me").status_code == 401
    assert firm.api("other").call("GET", "/users/me").status_code == 401
    assert (
        httpx2.get(f"{origin(firm)}/api/v2/accounts", headers=bearer({"access_token": token})).status_code
        == 401
    )
