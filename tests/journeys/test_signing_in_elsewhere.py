"""Signing in with Harvest and with a provider of one's own, over HTTP; and what must not work."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from joserfc.jwk import ECKey, OctKey
from tests.journeys import provider as providers
from tests.journeys.entrance import APP, Entrance, entrance
from tests.journeys.pages import Browser
from tests.journeys.provider import CLIENT, SECRET, Provider
from tests.journeys.world import ANA, BO, CY, World

from gleaner.app.access import Kept, keep
from gleaner.app.signing_in_elsewhere import LIFE
from gleaner_sandbox.seed import AccountSeed


@pytest.fixture
def door(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Entrance]:
    with entrance(world, tmp_path, monkeypatch) as found:
        yield found


def fetched(browser: Browser, answer: httpx2.Response) -> httpx2.Response:
    """The browser follows the answer back to us."""
    url = httpx2.URL(answer.headers["location"])
    return browser.client.get(f"{url.path}?{url.query.decode()}")


# --- with Harvest ------------------------------------------------------------------------------------------------


def test_whoever_harvest_knows_is_signed_in_and_its_token_is_not_kept(door: Entrance, world: World) -> None:
    browser = door.browser()
    assert "Sign in with Harvest" in browser.get("/sign-in").words
    came = fetched(browser, door.consent(browser, CY, wanted="/day/2026-03-09"))
    assert (came.status_code, came.headers["location"]) == (303, "/day/2026-03-09")
    assert "gleaner-begun" not in browser.client.cookies
    assert "Cy Person" in browser.get("/keys").text
    granted = httpx2.get(f"{world.running.control_url}/tokens").json()["tokens"]
    kept = b"".join(file.read_bytes() for file in world.folder.iterdir() if file.is_file())
    tokens = [one["token"] for one in granted if one["kind"] in ("access", "refresh")]
    assert tokens
    assert not [token for token in tokens if token.encode() in kept]


def test_what_harvest_is_asked_can_be_answered_to_that_browser_only(door: Entrance) -> None:
    browser = door.browser()
    back = door.consent(browser, ANA)
    stranger = door.browser()
    stranger.client.follow_redirects = False
    answer = fetched(stranger, back)
    assert answer.status_code == 400
    assert "another browser" in answer.text
    # Nothing was used up by that, and the browser that began it is let in.
    assert fetched(browser, back).status_code == 303
    assert fetched(browser, back).status_code == 400, "its cookie is gone"


def test_an_answer_from_another_try_is_refused(door: Entrance) -> None:
    mine, theirs = door.browser(), door.browser()
    attackers = door.consent(theirs, BO)
    door.consent(mine, ANA)
    assert fetched(mine, attackers).status_code == 400, "or one would work in somebody else's name unawares"
    assert not door.is_in(mine)


def test_a_state_or_a_cookie_that_was_made_up_opens_nothing(door: Entrance) -> None:
    browser = door.browser()
    browser.client.follow_redirects = False
    for cookie, state in (
        ("", ""),
        ("x.y", "x"),
        ("x", "x"),
        (".", ""),
        ("x.", "x"),
        ("a" * 190 + ".b", "a" * 190),
    ):
        browser.client.cookies.clear()
        browser.client.cookies.set("gleaner-begun", cookie)
        answer = browser.client.get("/sign-in/harvest/back", params={"state": state, "code": "c"})
        assert answer.status_code in (400, 410)
        assert "set-cookie" not in answer.headers


def test_a_code_or_an_attempt_counts_once(door: Entrance) -> None:
    browser = door.browser()
    back = door.consent(browser, ANA)
    cookie = browser.client.cookies["gleaner-begun"]
    assert fetched(browser, back).status_code == 303
    browser.client.cookies.set("gleaner-begun", cookie)
    assert fetched(browser, back).status_code == 410


def test_who_says_no_at_harvest_is_not_signed_in(door: Entrance) -> None:
    browser = door.browser()
    answer = fetched(browser, door.consent(browser, ANA, "deny"))
    assert (answer.status_code, "not let in there" in answer.text) == (403, True)
    assert not door.is_in(browser)


def test_somebody_of_another_account_with_the_same_address_is_a_stranger(
    door: Entrance, world: World
) -> None:
    other: AccountSeed = {
        "id": world.account_id + 500_000, "name": "Elsewhere",
        "users": [
            {"id": 990_000_000 + world.account_id, "first_name": "Eve", "last_name": "Else", "email": ANA,
             "access_roles": ["administrator"]},
            {"id": 991_000_000 + world.account_id, "first_name": "Zed", "last_name": "Else",
             "email": f"zed{world.account_id}@else.example", "access_roles": ["administrator"]},
        ],
    }  # fmt: skip
    world.running.state.load({"accounts": [other]})
    browser = door.browser()
    answer = fetched(browser, door.consent(browser, f"zed{world.account_id}@else.example"))
    assert (answer.status_code, "nobody who is active" in answer.text) == (403, True)


def test_whoever_was_archived_in_the_copy_is_a_stranger(door: Entrance, world: World) -> None:
    browser = door.browser()
    back = door.consent(browser, BO)
    world.api().patch(f"/users/{world.user(BO)}", is_active=False)
    world.fine("sync")
    world.api().patch(f"/users/{world.user(BO)}", is_active=True)
    door.site.account.mirror._compared_at = 0
    assert fetched(browser, back).status_code == 403


def test_one_may_take_ten_minutes_at_harvest(door: Entrance) -> None:
    browser = door.browser()
    back = door.consent(browser, ANA)
    door.site.clock.advance(LIFE)
    assert fetched(browser, back).status_code == 410


def test_while_harvest_is_away_nobody_is_taken_for_anybody(door: Entrance, world: World) -> None:
    browser = door.browser()
    back = door.consent(browser, ANA)
    world.running.control.set_faults("status=503, match=POST /api/v2/oauth2/token")
    answer = fetched(browser, back)
    assert (answer.status_code, door.is_in(browser)) == (503, False)


def test_an_account_that_is_not_here_cannot_be_signed_in_to(door: Entrance) -> None:
    for account in ("", "x", "0", "-1", "1e3", "9" * 30, "٣", "77"):
        answer = httpx2.get(f"{door.site.base}/sign-in/harvest", params={"account": account})
        assert answer.status_code == 404, account
        assert "set-cookie" not in answer.headers


def test_the_secret_that_gleaner_login_kept_will_do(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with entrance(world, tmp_path, monkeypatch, has_secret=False) as door:
        browser = door.browser()
        assert "Sign in with Harvest" not in browser.get("/sign-in").words
        kept = Kept(kind="login", client_id=APP["client_id"], client_secret=APP["client_secret"])
        keep(door.site.account.credentials.secrets, kept)
        assert "Sign in with Harvest" in browser.get("/sign-in").words
        assert fetched(browser, door.consent(browser, ANA)).status_code == 303
        assert door.is_in(browser)


# --- with a provider of one's own --------------------------------------------------------------------------------


@pytest.fixture
def idp() -> Iterator[Provider]:
    with providers.provider() as made:
        yield made


@pytest.fixture
def house(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, idp: Provider) -> Iterator[Entrance]:
    """The site, with a provider; Bo's address at home is known, and one that two people claim."""
    monkeypatch.setenv("GLEANER_OIDC__CLIENT_SECRET", SECRET)
    world.say("[oidc]", f'issuer = "{idp.url}"', f'client_id = "{CLIENT}"', 'name = "Studio login"')
    world.say("[[people]]", f'email = "{BO}"', 'aliases = ["bo@home.example", "team@studio.example"]')
    world.say("[[people]]", f'email = "{CY}"', 'aliases = ["team@studio.example"]')
    with entrance(world, tmp_path, monkeypatch) as found:
        found.site.clock.at = datetime.now(UTC)
        yield found


def through(house: Entrance, browser: Browser) -> httpx2.Response:
    """To the provider and back."""
    browser.client.follow_redirects = False
    left = browser.client.get("/sign-in/oidc", params={"account": house.world.account_id, "next": "/keys"})
    if left.status_code != 303:
        return left
    return fetched(browser, httpx2.get(left.headers["location"]))


def test_the_provider_vouches_for_an_address_and_that_person_is_signed_in(
    house: Entrance, idp: Provider
) -> None:
    browser = house.browser()
    assert "Sign in with Studio login" in browser.get("/sign-in").words
    came = through(house, browser)
    assert (came.status_code, came.headers["location"]) == (303, "/keys")
    assert "Ana Person" in browser.get("/keys").text
    assert idp.basic == [f"Basic {base64.b64encode(f'{CLIENT}:{SECRET}'.encode()).decode()}"]
    idp.email = "Bo@Home.example"
    other = house.browser()
    through(house, other)
    assert "Bo Person" in other.get("/keys").text


WRONG: dict[str, dict[str, Any]] = {
    "an address that is not verified": {"says": {"email_verified": False}},
    "an address that may be verified": {"says": {"email_verified": "true"}},
    "nobody's word that it is verified": {"says": {"email_verified": None}},
    "no address": {"says": {"email": None}},
    "an address of nobody": {"email": "who@else.example"},
    "an address of two people": {"email": "team@studio.example"},
    "somebody else's audience": {"says": {"aud": "another-client"}},
    "somebody else's audience, passed on by us": {"says": {"aud": "another-client", "azp": CLIENT}},
    "several audiences without a party": {"says": {"aud": [CLIENT, "another"]}},
    "another issuer": {"says": {"iss": "https://evil.example"}},
    "another browser's nonce": {"says": {"nonce": "x"}},
    "no nonce": {"says": {"nonce": None}},
    "a token that is too old": {"says": {"exp": 1_700_000_000, "iat": 1_699_999_000}},
    "no end": {"says": {"exp": None}},
    "another key": {"signs_with": ECKey.generate_key("P-256", {"kid": "one"})},
    "the secret as a key": {"signs_with": OctKey.import_key(SECRET * 4), "algorithm": "HS256"},
    "a provider that calls itself otherwise": {"issuer": "https://login.example"},
}


def test_what_the_provider_says_has_to_be_right_in_every_part(house: Entrance, idp: Provider) -> None:
    right = dict(vars(idp))
    for name, changed in WRONG.items():
        vars(idp).update({**right, "asked": {}, "says": {}, **changed})
        browser = house.browser()
        answer = through(house, browser)
        assert answer.status_code == 403, name
        assert not house.is_in(browser), name
    vars(idp).update({**right, "asked": {}, "says": {}})
    assert through(house, house.browser()).status_code == 303


def test_a_provider_that_is_away_signs_nobody_in(house: Entrance, idp: Provider) -> None:
    idp.is_down = True
    answer = through(house, house.browser())
    assert (answer.status_code, "Try again in a moment" in answer.text) == (503, True)


def test_the_page_of_the_provider_is_asked_as_it_should_be(house: Entrance, idp: Provider) -> None:
    browser = house.browser()
    browser.client.follow_redirects = False
    left = browser.client.get("/sign-in/oidc", params={"account": house.world.account_id})
    asked = parse_qs(urlsplit(left.headers["location"]).query)
    assert asked["scope"] == ["openid email"]
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == [f"{house.site.base}/sign-in/oidc/back"]
    begun = browser.client.cookies["gleaner-begun"]
    assert asked["state"] == [begun.partition(".")[0]]
    assert begun.partition(".")[2] not in left.headers["location"]


def test_an_attempt_at_one_place_is_none_at_another(house: Entrance) -> None:
    browser = house.browser()
    back = house.consent(browser, ANA)
    url = httpx2.URL(back.headers["location"])
    answer = browser.client.get(f"/sign-in/oidc/back?{url.query.decode()}")
    assert answer.status_code == 410
    assert not house.is_in(browser)
