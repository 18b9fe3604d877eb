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
from gleaner.matching.calibrate import Scale
from gleaner.matching.index import Index
from gleaner.matching.learn import by_day, facts_of_day, memory_of
from gleaner.matching.memory import Fact, Memory
from gleaner.matching.replay import measured_scale
from gleaner.timesheets.job import HISTORY, Decided


class Hindsight:
    """Days are paired with their entries once; walking on by a day only shifts what is remembered of them."""

    def __init__(
        self,
        seen: Iterable[tuple[date, Activity]],
        entries: Iterable[TimeEntry],
        decided: Iterable[tuple[date, Decided]] = (),
        index: Index | None = None,
    ) -> None:
        """*seen* with the local day of each activity, *decided* with the day of each decision.

        With an *index*, confidences are scaled to what was right until the Monday before.
        """
        self._index = index
        self._scales: dict[date, Scale] = {}
        own = (entry for entry in entries if not entry.is_ours)
        self._entries = sorted(own, key=lambda entry: (entry.spent_date, entry.id))
        self._facts: list[tuple[date, Fact]] = []
        for activities, logged in by_day(seen, self._entries):
            self._facts += [(logged[0].spent_date, fact) for fact in facts_of_day(activities, logged)]
        self._facts.sort(key=itemgetter(0))
        self._decided = sorted(decided, key=itemgetter(0))

    def before(self, day: date) -> Memory:
        """The memory for matching on the morning of *day*."""
        said, shown, entries = self._known(day)
        memory = memory_of(said, shown, entries, today=day - timedelta(days=1))
        if self._index is not None:
            memory.scale = self._scale(day - timedelta(days=day.weekday()), self._index)
        return memory

    def _known(self, day: date) -> tuple[list[Fact], list[Fact], list[TimeEntry]]:
        """What people said before *day*, what their entries had shown, and these entries."""
        said = [
            Fact(one.activity, one.project_id, one.task_id, one.weight)
            for on, one in self._decided
            if on < day
        ]
        known = {fact.activity.key for fact in said}
        since = day - timedelta(days=1) - HISTORY
        begin, end = (bisect_left(self._facts, at, key=itemgetter(0)) for at in (since, day))
        shown = [fact for _, fact in self._facts[begin:end] if fact.activity.key not in known]
        begin, end = (bisect_left(self._entries, at, key=lambda one: one.spent_date) for at in (since, day))
        return said, shown, self._entries[begin:end]

    def _scale(self, monday: date, index: Index) -> Scale:
        """What a confidence was worth then. It changes slowly and takes a while to measure: once a week is enough."""
        if monday not in self._scales:
            said, shown, entries = self._known(monday)
            self._scales[monday] = measured_scale([*said, *shown], entries, index)
        return self._scales[monday]
