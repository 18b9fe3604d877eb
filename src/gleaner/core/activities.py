"""Activities: observed pieces of work, before anyone said what they were for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from gleaner.core.catalog import UserId
from gleaner.core.phrases import phrase
from gleaner.core.time import ZERO, Span, merged, total

Kind = Literal["meeting", "coding"]


@dataclass(frozen=True)
class Meeting:
    """What only a calendar event has."""

    calendar: str
    """Name of the calendar it was seen in."""
    series: str
    """The same for every instance of a recurring event: the event's UID."""
    is_recurring: bool = False
    is_tentative: bool = False
    """The person answered "maybe", or the event itself is only tentative: ask, never post."""
    organizer: str = ""
    attended: tuple[Span, ...] = ()
    """When the person was in its call, as far as that counts; empty where the schedule does."""
    attendance: str = ""
    """What is known of that, as a clause with what was planned; empty when nobody knows."""
    doubt: str = ""
    """Why to ask, if it is not for the answer to the invitation."""

    @property
    def is_kept(self) -> bool:
        """The person took part: they said so, or were seen there."""
        return bool(self.attended) or not self.is_tentative


@dataclass(frozen=True)
class Line:
    """What hours were told from: so much a day with commits, and so much of what Git shows of it."""

    base: timedelta
    factor: float
    days: int = 0
    """How many of the person's own days it was learned from; 0: it is everybody's."""
    is_of_here: bool = True
    """Those days were in this repository, and not in any."""


@dataclass(frozen=True)
class Coding:
    """What only work seen in Git has: a day of one repository, as an estimate with a range."""

    repository: str
    branches: tuple[str, ...]
    commits: int
    sessions: tuple[Span, ...]
    """Working sessions this repository has part in, meetings already cut out."""
    worked: timedelta
    """Best value."""
    low: timedelta
    high: timedelta
    explanation: str
    """What was seen and what was assumed, so that a developer can check the sum."""
    seen: timedelta = ZERO
    """What Git alone shows, before anything that was learned from the person's own days."""
    touches: int = 0
    """Reviews, comments and the like of pull requests."""
    line: Line | None = None
    """None in what earlier versions saw."""
    strand: str | None = None
    """Id of the project that all of it is certainly for; empty when nothing is certain, None when nobody asked."""


@dataclass(frozen=True)
class Activity:
    """One observed piece of somebody's work."""

    source: str
    """The configured source's name."""
    external_id: str
    """Stable identity in the source: for an event its UID and original start, never its present start."""
    user_id: UserId
    span: Span
    """From the first to the last moment seen."""
    title: str
    detail: Meeting | Coding
    description: str = ""
    participants: tuple[str, ...] = ()
    """Addresses of the others, lower case, sorted."""
    url: str = ""

    @property
    def kind(self) -> Kind:
        return "meeting" if isinstance(self.detail, Meeting) else "coding"

    @property
    def key(self) -> str:
        """The same for the same piece of work of the same person, however often it is seen."""
        return f"{self.kind}:{self.user_id}:{self.external_id}"

    @property
    def observed(self) -> timedelta:
        """The most that may be claimed for it."""
        if isinstance(self.detail, Coding):
            return self.detail.worked
        return total(self.detail.attended) if self.detail.attended else self.span.duration

    @property
    def spans(self) -> tuple[Span, ...]:
        """The stretches of time it took, disjoint and in order."""
        if isinstance(self.detail, Coding):
            return tuple(merged(self.detail.sessions))
        return tuple(merged(self.detail.attended)) or (self.span,)

    @property
    def text(self) -> str:
        """A digest of the words that say what it was for. More commits on the same branches change nothing."""
        parts = (
            (self.title,)
            if isinstance(self.detail, Coding)
            else (self.title, self.description, *self.participants)
        )
        return _digest(parts)

    @property
    def fingerprint(self) -> str:
        """Changes whenever something that matters for a time entry changed."""
        parts = (
            self.title, self.description, self.span.start.isoformat(), self.span.end.isoformat(),
            str(self.observed), *self.participants,
        )  # fmt: skip
        return _digest(parts)


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Skipped:
    """Something seen that is not work to propose, and why."""

    what: str
    at: datetime
    user_id: UserId | None
    reason: str


@dataclass(frozen=True)
class Problem:
    """Something a person should put right; the rest of the run went on.

    ``text`` says what, where and what next in one sentence.
    """

    where: str
    text: str
    is_hint: bool = False
    """Good to know; nothing has to be put right."""

    def __str__(self) -> str:
        return f"{self.where}: {self.text}"

    @property
    def sentence(self) -> str:
        """The same, to be said in another language."""
        return phrase("{where}: {text}", where=self.where, text=self.text)
