"""From a mail to what is logged, in a browser: a person reads the mail, follows its button, and sees what came of it.

The daemon runs as a process of its own, with the time of the machine.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from tests.browser.conftest import Window
from tests.journeys.conftest import Builder
from tests.journeys.test_links import KEY
from tests.journeys.world import ANA, World, meeting
from tests.mail import free_port, mail_server
from tests.running import up

from gleaner.app.account import open_account
from gleaner.app.answering import seen_of
from gleaner.app.channels import channels_of, recipient
from gleaner.core.messages import Button, Deed, Language, Message, Paragraph

PHONE = 320


@dataclass
class Inbox:
    """Ana's mail, as a file that a browser can open."""

    world: World
    mail: Path
    day: str


def message(account: Any, *, language: Language = "en") -> Message:
    """One proposal, with what might be in a bad title."""
    (item,) = account.inbox.items()
    about = (account.id, item.proposal.user_id, item.proposal.key, seen_of(item))
    buttons = (
        Button("Log 1.50 h to Website / Meetings", Deed("accept", *about), is_main=True),
        Button("Not work", Deed("dismiss", *about)),
        Button("Open the week in Harvest", url="https://harvest.example/time/week"),
    )
    long = "An-unbroken-name-of-a-branch-" * 8
    return Message(
        "day", "Tue 10 Mar: 2 h 10 not yet logged <b>& more</b>",
        (
            Paragraph("7.5 h expected, 5.33 h in Harvest.", is_strong=True),
            Paragraph(f"Looks like Website › Meetings, 10:00–11:30:\n{item.proposal.title}.", buttons),
            Paragraph(f"<script>document.title = 'taken over'</script> {long} שלום"),
        ),
        "You get this because less than 7 h were logged. Only you see it.",
        Deed("stop", account.id, item.proposal.user_id), language,
    )  # fmt: skip


@pytest.fixture
def inbox(new_world: Builder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Inbox]:
    world = new_world()
    now = datetime.now(UTC)
    world.running.control.set_now(now)
    day = (now - timedelta(days=1)).date()
    monkeypatch.setenv("GLEANER_SECRETS__KEY", KEY)
    port = free_port()
    with mail_server(tmp_path) as server:
        world.say("[daemon]", f"port = {port}", f'public_url = "http://127.0.0.1:{port}"')
        world.say("[[channels]]", 'kind = "email"', 'server = "127.0.0.1"', f"port = {server.port}",
                  'security = "none"', 'sender = "gleaner@studio.example"')  # fmt: skip
        world.calendar(ANA, meeting("10:00-11:30", "Website planning", day=day.isoformat()))
        world.fine("run", "--on", day.isoformat())
        with open_account(world.config) as account:
            (made,) = channels_of(account)
            made.works.send(message(account), recipient(account.person(ANA)))
        body = server.got[0].get_body(["html"])
        assert body is not None
    mail = tmp_path / "mail.html"
    mail.write_text(body.get_content(), encoding="utf-8")
    with up(world.config, port):
        yield Inbox(world, mail, day.isoformat())


def faults(page: Any) -> list[str]:
    """What axe finds wrong with the page."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['html'][:120]}" for one in found for node in one["nodes"]]


def is_wider(page: Any) -> bool:
    """Whether one has to scroll sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


def shot(page: Any, name: str) -> None:
    """A picture for whoever wants to look, in the folder ``GLEANER_TEST_SHOTS``."""
    if folder := os.environ.get("GLEANER_TEST_SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_a_mail_is_read_on_a_phone_and_its_button_logs_the_time(window: Window, inbox: Inbox) -> None:
    page = window(width=PHONE)
    page.goto(inbox.mail.as_uri())
    assert page.title() == "Tue 10 Mar: 2 h 10 not yet logged <b>& more</b>"
    assert not is_wider(page)
    assert faults(page) == []
    shot(page, "mail-phone")
    page.get_by_role("link", name="Log 1.50 h to Website / Meetings").click()
    assert page.get_by_role("heading").inner_text() == "Do this?"
    assert "In the name of Ana Person." in page.inner_text("main")
    assert not is_wider(page)
    assert faults(page) == []
    shot(page, "ask-phone")
    assert inbox.world.timesheet() == []
    page.get_by_role("button", name="Log it").click()
    assert page.get_by_role("heading").inner_text() == "Done"
    assert "1.50 h logged to Website / Meetings on" in page.inner_text("main")
    assert faults(page) == []
    shot(page, "done-phone")
    assert inbox.world.timesheet() == [f"Ana {inbox.day} 1.5 Website / Meetings: Website planning"]
    page.go_back()
    page.go_back()
    page.get_by_role("link", name="Log 1.50 h to Website / Meetings").click()
    assert page.get_by_role("heading").inner_text() == "Used already"
    assert faults(page) == []
    shot(page, "used-phone")
    assert len(inbox.world.entries()) == 1


def test_it_works_in_the_dark_with_the_keyboard_and_without_scripts(window: Window, inbox: Inbox) -> None:
    seen = window(dark=True)
    seen.goto(inbox.mail.as_uri())
    assert faults(seen) == []
    shot(seen, "mail-dark")
    page = window(dark=True, script=False)
    page.goto(inbox.mail.as_uri())
    page.get_by_role("link", name="Log 1.50 h to Website / Meetings").click()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Take it back").click()
    shot(page, "undo-dark")
    page.get_by_role("button", name="Take it back").click()
    assert "Taken back: “Website planning” is not in Harvest any more." in page.inner_text("main")
    assert inbox.world.timesheet() == []


def test_a_page_that_holds_a_link_does_not_tell_where_it_is(window: Window, inbox: Inbox) -> None:
    page = window()
    page.goto(inbox.mail.as_uri())
    with page.expect_response(lambda answer: "/links/" in answer.url) as got:
        page.get_by_role("link", name="Not work").click()
    assert got.value.headers["referrer-policy"] == "no-referrer"
    assert page.evaluate("document.referrer") == ""
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.reload()
    assert [one for one in requests if "/links/" not in one and not one.endswith("/favicon.ico")] == []
