"""Whether Harvest bills time at the rates its own settings ask for, and which billable time has no rate. Pure.

The rate Harvest says of an entry is compared with the one that project, task, person and day lead to
(:mod:`gleaner.core.rates`). Entries with the same cause are one finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from gleaner.core.catalog import EntryId, Project, ProjectId, TaskId, UserId
from gleaner.core.rates import Rate
from gleaner.invoicing.rate_book import RateBook
from gleaner.invoicing.work import NOTHING, Worked

Kind = Literal["differs", "missing", "zero"]
"""Another rate than ours; none, as we think too; 0, as we think too."""


@dataclass(frozen=True)
class Finding:
    """Entries of one project whose rate has the same thing wrong with it."""

    kind: Kind
    project_id: ProjectId
    user_id: UserId | None
    """Whose rate it is, where people have rates of their own."""
    task_id: TaskId | None
    """Which task's, where tasks have."""
    theirs: Decimal | None
    """What Harvest says."""
    ours: Decimal | None
    why: tuple[str, ...]
    """What led to ours, said of the first day."""
    is_billed: bool
    """They are on invoices already, which keep their prices."""
    entries: tuple[EntryId, ...]
    hours: Decimal
    first: date
    last: date

    @property
    def difference(self) -> Decimal:
        """How much more ours comes to, not rounded; less than nothing where Harvest's is higher."""
        return (
            NOTHING
            if self.kind != "differs"
            else self.hours * ((self.ours or NOTHING) - (self.theirs or NOTHING))
        )


def needed(worked: Iterable[Worked], book: RateBook) -> set[UserId]:
    """The people whose dated rates have to be known to price *worked*."""
    pairs = {(one.project_id, one.user_id) for one in worked if one.billable}
    return {user_id for project_id, user_id in pairs if book.goes_by_default(project_id, user_id)}


def check(worked: Iterable[Worked], book: RateBook, projects: Mapping[ProjectId, Project]) -> list[Finding]:
    """What is wrong with the rates of the billable entries among *worked*: most money first, then most hours.

    On a project with a fixed fee entries may go without a rate: its invoice is for the fee.
    """
    groups: dict[tuple[object, ...], _Group] = {}
    for one in worked:
        if not one.billable:
            continue
        ours, project = book.rate(one), projects.get(one.project_id)
        kind = _kind(one.rate, ours.amount, project)
        if kind is None:
            continue
        by = project.bill_by if project is not None else "none"
        user_id = one.user_id if by == "People" else None
        task_id = one.task_id if by == "Tasks" else None
        # The sentences name the day, so they do not tell causes apart; where there is no rate, the last one may.
        ending = ours.why[-1] if ours.amount is None and by != "People" else ""
        key = (kind, one.project_id, user_id, task_id, one.rate, ours.amount, ending, one.is_billed)
        groups.setdefault(key, _Group(kind, one, ours, user_id, task_id)).add(one, ours)
    found = [group.finding for group in groups.values()]
    return sorted(found, key=lambda one: (-abs(one.difference), -one.hours, one.project_id, one.first))


def _kind(theirs: Decimal | None, ours: Decimal | None, project: Project | None) -> Kind | None:
    if theirs != ours:
        return "differs"
    if theirs or (project is not None and project.is_fixed_fee):
        return None
    return "missing" if theirs is None else "zero"


@dataclass
class _Group:
    kind: Kind
    sample: Worked
    ours: Rate
    user_id: UserId | None
    task_id: TaskId | None
    entries: list[EntryId] = field(default_factory=list)
    hours: Decimal = NOTHING
    last: date = date.min

    def add(self, one: Worked, ours: Rate) -> None:
        self.entries.append(one.id)
        self.hours += one.hours
        self.last = max(self.last, one.on)
        if (one.on, one.id) < (self.sample.on, self.sample.id):
            self.sample, self.ours = one, ours

    @property
    def finding(self) -> Finding:
        return Finding(
            self.kind, self.sample.project_id, self.user_id, self.task_id, self.sample.rate, self.ours.amount,
            self.ours.why, self.sample.is_billed, tuple(sorted(self.entries)), self.hours, self.sample.on, self.last,
        )  # fmt: skip
