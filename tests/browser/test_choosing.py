"""Choosing a rung in a browser: on a desk, and on a phone."""

from __future__ import annotations

from playwright.sync_api import expect
from tests.browser.conftest import Window
from tests.browser.looking import PHONE, look, sign_in
from tests.journeys.conftest import Builder
from tests.journeys.pages import pages
from tests.journeys.world import ANA


def test_a_rung_is_chosen_and_taken_back_by_buttons(window: Window, new_world: Builder) -> None:
    world = new_world()
    world.fine("sync")
    with pages(world) as site:
        for width in (1280, PHONE):
            page = window(width=width)
            sign_in(page, site, ANA)
            for path in ("rules", "start"):
                page.goto(f"{site.base}/{path}")
                page.locator("form[action='/rung'] input[value='suggest']").check()
                page.get_by_role("button", name="Choose", exact=True).click()
                expect(page.get_by_text("are proposed and not logged").first).to_be_visible()
                look(page, f"rung-{path}-{width}")
                page.get_by_role("button", name="Back to “post”").click()
                expect(page.get_by_role("button", name="Back to “suggest”")).to_be_visible()
                assert site.account.rungs.chosen()[site.account.person(ANA).id].rung == "post"
