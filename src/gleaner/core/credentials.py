"""How a source gets in where one has to be let in. It asks for what it needs and never learns how that is kept."""

from __future__ import annotations

from typing import Protocol

from gleaner.core.secrets import Secret


class Bearer(Protocol):
    """An access token that is renewed when it has to be. Threads may share one."""

    def current(self) -> Secret:
        """The token to send. Raises ConfigError when there is none any more, Unavailable when renewing failed."""
        ...

    def instead_of(self, refused: Secret) -> Secret | None:
        """Another token, now that one was refused; None when there is no other to be had."""
        ...


class Credentials(Protocol):
    """The ways in of one account. Each raises ConfigError, with what to do, when there is none."""

    def google(self, person: str) -> Bearer:
        """To *person*'s calendars at Google; any person's when *person* is empty."""
        ...

    def meet(self, person: str) -> Bearer:
        """To when *person* was in which Google Meet, and to which Google account is theirs."""
        ...
