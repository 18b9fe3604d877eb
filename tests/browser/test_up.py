"""``gleaner up`` as people meet it: an address from the terminal, a day, a daemon that dies in between, a way out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Window
from tests.browser.looking import look, watched
from tests.journeys.conftest import Builder
from tests.journeys.test_links import KEY
from tests.journeys.world import ANA, World, meeting
from tests.mail import free_port
from tests.running import up

SURE, UNSURE = "APL detail review", "Sync with Bo"


@dataclass
class Live:
    """Ana's world by the machine's clock, and where its pages will be."""

    world: World
    port: int
    day: str

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def sign_in(self, page: Page) -> None:
        """With the address that the terminal prints."""
        said = self.world.fine("open", "--json").json
        page.goto(said["url"])
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("navigation")).to_be_visible()


@pytest.fixture
def live(new_world: Builder, monkeypatch: pytest.MonkeyPatch) -> Live:
    world = new_world()
    now = datetime.now(UTC)
    world.running.control.set_now(now)
    monkeypatch.setenv("GLEANER_SECRETS__KEY", KEY)
    day = (now - timedelta(days=1)).date().isoformat()
    port = free_port()
    world.lines = [line.replace('meetings = "post"', 'meetings = "suggest"') for line in world.lines]
    world.say("[daemon]", f"port = {port}")
    world.calendar(ANA, meeting("10:00-11:00", SURE, day=day), meeting("14:00-14:30", UNSURE, day=day))
    world.fine("run", "--on", day)
    return Live(world, port, day)


def test_a_daemon_dies_in_the_middle_of_a_review_and_nothing_is_lost_or_doubled(
    live: Live, window: Window
) -> None:
    page = window(width=1100)
    with up(live.world.config, live.port):
        live.sign_in(page)
        page.goto(f"{live.base}/day/{live.day}")
        said = watched(page)
        page.keyboard.press("j")
        page.keyboard.press("x")
        page.get_by_role("button", name="Not work").locator("visible=true").press("Enter")
        expect(page.locator("#said")).to_contain_text("not asked about again")
        assert said == []
        page.locator("[data-row]", has_text=SURE).focus()
    page.keyboard.press("a")
    expect(page.locator("#said")).to_contain_text("No answer from Gleaner")
    look(page, "up-no-answer")
    assert live.world.states()[SURE] == "proposed"
    with up(live.world.config, live.port):
        page.goto(f"{live.base}/day/{live.day}")  # still signed in
        page.locator("[data-row]", has_text=SURE).get_by_role("button", name="Accept").click()
        expect(page.locator("#said")).to_contain_text("1.00 h logged to Apollo / Meetings")
        look(page, "up-after-restart")
    assert live.world.timesheet() == [f"Ana {live.day} 1.0 Apollo / Meetings: {SURE}"]


def test_whoever_signs_out_everywhere_is_out_in_the_other_browser_too(live: Live, window: Window) -> None:
    here, there = window(), window()
    with up(live.world.config, live.port):
        live.sign_in(here)
        live.sign_in(there)
        here.goto(f"{live.base}/sessions")
        look(here, "up-sessions")
        here.get_by_role("button", name="Sign out everywhere").click()
        there.goto(f"{live.base}/day/today")
        expect(there).to_have_url(f"{live.base}/sign-in?next=%2Fday%2Ftoday")
        look(there, "up-sign-in")
        assert live.world.fine("open", "--json").json["url"].startswith(f"{live.base}/sign-in/here/")


def test_an_address_signs_in_once(live: Live, window: Window) -> None:
    with up(live.world.config, live.port):
        address = live.world.fine("open", "--json").json["url"]
        first, second = window(), window()
        first.goto(address)
        second.goto(address)
        first.get_by_role("button", name="Sign in").click()
        expect(first.get_by_role("navigation")).to_be_visible()
        second.get_by_role("button", name="Sign in").click()
        expect(second.get_by_role("navigation")).to_have_count(0)
        look(second, "up-used-address")
