"""Two Harvest accounts behind one page to sign in: which one somebody is in is said, and one may be served no more."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path

import pytest
from tests.fakes import FakeClock
from tests.faults.houses import Builder, House
from tests.journeys.entrance import link_in
from tests.journeys.pages import NOW, Browser
from tests.journeys.world import ANA, BO
from tests.mail import MailServer, mail_server
from tests.running import until
from tests.unit.faces.web.served import served as answering

from gleaner import config
from gleaner.adapters.store.sessions import StoredSessions
from gleaner.app.daemon.accounts import served
from gleaner.app.health import UNANSWERED
from gleaner.app.meters import Meters
from gleaner.core.catalog import UserId
from gleaner.faces.web.operations import operations
from gleaner.faces.web.serving import site_routes
from gleaner_sandbox.server import Running

_FIRST = {ANA: "ana", BO: "bo"}


@dataclass(frozen=True)
class Site:
    """The pages of some of the houses."""

    base: str
    sessions: StoredSessions
    browsers: list[Browser] = field(default_factory=list)

    def browser(self, house: House | None = None, who: str = ANA) -> Browser:
        """One in which *who* is signed in to that account; without one, nobody is."""
        cookie = ""
        if house is not None:
            user = UserId(house.world.ids[_FIRST[who]])
            cookie = self.sessions.begin(house.id, user, "here", agent="test", now=NOW)
        self.browsers.append(Browser(self.base, cookie))
        return self.browsers[-1]


@dataclass(frozen=True)
class Street:
    """Two accounts, each with people of the same names and addresses."""

    houses: Sequence[House]
    post: MailServer
    serve: Callable[..., AbstractContextManager[Site]]

    def mail(self, house: House) -> EmailMessage:
        """The one mail that names that account in its subject."""
        (found,) = [one for one in self.post.got if str(one["Subject"]).endswith(name(house))]
        return found


def name(house: House) -> str:
    return f"Studio {house.id}"


@contextmanager
def _serve(*houses: House) -> Iterator[Site]:
    settings = config.load(houses[0].config)
    engine, clock = houses[0].engine, FakeClock(NOW)
    with served([one.config for one in houses], engine, token="t", clock=clock) as accounts:
        app = operations(lambda: UNANSWERED, Meters(), site=site_routes(accounts, engine, settings.daemon))
        with answering(app) as at:
            site = Site(f"http://127.0.0.1:{at.port}", StoredSessions(engine))
            try:
                yield site
            finally:
                for one in site.browsers:
                    one.client.close()


@pytest.fixture
def street(
    server: Running, sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Street]:
    shutil.copyfile(sqlite_template, tmp_path / "gleaner.db")
    builder = Builder(server, tmp_path, monkeypatch)
    built = builder(2, f"sqlite:///{tmp_path / 'gleaner.db'}")
    with mail_server(tmp_path) as post:
        for house in built.houses:
            house.world.say(
                "[[channels]]", 'kind = "email"', 'server = "127.0.0.1"', f"port = {post.port}",
                'security = "none"', 'sender = "gleaner@studio.example"',
            )  # fmt: skip
        yield Street(built.houses, post, _serve)
    builder.close()


# --- an account that is served no more ---------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/day/today", "/sign-in"])
def test_who_was_in_an_account_that_is_served_no_more_is_told_so_and_may_sign_in(
    street: Street, path: str
) -> None:
    here, gone = street.houses
    with street.serve(here) as site:
        browser = site.browser(gone)
        seen = browser.get(path)
        assert (seen.status, seen.path.partition("?")[0]) == (200, "/sign-in"), seen.words
        assert "The account that you were signed in to is not served here any more" in seen.words
        assert site.sessions.get(browser.cookie, NOW) is None
        again = browser.get("/sign-in")
        assert (again.status, "any more" in again.words) == (200, False), "said once"
        browser.post("/sign-in/link", {"address": ANA})
        until(lambda: bool(street.post.got))
        link = link_in(street.post.got[0].get_body(("plain",)).get_content())  # type: ignore[union-attr]
        assert browser.post(link).status == 200
        assert browser.get("/keys").path == "/keys"


def test_a_button_pressed_in_it_does_nothing_in_the_other(street: Street) -> None:
    here, gone = street.houses
    with street.serve(here) as site:
        stays, browser = site.browser(here), site.browser(gone)
        seen = browser.post("/sign-out/everywhere")
        assert (seen.status, seen.path) == (200, "/sign-in")
        assert stays.get("/keys").path == "/keys"


def test_an_account_whose_file_is_wrong_for_a_while_signs_nobody_out(street: Street) -> None:
    one, other = street.houses
    with street.serve(one, other) as site:
        browser, text = site.browser(other), other.config.read_text()
        other.config.write_text("what is this")
        assert browser.get("/keys").status >= 400
        other.config.write_text(text)
        assert browser.get("/keys").path == "/keys"


# --- which of the two --------------------------------------------------------------------------------------------


def test_mails_to_somebody_in_two_accounts_name_the_account(street: Street) -> None:
    one, other = street.houses
    with street.serve(one, other) as site:
        site.browser().post("/sign-in/link", {"address": ANA})
        until(lambda: len(street.post.got) == 2)
        for house, another in ((one, other), (other, one)):
            mail = street.mail(house)
            text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
            assert mail["Subject"] == f"Your link to Gleaner of {name(house)}"
            assert name(house) in text
            assert name(another) not in text
            browser = site.browser()
            assert f"To Gleaner of {name(house)}, as Ana Person." in browser.get(link_in(text)).words
            browser.post(link_in(text))
            assert f"Ana Person {name(house)}" in browser.get("/keys").words


def test_pages_name_the_account_where_there_are_two(street: Street) -> None:
    one, other = street.houses
    with street.serve(one, other) as site:
        for house, another in ((one, other), (other, one)):
            for who in (ANA, BO):
                browser = site.browser(house, who)
                for path in ("/day/today", "/keys", "/sessions", "/nothing-at/all", "/day/nonsense"):
                    seen = browser.get(path)
                    if seen.status == 200 or path == "/day/nonsense":
                        assert name(house) in seen.words, path
                    assert name(another) not in seen.text, path
                assert f"You are in Gleaner of {name(house)}." in browser.get("/sessions").words
        browser.post("/language", {"language": "de"})
        assert f"Sie sind bei Gleaner von {name(other)}." in browser.get("/sessions").words


def test_where_there_is_one_account_nobody_is_told_which(street: Street) -> None:
    one, _other = street.houses
    with street.serve(one) as site:
        for path in ("/day/today", "/sessions"):
            assert name(one) not in site.browser(one).get(path).words
