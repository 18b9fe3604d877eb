"""What the slices need to read. Writing ports are in :mod:`gleaner.review.writers`."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Protocol

from gleaner.core.catalog import Catalog, Company, EntryId, UserId
from gleaner.core.entries import TimeEntry
from gleaner.core.rates import DatedRate


class Harvest(Protocol):
    """What we know of one Harvest account. Served from the mirror: asking costs no request."""

    def company(self) -> Company:
        """The account's settings. Raises Unavailable before the first sync."""
        ...

    def catalog(self) -> Catalog:
        """Everything that can be logged to, and by whom."""
        ...

    def entries(self, first: date, last: date, user_id: UserId | None = None) -> list[TimeEntry]:
        """Time entries with a ``spent_date`` from *first* to *last*, both included; oldest first."""
        ...


class LiveEntries(Protocol):
    """Time entries as they are in Harvest right now, one request each: for what no copy knows, such as a timer.

    Both raise Refused when Harvest says no, Unavailable when it cannot be asked.
    """

    def get(self, entry_id: EntryId) -> TimeEntry | None:
        """The entry as it is now, or None when it is gone."""
        ...

    def running(self, user_id: UserId) -> TimeEntry | None:
        """The entry whose timer runs for that person, or None."""
        ...


class Rates(Protocol):
    """People's dated rates, asked of Harvest now, one request each.

    Both raise Refused when the token may not see them, Unavailable when Harvest cannot be asked.
    """

    def billable(self, user_id: UserId) -> list[DatedRate]:
        """What the person's time is billed at where no project or task says otherwise; oldest first."""
        ...

    def cost(self, user_id: UserId) -> list[DatedRate]:
        """What the person's time costs; oldest first."""
        ...


class Clock(Protocol):
    def now(self) -> datetime:
        """The present, aware, in UTC."""
        ...


class Step(Protocol):
    """One line of progress."""

    def advance(self, amount: int = 1) -> None: ...

    def total(self, amount: int) -> None:
        """How much work there will be, once it is known."""
        ...


class Progress(Protocol):
    """Progress of long work, shown to whoever waits. The silent one costs nothing."""

    def step(self, text: str, total: int | None = None) -> AbstractContextManager[Step]: ...
