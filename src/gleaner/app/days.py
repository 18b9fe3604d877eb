"""A day and a week, added up: expected = in Harvest + ready + unsure + still open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from gleaner.app.account import Account
from gleaner.app.sheets import read, sheets
from gleaner.core.catalog import Person
from gleaner.core.entries import TimeEntry
from gleaner.core.time import decimal_hours, week_of
from gleaner.review.inbox import Item
from gleaner.timesheets.gaps import Sheet


@dataclass(frozen=True)
class Sum:
    """The hours of one day (or week, then ``on`` is its first day)."""

    on: date
    expected: Decimal
    """By contract, less holidays and time off."""
    logged: Decimal
    """Time off that was logged in Harvest is left out: it makes *expected* less instead."""
    ready: Decimal
    """Proposed with a project: one word from you and they are in Harvest."""
    unsure: Decimal
    """Seen, but you have to say what for."""
    why: str = ""
    """How *expected* comes about, where it is not the contract alone."""

    @property
    def open(self) -> Decimal:
        """Expected hours that nothing accounts for."""
        return max(Decimal(0), self.expected - self.logged - self.ready - self.unsure)

    @property
    def sentence(self) -> str:
        """The arithmetic, as people read it."""
        why = f" ({self.why})" if self.why else ""
        return (
            f"expected {self.expected:.2f} h{why} · in Harvest {self.logged:.2f} · ready {self.ready:.2f} · "
            f"unsure {self.unsure:.2f} · still open {self.open:.2f}"
        )


def day_sum(
    account: Account, person: Person, day: date, held: Iterable[Item] | None = None
) -> tuple[Sum, list[TimeEntry], list[Item]]:
    """The day's sum, its entries and what waits for review; *held* is what the inbox has of it, where that is known."""
    known = read(account, [person], day, day, held)
    (sheet,) = sheets(account, [person], day, day, known)
    at = (person.id, day)
    return _sum(sheet), known.entries.get(at, []), known.items.get(at, [])


def week_sums(account: Account, person: Person, day: date) -> tuple[list[Sum], Sum]:
    """A sum for each day of the week around *day*, and one for the whole."""
    first, last = week_of(day, account.mirror.company().first_weekday)
    sums = [_sum(sheet) for sheet in sheets(account, [person], first, last)]
    whole = Sum(
        first,
        sum((one.expected for one in sums), Decimal(0)),
        sum((one.logged for one in sums), Decimal(0)),
        sum((one.ready for one in sums), Decimal(0)),
        sum((one.unsure for one in sums), Decimal(0)),
    )
    return sums, whole


def _sum(sheet: Sheet) -> Sum:
    due = sheet.expected
    return Sum(
        sheet.day,
        decimal_hours(due.hours),
        decimal_hours(sheet.logged + sheet.running),
        decimal_hours(sheet.waiting),
        decimal_hours(sheet.unsure),
        due.sentence() if due.off or due.why_nothing else "",
    )
