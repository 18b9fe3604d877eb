"""What a source of observations is, and the registry that finds one by name.

A source reads; it decides nothing. Which event counts is said in ``filters.py``, how long coding took in
``coding.py``. A source's constructor is its configuration: every parameter can be written in
``gleaner.toml``, and nothing else; which of them name files is in its ``paths`` (without it: ``path``). What it
gives are the nouns of ``observed.py``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable

from gleaner.capture.observed import Event, Observed
from gleaner.core.activities import Problem
from gleaner.core.registry import Registry
from gleaner.core.time import Span


class Cache(Protocol):
    """A small place where a source keeps bytes between runs (a feed and its ETag)."""

    def get(self, key: str) -> bytes | None: ...

    def put(self, key: str, value: bytes) -> None: ...


@dataclass
class MemoryCache:
    """A cache for one process."""

    kept: dict[str, bytes] = field(default_factory=dict)

    def get(self, key: str) -> bytes | None:
        return self.kept.get(key)

    def put(self, key: str, value: bytes) -> None:
        self.kept[key] = value


class Source(Protocol):
    """Somewhere work can be seen."""

    name: str

    def observe(self, window: Span, cache: Cache) -> Observed:
        """Everything that overlaps *window*. Wrong items become problems; the rest is still given.

        Raises ConfigError when nothing can be read because of the configuration, Unavailable when a later
        run may succeed, Suspicious when what is read contradicts what was read before.
        """
        ...


@runtime_checkable
class Witness(Protocol):
    """A source that can also tell when the owner of its events was in their calls."""

    def attended(
        self, events: Sequence[Event], window: Span, cache: Cache, asked_at: datetime | None
    ) -> tuple[Sequence[Event], Sequence[Problem]]:
        """*events* with what is known of their owner's presence, and why it is not known.

        Asked for is only what was over by *asked_at* and in *window*; with None nothing is, and what was asked
        before is told. Never raises for what is refused or out of reach: then the schedule counts.
        """
        ...


@runtime_checkable
class Milestones(Protocol):
    """A source that can also tell which milestones of a repository were closed."""

    def closed_milestones(self, repository: str) -> Mapping[str, datetime] | None:
        """When each was closed, by title; None where it does not read that *repository*. Raises as ``observe``."""
        ...


sources: Registry[Source] = Registry("source", "gleaner.capture.sources", "gleaner.sources")
