"""What a channel is, and the registry that finds one by name.

A channel's constructor is its configuration, as a source's is: every parameter can be written in ``gleaner.toml``
under ``[[channels]]``; only what is in :data:`OURS` comes from us, where a channel takes it.
"""

from __future__ import annotations

from typing import Protocol

from gleaner.core.messages import Message, Recipient
from gleaner.core.registry import Registry
from gleaner.notify.links import Links as Links


class Channel(Protocol):
    """A way to reach people."""

    name: str

    def send(self, message: Message, to: Recipient) -> str:
        """Send it now; where it can be found again for :meth:`stamp`, or empty.

        Raises Refused when this recipient cannot be reached (asking again will not help), ConfigError when nobody can
        because of the configuration, Unavailable when a later try may succeed; its ``answer_lost`` says that the
        message may have been sent although no answer came.
        """
        ...

    def stamp(self, handle: str, message: Message, to: Recipient, stamp: str) -> None:
        """Put *stamp* (``✓ 1.75 h logged …``) where the buttons of a sent message were.

        Does nothing where a channel cannot change what was sent. Raises as :meth:`send` does.
        """
        ...

    def is_quiet(self, to: Recipient) -> bool:
        """Whether the person asked the channel not to be disturbed now; False where it does not know."""
        ...

    def check(self) -> str:
        """What answers there, as a sentence, having sent nothing. Raises as :meth:`send` does."""
        ...


channels: Registry[Channel] = Registry("channel", "gleaner.notify.channels", "gleaner.channels")

OURS = ("links", "now")
"""Parameters of constructors that nobody writes: the :class:`Links` of the account, and what tells the time."""
