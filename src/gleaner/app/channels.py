"""The configured ways to reach people, and which of them reaches whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from gleaner import config
from gleaner.app.account import Account
from gleaner.app.building import build, factory_for
from gleaner.app.linking import links_of
from gleaner.core.activities import Problem
from gleaner.core.catalog import Person
from gleaner.core.errors import ConfigError
from gleaner.core.messages import Language, Recipient
from gleaner.core.phrases import phrase
from gleaner.notify.channel import OURS, Channel, channels


@dataclass(frozen=True)
class MadeChannel:
    """One configured channel, or why there is none."""

    name: str
    channel: Channel | None
    problem: Problem | None = None

    @property
    def works(self) -> Channel:
        """The channel. Raises ConfigError when it could not be made."""
        if self.channel is None:
            raise ConfigError(
                self.problem.text if self.problem is not None else f'"{self.name}" is no channel'
            )
        return self.channel


def channels_of(account: Account) -> list[MadeChannel]:
    """The channel of each ``[[channels]]`` table, those that cannot be made with the reason."""
    found: list[MadeChannel] = []
    for number, entry in enumerate(account.settings.channels, 1):
        where = f"{config.FILE}, channels[{number}]"
        try:
            channel = _built(account, where, entry)
            if channel.name in [one.name for one in found]:
                raise ConfigError(
                    f'{where}: two channels are called "{channel.name}"; give this one a name of its own'
                )
            found.append(MadeChannel(channel.name, channel))
        except ConfigError as error:
            name = str(entry.get("name") or entry.get("kind") or f"channels[{number}]")
            found.append(MadeChannel(name, None, Problem(config.FILE, error.text)))
    return found


def _built(account: Account, where: str, entry: dict[str, Any]) -> Channel:
    factory = factory_for(channels, where, entry.get("kind"))
    ours = {"links": links_of(account), "now": account.clock.now}
    assert ours.keys() == set(OURS)
    return build(factory, where, entry, account.base, ours=ours)


def channel_for(account: Account, person: Person, made: Sequence[MadeChannel]) -> MadeChannel:
    """The one of *made* that reaches *person*: what ``[[people]]`` names, else the first.

    Raises ConfigError when there is no such channel, or none at all.
    """
    if not made:
        raise ConfigError(
            phrase("{file}: no [[channels]] are configured, so nobody can be told anything", file=config.FILE)
        )
    entry = entry_of(account, person)
    if entry is None or not entry.channel:
        return made[0]
    for one in made:
        if one.name == entry.channel:
            return one
    raise ConfigError(_unknown(entry, [one.name for one in made]))


def language_of(account: Account, person: Person) -> Language:
    """In which language *person* is written to."""
    entry = entry_of(account, person)
    return entry.language if entry is not None else "en"


def recipient(person: Person) -> Recipient:
    """*person*, as channels find them."""
    return Recipient(person.id, person.name, person.email)


def entry_of(account: Account, person: Person) -> config.PersonSettings | None:
    """What ``[[people]]`` says of *person*, if anything."""
    known = account.said_of
    return next((known[address] for address in sorted(person.addresses) if address in known), None)


def channel_problems(account: Account, made: Sequence[MadeChannel]) -> Iterator[Problem]:
    """A sentence for each person whose channel is none of *made*."""
    names = [one.name for one in made]
    for entry in account.settings.people:
        if entry.channel and entry.channel not in names and not account.people.is_address_gone(entry.email):
            yield Problem(config.FILE, _unknown(entry, names))


def _unknown(entry: config.PersonSettings, names: Sequence[str]) -> str:
    close = get_close_matches(entry.channel, names, n=1)
    if close:
        template = (
            '{file}, people: there is no channel "{channel}" for {person}.'
            ' Did you mean "{close}"? Known: {known}.'
        )
    elif names:
        template = '{file}, people: there is no channel "{channel}" for {person}. Known: {known}.'
    else:
        template = (
            '{file}, people: there is no channel "{channel}" for {person}.'
            " There are none; add one in [[channels]]."
        )
    return phrase(
        template, file=config.FILE, channel=entry.channel, person=entry.email,
        close=close[0] if close else "", known=", ".join(names),
    )  # fmt: skip
