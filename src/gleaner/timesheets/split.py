"""What the logged hours were for: billable, not billable, or internal; by client, kind of project and team. Pure.

*Billable* is what Harvest says of the entry. *Not billable* is other work on a project that is billed, *internal* work
on one that is not. Time off is no work and in none of them; running timers are in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

from gleaner.core.catalog import Project
from gleaner.core.phrases import phrase
from gleaner.core.time import ZERO

By = Literal["client", "kind", "team"]
NOBODYS = phrase("none")
"""Stands for the team of people who are in none, and the client of a project that is gone."""


@dataclass(frozen=True)
class Split:
    """Hours by what they were for."""

    billable: timedelta = ZERO
    not_billable: timedelta = ZERO
    internal: timedelta = ZERO

    @property
    def total(self) -> timedelta:
        return self.billable + self.not_billable + self.internal

    @property
    def billable_share(self) -> float | None:
        return self.billable / self.total if self.total > ZERO else None

    def __add__(self, other: Split) -> Split:
        return Split(
            self.billable + other.billable,
            self.not_billable + other.not_billable,
            self.internal + other.internal,
        )


EMPTY = Split()


@dataclass(frozen=True)
class Spent:
    """Hours that some people of a team spent on one project."""

    project: Project | None
    client: str
    team: str
    is_billable: bool
    """As Harvest says of the entries."""
    hours: timedelta

    @property
    def kind(self) -> str:
        """How the project is billed."""
        if self.project is None or not self.project.is_billable:
            return phrase("not billed")
        return phrase("fixed fee") if self.project.is_fixed_fee else phrase("time and materials")

    @property
    def split(self) -> Split:
        if self.is_billable:
            return replace(EMPTY, billable=self.hours)
        if self.project is not None and self.project.is_billable:
            return replace(EMPTY, not_billable=self.hours)
        return replace(EMPTY, internal=self.hours)


@dataclass(frozen=True)
class Line:
    """One client, kind or team: the week, and the calendar month before it beside."""

    name: str
    week: Split
    month: Split


def total(spent: Iterable[Spent]) -> Split:
    """All of it together."""
    return sum((one.split for one in spent), EMPTY)


def lines(week: Iterable[Spent], month: Iterable[Spent], by: By) -> list[Line]:
    """A line for each client, kind of project or team, by name."""
    weeks, months = _sums(week, by), _sums(month, by)
    names = sorted(weeks.keys() | months.keys(), key=str.casefold)
    return [Line(name, weeks.get(name, EMPTY), months.get(name, EMPTY)) for name in names]


def _sums(spent: Iterable[Spent], by: By) -> Mapping[str, Split]:
    found: dict[str, Split] = {}
    for one in spent:
        name = {"client": one.client, "kind": one.kind, "team": one.team}[by] or NOBODYS
        found[name] = found.get(name, EMPTY) + one.split
    return found


def utilisation(billable: timedelta, due: timedelta) -> float | None:
    """Billable hours by expected ones of the same people; None where nothing was due."""
    return billable / due if due > ZERO else None
