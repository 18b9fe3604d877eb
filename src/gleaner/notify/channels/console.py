"""The terminal, or the daemon's log: for one person alone, and to see what others would be told."""

from __future__ import annotations

import sys
from typing import Literal

from gleaner.core.errors import Unavailable
from gleaner.core.messages import Message, Recipient
from gleaner.core.text import shown
from gleaner.notify.channel import Links, channels
from gleaner.notify.plain import plain


class Console:
    """Prints what people are told where Gleaner runs. *to* is where: ``stderr`` or ``stdout``."""

    def __init__(
        self, name: str = "console", to: Literal["stderr", "stdout"] = "stderr", links: Links | None = None
    ) -> None:
        self.name = name
        self._to = to
        self._links = links

    def send(self, message: Message, to: Recipient) -> str:
        """Print it: to whom, the subject, the text. Nothing can be changed afterwards."""
        head = f"To: {shown(to.name)} <{shown(to.address)}>\n{shown(message.subject)}\n"
        self._print(f"{head}\n{plain(message, self._links)}\n")
        return ""

    def stamp(self, handle: str, message: Message, to: Recipient, stamp: str) -> None:
        """Nothing: what is printed is printed."""

    def is_quiet(self, to: Recipient) -> bool:  # noqa: ARG002 (the port's)
        """Never: a terminal disturbs nobody."""
        return False

    def check(self) -> str:
        return f"prints to {self._to}"

    def _print(self, text: str) -> None:
        # Looked up now: whoever redirects it means this one too.
        stream = sys.stdout if self._to == "stdout" else sys.stderr
        try:
            stream.write(text)
            stream.flush()
        except (OSError, ValueError) as error:
            raise Unavailable(f"{self._to} cannot be written to: {error}") from error


channels.add("console", Console)
