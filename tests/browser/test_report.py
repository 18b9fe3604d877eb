"""The report's page in a real browser: accessible, at 320 px too, and without a request to anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright
from tests.unit.app.reports.made import compliance

from gleaner.app.reports.html import as_html

CHROMIUM = Path("/usr/bin/chromium")
_FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"there is no {CHROMIUM}; apt-get install chromium")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=_FLAGS.split())
        yield browser
        browser.close()


@pytest.mark.parametrize("width", [1000, 320])
def test_the_page_is_accessible_fits_and_asks_nobody(browser: Browser, tmp_path: Path, width: int) -> None:
    file = tmp_path / "report.html"
    file.write_text(as_html(compliance(people=30)), encoding="utf-8")
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    violations = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]][:2]) for one in violations] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert asked == [file.as_uri()]
    assert page.locator("table.heat tbody tr").count() == 30
    context.close()


def test_without_colours_the_cells_still_say_it(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(as_html(compliance(people=4)), encoding="utf-8")
    context = browser.new_context(viewport={"width": 800, "height": 900})
    page = context.new_page()
    page.goto(file.as_uri())
    cells = page.locator("table.heat tbody td").all_inner_texts()
    assert {"✓", "(8.0)", "−4.0", "off"} <= set(cells)
    context.close()
