"""Our errors, drawn by who can put them right.

::

    GleanerError
    ├── ConfigError   you can fix it in gleaner.toml, a calendar, a repository or on the command line
    ├── Refused       Harvest (or our own guard) said no; asking again will not help
    ├── Suspicious    the world looks wrong; look at it, then force the run if it is right
    └── Unavailable   the network or a service is down; a later run may succeed
"""

from __future__ import annotations


class GleanerError(Exception):
    """What went wrong, where, and what to do next, as one text for a person."""

    exit_code = 1

    @property
    def text(self) -> str:
        """That text: of a phrase the phrase itself, which can be said in another language."""
        said = self.args[0] if self.args else ""
        return said if isinstance(said, str) else str(self)


class ConfigError(GleanerError):
    """Something a person can put right in a file or on the command line."""

    exit_code = 2


class Refused(GleanerError):
    """A final no: retrying will not help. Carries the HTTP status when there was one."""

    exit_code = 1

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class Suspicious(GleanerError):
    """The input contradicts what we know so plainly that going on could do harm."""

    exit_code = 1


class Unavailable(GleanerError):
    """A passing fault. ``retry_after`` is the service's own wish in seconds, if it had one.

    ``answer_lost`` says that the request may have been carried out although no answer arrived:
    look before you repeat a write.
    """

    exit_code = 3

    def __init__(self, message: str, *, retry_after: float | None = None, answer_lost: bool = False) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.answer_lost = answer_lost
