"""What Slack answers, as one of ours; over real HTTP, from the sandbox."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from tests.mail import free_port

from gleaner.core.catalog import UserId
from gleaner.core.errors import ConfigError, GleanerError, Refused, Unavailable
from gleaner.core.messages import Message, Paragraph, Recipient
from gleaner.notify.channels.apprise import Apprise
from gleaner.notify.channels.slack import Slack
from gleaner_sandbox.slack.server import Running, serve_in_thread
from gleaner_sandbox.slack.workspace import Fault, Member, Workspace

NOW = datetime(2026, 3, 10, 17, tzinfo=UTC)
ANA = Recipient(UserId(3), "Ana", "ana@studio.example")
MESSAGE = Message("key", "Subject", (Paragraph("Text"),))


@pytest.fixture
def running(monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    monkeypatch.setenv("GLEANER_SLACK__TOKEN", "xoxb-sandbox")
    with serve_in_thread(Workspace([Member("U1", ANA.address)])) as one:
        yield one


def slack(running: Running) -> Slack:
    return Slack(base_url=running.base_url, now=lambda: NOW, timeout=5)


@pytest.mark.parametrize(
    ("fault", "error", "is_lost"),
    [
        (Fault("chat.postMessage", "ratelimited", 429, retry_after=7), Unavailable, False),
        (Fault("chat.postMessage", "internal_error", 500), Unavailable, True),
        (Fault("chat.postMessage", "service_unavailable"), Unavailable, True),
        (Fault("chat.postMessage", after=True), Unavailable, True),
        (Fault("users.lookupByEmail", "internal_error", 500), Unavailable, False),
        (Fault("users.lookupByEmail", "missing_scope"), ConfigError, False),
        (Fault("chat.postMessage", "account_inactive"), ConfigError, False),
        (Fault("conversations.open", "user_disabled"), Refused, False),
        (Fault("chat.postMessage", "restricted_action"), Refused, False),
    ],
    ids=lambda one: f"{one.error}-{one.status}" if isinstance(one, Fault) else "",
)
def test_a_refusal_says_who_can_put_it_right(
    running: Running, fault: Fault, error: type[GleanerError], is_lost: bool
) -> None:
    running.space.faults.append(fault)
    with pytest.raises(error) as caught:
        slack(running).send(MESSAGE, ANA)
    assert getattr(caught.value, "answer_lost", False) is is_lost
    if fault.retry_after is not None:
        assert getattr(caught.value, "retry_after", None) == 7
    assert slack(running).send(MESSAGE, ANA)
    assert len(running.space.messages) == 1


def test_a_wrong_token_names_its_variable(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLEANER_SLACK__TOKEN", "xoxb-of-somebody-else")
    with pytest.raises(
        ConfigError, match="refuses the token in GLEANER_SLACK__TOKEN: invalid_auth"
    ) as caught:
        slack(running).check()
    assert "somebody-else" not in str(caught.value)


def test_who_asked_not_to_be_disturbed_is_left_in_peace(running: Running) -> None:
    assert not slack(running).is_quiet(ANA)
    (member,) = running.space.members
    member.quiet_until = NOW.timestamp() + 60
    assert slack(running).is_quiet(ANA)
    member.quiet_until = NOW.timestamp()
    assert not slack(running).is_quiet(ANA)


def test_somebody_who_leaves_is_refused_even_when_they_were_known(running: Running) -> None:
    made = slack(running)
    made.send(MESSAGE, ANA)
    running.space.members[0].is_deleted = True
    with pytest.raises(Refused, match="user_disabled"):
        made.send(Message("other", "Subject", ()), ANA)


def test_a_stamp_on_a_message_that_is_gone_is_refused(running: Running) -> None:
    made = slack(running)
    handle = made.send(MESSAGE, ANA)
    running.space.messages.clear()
    with pytest.raises(Refused, match="message_not_found"):
        made.stamp(handle, MESSAGE, ANA, "✓")


def test_no_slack_at_all_is_a_later_try_and_nothing_was_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLEANER_SLACK__TOKEN", "xoxb-sandbox")
    made = Slack(base_url=f"http://127.0.0.1:{free_port()}/api/")
    with pytest.raises(Unavailable, match="Slack does not answer") as caught:
        made.send(MESSAGE, ANA)
    assert not caught.value.answer_lost


@pytest.mark.parametrize("url", ["http://slack.example/api/", "slack.example", "ftp://127.0.0.1/"])
def test_the_token_does_not_go_just_anywhere(url: str) -> None:
    with pytest.raises(ConfigError, match='channel "slack": '):
        Slack(base_url=url)


@pytest.mark.parametrize(
    ("library", "channel", "said"),
    [
        ("slack_sdk", Slack(), r'Slack needs a library: pip install "gleaner\[slack\]"'),
        ("apprise", Apprise(), r'this channel needs a library: pip install "gleaner\[apprise\]"'),
    ],
    ids=["slack", "apprise"],
)
def test_without_its_library_it_says_how_to_get_it(
    library: str, channel: Slack | Apprise, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(ConfigError, match=said):
        channel.check()
