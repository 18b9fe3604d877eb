"""Time added up as far as rules about money need it, so that no entry is kept. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from gleaner.core.catalog import ProjectId, TaskId, UserId
from gleaner.invoicing.rate_book import RateBook
from gleaner.invoicing.work import NOTHING, Worked

RECENT = timedelta(days=90)


class Key(NamedTuple):
    """What is added up together."""

    project_id: ProjectId
    task_id: TaskId
    user_id: UserId
    billable: bool
    rate: Decimal | None
    is_billed: bool


@dataclass(slots=True)
class Sum:
    """Entries that have a :class:`Key` in common."""

    hours: Decimal = NOTHING
    count: int = 0
    first: date = date.max
    old_hours: Decimal = NOTHING
    """Of days longer ago than was asked for."""
    old_count: int = 0
    recent_hours: Decimal = NOTHING
    """Of the last 90 days."""

    def add(self, other: Sum) -> None:
        self.hours += other.hours
        self.count += other.count
        self.first = min(self.first, other.first)
        self.old_hours += other.old_hours
        self.old_count += other.old_count
        self.recent_hours += other.recent_hours


class Gathered:
    """Time added up, see :func:`gathered`."""

    def __init__(self, today: date, older_than: timedelta) -> None:
        self.today = today
        self.older_than = older_than
        self.sums: dict[Key, Sum] = {}
        self._by_project: dict[ProjectId, list[tuple[Key, Sum]]] = {}
        self._old, self._recent = today - older_than, today - RECENT

    @property
    def projects(self) -> list[ProjectId]:
        return sorted(self._by_project)

    def of(self, project_id: ProjectId) -> list[tuple[Key, Sum]]:
        """What there is of one project."""
        return self._by_project.get(project_id, [])

    def add(self, one: Worked) -> None:
        key = Key(one.project_id, one.task_id, one.user_id, one.billable, one.rate, one.is_billed)
        found = self.sums.get(key)
        if found is None:
            found = self.sums[key] = Sum()
            self._by_project.setdefault(one.project_id, []).append((key, found))
        found.hours += one.hours
        found.count += 1
        if one.on < found.first:
            found.first = one.on
        if one.on < self._old:
            found.old_hours += one.hours
            found.old_count += 1
        if one.on >= self._recent:
            found.recent_hours += one.hours


def gathered(worked: Iterable[Worked], book: RateBook, today: date, older_than: timedelta) -> Gathered:
    """*worked* added up; what is on no invoice as it would be billed now. Timers that run are left out."""
    found = Gathered(today, older_than)
    for one in worked:
        if not one.is_running:
            found.add(book.now(one))
    return found
