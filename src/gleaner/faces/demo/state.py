"""Where a walk through the demo's weeks stands, and what its people did so far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from gleaner.adapters.harvest.client import Client
from gleaner.app.account import Account
from gleaner.app.passes import PassReport
from gleaner.core.activities import Activity
from gleaner.core.catalog import UserId
from gleaner.core.entries import TimeEntry
from gleaner.core.proposals import State
from gleaner.faces.demo.manners import Draws
from gleaner.faces.demo.people import blocks_of
from gleaner.faces.demo.report import Written
from gleaner.faces.demo.sandbox import Sandbox
from gleaner.faces.demo.truth import Truth
from gleaner.timesheets.reminders import Due


@dataclass
class DayClock:
    """A clock that stands where the walk is."""

    at: datetime

    def now(self) -> datetime:
        return self.at


@dataclass(frozen=True)
class Message:
    """A reminder that went out."""

    user_id: UserId
    on: date
    """The day it came, by the person's own clock."""
    due: Due


@dataclass
class Walk:
    """The state of a walk through the demo's weeks."""

    account: Account
    truth: Truth
    own: Client
    """With this the simulated people log by hand; its requests are not Gleaner's."""
    clock: DayClock
    sandbox: Sandbox
    draws: Draws
    folder: Path
    passes: list[PassReport] = field(default_factory=list)
    decisions: Counter[str] = field(default_factory=Counter)
    logged_by_hand: list[tuple[TimeEntry, tuple[int, ...]]] = field(default_factory=list)
    """With the positions of the blocks it stands for."""
    filled: list[TimeEntry] = field(default_factory=list)
    """The part of it that was logged for a message."""
    messages: list[Message] = field(default_factory=list)
    later: list[Message] = field(default_factory=list)
    """Messages that will be answered the next morning."""
    answered: int = 0
    """Messages that were answered."""
    troubles: list[str] = field(default_factory=list)

    def activities(self, first: date, last: date) -> Mapping[str, Activity]:
        """What was seen in those days, by key."""
        return {activity.key: activity for activity in self.account.activities.all_between(first, last)}

    def written(self) -> list[Written]:
        """Every entry Gleaner wrote in the demo's weeks that is still there, with what it stands for."""
        account, truth = self.account, self.truth
        seen = self.activities(truth.first, truth.last)
        by_id = {e.id: e for e in account.mirror.entries(truth.first, truth.last) if e.is_ours}
        found = []
        for item in account.inbox.items(states=(State.APPLIED,), first=truth.first, last=truth.last):
            if item.entry_id in by_id and item.proposal.activity_key in seen:
                blocks = blocks_of(seen[item.proposal.activity_key], item.proposal.on, truth)
                positions = tuple(truth.positions[id(block)] for block in blocks)
                found.append(Written(by_id[item.entry_id], positions, item.decision == "policy"))
        return found

    def covered(self) -> set[int]:
        """Positions of the blocks that an entry by Gleaner, or one logged for a message, stands for."""
        return self.covered_by_gleaner() | self.covered_by_filling()

    def covered_by_gleaner(self) -> set[int]:
        return {position for one in self.written() for position in one.blocks}

    def covered_by_filling(self) -> set[int]:
        ids = {entry.id for entry in self.filled}
        return {
            position for entry, positions in self.logged_by_hand if entry.id in ids for position in positions
        }
