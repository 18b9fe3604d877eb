"""Signing in as people do: in Chromium, with a mail server and the sandbox's Harvest; and being signed out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.looking import PHONE, look, sign_in, watched
from tests.journeys.conftest import Builder
from tests.journeys.entrance import Entrance, entrance
from tests.journeys.world import ANA, BO


@pytest.fixture
def door(new_world: Builder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Entrance]:
    with entrance(new_world(), tmp_path, monkeypatch) as found:
        yield found


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(color_scheme="dark", viewport={"width": PHONE, "height": 700})
    yield context.new_page()
    context.close()


def test_a_newcomer_gets_in_by_mail_on_a_phone(door: Entrance, page: Page) -> None:
    said = watched(page)
    page.goto(f"{door.site.base}/week/2026-03-10")
    look(page, "sign-in")
    page.get_by_label("Your e-mail address in Harvest").fill(ANA)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mail")
    look(page, "sign-in-sent")
    (link,) = door.mailed()
    page.goto(door.site.base + link)
    look(page, "sign-in-ask")
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(f"{door.site.base}/week/2026-03-10")
    page.get_by_role("link", name="Ana Person").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Where you are signed in")
    look(page, "sessions")
    assert said == []
    page.goto(door.site.base + link)
    expect(page.get_by_role("heading", level=1)).to_have_text("Not signed in")
    look(page, "sign-in-used")


def test_harvests_page_leads_back_in_german_without_scripts(door: Entrance, browser: Browser) -> None:
    context = browser.new_context(locale="de-DE", java_script_enabled=False)
    try:
        page = context.new_page()
        page.goto(f"{door.site.base}/sign-in")
        page.get_by_role("link", name="Mit Harvest anmelden").click()
        page.locator(f'input[value^="{BO}"]').check()
        page.get_by_role("button", name="Allow").click()
        expect(page.get_by_role("link", name="Bo Person")).to_be_visible()
        page.goto(f"{door.site.base}/sessions")
        page.get_by_role("button", name="Überall abmelden").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Anmelden")
    finally:
        context.close()


def test_a_button_of_somebody_who_was_signed_out_meanwhile_asks_them_to_sign_in(
    door: Entrance, page: Page
) -> None:
    sign_in(page, door.site, ANA)
    page.goto(f"{door.site.base}/day/2026-03-10")
    expect(page.get_by_role("link", name="Ana Person")).to_be_visible()
    door.site.sessions.end(door.site.account.id, door.site.account.person(ANA).id)
    page.get_by_role("button", name="Deutsch").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    sign_in(page, door.site, ANA)
    page.goto(f"{door.site.base}/day/2025-01-15")
    door.site.sessions.end(door.site.account.id, door.site.account.person(ANA).id)
    page.get_by_role("button", name="Read it now").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
