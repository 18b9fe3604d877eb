"""A day and a week, added up: expected = in Harvest + ready + unsure + still open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from gleaner.app.account import Account
from gleaner.app.sheets import WAITING, sheets
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


def day_sum(account: Account, person: Person, day: date) -> tuple[Sum, list[TimeEntry], list[Item]]:
    """The day's sum, its entries and what waits for review."""
    entries = account.mirror.entries(day, day, person.id)
    items = account.inbox.items(states=WAITING, user_id=person.id, first=day, last=day)
    (sheet,) = sheets(account, [person], day, day)
    return _sum(sheet), entries, items


def week_sums(account: Account, person: Person, day: date) -> tuple[list[Sum], Sum]:
    """A sum for each day of the week around *day*, and one for the whole."""
    first, last = week_of(day, account.mirror.company().first_weekday)
    sums = [_sum(sheet) for sheet in sheets(account, [person], first, last)]
    return sums, added_up(first, sums)


def added_up(first: date, sums: Iterable[Sum]) -> Sum:
    """Several days as one sum, which begins on *first*."""
    whole = list(sums)
    return Sum(
        first,
        sum((one.expected for one in whole), Decimal(0)),
        sum((one.logged for one in whole), Decimal(0)),
        sum((one.ready for one in whole), Decimal(0)),
        sum((one.unsure for one in whole), Decimal(0)),
    )


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
