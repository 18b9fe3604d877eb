"""Journal, rules, privacy, sources and the first run in a browser: on a phone, in the dark, in German, by keys."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Window
from tests.browser.looking import PHONE, look, sign_in, watched
from tests.journeys.conftest import Builder
from tests.journeys.pages import NOW, Pages, pages
from tests.journeys.world import ANA, CY, TUESDAY, World, meeting

from gleaner.app.laddering import stored
from gleaner.app.ruling import listed
from gleaner.core.proposals import State
from gleaner.review.journal import Line
from gleaner.review.ladder import Footing

WEEKS = ("2026-02-10", "2026-02-17", "2026-02-24", "2026-03-03")
LONG = "A title that goes on and on: " + "Donaudampfschifffahrtsgesellschaftskapitän" * 3
HOW: tuple[tuple[str, Mapping[str, object], bool], ...] = (
    ("wide", {"width": 1280}, False),
    ("phone", {"width": PHONE, "dark": True}, True),
)


@pytest.fixture
def world(new_world: Builder) -> World:
    """Some meetings of Ana's and Cy's, a broken calendar, two rules, one of them made of a correction."""
    world = new_world()
    world.lines = [line for line in world.lines if line not in ("[policy]", 'meetings = "post"')]
    world.say("[policy]", 'meetings = "post"', "ladder = true")
    world.say("[capture]", "keep_days = 366")
    world.say("[[rules]]", 'name = "Catch-ups"', 'title = "catch *"', 'project = "WEB"', 'task = "Meetings"')
    world.calendar(
        ANA,
        *(meeting("14:00-15:00", "Catch up", day=day, uid=day) for day in WEEKS),
        *(meeting("16:00-17:00", "Jour fixe", day=day, uid=f"jour-{day}") for day in WEEKS),
        *(meeting("10:00-11:00", f"APL {LONG}", day=day, uid=f"apl-{day}") for day in WEEKS),
    )
    world.calendar(CY, meeting("09:00-10:00", "APL standup", day=WEEKS[0]))
    for day in WEEKS:
        world.by_hand(1, "portal", "meetings", f"APL {LONG}", day=day)
    return world


@pytest.fixture
def site(world: World) -> Iterator[Pages]:
    world.fine("run", "--from", WEEKS[0], "--to", TUESDAY)
    waiting = world.review()
    jour, catch = (
        next(item for item in waiting if item["title"] == name) for name in ("Jour fixe", "Catch up")
    )
    world.fine("review", "edit", jour["id"], "--project", "WEB", "--task", "Meetings", "--always", "title")
    world.fine("review", "accept", catch["id"])
    (world.folder / "cy.ics").write_text("this is no calendar")
    world.gleaner("run", "--on", TUESDAY)
    with pages(world) as found:
        kept = stored(found.account)
        for _ in range(6):
            on = Footing(found.account.person(ANA).id, "meeting", "rule:Catch-ups")
            kept.judge(on, is_kept=True, now=NOW, why="it was kept")
        found.account.journal.write(Line(NOW, ANA, "dismissed", f"Dismissed: {LONG}"))
        yield found


def everywhere(window: Window, site: Pages, who: str, paths: Mapping[str, str]) -> None:
    """Look at each of *paths*, by the name its picture gets, on a desk, and on a phone in the dark in German."""
    for how, settings, is_german in HOW:
        page = window(**settings)
        said = watched(page)
        sign_in(page, site, who)
        if is_german:
            page.context.add_cookies([{"name": "gleaner-language", "value": "de", "url": site.base}])
        for name, path in paths.items():
            page.goto(f"{site.base}{path}")
            page.evaluate(
                "[...document.querySelectorAll('main details')].slice(0, 3).forEach((one) => { one.open = true })"
            )
            look(page, f"{name}-{how}")
        assert said == []


def test_the_journal_and_the_rules_look_right_everywhere(window: Window, site: Pages) -> None:
    (item, *_) = site.account.inbox.items(states=[State.APPLIED])
    rules = {one.effect + one.origin[:3]: one.id for one in listed(site.account, NOW.date())}
    made, shared = rules["alwaysrev"], rules["alwaysgle"]
    everywhere(
        window,
        site,
        ANA,
        {
            "journal": "/journal",
            "journal-nothing": "/journal?day=2020-01-01",
            "journal-run": f"/journal?run={item.run_id}",
            "journal-undo": f"/journal/undo/{item.short}",
            "rules": "/rules",
            "rule": f"/rules/{made}",
            "rule-change": f"/rules/{shared}/change",
        },
    )
    everywhere(window, site, CY, {"journal-member": "/journal", "rules-member": "/rules"})


def test_privacy_and_sources_look_right_everywhere(window: Window, site: Pages) -> None:
    site.browser(ANA).post("/sources/check")
    everywhere(
        window,
        site,
        ANA,
        {
            "privacy": "/privacy",
            "privacy-refused": "/privacy/forget",
            "sources": "/sources",
            "checks": "/sources/check",
        },
    )
    everywhere(
        window,
        site,
        CY,
        {"privacy-member": "/privacy", "privacy-forget": "/privacy/forget", "sources-member": "/sources"},
    )


def test_the_first_run_looks_right_everywhere_and_goes_without_scripts(window: Window, world: World) -> None:
    world.fine("sync")
    with pages(world, NOW - timedelta(hours=2)) as site:
        everywhere(window, site, ANA, {"start": "/", "start-reminders": "/start/reminders"})
        page = opened(window, site, "/start", script=False, width=PHONE)
        page.get_by_role("button", name="Run the back-test").click()
        # The page asks for itself again until it is over.
        expect(page.get_by_role("heading", name="Look at these")).to_be_visible(timeout=60_000)
        look_without_scripts(page)
        page.get_by_role("button", name=re.compile("^Always")).first.click()
        expect(page.locator("#said")).to_contain_text("From now on")
        everywhere(window, site, ANA, {"backtest": "/start/backtest", "start-tried": "/start"})


def opened(window: Window, site: Pages, path: str, who: str = ANA, **how: object) -> Page:
    page = window(**how)
    sign_in(page, site, who)
    page.goto(f"{site.base}{path}")
    return page


def look_without_scripts(page: Page) -> None:
    """Nothing can be asked of such a page but how large its parts are."""
    box = page.locator("main").bounding_box()
    assert box is not None
    assert box["width"] <= PHONE


def test_a_rule_is_switched_by_keys_and_the_journal_tells(window: Window, site: Pages) -> None:
    page = opened(window, site, "/rules", width=1280)
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("#said")).to_contain_text("It is off and counts for nothing.")
    expect(page.locator(".card.off")).to_have_count(1)
    look(page, "rules-off-wide")
    page.goto(f"{site.base}/journal?kind=ruled")
    expect(page.locator("main")).to_contain_text("switched off")


def test_something_is_taken_back_from_the_journal_by_keys(window: Window, site: Pages, world: World) -> None:
    before = len(world.timesheet())
    page = opened(window, site, "/journal?kind=applied", width=1280)
    page.keyboard.press("j")
    page.keyboard.press("u")
    expect(page.get_by_role("heading", name="Take back?")).to_be_visible()
    page.get_by_role("button", name="Take back").click()
    expect(page.locator("#said")).to_contain_text("It is taken back.")
    assert len(world.timesheet()) == before - 1


def test_whoever_has_it_all_deleted_sees_what_went_and_is_signed_out(window: Window, site: Pages) -> None:
    page = opened(window, site, "/privacy/forget", who=CY, width=PHONE)
    page.get_by_label("To delete it").fill(CY)
    page.get_by_role("button", name="Delete all of it").click()
    expect(page.get_by_role("heading", name="It is deleted")).to_be_visible()
    look(page, "privacy-gone-phone")
    page.goto(f"{site.base}/privacy")
    assert "/sign-in" in page.url
