"""``gleaner up`` hears what people click in Slack: by request at its address, or by the socket it opens."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from tests.journeys.conftest import Builder
from tests.journeys.test_links import KEY
from tests.journeys.test_slack import said, settled
from tests.journeys.world import ANA, World, meeting
from tests.mail import free_port
from tests.running import up

from gleaner.app.account import open_account
from gleaner.app.answering import seen_of
from gleaner.app.channels import channels_of, recipient
from gleaner.core.messages import Button, Deed, Message, Paragraph
from gleaner_sandbox.slack.server import Running, serve_in_thread
from gleaner_sandbox.slack.workspace import Json, Member, Workspace


@pytest.fixture
def slack() -> Iterator[Running]:
    with serve_in_thread(Workspace([Member("U1", ANA)])) as running:
        yield running


@pytest.fixture
def yesterday(new_world: Builder, slack: Running, monkeypatch: pytest.MonkeyPatch) -> World:
    """Ana's meeting of yesterday is proposed; the daemon goes by the machine's own time."""
    monkeypatch.setenv("GLEANER_SECRETS__KEY", KEY)
    monkeypatch.setenv("GLEANER_SLACK__TOKEN", "xoxb-sandbox")
    monkeypatch.delenv("GLEANER_SLACK__APP_TOKEN", raising=False)
    monkeypatch.delenv("GLEANER_SLACK__SIGNING_SECRET", raising=False)
    world = new_world()
    now = datetime.now(UTC)
    world.running.control.set_now(now)
    day = (now - timedelta(days=1)).date().isoformat()
    world.say("[[channels]]", 'kind = "slack"', f'base_url = "{slack.base_url}"')
    world.calendar(ANA, meeting("10:00-11:30", "Website planning", day=day))
    world.fine("run", "--on", day)
    return world


def sent(world: World, slack: Running) -> Json:
    with open_account(world.config) as account:
        (item,) = account.inbox.items()
        deed = Deed("accept", account.id, item.proposal.user_id, item.proposal.key, seen_of(item))
        message = Message("day", "Open", (Paragraph("Website planning", (Button("Log it", deed),)),))
        (made,) = channels_of(account)
        made.works.send(message, recipient(account.person(ANA)))
    return slack.space.messages[-1]


def test_by_request(yesterday: World, slack: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLEANER_SLACK__SIGNING_SECRET", "sandbox-signing-secret")
    port = free_port()
    yesterday.say("[daemon]", f"port = {port}", f'public_url = "http://127.0.0.1:{port}"')
    slack.space.interactive_url = f"http://127.0.0.1:{port}/slack/interactive"
    with up(yesterday.config, port) as log:
        message = sent(yesterday, slack)
        heard = slack.space.click(message, "Log it", again=True)
        assert heard.status == 409, log.read_text()  # the second time
        settled(lambda: "✓ 1.50 h logged" in said(message))
        assert heard.seconds < 3
        assert slack.space.post(b"payload={}", {"X-Slack-Signature": "v0=0"}).status == 401
    assert [entry["hours"] for entry in yesterday.entries()] == [1.5]
    assert "xoxb-" not in log.read_text()
    assert "Website planning" not in log.read_text()


def test_by_socket(yesterday: World, slack: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLEANER_SLACK__APP_TOKEN", "xapp-sandbox")
    port = free_port()
    yesterday.say("[daemon]", f"port = {port}")
    with up(yesterday.config, port) as log:
        settled(lambda: bool(slack.space.sockets))
        message = sent(yesterday, slack)
        slack.space.click(message, "Log it")
        settled(lambda: "✓ 1.50 h logged" in said(message))
        slack.space.interactive_url = f"http://127.0.0.1:{port}/slack/interactive"
        assert slack.space.post(b"payload={}", slack.space.signed(b"payload={}")).status == 404
    assert [entry["hours"] for entry in yesterday.entries()] == [1.5]
    assert "xapp-" not in log.read_text()
