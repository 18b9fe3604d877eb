"""Where people are signed in, over HTTP: they see it, end it there and everywhere, and nobody else does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from tests.journeys.pages import Browser, Pages, pages
from tests.journeys.world import ANA, BO, World

from gleaner.adapters.store.sessions import LIFE, LONGEST


@pytest.fixture
def site(world: World) -> Iterator[Pages]:
    world.fine("sync")
    with pages(world) as found:
        yield found


def digests(browser: Browser) -> list[str]:
    return re.findall(r'action="/sessions/([0-9a-f]{64})/end"', browser.get("/sessions").text)


def test_people_see_where_they_are_signed_in_and_sign_out_there(site: Pages) -> None:
    here, there, other = site.browser(ANA), site.browser(ANA), site.browser(BO)
    seen = here.get("/sessions")
    assert seen.words.count("Signed in by: the machine of Gleaner") == 2
    assert "(this one)" in seen.words
    first = set(digests(here))
    mine = set(digests(there))
    assert first == mine
    assert not mine & set(digests(other))
    session = site.sessions.get(there.cookie, site.clock.now())
    assert session is not None
    assert "is signed out" in here.post(f"/sessions/{session.digest}/end").words
    assert there.get("/keys").path.startswith("/sign-in")
    assert here.get("/keys").path == "/keys"


def test_nobody_signs_somebody_else_out(site: Pages) -> None:
    ana, bo = site.browser(ANA), site.browser(BO)
    (theirs,) = digests(bo)
    answers = [ana.post(f"/sessions/{one}/end") for one in (theirs, "0" * 64, "x", theirs.upper(), "%00")]
    assert {(one.status, one.words) for one in answers} == {(404, answers[0].words)}
    assert bo.get("/keys").path == "/keys"


def test_signing_out_ends_the_session_and_not_only_the_cookie(site: Pages) -> None:
    browser, other = site.browser(ANA), site.browser(ANA)
    kept = Browser(site.base, browser.cookie)
    site.browsers.append(kept)
    assert browser.post("/sign-out").path == "/sign-in"
    assert kept.get("/keys").path.startswith("/sign-in")
    assert other.get("/keys").path == "/keys"
    other.post("/sign-out/everywhere")
    assert other.get("/keys").path.startswith("/sign-in")


def test_a_session_ends_without_visits_and_after_all_it_may_last(site: Pages) -> None:
    idle, busy = site.browser(ANA), site.browser(ANA)
    for _ in range(int(LONGEST / timedelta(days=10)) - 1):
        site.clock.advance(timedelta(days=10))
        assert busy.get("/keys").path == "/keys"
    assert idle.get("/keys").path.startswith("/sign-in")
    site.clock.advance(timedelta(days=10))
    assert busy.get("/keys").path.startswith("/sign-in")
    assert timedelta(days=10) < LIFE


def test_whoever_is_signed_in_is_not_asked_again(site: Pages) -> None:
    assert site.browser(ANA).get("/sign-in?next=%2Fkeys").path == "/keys"


def test_without_any_way_the_page_says_so(world: World) -> None:
    world.say("[web]", "ways = []")
    world.fine("sync")
    with pages(world) as site:
        assert "Nobody can sign in yet" in site.browser(None).get("/sign-in").words
