"""The inbox: proposals, where they stand, and who decided what."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, Protocol

from gleaner.core.catalog import EntryId, UserId
from gleaner.core.expenses import Attempt, ExpenseId
from gleaner.core.proposals import Proposal, State
from gleaner.review.journal import Line

Decision = Literal["accept", "bulk", "edit", "dismiss", "policy"]
"""``bulk``: accepted together with others, unread; teaches less. ``policy``: nobody was asked; teaches nothing."""

LEASE = timedelta(seconds=60)
"""After this long without news a claim counts as abandoned. It begins anew right before a POST; a POST that
is throttled for longer than this is the one that could be overtaken."""


EXPENSE = "expense"
"""The rule of every proposal about an expense: a person decides each, and no draft, hours or ladder know of it."""
AGENT = "agent"
"""The rule of time that an assistant or a program proposes: a person decides each, and nothing climbs the ladder."""
APART = frozenset({"asked", "duplicate", EXPENSE, AGENT})
"""Rules of proposals that no draft of a day makes, so that no draft takes them back."""


@dataclass(frozen=True)
class Item:
    """A proposal in the inbox."""

    proposal: Proposal
    offered: Proposal
    """As Gleaner first made it; differs from ``proposal`` after an edit."""
    state: State
    short: str
    """What a person types to name it."""
    entry_id: EntryId | None = None
    expense_id: ExpenseId | None = None
    """Of a proposal about an expense; it has no entry."""
    trouble: str = ""
    """Why it failed, why it waits although it was approved, or why a deletion had nothing to delete."""
    decision: Decision | None = None
    decided_by: str = ""
    decided_at: datetime | None = None
    why: str = ""
    run_id: str = ""
    attempts: int = 0
    """How often somebody began to apply it."""
    retry_at: datetime | None = None
    """Before then no job tries again; a person may."""


@dataclass(frozen=True)
class Offered:
    """What came of an offer."""

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    """Keys nobody would propose any more: the event is gone, or somebody logged it by hand."""


class Inbox(Protocol):
    """Proposals of one account. Every change of state is a compare-and-set: who comes second gets False."""

    def offer(
        self,
        proposals: Sequence[Proposal],
        *,
        user_id: UserId,
        days: Collection[date],
        now: datetime,
        withdraw: bool = True,
        keep: Collection[str] = (),
        rule: str | None = None,
    ) -> Offered:
        """Keep *proposals* as all that is proposed for that person on those *days*, or all of that *rule*.

        New keys are added. An open proposal that changed is replaced; one that is no longer made is superseded,
        unless it is in *keep*, or *withdraw* is False because not all sources could be read. What was decided
        stays decided: dismissed, applied and undone keys are never asked again. What a draft does not make
        (:data:`APART`) is withdrawn only by its own *rule*.
        """
        ...

    def get(self, key: str) -> Item | None: ...

    def by_short(self, prefix: str) -> list[Item]:
        """All items whose short name begins with *prefix*."""
        ...

    def items(
        self,
        *,
        states: Iterable[State] | None = None,
        user_id: UserId | None = None,
        first: date | None = None,
        last: date | None = None,
        run_id: str | None = None,
    ) -> list[Item]:
        """Items that fit, by day, person and title."""
        ...

    def applied_about(
        self, *, activity_keys: Collection[str] = (), entry_ids: Collection[EntryId] = ()
    ) -> list[Item]:
        """Applied items about any of those activities, or that wrote any of those entries."""
        ...

    def decide(
        self,
        key: str,
        decision: Decision,
        *,
        by: str,
        now: datetime,
        why: str = "",
        proposal: Proposal | None = None,
        judged: Proposal | None = None,
        run_id: str = "",
    ) -> bool:
        """Approve (with *proposal* as the corrected content, if given) or dismiss. *run_id*: in which run, if in one.

        With *judged* only if that is still what is offered: another process may have revised it meanwhile.
        """
        ...

    def claim(self, key: str, token: str, *, now: datetime, run_id: str) -> bool:
        """approved → applying, for the holder of *token*. Without *run_id* it belongs to the run it was approved in."""
        ...

    def renew(self, key: str, token: str, *, now: datetime) -> bool:
        """Whether the holder of *token* still has the claim; its lease begins anew."""
        ...

    def settle(
        self,
        key: str,
        token: str,
        state: State,
        *,
        now: datetime,
        entry_id: EntryId | None = None,
        expense_id: ExpenseId | None = None,
        trouble: str = "",
        retry_at: datetime | None = None,
        line: Line | None = None,
    ) -> bool:
        """applying → *state*, only for the holder of *token*. *line* goes into the journal with it, or not at all."""
        ...

    def attempt(self, key: str) -> Attempt | None:
        """What was there before Harvest was first asked to make its expense; None when it never was."""
        ...

    def attempting(self, key: str, token: str, attempt: Attempt | None, *, now: datetime) -> bool:
        """Write that down, for the holder of *token* only: before the expense is asked for, so that it is known."""
        ...

    def expenses_written(self, expense_ids: Collection[ExpenseId]) -> frozenset[ExpenseId]:
        """Those of them that a proposal wrote."""
        ...

    def reclaim(
        self, token: str, *, now: datetime, lease: timedelta = LEASE, key: str | None = None
    ) -> list[str]:
        """Take over what others (*key*: this one) began to apply more than *lease* ago and never finished; the keys.

        A claim from the future, by more than the lease, was made by a clock that was wrong, and is as old as any.
        """
        ...

    def postpone(self, key: str, *, until: datetime, now: datetime) -> bool:
        """Leave an approved proposal alone until then; it counts as an attempt."""
        ...

    def reopen(self, key: str, *, now: datetime, line: Line, token: str | None = None) -> bool:
        """approved → proposed, or applying → proposed for the holder of *token*: of what policy approved only.

        For what policy may not approve any more: a person decides it then. *line* goes into the journal with it.
        """
        ...

    def mark_undone(self, key: str, *, now: datetime) -> bool:
        """applied → undone."""
        ...
