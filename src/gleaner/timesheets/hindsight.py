"""What was known before each of a row of past days: for replaying them as they were, without hindsight.

An entry counts as known from the day after the one it is about, a decision from the day after it was made.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from datetime import date, timedelta
from operator import itemgetter

from gleaner.core.activities import Activity
from gleaner.core.entries import TimeEntry
from gleaner.matching.learn import by_day, facts_of_day
from gleaner.matching.memory import Fact, Memory, remember
from gleaner.timesheets.job import HISTORY, Decided


class Hindsight:
    """Days are paired with their entries once; walking on by a day only shifts what is remembered of them."""

    def __init__(
        self,
        seen: Iterable[tuple[date, Activity]],
        entries: Iterable[TimeEntry],
        decided: Iterable[tuple[date, Decided]] = (),
    ) -> None:
        """*seen* with the local day of each activity, *decided* with the day of each decision."""
        own = (entry for entry in entries if not entry.is_ours)
        self._entries = sorted(own, key=lambda entry: (entry.spent_date, entry.id))
        self._facts: list[tuple[date, Fact]] = []
        for activities, logged in by_day(seen, self._entries):
            self._facts += [(logged[0].spent_date, fact) for fact in facts_of_day(activities, logged)]
        self._facts.sort(key=itemgetter(0))
        self._decided = sorted(decided, key=itemgetter(0))

    def before(self, day: date) -> Memory:
        """The memory for matching on the morning of *day*."""
        since, last = day - timedelta(days=1) - HISTORY, day - timedelta(days=1)
        said = [
            Fact(one.activity, one.project_id, one.task_id, one.weight)
            for on, one in self._decided
            if on < day
        ]
        known = {fact.activity.key for fact in said}
        begin, end = (bisect_left(self._facts, at, key=itemgetter(0)) for at in (since, day))
        facts = (fact for _, fact in self._facts[begin:end] if fact.activity.key not in known)
        begin, end = (bisect_left(self._entries, at, key=lambda one: one.spent_date) for at in (since, day))
        return remember([*said, *facts], self._entries[begin:end], today=last)
