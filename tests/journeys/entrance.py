"""A site that people can sign in to in every way: a mail server, the sandbox's own login pages, and browsers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from tests.journeys.pages import Browser, Pages, Seen, pages
from tests.journeys.test_login import Form
from tests.journeys.world import ANA, World
from tests.mail import MailServer, mail_server
from tests.running import until

from gleaner_sandbox.seed import AppSeed

APP: AppSeed = {
    "client_id": "gleaner-web",
    "client_secret": "hush-web",
    "name": "Gleaner",
    "redirect_uris": [
        "http://127.0.0.1/sign-in/harvest/back",
        "https://gleaner.example/sign-in/harvest/back",
    ],
    "is_multi_account": True,
}


@dataclass
class Entrance:
    """The site, what was mailed, and who comes."""

    site: Pages
    world: World
    post: MailServer

    def browser(self) -> Browser:
        """One in which nobody is signed in."""
        return self.site.browser(None)

    def mailed(self, count: int = 1) -> list[str]:
        """The paths of the links in the mails, once there are so many."""
        until(lambda: len(self.post.got) >= count)
        return [link_in(mail.get_body(("plain",)).get_content()) for mail in self.post.got]  # type: ignore[union-attr]

    def ask(self, browser: Browser, address: str = ANA, wanted: str = "") -> Seen:
        """Ask for a link."""
        return browser.post("/sign-in/link", {"address": address, "next": wanted})

    def link(self, who: str = ANA, wanted: str = "") -> str:
        """A fresh link of *who*."""
        before = len(self.post.got)
        assert self.ask(self.browser(), who, wanted).status == 200
        return self.mailed(before + 1)[-1]

    def is_in(self, browser: Browser) -> bool:
        """Whether the browser may see a page."""
        seen = browser.get("/keys")
        return (seen.status, seen.path) == (200, "/keys")

    def consent(
        self, browser: Browser, who: str, decision: str = "allow", wanted: str = ""
    ) -> httpx2.Response:
        """Go to Harvest's page, decide there; where it sends the browser back to."""
        browser.client.follow_redirects = False
        left = browser.client.get(
            "/sign-in/harvest", params={"account": self.world.account_id, "next": wanted}
        )
        assert left.status_code == 303, left.text
        return decide(left.headers["location"], who, decision)


def decide(url: str, who: str, decision: str = "allow") -> httpx2.Response:
    """Harvest's page, and the button that *who* presses there; the answer that leads back."""
    with httpx2.Client(follow_redirects=False) as harvest:
        form = Form(harvest.get(url).text)
        (chosen,) = [choice for choice in form.choices if choice["value"].split()[0] == who]
        action = str(httpx2.URL(url).copy_with(raw_path=form.action.encode()))
        return harvest.post(
            action, data={**form.fields, chosen["name"]: chosen["value"], "decision": decision}
        )


def link_in(text: str) -> str:
    """The path of the link in a mail."""
    found = re.search(r"https?://[^/\s]+(/sign-in/link/\S+)", text)
    assert found, text
    return found[1]


@contextmanager
def entrance(
    world: World, folder: Path, patch: pytest.MonkeyPatch, *, has_secret: bool = True
) -> Iterator[Entrance]:
    """The site of *world*, as long as the block lasts."""
    world.running.state.load({"accounts": [], "apps": [APP]})
    origin = world.running.base_url.removesuffix("/v2")
    patch.setenv("GLEANER_HARVEST__IDENTITY_URL", origin)
    patch.setenv("GLEANER_HARVEST__CLIENT_ID", APP["client_id"])
    if has_secret:
        patch.setenv("GLEANER_HARVEST__CLIENT_SECRET", APP["client_secret"])
    with mail_server(folder) as post:
        world.say(
            "[[channels]]", 'kind = "email"', 'server = "127.0.0.1"', f"port = {post.port}",
            'security = "none"', 'sender = "gleaner@studio.example"',
        )  # fmt: skip
        world.fine("sync")
        with pages(world) as site:
            yield Entrance(site, world, post)
