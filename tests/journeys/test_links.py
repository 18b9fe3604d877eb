"""A link in a message: looking does nothing, clicking does it once, and whatever is wrong is one sentence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from tests.fakes import FakeClock
from tests.journeys.world import ANA, BO, TUESDAY, World, meeting
from tests.unit.faces.web.served import Said, Site, served

from gleaner.app.account import Account, open_account
from gleaner.app.answering import seen_of
from gleaner.app.clicking import Clicks
from gleaner.app.health import Health
from gleaner.app.linking import links_of
from gleaner.app.meters import Meters
from gleaner.app.retention import retain
from gleaner.core.catalog import AccountId, UserId
from gleaner.core.errors import ConfigError, Unavailable
from gleaner.core.messages import Deed, Language, Verb
from gleaner.faces.web.links import link_route
from gleaner.faces.web.operations import operations
from gleaner.review.inbox import Item

KEY = "bGlua3MgYXJlIHNpZ25lZCB3aXRoIHRoaXMga2V5ISE="
NOW = datetime(2026, 3, 10, 17, tzinfo=UTC)


@dataclass
class Wishes:
    """What people wished about reminders."""

    heard: list[Deed] = field(default_factory=list)
    is_away: bool = False

    def __call__(self, account: Account, deed: Deed) -> str:
        if self.is_away:
            raise Unavailable("the database is away")
        self.heard.append(deed)
        return "No more reminders"


@dataclass
class Mailbox:
    """Ana's messages, and the site their links lead to."""

    world: World
    account: Account
    site: Site
    clock: FakeClock
    wishes: Wishes

    def item(self, title: str = "Website planning") -> Item:
        return next(one for one in self.account.inbox.items() if one.proposal.title == title)

    def link(self, verb: Verb, *, language: Language = "en", **changed: object) -> str:
        """The path of a link about the open meeting."""
        item = self.item()
        about, seen = (
            (item.proposal.key, seen_of(item)) if verb in ("accept", "dismiss", "undo") else ("", "")
        )
        deed = Deed(verb, self.account.id, item.proposal.user_id, about, seen)
        address = links_of(self.account).of(replace(deed, **changed), language)  # type: ignore[arg-type]
        return address.removeprefix("https://gleaner.example")

    def state(self) -> str:
        return self.item().state.value


@pytest.fixture
def mailbox(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    monkeypatch.setenv("GLEANER_SECRETS__KEY", KEY)
    world.say("[daemon]", 'public_url = "https://gleaner.example/"')
    world.calendar(ANA, meeting("10:00-11:30", "Website planning"))
    world.fine("run", "--on", TUESDAY)
    assert world.states() == {"Website planning": "proposed"}
    clock, wishes = FakeClock(NOW), Wishes()
    with open_account(world.config, clock=clock) as account:

        def by_id(account_id: AccountId) -> Account:
            if account_id != account.id:
                raise ConfigError("not served here")
            return account

        app = operations(
            lambda: Health(()), Meters(), names=["gleaner.example"], also=[link_route(Clicks(by_id, wishes))]
        )
        with served(app) as site:
            yield Mailbox(world, account, site, clock, wishes)


def words(said: Said) -> str:
    """What somebody reads on the page."""
    return unescape(said.text.partition("<main>")[2])


def test_looking_does_nothing_and_clicking_logs_it(mailbox: Mailbox) -> None:
    link = mailbox.link("accept")
    for method in ("GET", "HEAD", "GET"):
        asked = mailbox.site.ask(link, method)
        assert asked.status == 200
    assert "Log 1.50 h to Website / Meetings on Tue 10 Mar? (Website planning)" in words(asked)
    assert "In the name of Ana Person." in words(asked)
    assert (mailbox.state(), mailbox.world.timesheet()) == ("proposed", [])
    done = mailbox.site.ask(link, "POST")
    assert (done.status, mailbox.state()) == (200, "applied")
    assert "1.50 h logged to Website / Meetings on Tue 10 Mar." in words(done)
    assert mailbox.world.timesheet() == ["Ana 2026-03-10 1.5 Website / Meetings: Website planning"]


def test_the_journal_says_by_which_road_it_came(mailbox: Mailbox) -> None:
    mailbox.site.ask(mailbox.link("dismiss"), "POST")
    assert mailbox.state() == "dismissed"
    lines = mailbox.world.fine("journal", "--json").json
    assert [one["actor"] for one in lines if one["event"] == "dismissed"] == ["ana@studio.example by link"]


def test_what_was_done_can_be_taken_back_by_the_link_on_the_page(mailbox: Mailbox) -> None:
    done = mailbox.site.ask(mailbox.link("accept"), "POST")
    back = done.text.partition('href="https://gleaner.example')[2].partition('"')[0]
    assert "Take back 1.50 h on Website / Meetings on Tue 10 Mar?" in words(mailbox.site.ask(back))
    assert "Taken back" in words(mailbox.site.ask(back, "POST"))
    assert (mailbox.state(), mailbox.world.timesheet()) == ("undone", [])


def test_a_link_counts_once(mailbox: Mailbox) -> None:
    link = mailbox.link("stop")
    assert mailbox.site.ask(link, "POST").status == 200
    for method in ("GET", "POST"):
        again = mailbox.site.ask(link, method)
        assert again.status == 410
        assert "This link was used before, and each counts once; nothing was done now." in words(again)
    assert len(mailbox.wishes.heard) == 1


def test_a_message_that_is_forwarded_after_the_click_opens_nothing(mailbox: Mailbox) -> None:
    link = mailbox.link("accept")
    mailbox.site.ask(link, "POST")
    again = mailbox.site.ask(link, "POST")
    assert "“Website planning” is logged already. This link was used before" in words(again)
    assert len(mailbox.world.entries()) == 1


def test_an_old_link_says_so(mailbox: Mailbox) -> None:
    link = mailbox.link("accept")
    mailbox.clock.advance(timedelta(days=7))
    said = mailbox.site.ask(link, "POST")
    assert (said.status, mailbox.state()) == (410, "proposed")
    assert "This link was good for 7 days and is too old now; nothing was done." in words(said)


@pytest.mark.parametrize("text", ["x", "W10.x", "%E2%80%A6", "a" * 5000, "%00", "../healthz"])
def test_what_is_not_ours_is_told_nothing(mailbox: Mailbox, text: str) -> None:
    for method in ("GET", "POST"):
        said = mailbox.site.ask(f"/links/{text}", method)
        assert said.status == 404
        assert "Ana" not in said.text


def test_a_changed_link_is_not_ours(mailbox: Mailbox) -> None:
    link = mailbox.link("accept")
    body, _, signature = link.rpartition(".")
    other = mailbox.link("dismiss").rpartition(".")[2]
    for forged in (f"{body}.{other}", f"{body}.", f"{body}A.{signature}"):
        assert mailbox.site.ask(forged, "POST").status == 404
    assert mailbox.state() == "proposed"


def test_without_the_key_no_link_is_believed(mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    link = mailbox.link("accept")
    other = "b3RoZXIga2V5LCBhbHNvIDMyIGJ5dGVzIGxvbmchISE="
    monkeypatch.setenv("GLEANER_SECRETS__KEY", other)
    with open_account(mailbox.world.config, clock=mailbox.clock) as account:
        assert Clicks(lambda _id: account).do(link.removeprefix("/links/")).state == "forged"
    monkeypatch.setenv("GLEANER_SECRETS__KEY", f"{other},{KEY}")
    with open_account(mailbox.world.config, clock=mailbox.clock) as account:
        assert Clicks(lambda _id: account).look(link.removeprefix("/links/")).state == "ask"
    monkeypatch.delenv("GLEANER_SECRETS__KEY")
    with open_account(mailbox.world.config, clock=mailbox.clock) as account:
        assert Clicks(lambda _id: account).do(link.removeprefix("/links/")).state == "forged"
        with pytest.raises(
            ConfigError, match=r"there is no key in .* so no button of a message can be signed"
        ):
            links_of(account).of(Deed("stop", account.id, UserId(1)), "en")


def test_what_changed_since_is_not_decided_by_an_old_click(mailbox: Mailbox) -> None:
    link = mailbox.link("accept")
    mailbox.world.calendar(ANA, meeting("10:00-12:00", "Website planning"))
    mailbox.world.fine("run", "--on", TUESDAY)
    said = mailbox.site.ask(link, "POST")
    assert "Nothing was done: since this was shown, “Website planning” became 2.00 h" in words(said)
    assert (mailbox.state(), mailbox.world.entries()) == ("proposed", [])


def test_a_minute_more_or_less_is_no_change_and_what_was_seen_is_logged(mailbox: Mailbox) -> None:
    link = mailbox.link("accept")
    mailbox.world.calendar(ANA, meeting("10:00-11:33", "Website planning"))
    mailbox.world.fine("run", "--on", TUESDAY)
    mailbox.site.ask(link, "POST")
    assert [entry["hours"] for entry in mailbox.world.entries()] == [1.5]


def test_nobody_decides_for_somebody_else(mailbox: Mailbox) -> None:
    bo = UserId(mailbox.world.user(BO))
    said = mailbox.site.ask(mailbox.link("accept", user_id=bo), "POST")
    assert "This is somebody else's; only they can decide it." in words(said)
    assert mailbox.state() == "proposed"


def test_somebody_who_left_decides_nothing(mailbox: Mailbox) -> None:
    said = mailbox.site.ask(mailbox.link("stop", user_id=UserId(999)), "POST")
    assert "not active in Harvest any more; nothing was done" in words(said)
    assert mailbox.wishes.heard == []


def test_what_is_decided_already_says_so(mailbox: Mailbox) -> None:
    link = mailbox.link("accept")
    mailbox.world.fine("review", "dismiss", mailbox.item().short)
    for method in ("GET", "POST"):
        assert "“Website planning” was dismissed already." in words(mailbox.site.ask(link, method))


def test_when_nothing_can_be_done_now_the_link_stays_good(mailbox: Mailbox) -> None:
    link = mailbox.link("stop")
    mailbox.wishes.is_away = True
    said = mailbox.site.ask(link, "POST")
    assert said.status == 503
    assert "Open the link again in a moment." in words(said)
    mailbox.wishes.is_away = False
    assert mailbox.site.ask(link, "POST").status == 200


def test_what_did_nothing_may_be_tried_again(mailbox: Mailbox) -> None:
    mailbox.world.calendar(ANA, meeting("10:00-11:00", "Catch up"))
    mailbox.world.fine("run", "--on", TUESDAY)
    item = mailbox.item("Catch up")
    link = mailbox.link("accept", about=item.proposal.key, seen=seen_of(item))
    for _ in range(2):
        said = mailbox.site.ask(link, "POST")
        assert said.status == 200
        assert "“Catch up” was not logged: " in words(said)
        assert "has no project yet" in words(said)
    mailbox.world.fine("review", "edit", item.short, "--project", "Website", "--task", "Meetings")
    assert "“Catch up” is logged already." in words(mailbox.site.ask(link, "POST"))


def test_unsubscribing_with_one_click_is_a_post_that_acts_at_once(mailbox: Mailbox) -> None:
    """RFC 8058: the mail program posts, without cookies and without asking."""
    link = mailbox.link("stop")
    said = mailbox.site.ask(
        link, "POST", hosts=["gleaner.example"], content_type="application/x-www-form-urlencoded"
    )
    assert said.status == 200
    assert [deed.verb for deed in mailbox.wishes.heard] == ["stop"]


def test_the_page_speaks_the_language_of_the_message(mailbox: Mailbox) -> None:
    asked = mailbox.site.ask(mailbox.link("accept", language="de"))
    assert '<html lang="de">' in asked.text
    assert "1,50 h auf Website / Meetings am Di 10. März erfassen?" in words(asked)
    done = mailbox.site.ask(mailbox.link("snooze", language="de", about="2026-03-12"))
    assert "Keine Erinnerungen bis Do 12. März bekommen?" in words(done)


def test_the_page_lets_nothing_in_and_tells_nobody(mailbox: Mailbox) -> None:
    said = mailbox.site.ask(mailbox.link("accept"))
    policy = said.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self'" in policy
    assert "'unsafe" not in policy
    assert said.headers["referrer-policy"] == "no-referrer"
    assert said.headers["cache-control"] == "no-store"
    assert "<script" not in said.text


def test_other_names_of_the_machine_are_not_answered_to(mailbox: Mailbox) -> None:
    link = mailbox.link("stop")
    assert mailbox.site.ask(link, "POST", hosts=["rebound.example"]).status == 421
    assert mailbox.wishes.heard == []


def test_used_links_are_hers_to_see_and_go_when_they_would_have_expired(mailbox: Mailbox) -> None:
    mailbox.site.ask(mailbox.link("stop"), "POST")
    held = json.loads(mailbox.world.fine("people", "export", ANA).out)["sections"]["used_links"]["rows"]
    assert [row["verb"] for row in held] == ["stop"]
    mailbox.clock.advance(timedelta(days=7, seconds=1))
    retain(mailbox.account, mailbox.clock.now())
    held = json.loads(mailbox.world.fine("people", "export", ANA).out)["sections"]["used_links"]["rows"]
    assert held == []
