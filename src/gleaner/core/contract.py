"""The hours a person is due by contract: a week that repeats, or several that take turns. Standard library only."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

_MONDAY = date(1970, 1, 5)


@dataclass(frozen=True)
class Contract:
    """Hours by weekday.

    >>> three_and_two = Contract((week("8 8 8 - - - -"), week("8 8 - - - - -")), begins=date(2026, 3, 2))
    >>> [three_and_two.due_on(date(2026, 3, day)) / timedelta(hours=1) for day in (4, 11, 18)]
    [8.0, 0.0, 8.0]
    """

    weeks: tuple[tuple[timedelta, ...], ...]
    """At least one; each from Monday to Sunday."""
    begins: date = _MONDAY
    """Any day of a week that is like the first of *weeks*; only matters where they take turns."""

    def __post_init__(self) -> None:
        if not self.weeks or any(len(hours) != 7 for hours in self.weeks):
            raise ValueError("a contract has one week or more, each of seven days")

    def due_on(self, day: date) -> timedelta:
        """What is due on *day*, before holidays and time off."""
        first = self.begins - timedelta(days=self.begins.weekday())
        return self.weeks[(day - first).days // 7 % len(self.weeks)][day.weekday()]

    @cached_property
    def weekly(self) -> timedelta:
        """Hours of a week, on average."""
        return sum((sum(hours, timedelta(0)) for hours in self.weeks), timedelta(0)) / len(self.weeks)


def even(weekly: timedelta, workdays: Collection[int]) -> Contract:
    """*weekly* hours spread evenly over *workdays* (0 is Monday); Harvest knows no more than that."""
    share = weekly / len(workdays) if workdays else timedelta(0)
    return Contract((tuple(share if weekday in workdays else timedelta(0) for weekday in range(7)),))


def week(text: str) -> tuple[timedelta, ...]:
    """A week from seven numbers of hours, Monday first; ``-`` is a day off. Raises ValueError for anything else.

    >>> [hours / timedelta(hours=1) for hours in week("8 8 8 8 4.5 - -")]
    [8.0, 8.0, 8.0, 8.0, 4.5, 0.0, 0.0]
    """
    words = text.split()
    if len(words) != 7:
        raise ValueError(f'"{text}" has to have seven parts, Monday to Sunday, such as "8 8 8 8 8 - -"')
    hours = [0.0 if word == "-" else float(word) for word in words]
    if not all(0 <= each <= 24 for each in hours):
        raise ValueError(f'"{text}": a day has 0 to 24 hours')
    return tuple(timedelta(hours=each) for each in hours)
