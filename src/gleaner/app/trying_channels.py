"""Whether people can be reached: each channel asked once, and a message to try one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass

from gleaner.app.account import Account
from gleaner.app.channels import MadeChannel, channel_problems, channels_of, language_of, recipient
from gleaner.app.health import Check
from gleaner.app.linking import link_keys
from gleaner.core.catalog import Person
from gleaner.core.errors import ConfigError, GleanerError
from gleaner.core.messages import Language, Message, Paragraph
from gleaner.core.phrases import Phrase, begun, phrase
from gleaner.notify.channels.slack import Slack

_SAID: dict[Language, tuple[str, str, str]] = {
    "en": (
        "Gleaner can reach you here",
        "This is a message to try whether Gleaner can reach you. There is nothing to do.",
        "It was sent by hand, with: gleaner channels test",
    ),
    "de": (
        "Gleaner erreicht Sie hier",
        "Diese Nachricht probiert, ob Gleaner Sie erreicht. Es ist nichts zu tun.",
        "Sie wurde von Hand verschickt, mit: gleaner channels test",
    ),
}


@dataclass(frozen=True)
class Tried:
    """One channel, and what it answered."""

    name: str
    is_fine: bool
    text: str


def tried(account: Account) -> list[Tried]:
    """Every configured channel, asked without sending anything; and what else is in the way of messages."""
    made = channels_of(account)
    found = [_tried(one) for one in made]
    found += [Tried(phrase("people"), False, problem.text) for problem in channel_problems(account, made)]
    return [*found, *_clicks(account, made)]


def checks(account: Account) -> Iterator[Check]:
    """The same, for the doctor."""
    for one in tried(account):
        is_ours = isinstance(one.name, Phrase)
        what = begun(one.name) if is_ours else phrase("Channel {name}", name=one.name)
        yield Check(what, one.is_fine, one.text)


def named(account: Account, name: str) -> MadeChannel:
    """The configured channel called *name*. Raises ConfigError with the right names."""
    made = channels_of(account)
    for one in made:
        if one.name == name:
            return one
    known = ", ".join(one.name for one in made) or "none; add one in [[channels]]"
    raise ConfigError(f'there is no channel "{name}". Known: {known}')


def trial(account: Account, person: Person) -> Message:
    """A message to try a channel with; each is another one."""
    language = language_of(account, person)
    subject, text, why = _SAID[language]
    key = f"trial:{account.clock.now().isoformat()}"
    return Message(key, subject, (Paragraph(text),), why, language=language)


def send_trial(account: Account, one: MadeChannel, person: Person) -> None:
    """Send it now. Raises as channels do."""
    one.works.send(trial(account, person), recipient(person))


def _tried(one: MadeChannel) -> Tried:
    if one.channel is None:
        return Tried(one.name, False, one.problem.text if one.problem is not None else "")
    try:
        return Tried(one.name, True, one.channel.check())
    except GleanerError as error:
        return Tried(one.name, False, error.text)


def _clicks(account: Account, made: list[MadeChannel]) -> Iterator[Tried]:
    """Whether what people click is heard, where it could be."""
    public_url = account.settings.daemon.public_url
    slacks = [one.channel for one in made if isinstance(one.channel, Slack)]
    if not made or not (public_url or slacks):
        return
    try:
        link_keys(account)
    except ConfigError as error:
        yield Tried(phrase("links"), False, error.text)
    else:
        if public_url:
            yield Tried(phrase("links"), True, phrase("lead to {address}", address=public_url))
    for one in slacks:
        if os.environ.get(one.app_token_variable):
            continue
        if not public_url or not os.environ.get(one.signing_secret_variable):
            text = phrase(
                "its buttons are not heard: put an app token into {app_token} (Socket Mode), or set public_url in"
                " [daemon] and put the signing secret into {signing_secret}",
                app_token=one.app_token_variable, signing_secret=one.signing_secret_variable,
            )  # fmt: skip
            yield Tried(one.name, False, text)
