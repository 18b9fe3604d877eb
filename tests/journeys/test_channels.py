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
