"""A day and a week, added up: expected = in Harvest + ready + unsure + still open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from gleaner.app.account import Account
from gleaner.core.actions import CreateTimeEntry
from gleaner.core.catalog import Person
from gleaner.core.entries import TimeEntry
from gleaner.core.proposals import State
from gleaner.core.time import days, decimal_hours, week_of
from gleaner.review.inbox import Item
from gleaner.timesheets.reconcile import hours_of

_WAITING = (State.PROPOSED, State.APPROVED, State.FAILED)


@dataclass(frozen=True)
class Sum:
    """The hours of one day (or week, then ``on`` is its first day)."""

    on: date
    expected: Decimal
    """Weekly capacity over the workdays; holidays and leave are not known yet."""
    logged: Decimal
    ready: Decimal
    """Proposed with a project: one word from you and they are in Harvest."""
    unsure: Decimal
    """Seen, but you have to say what for."""

    @property
    def open(self) -> Decimal:
        """Expected hours that nothing accounts for."""
        return max(Decimal(0), self.expected - self.logged - self.ready - self.unsure)

    @property
    def sentence(self) -> str:
        """The arithmetic, as people read it."""
        return (
            f"expected {self.expected:.2f} h · in Harvest {self.logged:.2f} · ready {self.ready:.2f} · "
            f"unsure {self.unsure:.2f} · still open {self.open:.2f}"
        )


def day_sum(account: Account, person: Person, day: date) -> tuple[Sum, list[TimeEntry], list[Item]]:
    """The day's sum, its entries and what waits for review."""
    entries = account.mirror.entries(day, day, person.id)
    items = account.inbox.items(states=_WAITING, user_id=person.id, first=day, last=day)
    return _sum(person, day, entries, items), entries, items


def week_sums(account: Account, person: Person, day: date) -> tuple[list[Sum], Sum]:
    """A sum for each day of the week around *day*, and one for the whole."""
    first, last = week_of(day, account.mirror.company().first_weekday)
    entries = account.mirror.entries(first, last, person.id)
    items = account.inbox.items(states=_WAITING, user_id=person.id, first=first, last=last)
    sums = [
        _sum(
            person,
            one,
            [entry for entry in entries if entry.spent_date == one],
            [item for item in items if item.proposal.on == one],
        )
        for one in days(first, last)
    ]
    whole = Sum(
        first,
        sum((one.expected for one in sums), Decimal(0)),
        sum((one.logged for one in sums), Decimal(0)),
        sum((one.ready for one in sums), Decimal(0)),
        sum((one.unsure for one in sums), Decimal(0)),
    )
    return sums, whole


def _sum(person: Person, day: date, entries: list[TimeEntry], items: list[Item]) -> Sum:
    ready = unsure = Decimal(0)
    for item in items:
        action = item.proposal.action
        if isinstance(action, CreateTimeEntry):
            if action.project_id is None:
                unsure += action.hours
            else:
                ready += action.hours
    return Sum(day, decimal_hours(person.capacity_on(day)), hours_of(entries), ready, unsure)
