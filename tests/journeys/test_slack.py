"""A message in Slack, from sending it to what it says after the click; by signed requests and by socket."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.fakes import FakeClock
from tests.journeys.test_links import KEY, Wishes
from tests.journeys.test_same_names import rename
from tests.journeys.world import ANA, BO, TUESDAY, World, meeting
from tests.unit.faces.web.served import served

from gleaner.app.account import Account, open_account
from gleaner.app.answering import seen_of
from gleaner.app.channels import channels_of, recipient
from gleaner.app.health import Health
from gleaner.app.meters import Meters
from gleaner.app.slack_apps import Apps
from gleaner.core.messages import Button, Deed, Language, Message, Paragraph
from gleaner.faces.web.operations import operations
from gleaner.faces.web.slack import slack_route
from gleaner.notify.channel import Channel
from gleaner.review.inbox import Item
from gleaner_sandbox.slack.kit import texts
from gleaner_sandbox.slack.server import Running, serve_in_thread
from gleaner_sandbox.slack.workspace import Fault, Heard, Json, Member, Workspace

NOW = datetime(2026, 3, 10, 17, tzinfo=UTC)
BUTTONS = ("Log it", "Change", "Not work", "Tomorrow")


@dataclass
class Seen:
    """Remembers signatures, like the store."""

    names: set[str] = field(default_factory=set)

    def __call__(self, names: Iterable[str]) -> bool:
        new = set(names)
        is_new = not new & self.names
        self.names |= new
        return is_new


@dataclass
class Desk:
    """Ana at her Slack."""

    world: World
    account: Account
    slack: Running
    channel: Channel
    clock: FakeClock
    wishes: Wishes

    @property
    def space(self) -> Workspace:
        return self.slack.space

    def item(self, title: str = "Website planning") -> Item:
        return next(one for one in self.account.inbox.items() if one.proposal.title == title)

    def message(self, *titles: str, language: Language = "en") -> Message:
        """What a reminder might look like: a paragraph with buttons for each of those proposals."""
        paragraphs = []
        for title in titles or ("Website planning",):
            item = self.item(title)
            about = (self.account.id, item.proposal.user_id, item.proposal.key, seen_of(item))
            deeds = [Deed("accept", *about), Deed("change", *about), Deed("dismiss", *about)]
            deeds.append(Deed("snooze", self.account.id, item.proposal.user_id, "2026-03-11"))
            buttons = [
                Button(label, deed, is_main=label == "Log it")
                for label, deed in zip(BUTTONS, deeds, strict=True)
            ]
            paragraphs.append(Paragraph(title, tuple(buttons)))
        return Message("day:2026-03-10", "Tue 10 Mar: 2 h open", tuple(paragraphs), "Why.", language=language)

    def send(self, *titles: str, language: Language = "en") -> Json:
        """Ana gets it; the message as Slack has it."""
        message = self.message(*titles, language=language)
        channel, _, ts = self.channel.send(message, recipient(self.account.person(ANA))).partition("/")
        found = self.space.message(channel, ts)
        assert found is not None
        return found

    def click(self, message: Json, label: str, **more: Any) -> Heard:
        """A click, and everything that it sets off."""
        before = len(self.space.calls)
        heard = self.space.click(message, label, **more)
        if heard.status == 200:
            settled(lambda: any(one in ("chat.update", "views.open") for one in self.space.calls[before:]))
        return heard


def settled(is_so: Callable[[], bool]) -> None:
    """Wait until it is so: Slack gets its answer before anything is done."""
    until = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < until, "nothing came of it"
        time.sleep(0.02)


def buttons(message: Json) -> list[str]:
    return [
        element["text"]["text"]
        for block in message["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
    ]


def said(message: Json) -> str:
    return "\n".join(texts(message["blocks"]))


@pytest.fixture
def desk(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("GLEANER_SECRETS__KEY", KEY)
    monkeypatch.setenv("GLEANER_SLACK__TOKEN", "xoxb-sandbox")
    monkeypatch.setenv("GLEANER_SLACK__SIGNING_SECRET", "sandbox-signing-secret")
    monkeypatch.delenv("GLEANER_SLACK__APP_TOKEN", raising=False)
    world.calendar(ANA, meeting("10:00-11:30", "Website planning"), meeting("14:00-15:00", "Website review"))
    space = Workspace([Member("U1", ANA), Member("U2", BO)])
    with ExitStack() as stack:
        slack = stack.enter_context(serve_in_thread(space))
        world.say("[[channels]]", 'kind = "slack"', f'base_url = "{slack.base_url}"')
        world.fine("run", "--on", TUESDAY)
        clock, wishes = FakeClock(NOW), Wishes()
        account = stack.enter_context(open_account(world.config, clock=clock))
        apps = Apps(lambda: [account.id], lambda _id: account, wishes)
        route = slack_route(apps, Seen(), time.time)
        site = stack.enter_context(served(operations(lambda: Health(()), Meters(), also=[route])))
        space.interactive_url = f"http://127.0.0.1:{site.port}/slack/interactive"
        (made,) = channels_of(account)
        yield Desk(world, account, slack, made.works, clock, wishes)


def test_a_click_logs_it_and_the_message_says_so(desk: Desk) -> None:
    message = desk.send()
    assert buttons(message) == list(BUTTONS)
    heard = desk.click(message, "Log it")
    assert (heard.status, heard.body) == (200, "")
    assert heard.seconds < 3
    assert desk.world.timesheet() == ["Ana 2026-03-10 1.5 Website / Meetings: Website planning"]
    assert "✓ 1.50 h logged to Website / Meetings on Tue 10 Mar · 18:00" in said(message)
    assert buttons(message) == ["Take it back"]
    lines = desk.world.fine("journal", "--json").json
    assert "ana@studio.example by Slack" in {one["actor"] for one in lines}


def test_what_was_logged_is_taken_back_in_the_same_message(desk: Desk) -> None:
    message = desk.send()
    desk.click(message, "Log it")
    desk.click(message, "Take it back")
    assert desk.world.timesheet() == []
    assert "✓ Taken back: “Website planning” is not in Harvest any more · 18:00" in said(message)
    assert buttons(message) == []


def test_each_proposal_of_a_message_is_answered_by_itself(desk: Desk) -> None:
    """Both clicks know the message only as it was before either."""
    message = desk.send("Website planning", "Website review")
    then = json.loads(json.dumps(message))
    desk.click(then, "Log it")
    labelled = [one for one in then["blocks"] if one["block_id"] != "a0"]
    desk.click(
        {**then, "blocks": [*labelled, *(one for one in then["blocks"] if one["block_id"] == "a0")]},
        "Not work",
    )
    assert sorted(desk.world.states().values()) == ["applied", "dismissed"]
    assert "logged to Website / Meetings" in said(message)
    assert "“Website review” is not logged, and not asked about again" in said(message)
    assert buttons(message) == ["Take it back"]


def test_two_projects_of_a_name_are_told_apart_in_the_window(desk: Desk) -> None:
    rename(desk.world, "portal")
    desk.click(desk.send(), "Change")
    (view,) = desk.space.views
    (slot,) = [one["element"] for one in view["blocks"] if one["block_id"] == "slot"]
    offered = {one["text"]["text"] for group in slot["option_groups"] for one in group["options"]}
    assert {"Apollo / Meetings (APL)", "Apollo / Meetings (CPO)", "Apollo / Design"} <= offered


def test_a_change_is_picked_in_a_window_and_logged_like_an_edit(desk: Desk) -> None:
    message = desk.send()
    desk.click(message, "Change")
    (view,) = desk.space.views
    (slot,) = [one["element"] for one in view["blocks"] if one["block_id"] == "slot"]
    options = {
        option["text"]["text"]: option["value"]
        for group in slot["option_groups"]
        for option in group["options"]
    }
    assert slot["initial_option"]["text"]["text"] == "Website / Meetings"
    assert {"Apollo / Design", "Website / Programming"} <= set(options)
    assert desk.world.states()["Website planning"] == "proposed"
    heard = desk.space.submit(
        view, {"slot": {"slot": options["Apollo / Design"]}, "hours": {"hours": "0:45"}}
    )
    assert (heard.status, heard.body) == (200, "")
    settled(lambda: "0.75 h logged to Apollo / Design on Tue 10 Mar" in said(message))
    assert desk.world.timesheet() == ["Ana 2026-03-10 0.75 Apollo / Design: Website planning"]
    assert desk.item().decision == "edit"


@pytest.mark.parametrize("hours", ["soon", "", "-1", "0", "25", "NaN"])
def test_what_is_no_length_is_said_in_the_window(desk: Desk, hours: str) -> None:
    desk.click(desk.send(), "Change")
    heard = desk.space.submit(desk.space.views[0], {"hours": {"hours": hours}})
    answer = json.loads(heard.body)
    assert answer == {
        "response_action": "errors",
        "errors": {"hours": "That is no length: write 1.5 or 1:30"},
    }
    assert desk.world.entries() == []


def test_the_same_request_again_is_refused(desk: Desk) -> None:
    again = desk.click(desk.send(), "Log it", again=True)
    assert again.status == 409
    settled(lambda: len(desk.world.entries()) == 1)


def test_a_signature_of_somebody_else_or_too_old_is_refused(desk: Desk) -> None:
    body = b"payload=%7B%7D"
    good = desk.space.signed(body)
    assert desk.space.post(body, good).status == 200
    stale = desk.space.signed(body, at=time.time() - 301)
    wrong = {**good, "X-Slack-Signature": "v0=" + "0" * 64}
    none = {"Content-Type": good["Content-Type"]}
    odd = {**good, "X-Slack-Request-Timestamp": "soon"}
    for headers in (stale, wrong, none, odd):
        assert desk.space.post(body, headers).status == 401
    assert desk.space.post(b"payload=%7B%7Dx", good).status == 401
    assert desk.space.post(b"\xff", desk.space.signed(b"\xff")).status == 401


@pytest.mark.parametrize(
    "body", [b"", b"payload=", b"payload=[]", b"payload=7", b"other=1", b"payload={" * 3]
)
def test_what_is_signed_and_says_nothing_we_know_does_no_harm(desk: Desk, body: bytes) -> None:
    assert desk.space.post(body, desk.space.signed(body)).status == 400


def test_somebody_else_who_clicks_decides_nothing(desk: Desk) -> None:
    message = desk.send()
    heard = desk.space.click(message, "Log it", by="U2")
    assert heard.status == 200
    before = len(desk.space.calls)
    desk.click(desk.send(), "Tomorrow")  # what comes later was answered later
    assert len(desk.space.calls) > before
    assert desk.world.entries() == []
    assert [deed.verb for deed in desk.wishes.heard] == ["snooze"]


def test_a_wish_about_reminders_is_passed_on(desk: Desk) -> None:
    message = desk.send()
    desk.click(message, "Tomorrow")
    assert [(deed.verb, deed.about) for deed in desk.wishes.heard] == [("snooze", "2026-03-11")]
    assert "✓ No more reminders" in said(message)


def test_where_harvest_says_no_the_other_buttons_stay(desk: Desk) -> None:
    """The project is picked in the window then."""
    desk.world.calendar(ANA, meeting("10:00-11:00", "Catch up"))
    desk.world.fine("run", "--on", TUESDAY)
    message = desk.send("Catch up")
    desk.click(message, "Log it")
    assert "“Catch up” was not logged: " in said(message)
    assert "has no project yet" in said(message)
    assert buttons(message) == list(BUTTONS)
    desk.click(message, "Change")
    (view,) = desk.space.views
    (slot,) = [one["element"] for one in view["blocks"] if one["block_id"] == "slot"]
    desk.space.submit(view, {"slot": {"slot": slot["option_groups"][0]["options"][0]["value"]}})
    settled(lambda: "✓ 1.00 h logged" in said(message))
    assert "was not logged" not in said(message)


def test_reminders_can_be_ended_where_they_come(desk: Desk) -> None:
    message = desk.message()
    ana = recipient(desk.account.person(ANA))
    stop = Deed("stop", desk.account.id, ana.user_id)
    desk.channel.send(replace(message, stop=stop), ana)
    (shown,) = desk.space.messages
    desk.click(shown, "No more reminders")
    assert desk.wishes.heard == [stop]
    assert buttons(shown) == list(BUTTONS)


def test_when_nothing_can_be_done_now_the_buttons_stay(desk: Desk) -> None:
    message = desk.send()
    desk.wishes.is_away = True
    desk.click(message, "Tomorrow")
    assert "Nothing was done: Harvest, or the database, does not answer just now. Click again" in said(
        message
    )
    assert buttons(message) == list(BUTTONS)
    desk.wishes.is_away = False
    desk.click(message, "Tomorrow")
    assert "✓ No more reminders" in said(message)
    assert "Nothing was done" not in said(message)


def test_an_old_button_is_too_old(desk: Desk) -> None:
    message = desk.send()
    desk.clock.advance(timedelta(days=8))
    desk.click(message, "Log it")
    assert "This button is too old now; nothing was done" in said(message)
    assert desk.world.entries() == []


def test_what_changed_since_is_said_instead_of_logged(desk: Desk) -> None:
    message = desk.send()
    desk.world.calendar(ANA, meeting("10:00-12:00", "Website planning"))
    desk.world.fine("run", "--on", TUESDAY)
    desk.click(message, "Log it")
    assert "Nothing was done: since this was shown, “Website planning” became 2.00 h" in said(message)
    assert desk.world.entries() == []


def test_the_same_message_is_sent_once(desk: Desk) -> None:
    """Its answer was lost; asked again, it is found."""
    desk.space.faults.append(Fault("chat.postMessage", after=True))
    message, ana = desk.message(), recipient(desk.account.person(ANA))
    with pytest.raises(Exception, match="Slack does not answer") as caught:
        desk.channel.send(message, ana)
    assert getattr(caught.value, "answer_lost", False)
    assert desk.channel.send(message, ana) == desk.channel.send(message, ana)
    assert len(desk.space.messages) == 1


def test_it_speaks_the_persons_language(desk: Desk) -> None:
    message = desk.send(language="de")
    desk.click(message, "Log it")
    assert "✓ 1,50 h auf Website / Meetings am Di 10. März erfasst · 18:00" in said(message)
    assert buttons(message) == ["Zurücknehmen"]


def test_without_an_address_of_its_own_it_listens_by_socket(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GLEANER_SLACK__APP_TOKEN", "xapp-sandbox")
    desk.space.interactive_url = "http://127.0.0.1:9/nobody"
    apps = Apps(lambda: [desk.account.id], lambda _id: desk.account, desk.wishes)
    with apps.sockets() as count:
        assert count == 1
        settled(lambda: len(desk.space.sockets) == 1)
        message = desk.send()
        assert desk.click(message, "Change").seconds < 3
        (view,) = desk.space.views
        heard = desk.space.submit(view, {"hours": {"hours": "soon"}})
        assert json.loads(heard.body)["response_action"] == "errors"
        desk.space.submit(view, {"hours": {"hours": "2"}})
        settled(lambda: "✓ 2.00 h logged" in said(message))
    settled(lambda: desk.space.sockets == [])
    assert [entry["hours"] for entry in desk.world.entries()] == [2.0]


def test_a_refused_app_token_leaves_the_rest(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLEANER_SLACK__APP_TOKEN", "xapp-wrong")
    with Apps(lambda: [desk.account.id], lambda _id: desk.account).sockets() as count:
        assert count == 0
