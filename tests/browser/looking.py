"""What each page has to be in a browser: nothing axe finds, nothing wider than a phone, nothing the policy stops."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page
from tests.journeys.pages import Pages

from gleaner.faces.web.sign_in.cookies import COOKIE

PHONE = 320


def sign_in(page: Page, site: Pages, who: str) -> None:
    """*who* is signed in, in the window of *page*."""
    said = site.browser(who).cookie
    page.context.add_cookies([{"name": COOKIE, "value": said, "url": site.base}])


def watched(page: Page) -> list[str]:
    """What the browser complains about from now on."""
    said: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            said.append(message.text)

    page.on("console", heard)
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


def look(page: Page, name: str) -> None:
    """Fails for what is wrong with what *page* shows; keeps a picture where ``GLEANER_TEST_SHOTS`` says."""
    if folder := os.environ.get("GLEANER_TEST_SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    assert not found, [f"{one['id']}: {[node['html'][:200] for node in one['nodes'][:3]]}" for one in found]
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{name} is {wide} px wider than its window"
