"""What was decided before: the ground for "the last five of this series went to Apollo".

Two kinds of facts go in. *Decisions* are what people said of proposals. *History* is what they logged by hand
on days for which we also have the calendar and Git. Silence, and what Gleaner posted unasked, teach nothing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from gleaner.core.activities import Activity, Coding, Kind, Meeting
from gleaner.core.catalog import ProjectId, TaskId, UserId
from gleaner.core.entries import TimeEntry
from gleaner.matching.calibrate import Record, Scale
from gleaner.matching.text import Text, features
from gleaner.matching.words import normalised

HALF_LIFE = 10.0
"""Days after which an hour counts half for what somebody works on."""
_ISSUE = re.compile(r"(?<![^\W_])([A-Za-z][A-Za-z0-9]{1,9})-\d+(?![^\W_])")


@dataclass(frozen=True)
class Fact:
    """*activity* was logged to this project and task; *weight* 1 is a person's own decision."""

    activity: Activity
    project_id: ProjectId
    task_id: TaskId
    weight: float = 1.0


K = TypeVar("K")
Tally = defaultdict[K, float]
"""Weights by what they are for; unknown things weigh nothing."""


def _tallies() -> defaultdict[Any, defaultdict[Any, float]]:
    return defaultdict(lambda: defaultdict(float))


@dataclass
class Memory:
    """Weights of past picks, by what may come back: a series, a title, a repository, a word, a person.

    Built once per run by :func:`remember`, then only read.
    """

    series: defaultdict[str, Tally[ProjectId]] = field(default_factory=_tallies)
    titles: defaultdict[str, Tally[ProjectId]] = field(default_factory=_tallies)
    repositories: defaultdict[str, Tally[ProjectId]] = field(default_factory=_tallies)
    branches: defaultdict[tuple[str, str], Tally[ProjectId]] = field(default_factory=_tallies)
    issues: defaultdict[str, Tally[ProjectId]] = field(default_factory=_tallies)
    """By the letters before the number of an issue's key."""
    attendees: defaultdict[str, Tally[ProjectId]] = field(default_factory=_tallies)
    """By the address of somebody who took part."""
    companions: defaultdict[str, Tally[ProjectId]] = field(default_factory=_tallies)
    """By the set of participants: the same people usually meet about the same thing."""
    tasks: defaultdict[tuple[ProjectId, Kind], Tally[TaskId]] = field(default_factory=_tallies)
    own_tasks: defaultdict[tuple[UserId, ProjectId, Kind], Tally[TaskId]] = field(default_factory=_tallies)
    task_words: defaultdict[tuple[UserId, str], Tally[TaskId]] = field(default_factory=_tallies)
    """By person and a word of the title."""
    own_series: defaultdict[tuple[UserId, str], Tally[TaskId]] = field(default_factory=_tallies)
    lately: defaultdict[UserId, Tally[ProjectId]] = field(default_factory=_tallies)
    """Hours per project, those of ``HALF_LIFE`` days ago half as much."""
    text: Text = field(default_factory=Text)
    scale: Scale = field(default_factory=Scale)
    """What a confidence is worth in this account."""
    records: Mapping[str, Record] = field(default_factory=dict)
    """What people decided about sure matches, by ground."""
    _shares: dict[UserId, dict[ProjectId, float]] = field(default_factory=dict)

    def shares(self, user_id: UserId) -> Mapping[ProjectId, float]:
        """What part of a person's time each project had lately; empty when nothing is known."""
        if user_id not in self._shares:
            hours: Mapping[ProjectId, float] = self.lately.get(user_id, {})
            whole = sum(hours.values())
            self._shares[user_id] = {project_id: part / whole for project_id, part in hours.items() if whole}
        return self._shares[user_id]


def remember(facts: Iterable[Fact], entries: Iterable[TimeEntry], *, today: date) -> Memory:
    """A memory of *facts*, and of what *entries* say about whom works on what lately.

    *entries* are people's own: leave out the ones Gleaner wrote, or it would learn from itself.
    """
    memory = Memory()
    for fact in facts:
        learn(memory, fact)
    for entry in entries:
        age = (today - entry.spent_date).days
        spend(memory, entry.user_id, entry.project_id, float(entry.hours), age)
        if entry.notes:
            memory.text.learn(entry.notes, entry.project_id, 0.5)
    return memory


def spend(memory: Memory, user_id: UserId, project_id: ProjectId, hours: float, age: int) -> None:
    """That person gave *hours* to the project *age* days ago; what is still to come does not count."""
    if age >= 0:
        memory.lately[user_id][project_id] += hours * 0.5 ** (age / HALF_LIFE)


def circle(activity: Activity) -> str:
    """The same for the same circle of people, the owner included; empty for an event of one's own."""
    if not activity.participants:
        return ""
    return ",".join((str(activity.user_id), *activity.participants))


def issue_prefixes(activity: Activity) -> list[str]:
    """What stands before the number in the keys of issues that title and branches name, in capitals."""
    branches = activity.detail.branches if isinstance(activity.detail, Coding) else ()
    found = (_ISSUE.findall(text[:400]) for text in (activity.title, *branches))
    return sorted({prefix.upper() for some in found for prefix in some})


def learn(memory: Memory, fact: Fact) -> None:
    """Add one fact: the same whether it comes first or last."""
    activity = fact.activity
    match activity.detail:
        case Meeting(series=series):
            memory.series[series][fact.project_id] += fact.weight
            memory.own_series[activity.user_id, series][fact.task_id] += fact.weight
            for word in features(activity.title):
                memory.task_words[activity.user_id, word][fact.task_id] += fact.weight
            title = normalised(activity.title)
            if title:
                memory.titles[title][fact.project_id] += fact.weight
            if activity.participants:
                memory.companions[circle(activity)][fact.project_id] += fact.weight
            for address in {*activity.participants, activity.detail.organizer.lower()}:
                memory.attendees[address][fact.project_id] += fact.weight
        case Coding(repository=repository, branches=branches):
            memory.repositories[repository][fact.project_id] += fact.weight
            for branch in branches:
                memory.branches[repository, branch][fact.project_id] += fact.weight
    for prefix in issue_prefixes(activity):
        memory.issues[prefix][fact.project_id] += fact.weight
    memory.text.learn(activity.title, fact.project_id, fact.weight)
    memory.tasks[fact.project_id, activity.kind][fact.task_id] += fact.weight
    memory.own_tasks[activity.user_id, fact.project_id, activity.kind][fact.task_id] += fact.weight
