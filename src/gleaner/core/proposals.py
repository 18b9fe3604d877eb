"""Proposals: what Gleaner would do, for whom, and why."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from gleaner.core.actions import Action
from gleaner.core.catalog import AccountId, ProjectId, TaskId, UserId
from gleaner.core.entries import OUR_PREFIX
from gleaner.core.time import Span

Level = Literal["sure", "likely", "unsure"]


@dataclass(frozen=True)
class Evidence:
    """One sentence that speaks for (or, with a negative weight, against) a match."""

    sentence: str
    weight: float
    """Log-odds, natural logarithm; weights add up."""


@dataclass(frozen=True)
class Alternative:
    """Another project and task it could have been."""

    project_id: ProjectId
    task_id: TaskId
    label: str
    confidence: float


@dataclass(frozen=True)
class Sighting:
    """What an activity was like, and what was drafted of it, when it was proposed: changes are told from that."""

    source: str
    """Where it was seen: only a source that was read whole can say that it is gone."""
    span: Span
    observed: timedelta
    text: str
    """A digest of the words that matching goes by."""
    notes: str
    """What an entry says of it, before anybody corrected that."""
    hours: Decimal
    """What was drafted, before anybody corrected it."""


class State(StrEnum):
    """Where a proposal stands.

    ::

        proposed ──► approved ──► applying ──► applied ──► undone
           │  ▲         │            │
           │  └─────────┴── (edited) ├──► failed ──► (retried) approved
           ├──► dismissed            └──► approved  (a crash, nothing found in Harvest)
           └──► superseded
    """

    PROPOSED = "proposed"
    APPROVED = "approved"
    APPLYING = "applying"
    APPLIED = "applied"
    DISMISSED = "dismissed"
    SUPERSEDED = "superseded"
    FAILED = "failed"
    UNDONE = "undone"


TRANSITIONS: dict[State, frozenset[State]] = {
    State.PROPOSED: frozenset({State.APPROVED, State.DISMISSED, State.SUPERSEDED}),
    State.APPROVED: frozenset({State.APPLYING, State.PROPOSED, State.DISMISSED, State.SUPERSEDED}),
    State.APPLYING: frozenset({State.APPLIED, State.FAILED, State.APPROVED, State.PROPOSED}),
    State.APPLIED: frozenset({State.UNDONE}),
    State.FAILED: frozenset({State.APPROVED, State.DISMISSED, State.SUPERSEDED}),
    State.DISMISSED: frozenset({State.PROPOSED}),
    State.SUPERSEDED: frozenset({State.PROPOSED}),
    State.UNDONE: frozenset(),
}
"""Every allowed step. Storage refuses the others."""


@dataclass(frozen=True)
class Proposal:
    """One thing Gleaner would do. Asking for the same key again changes nothing."""

    key: str
    """Stable: the same activity of the same person always gives the same key."""
    action: Action
    user_id: UserId
    """Whose timesheet it touches."""
    on: date
    """The day it is about."""
    reason: str
    """One sentence a person can check."""
    rule: str
    """What the ladder counts under: ``meeting``, ``coding``, ``amendment``, ``duplicate``, ``agent`` or ``asked``."""
    title: str = ""
    """What was seen, in the source's words. Untrusted text."""
    level: Level = "unsure"
    confidence: float = 0.0
    evidence: tuple[Evidence, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    low: timedelta | None = None
    """Lower end of the range, for work that can only be estimated."""
    high: timedelta | None = None
    must_ask: bool = False
    """True: never without a person, however sure the match is (tentative events, a day too full)."""
    fingerprint: str = ""
    """The activity's, when it was proposed; a change means that the proposal is out of date."""
    activity_key: str = ""
    ground: str = ""
    """What the match rests on most (``series``, ``code``, ``rule:NAME`` …); with the person, a step of the ladder."""
    is_faded: bool = False
    """Its words are gone: it is too old, or its event became private. Ids, hours and dates stay."""
    seen: Sighting | None = None
    """None where nothing was observed, and in what earlier versions proposed."""


def reference(account_id: AccountId, key: str) -> str:
    """Our key for Harvest's ``external_reference``: short, opaque, the same on every machine.

    A digest, because event ids and branch names are nobody's business in Harvest and may be long.

    >>> reference(AccountId(1), "meeting:7:abc") == reference(AccountId(1), "meeting:7:abc")
    True
    """
    digest = hashlib.sha256(f"{account_id}\x1f{key}".encode()).hexdigest()
    return f"{OUR_PREFIX}{digest[:24]}"
