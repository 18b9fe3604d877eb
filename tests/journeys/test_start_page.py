"""The first run in a browser: from reading only, over past days and rules, to writing; for administrators only."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from tests.journeys.pages import Pages, Seen, pages
from tests.journeys.world import ANA, BO, CY, TUESDAY, World, meeting

from gleaner.app.beginning import has_begun
from gleaner.app.laddering import stored
from gleaner.app.ruling import listed

DAYS = (*(f"2026-02-{day:02}" for day in (3, 4, 5, 10, 11, 12, 17, 18, 24)), "2026-03-03")
AFTERNOON = datetime(2026, 3, 10, 15, tzinfo=UTC)
"""Four o'clock in Berlin."""


@pytest.fixture
def site(world: World) -> Iterator[Pages]:
    """Nothing ran yet. Ana's reviews were logged where they look like, but the last; the tax call never was."""
    world.calendar(
        ANA,
        *(meeting("10:00-11:00", "APL detail review", day=day, uid=f"r{day}") for day in DAYS),
        meeting("14:00-15:00", "WEB launch of the portal", day=DAYS[-1]),
    )
    for day in DAYS:
        world.by_hand(1, "apollo", "meetings", "APL detail review", day=day)
    world.by_hand(1, "portal", "meetings", "WEB launch of the portal", day=DAYS[-1])
    world.fine("sync")
    with pages(world, AFTERNOON) as found:
        yield found


def replayed(site: Pages) -> Seen:
    """The back-test's page, once it is over."""
    ana = site.browser(ANA)
    seen = ana.post("/start/backtest")
    for _ in range(200):
        if "refresh" not in seen.headers:
            return seen
        assert "Replaying the last 60 days." in seen.words
        time.sleep(0.1)
        seen = ana.get("/start/backtest")
    raise AssertionError("it never ended")


def test_before_anything_ran_an_administrator_begins_there_and_nobody_else(site: Pages, world: World) -> None:
    assert site.browser(ANA).get("/").path == "/start"
    assert site.browser(BO).get("/").path == "/day/today"
    world.fine("run", "--on", TUESDAY)
    assert site.browser(ANA).get("/").path == "/day/today"
    assert site.browser(ANA).get("/start").status == 200


def test_members_find_nothing_there(site: Pages) -> None:
    cy = site.browser(CY)
    for path in ("/start", "/start/backtest", "/start/reminders"):
        assert cy.get(path).status == 404
    for path in ("/start/backtest", "/start/rule", "/start/adopt", "/start/first-look"):
        assert cy.post(path, {"effect": "never", "key": "x"}).status == 404


def test_it_says_what_is_connected_and_the_lines_for_what_is_not(site: Pages) -> None:
    seen = site.browser(ANA).get("/start")
    assert "Gleaner works with the token of Ana Person." in seen.words
    assert "1 source is read." in seen.words
    assert "2 people have no calendar here: Bo Person, Cy Person." in seen.words
    assert f'person = "{BO}"' in seen.words
    assert "it never writes that file" in seen.words
    assert "meetings it is sure of are logged at once" in seen.words
    assert "Run the back-test" in seen.words


def test_past_days_are_replayed_and_nothing_is_written(site: Pages, world: World) -> None:
    before = world.timesheet()
    assert site.browser(ANA).get("/start/backtest").path == "/start"
    seen = replayed(site)
    assert "Gleaner would have got 10 of 11 right; look at this one." in seen.words
    assert "WEB launch of the portal" in seen.words
    assert "Logged: Customer Portal / Meetings, 1.00 h." in seen.words
    assert "Gleaner would have got 10 of 11 right" in site.browser(ANA).get("/start").words
    assert world.timesheet() == before
    assert site.account.inbox.items() == []
    assert not has_begun(site.account)


def test_a_mistake_becomes_a_rule_and_the_newest_word_counts(site: Pages) -> None:
    ana, seen = site.browser(ANA), replayed(site)
    key = seen.value("key")
    said = ana.post("/start/rule", {"key": key, "effect": "always"})
    assert "goes to Customer Portal / Meetings. You find it under Rules as" in said.words
    assert "A rule decides it now:" in said.words
    assert "A rule decides it now:" not in seen.words
    (rule,) = listed(site.account, AFTERNOON.date())
    assert (rule.by, rule.effect, rule.user_id) == (ANA, "always", site.account.person(ANA).id)
    assert f"/rules/{rule.id}" in ana.get("/rules").text
    ana.post("/start/rule", {"key": key, "effect": "never"})
    (rule,) = listed(site.account, AFTERNOON.date())
    assert rule.effect == "never"


def test_no_rule_is_made_of_what_was_not_in_the_back_test(site: Pages) -> None:
    ana = site.browser(ANA)
    other = f"meeting:{site.account.person(CY).id}:x/2026-03-03"
    assert "run it again" in ana.post("/start/rule", {"key": other, "effect": "never"}).words
    key = replayed(site).value("key")
    for forged in ("", other, key + "x", "x" * 1000):
        assert "run it again" in ana.post("/start/rule", {"key": forged, "effect": "never"}).words
    assert ana.post("/start/rule", {"key": key, "effect": "post"}).status == 404
    assert ana.post("/start/rule", {"key": "y" * 5000, "effect": "never"}).status == 400
    assert listed(site.account, AFTERNOON.date()) == []


def test_the_ladder_begins_where_the_days_put_it_and_that_is_taken_back(site: Pages) -> None:
    ana = site.browser(ANA)
    assert ana.post("/start/adopt").status == 404
    replayed(site)
    page = ana.get("/start")
    assert "Ana Person, meetings by code: preselect (10 of 11 kept)" in page.words
    done = ana.post("/start/adopt")
    assert "1 step begins with these days." in done.words
    assert {one.rung for one in stored(site.account).standings().values()} == {"preselect"}
    assert "has a record already" in ana.post("/start/adopt").words
    found = re.search(r'action="(/journal/run/[^"]+)"', done.text)
    assert found
    assert "Ana Person, meetings by code: from preselect to suggest." in ana.post(found[1]).words
    assert stored(site.account).standings() == {}


def test_reminders_are_tried_out_with_their_texts_and_nothing_is_sent(site: Pages) -> None:
    seen = site.browser(ANA).get("/start/reminders")
    assert "In the rest of today 3 people would get a message. Nothing was sent." in seen.words
    for name, open_hours in (("Ana", "38"), ("Bo", "40"), ("Cy", "40")):
        assert re.search(
            rf"{name} Person .*?Week of Mon 2 Mar: {open_hours} h not yet in Harvest", seen.words
        )
    assert "Reminders are off." in seen.words
    export = site.account.people.held(site.account.person(BO).id, [BO])
    assert export["reminders"] == []


def test_the_first_look_is_asked_for_of_the_job(site: Pages) -> None:
    said = site.browser(ANA).post("/start/first-look").words
    assert "It looks as soon as gleaner up runs; nobody is at work now." in said
