"""What one reading of a list came to, and from where the next poll has to ask. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gleaner.adapters.harvest.copy import Row, State
from gleaner.adapters.harvest.encoding import Raw
from gleaner.adapters.harvest.paging import Page

# Harvest stamps a change when it begins to store it, and shows it when it is stored. After so long, whatever bears
# an older stamp was there to be read.
_SETTLED = timedelta(seconds=3)
# Should Harvest's answers carry no date, our clock may be off by this much.
_CLOCK_ERROR = timedelta(minutes=1)


@dataclass
class Listing:
    """One reading of a list, page by page."""

    seen: set[int] = field(default_factory=set)
    newest: datetime | None = None
    asked_at: datetime | None = None
    """When the first page was asked for, by Harvest's clock."""
    pages: int = 0
    total: int = 0
    grown: int = 0
    """How many more there were at the end than when the first page was read."""
    young: int = 0
    """How many were seen that were made after the first page was read."""
    is_steady: bool = True
    """False: something was deleted or moved while we read, so that others may have slipped from a later page
    onto one already read."""

    def take(self, page: Page, rows: list[Row]) -> None:
        """Add one *page*, of which *rows* could be read."""
        self.pages += 1
        # Also those that were left out: what cannot be read is not gone.
        ids = (item.get("id") for item in page.items)
        self.seen.update(number for number in ids if isinstance(number, int))
        moments = [row.updated_at for row in rows if row.updated_at is not None]
        self.newest = max([*moments, self.newest] if self.newest else moments, default=None)
        if self.pages == 1:
            self.asked_at = page.asked_at
        # A new object pushes one we know onto the next page, which is harmless. Any other repeat was moved.
        grown = (page.total or 0) - self.total
        if grown < 0 or page.repeats > grown:
            self.is_steady = False
        self.total += grown
        if self.pages > 1:
            self.grown += grown
            self.young += sum(self._is_young(item) for item in page.items)

    def end(self) -> None:
        """All pages are read. Only new objects may be missing then: something may have moved while another was made."""
        if self.total and self.total - len(self.seen) > max(0, self.grown - self.young):
            self.is_steady = False

    def _is_young(self, item: Raw) -> bool:
        made = item.get("created_at")
        return (
            self.asked_at is not None
            and isinstance(made, str)
            and made >= f"{self.asked_at:%Y-%m-%dT%H:%M:%SZ}"
        )

    def since(self, state: State | None, now: datetime) -> datetime | None:
        """The moment behind which the next poll asks: everything that bears this stamp or an older one was seen.

        *state* is from before this reading, *now* by our clock when it began. None: read the whole list again.
        Harvest compares strictly and to the second (``harvest/api`` §4). What changed long before we asked is not
        asked for again, however much was made in one second; the last seconds are, for they may have hidden more.
        """
        before = state.updated_since if state else None
        if self.newest is None or not self.is_steady:
            return before
        # By when the first page was asked for: a later page may be newer than a change on an earlier one, made
        # after that one was read.
        mark = min(self.newest, (self.asked_at or now - _CLOCK_ERROR) - _SETTLED)
        return mark if before is None else max(before, mark)
