"""What sources see before anybody decides: calendar events and commits, as the world wrote them.

Nouns only, so that the pure rules (``filters.py``, ``coding.py``) can use them without knowing where they
come from.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from gleaner.core.activities import Problem
from gleaner.core.catalog import UserId
from gleaner.core.time import Span

Participation = Literal["accepted", "declined", "tentative", "needs-action", "organizer", "unknown"]

LONGEST_EVENT = timedelta(hours=16)
"""A timed event longer than this is a mistake or a multi-day block, never a meeting."""

PRIVATE_TITLE = "Private event"
"""All that is kept of a private event's text."""


EVERYBODY = "everybody"
"""Whose holidays a calendar has that is not for one country only."""


@dataclass(frozen=True)
class Presence:
    """What is known of an event's call, and of its calendar's owner in it. Of nobody else."""

    sessions: tuple[Span, ...] = ()
    """From joining to leaving, one for each time and device."""
    was_held: bool = True
    """False: no call is known that the owner could know of."""
    is_in_call: bool = False
    """They had not left at the last look, which is where their last session ends."""
    room_until: datetime | None = None
    """When the next event begins that is planned for the same call."""


@dataclass(frozen=True)
class Event:
    """One instance of a calendar event, as the calendar says it (RFC 5545 words)."""

    source: str
    owner: str
    """Address of the person whose calendar it is."""
    uid: str
    original_start: datetime | date
    """The instance's start before anyone moved it (RECURRENCE-ID, else DTSTART): with ``uid`` its identity."""
    span: Span
    """Empty for a reminder: an event without a length and without other people."""
    title: str
    is_all_day: bool = False
    all_day_dates: tuple[date, date] | None = None
    """First day and day after the last one, for all-day events."""
    is_recurring: bool = False
    status: Literal["confirmed", "tentative", "cancelled"] = "confirmed"
    participation: Participation = "unknown"
    """The owner's answer. ``unknown``: the owner is not among the attendees (an event of one's own)."""
    is_transparent: bool = False
    """Shown as free."""
    is_private: bool = False
    busy_kind: Literal["busy", "out-of-office", "focus"] = "busy"
    organizer: str = ""
    attendees: tuple[str, ...] = ()
    """Addresses of all who take part, lower case, without the owner, rooms and those who declined."""
    description: str = ""
    location: str = ""
    url: str = ""
    holidays: str = ""
    """Of a calendar of holidays, which has no owner: whose they are, ``everybody`` or a country such as ``DE``."""
    call: str = ""
    """Names the call that belongs to it, where attendance can be asked for: a Google Meet code."""
    presence: Presence | None = None
    """None: nobody knows, so the schedule counts."""


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit. Times are author times: when the work was done, not when it was rebased."""

    repository: str
    """Short name, as rules and people say it."""
    sha: str
    author_email: str
    authored_at: datetime
    """Aware, with the author's own offset."""
    subject: str
    branches: tuple[str, ...] = ()
    """The branch it was made on, as far as one can tell; then the default branch, if that holds it too."""
    co_authors: tuple[str, ...] = ()
    """Addresses from ``Co-authored-by`` trailers, lower case."""
    parents: int = 1
    changed_lines: int | None = None
    """Insertions plus deletions; None when not read."""
    is_squash: bool = False
    """A squash merge whose own commits are seen on their branch: made by a click, it stands for no work."""

    @property
    def is_merge(self) -> bool:
        return self.parents > 1


@dataclass(frozen=True)
class Touch:
    """What somebody did about a pull request (GitLab: merge request) besides committing to it."""

    repository: str
    """Short name, the same as in :class:`Commit`."""
    who: str
    """An address, lower case; ``login@users.noreply.github.com`` where no other is known."""
    at: datetime
    kind: Literal["opened", "reviewed", "commented", "merged"]
    number: int
    title: str
    branch: str
    """The branch it would merge."""
    url: str = ""
    is_own: bool = False
    """Theirs to begin with: they opened it. Otherwise they looked at somebody else's work."""


@dataclass(frozen=True)
class Observed:
    """What one source saw in one window."""

    events: tuple[Event, ...] = ()
    commits: tuple[Commit, ...] = ()
    touches: tuple[Touch, ...] = ()
    problems: tuple[Problem, ...] = ()
    is_unchanged: bool = False
    """True: the feed itself said so (ETag), and the kept copy was used."""
    is_complete: bool = True
    """False: a part could not be read (a broken series, a repository), so what is missing proves nothing."""


@dataclass(frozen=True)
class Quiet:
    """A time in which somebody is not to be disturbed, as their calendar says; not what for."""

    user_id: UserId
    span: Span
    source: str


@dataclass(frozen=True)
class TimeOff:
    """Days on which somebody is away, as their calendar says."""

    user_id: UserId
    first: date
    last: date
    """Included."""
    is_half_day: bool = False
    """True: half of the one day it is about."""
    source: str = ""
