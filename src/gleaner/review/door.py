"""What applying needs, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from gleaner.core.catalog import EntryId
from gleaner.core.expenses import ExpenseId
from gleaner.core.ports import Clock, Harvest
from gleaner.core.proposals import Proposal
from gleaner.review.inbox import Inbox
from gleaner.review.journal import Journal
from gleaner.review.writers import Expenses, Receipts, TimeEntries

Result = Literal["applied", "found", "failed", "waiting", "reopened", "taken"]


@dataclass(frozen=True)
class Outcome:
    """What came of one proposal.

    ``applied``: written now. ``found``: Harvest has it so already (a new entry: by our key). ``failed``: Harvest or
    a guard said no. ``waiting``: Harvest could not be asked; the next run tries again.
    ``reopened``: policy had approved it and may not any more; a person decides. ``taken``: another process has it.
    """

    key: str
    result: Result
    text: str
    entry_id: EntryId | None = None
    is_kept: bool = False
    """It waits, and the next run tries again."""
    can_undo: bool = True
    """Not where somebody else had deleted the entry already."""
    expense_id: ExpenseId | None = None


Recheck = Callable[[Proposal], str]
"""Why a proposal is no longer wanted (somebody logged it meanwhile), or an empty text."""


@dataclass(frozen=True)
class Door:
    """What applying needs. One per run; ``token`` is unique for the process."""

    inbox: Inbox
    journal: Journal
    harvest: Harvest
    entries: TimeEntries
    clock: Clock
    run_id: str
    token: str
    recheck: Recheck = lambda _proposal: ""
    held_back: Recheck = lambda _proposal: ""
    """Asked last, after all waiting: why what policy approved may not leave any more, or an empty text."""
    expenses: Expenses = field(kw_only=True)
    receipts: Receipts = field(kw_only=True)
