"""How people are reached is said in the file, and a mistake in it is one sentence."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.journeys.world import ANA, BO, CY, World

from gleaner.app.account import Account, open_account
from gleaner.app.channels import channel_for, channel_problems, channels_of, language_of, recipient
from gleaner.core.errors import ConfigError
from gleaner.core.messages import Message, Paragraph


@pytest.fixture
def account(world: World) -> Iterator[Account]:
    """The studio with two terminals as channels; Bo reads German on the second."""
    world.say("[[channels]]", 'kind = "console"')
    world.say("[[channels]]", 'kind = "console"', 'name = "second"', 'to = "stdout"')
    world.say("[[people]]", f'email = "{BO}"', 'channel = "second"', 'language = "de"')
    world.say("[[people]]", f'email = "{CY}"', 'channel = "secnd"')
    world.fine("sync")
    with open_account(world.config) as opened:
        yield opened


def test_everybody_gets_the_first_channel_unless_another_is_named(account: Account) -> None:
    made = channels_of(account)
    assert [one.name for one in made] == ["console", "second"]
    assert channel_for(account, account.person(ANA), made).name == "console"
    assert channel_for(account, account.person(BO), made).name == "second"
    assert language_of(account, account.person(BO)) == "de"
    assert language_of(account, account.person(ANA)) == "en"


def test_a_channel_that_is_not_there_is_said_with_a_near_one(account: Account) -> None:
    made = channels_of(account)
    said = (
        'gleaner.toml, people: there is no channel "secnd" for cy@studio.example. Did you mean "second"?'
        " Known: console, second."
    )
    with pytest.raises(ConfigError) as caught:
        channel_for(account, account.person(CY), made)
    assert str(caught.value) == said
    assert [one.text for one in channel_problems(account, made)] == [said]


def test_without_channels_nobody_can_be_told_anything(world: World) -> None:
    world.fine("sync")
    with open_account(world.config) as account:
        assert channels_of(account) == []
        with pytest.raises(ConfigError, match=r"no \[\[channels\]\] are configured"):
            channel_for(account, account.person(ANA), [])


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (['kind = "console"', 'too = "stdout"'], 'there is no "too". Did you mean "to"?'),
        (['kind = "consol"'], 'there is no channel "consol". Did you mean "console"? Known: '),
        (['name = "x"'], 'missing "kind". Known: '),
        (['kind = "console"', 'to = "printer"'], "Input should be 'stderr' or 'stdout' (it says 'printer')"),
        (['kind = "console"'], 'two channels are called "console"; give this one a name of its own'),
    ],
    ids=["misspelt key", "misspelt kind", "no kind", "no such stream", "twice"],
)
def test_a_mistake_in_a_channel_leaves_the_others(world: World, lines: list[str], said: str) -> None:
    world.say("[[channels]]", 'kind = "console"')
    world.say("[[channels]]", *lines)
    with open_account(world.config) as account:
        good, bad = channels_of(account)
    assert good.works.check() == "prints to stderr"
    assert bad.problem is not None
    assert bad.problem.text.startswith("gleaner.toml, channels[2]: ")
    assert said in bad.problem.text
    with pytest.raises(ConfigError):
        _ = bad.works


def test_the_console_prints_what_people_read(account: Account, capsys: pytest.CaptureFixture[str]) -> None:
    message = Message("1", "Tue 10 Mar: 2 h open", (Paragraph("One\x1b[2J\nTwo"),), why="Because.")
    first, second = channels_of(account)
    assert second.works.send(message, recipient(account.person(ANA))) == ""
    said = capsys.readouterr()
    assert said.out == (
        "To: Ana Person <ana@studio.example>\nTue 10 Mar: 2 h open\n\nOne�[2J\nTwo\n\nBecause.\n\n"
    )
    first.works.send(message, recipient(account.person(ANA)))
    assert capsys.readouterr().err == said.out


def test_every_channel_is_asked_and_named(world: World) -> None:
    assert world.fine("channels").err.startswith("There are no channels, so nobody is told anything")
    world.say("[[channels]]", 'kind = "console"')
    world.say("[[channels]]", 'kind = "email"', 'server = "127.0.0.1"', 'sender = "no address"')
    said = world.gleaner("channels")
    assert said.code == 1
    assert said.out == (
        "ok   console: prints to stderr\n"
        'FIX  email: gleaner.toml, channels[2]: channel "email", sender: "no address" is no e-mail address\n'
    )
    doctor = world.gleaner("doctor").out
    assert "ok   Channel console: prints to stderr\n" in doctor
    assert "FIX  Channel email: gleaner.toml, channels[2]: " in doctor


def test_buttons_that_nobody_would_hear_are_said(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TOKEN", "APP_TOKEN", "SIGNING_SECRET"):
        monkeypatch.delenv(f"GLEANER_SLACK__{name}", raising=False)
    world.say("[[channels]]", 'kind = "slack"')
    said = world.gleaner("channels", "--json").json
    assert [one["name"] for one in said] == ["slack", "links", "slack"]
    assert "there is no bot token of the Slack app (xoxb-…): put it into" in said[0]["text"]
    assert "there is no key in" in said[1]["text"]
    assert "its buttons are not heard: put an app token into GLEANER_SLACK__APP_TOKEN" in said[2]["text"]


def test_links_without_a_key_are_said_and_with_one_they_lead_somewhere(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.say("[[channels]]", 'kind = "console"')
    world.say("[daemon]", 'public_url = "https://gleaner.example"')
    monkeypatch.delenv("GLEANER_SECRETS__KEY", raising=False)
    assert "FIX  links: there is no key in" in world.gleaner("channels").out
    monkeypatch.setenv("GLEANER_SECRETS__KEY", "too short")
    assert "FIX  links: GLEANER_SECRETS__KEY, key 1: that is no key" in world.gleaner("channels").out
    monkeypatch.setenv("GLEANER_SECRETS__KEY", "bGlua3MgYXJlIHNpZ25lZCB3aXRoIHRoaXMga2V5ISE=")
    assert "ok   links: lead to https://gleaner.example\n" in world.fine("channels").out


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("gleaner.example", "write the whole address, such as https://gleaner.example"),
        ("http://gleaner.example", "over plain http others could read the links"),
        ("https://", "that is no address"),
        ("https://gleaner.example/?a=1", "that is no address"),
    ],
)
def test_an_address_that_cannot_be_the_public_one_is_refused(world: World, url: str, said: str) -> None:
    world.say("[daemon]", f'public_url = "{url}"')
    result = world.gleaner("channels")
    assert result.code == 2
    assert said in result.err


def test_a_trial_is_sent_to_one_person_in_their_language(account: Account, world: World) -> None:
    said = world.fine("channels", "test", "second", "--person", BO)
    assert "Gleaner erreicht Sie hier" in said.out
    assert said.out.endswith("Sent by second to Bo Person <bo@studio.example>.\n")
    dry = world.fine("channels", "test", "console", "--dry-run")
    assert "Would send by console to Ana Person <ana@studio.example>: Gleaner can reach you here" in dry.out
    assert dry.err == ""
    wrong = world.gleaner("channels", "test", "thrid")
    assert (wrong.code, wrong.err) == (2, 'there is no channel "thrid". Known: console, second\n')
    world.act_as(BO)
    assert world.gleaner("channels", "test", "console", "--person", ANA).code in (1, 2)
