"""A browser for the session, and a window of its own for each test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from tests.journeys.conftest import new_world, server

__all__ = ["new_world", "server"]

ARGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
).split()
Window = Callable[..., Page]


def chromium() -> str | None:
    """Where Debian, or somebody else, put it."""
    found = (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))
    return next(filter(None, found), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium()
    if path is None:
        pytest.skip("there is no chromium on this machine: apt-get install chromium")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=ARGS)
        yield launched
        launched.close()


@pytest.fixture
def window(browser: Browser) -> Iterator[Window]:
    """Opens windows: *width* in px, *dark* or light."""
    contexts = []

    def opened(*, width: int = 800, dark: bool = False, script: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
        )
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()
