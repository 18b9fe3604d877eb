"""What all pages have in common: who gets in, what is told of errors, and what browsers may do with them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from tests.journeys.pages import NOW, Pages, pages
from tests.journeys.world import ANA, BO, CY, TUESDAY, World

from gleaner.adapters.store.sessions import LIFE
from gleaner.faces.web.sign_in.cookies import COOKIE, SAFE_COOKIE


@pytest.fixture
def site(world: World) -> Iterator[Pages]:
    world.fine("run", "--on", TUESDAY)
    with pages(world) as found:
        yield found


def test_whoever_is_not_signed_in_is_asked_to_and_comes_back(site: Pages) -> None:
    browser = site.browser(None)
    browser.client.follow_redirects = False
    answer = browser.get("/day/2026-03-10")
    assert (answer.status, answer.headers["location"]) == (303, "/sign-in?next=%2Fday%2F2026-03-10")


def test_the_first_page_is_today(site: Pages) -> None:
    seen = site.browser(ANA).get("/")
    assert (seen.status, seen.path) == (200, "/day/today")
    assert "Tue 10 Mar" in seen.words


def test_nobodys_and_somebody_elses_day_look_the_same(site: Pages) -> None:
    cy = site.browser(CY)
    other = site.account.person(ANA).id
    answers = {cy.get(f"/day/today?who={who}").words for who in (other, 999999, "x", "1e9", "-1")}
    assert len(answers) == 1
    assert "There is nothing here, or it is not for you to see." in answers.pop()


@pytest.mark.parametrize(
    "day", ["2026-02-30", "yesterday", "0001-01-01", "9999-12-31", "2026-3-1", "%00", "a" * 3000]
)
def test_what_is_no_day_is_not_there(site: Pages, day: str) -> None:
    assert site.browser(ANA).get(f"/day/{day}").status == 404


def test_an_archived_person_is_out_with_the_next_click(site: Pages, world: World) -> None:
    bo = site.browser(BO)
    assert bo.get("/day/today").status == 200
    world.api().patch(f"/users/{world.user(BO)}", is_active=False)
    world.fine("sync")
    site.account.mirror._compared_at = 0  # the copy is looked at again every few seconds
    bo.client.follow_redirects = False
    assert bo.get("/day/today").status == 303


def test_a_session_ends_when_it_is_revoked_and_when_it_is_old(site: Pages) -> None:
    first, second = site.browser(ANA), site.browser(ANA)
    for browser in (first, second):
        browser.client.follow_redirects = False
    ana = site.account.person(ANA)
    revoked = site.sessions.get(first.cookie, NOW)
    assert revoked is not None
    site.sessions.end(site.account.id, ana.id, revoked.digest)
    assert (first.get("/keys").status, second.get("/keys").status) == (303, 200)
    site.clock.advance(LIFE + timedelta(seconds=1))
    assert second.get("/keys").status == 303


def test_the_language_is_the_browsers_until_somebody_chooses(site: Pages) -> None:
    browser = site.browser(ANA)
    assert '<html lang="de">' in browser.get("/keys", **{"accept-language": "de-AT,en;q=0.5"}).text
    assert '<html lang="en">' in browser.get("/keys").text
    assert '<html lang="de">' in browser.post("/language", {"language": "de", "back": "/keys"}).text
    assert "Tasten" in browser.get("/keys").words


def test_no_page_may_run_load_or_be_framed_by_what_is_not_ours(site: Pages) -> None:
    seen = site.browser(ANA).get("/keys")
    policy = seen.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert (seen.headers["cache-control"], seen.headers["x-content-type-options"]) == ("no-store", "nosniff")


def test_what_pages_load_is_kept_by_browsers_and_named_by_its_content(site: Pages) -> None:
    browser = site.browser(None)
    page = site.browser(ANA).get("/keys").text
    for name in ("app.css", "app.js", "icon.svg"):
        stem, kind = name.split(".")
        found = re.search(rf"/static/{stem}\.[0-9a-f]+\.{kind}", page)
        assert found
        address = found[0]
        seen = browser.get(address)
        assert (seen.status, "immutable" in seen.headers["cache-control"]) == (200, True)
    assert browser.get("/static/../site.py").status == 404
    assert browser.get("/static/app.css").status == 404


@pytest.mark.parametrize(
    ("host", "name", "is_safe"), [("gleaner.example", SAFE_COOKIE, True), ("127.0.0.1", COOKIE, False)]
)
def test_over_https_no_cookie_goes_anywhere_else(
    world: World, host: str, name: str, *, is_safe: bool
) -> None:
    """What a button came to names a meeting; it is as little for a network on the way as the session is."""
    world.say("[daemon]", 'public_url = "https://gleaner.example"')
    world.fine("run", "--on", TUESDAY)
    with pages(world) as site:
        bo = site.browser(BO)
        asked = {"host": host, "cookie": f"{name}={bo.cookie}", "sec-fetch-site": "same-origin"}
        for path, form in (("/language", {"language": "de"}), ("/log", {"hours": "1"})):
            answer = bo.client.post(path, data=form, headers=asked, follow_redirects=False)
            (said,) = answer.headers.get_list("set-cookie")
            assert ("HttpOnly" in said, "Secure" in said) == (True, is_safe), said
