"""What a source of receipts is, and the registry that finds one by name.

A source brings files; it decides nothing. Its constructor is its configuration, a ``[[receipts]]`` table of
``gleaner.toml``: every parameter can be written there, and nothing else; which of them name files is in its ``paths``
(without it: ``path``). Other distributions register theirs under the entry points ``gleaner.receipts``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from gleaner.capture.source import Cache
from gleaner.core.registry import Registry


@dataclass(frozen=True)
class Found:
    """A file that somebody brought. Untrusted, name and all."""

    name: str
    size: int
    """Bytes."""
    content: bytes | None = field(default=None, repr=False)
    """None for what was not read."""
    trouble: str = ""
    """Then: why, as a sentence."""


@dataclass(frozen=True)
class Waiting:
    """A file that is there and not whole yet."""

    name: str
    why: str


class ReceiptSource(Protocol):
    """Somewhere receipts can be found. All of it are one person's."""

    name: str
    """What people call it."""
    person: str
    """Their address."""

    def collect(self, cache: Cache, now: datetime) -> Iterator[Found | Waiting]:
        """What is new, one by one. What was given counts as taken when the next one is asked for, and not before.

        Raises ConfigError when nothing can be read because of the configuration, Unavailable when a later look may
        succeed.
        """
        ...

    def check(self) -> str:
        """What there is, in a sentence. Takes nothing; raises as :meth:`collect` does."""
        ...


sources: Registry[ReceiptSource] = Registry(
    "source of receipts", "gleaner.expenses.sources", "gleaner.receipts"
)
