"""What Gleaner tells people, as no channel has shown it yet: paragraphs, and buttons that say what a click asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gleaner.core.catalog import AccountId, UserId

Verb = Literal["accept", "dismiss", "change", "undo", "snooze", "stop", "resume"]
"""``accept``, ``dismiss``, ``change`` and ``undo`` are about a proposal; ``snooze``, ``stop`` and ``resume`` about
reminders."""
Language = Literal["en", "de"]


@dataclass(frozen=True)
class Deed:
    """What a click asks for. It says who may ask: whoever holds it, once, and only until it expires."""

    verb: Verb
    account_id: AccountId
    user_id: UserId
    """In whose name it is done."""
    about: str = ""
    """The proposal's key; when reminders are snoozed, until when (an ISO date or moment); else empty."""
    seen: str = ""
    """A digest of what the person saw: what changed since is not decided by an old click."""


@dataclass(frozen=True)
class Button:
    """Either does a deed or leads to an address of another program, such as Harvest's week."""

    label: str
    deed: Deed | None = None
    url: str = ""
    is_main: bool = False
    """The one that most people want."""


@dataclass(frozen=True)
class Paragraph:
    """Plain text, in which anything may stand: every channel escapes it."""

    text: str
    buttons: tuple[Button, ...] = ()
    is_strong: bool = False


@dataclass(frozen=True)
class Message:
    """One message to one person."""

    key: str
    """Stable, and unique in the account: asking for the same message again must not send it twice."""
    subject: str
    """One line; also the first line where a channel has no subjects."""
    paragraphs: tuple[Paragraph, ...]
    why: str = ""
    """Why it came and how to have less of it; the last line, small."""
    stop: Deed | None = None
    """What ends such messages (List-Unsubscribe); None where they are no reminders."""
    language: Language = "en"


@dataclass(frozen=True)
class Recipient:
    """Where a message goes. Channels find somebody by address."""

    user_id: UserId
    name: str
    address: str
    """E-mail, as in Harvest."""
