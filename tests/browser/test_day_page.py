"""A day reviewed in a browser: by keys alone, on a phone, without scripts, in the dark, in German."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Window
from tests.browser.looking import PHONE, look, sign_in, watched
from tests.journeys.busy_day import MARKUP, SURE, UNSURE, busy
from tests.journeys.conftest import Builder
from tests.journeys.pages import Pages, pages
from tests.journeys.world import ANA, TUESDAY, World

HERE = f"/day/{TUESDAY}"


@pytest.fixture
def world(new_world: Builder) -> World:
    return busy(new_world())


@pytest.fixture
def site(world: World) -> Iterator[Pages]:
    with pages(world) as found:
        yield found


def opened(window: Window, site: Pages, path: str = HERE, **how: object) -> Page:
    page = window(**how)
    sign_in(page, site, ANA)
    page.goto(f"{site.base}{path}")
    return page


def logged(world: World) -> list[str]:
    return [line.partition("10 ")[2] for line in world.timesheet()]


def test_a_day_is_reviewed_by_keys_alone_with_one_key_for_what_is_sure(
    window: Window, site: Pages, world: World
) -> None:
    page = opened(window, site, width=1280)
    said = watched(page)
    look(page, "day")
    page.keyboard.press("Shift+A")
    expect(page.locator("#said")).to_contain_text("2 entries are in Harvest")
    page.keyboard.press("j")
    expect(page.locator("[data-row]:focus")).to_contain_text(UNSURE)
    page.keyboard.press("w")
    expect(page.locator("[data-row]:focus-within .why")).to_be_visible()
    look(page, "day-why")
    page.keyboard.press("Escape")
    page.keyboard.press("1")
    expect(page.locator("#said")).to_contain_text("logged to")
    page.keyboard.press("x")
    expect(page.locator(f"[data-row]:focus-within:has-text('{MARKUP}')")).to_be_visible()
    look(page, "day-dismiss")
    page.get_by_role("button", name="Not work").locator("visible=true").press("Enter")
    expect(page.locator("#said")).to_contain_text("not asked about again")
    page.keyboard.press("e")
    hours = page.locator("input[name=hours]:visible").first
    hours.press("ArrowLeft")
    look(page, "day-edit")
    hours.press("Enter")
    expect(page.get_by_text("Nothing to review.")).to_be_visible()
    look(page, "day-done")
    assert said == []
    assert any(f"0.5 Apollo / Meetings: {SURE}" in line for line in logged(world))
    assert world.waiting() == {}


def test_undo_is_one_key_after_a_decision(window: Window, site: Pages, world: World) -> None:
    page = opened(window, site)
    page.locator("[data-row]", has_text=SURE).focus()
    page.keyboard.press("a")
    expect(page.locator("#said")).to_contain_text("logged to")
    page.keyboard.press("u")
    expect(page.locator("#said")).to_contain_text("Taken back")
    assert not [line for line in logged(world) if SURE in line]


def test_it_works_without_scripts(window: Window, site: Pages, world: World) -> None:
    page = opened(window, site, script=False)
    row = page.locator("[data-row]", has_text=SURE)
    row.get_by_role("button", name="Accept").click()
    expect(page.locator("#said")).to_contain_text("logged to")
    page.locator("[data-row]", has_text=UNSURE).locator("summary", has_text="Dismiss").click()
    page.locator("[data-row]", has_text=UNSURE).get_by_role("button", name="Not work").click()
    expect(page.locator("#said")).to_contain_text("not asked about again")
    page.locator("#said").get_by_role("button", name="Undo")
    assert [line for line in logged(world) if SURE in line]


@pytest.mark.parametrize("path", [HERE, f"/week/{TUESDAY}", "/keys"])
def test_it_fits_a_phone_and_is_dark_where_the_phone_is(window: Window, site: Pages, path: str) -> None:
    page = opened(window, site, path, width=PHONE, dark=True)
    look(page, f"phone{path.replace('/', '-')}")


def test_the_week_shows_what_is_missing_and_takes_time_by_hand(
    window: Window, site: Pages, world: World
) -> None:
    page = opened(window, site, f"/week/{TUESDAY}", width=1280)
    said = watched(page)
    look(page, "week")
    form = page.locator("form[action='/log']")
    form.locator("select[name=on]").select_option("2026-03-09")
    form.locator("input[name=slot]").fill("Acme Industries › Apollo › Design")
    form.locator("input[name=hours]").fill("2,5")
    form.locator("input[name=notes]").fill("Icons")
    form.locator("input[name=notes]").press("Enter")
    expect(page.locator("#said")).to_contain_text("Logged 2.50 h")
    assert "Ana 2026-03-09 2.5 Apollo / Design: Icons" in world.timesheet()
    start = page.locator("form[action='/timer/start']")
    start.locator("input[name=slot]").fill("Acme Industries › Apollo › Meetings")
    start.get_by_role("button").click()
    expect(page.locator("#said")).to_contain_text("Started a timer")
    page.get_by_role("button", name="Stop the timer").click()
    expect(page.locator("#said")).to_contain_text("Stopped the timer")
    assert said == []


def test_it_speaks_german(window: Window, site: Pages) -> None:
    page = opened(window, site, width=1280)
    page.get_by_role("button", name="Deutsch").click()
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.get_by_role("heading", name="Unsicher")).to_be_visible()
    look(page, "day-german")


def test_nothing_moves_when_the_page_is_there(window: Window, site: Pages) -> None:
    page = opened(window, site, width=1280)
    shift = page.evaluate(
        "() => new Promise((done) => { let sum = 0; new PerformanceObserver((list) => { for (const one of"
        " list.getEntries()) sum += one.value }).observe({ type: 'layout-shift', buffered: true });"
        " setTimeout(() => done(sum), 300) })"
    )
    assert shift < 0.01


def test_a_key_that_is_held_down_decides_once(window: Window, site: Pages, world: World) -> None:
    page = opened(window, site)
    page.locator("[data-row]", has_text=SURE).focus()
    page.keyboard.down("a")
    expect(page.locator("#said")).to_contain_text("logged to")
    for _ in range(5):
        page.keyboard.down("a")
    page.keyboard.up("a")
    page.wait_for_timeout(300)
    assert [line for line in logged(world) if "Landing" not in line] == [f"0.5 Apollo / Meetings: {SURE}"]


def test_a_bracket_behind_alt_gr_is_a_bracket(window: Window, site: Pages) -> None:
    """On a German keyboard it is nowhere else."""
    page = opened(window, site)
    page.evaluate(
        "document.body.dispatchEvent(new KeyboardEvent('keydown',"
        " {key: '[', ctrlKey: true, altKey: true, modifierAltGraph: true, bubbles: true}))"
    )
    page.wait_for_url("**/day/2026-03-09")


def test_the_why_panel_is_german_on_a_german_page(window: Window, site: Pages) -> None:
    page = opened(window, site, width=1280)
    page.get_by_role("button", name="Deutsch").click()
    row = page.locator("[data-row]").filter(has_text=SURE)
    row.locator("summary").filter(has_text="Warum").click()
    why = row.locator(".why")
    expect(why).to_contain_text("nennt den Projektcode APL")
    expect(why.locator("[lang=en]")).to_have_count(0)
    look(page, "day-why-german")
