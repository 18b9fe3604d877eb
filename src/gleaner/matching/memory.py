"""What was decided before: the ground for "the last five of this series went to Apollo".

Two kinds of facts go in. *Decisions* are what people said of proposals. *History* is what they logged by hand
on days for which we also have the calendar and Git. Silence, and what Gleaner posted unasked, teach nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from gleaner.core.activities import Activity, Coding, Kind, Meeting
from gleaner.core.catalog import ProjectId, TaskId, UserId
from gleaner.core.entries import TimeEntry
from gleaner.matching.words import normalised, telling

Pick = tuple[ProjectId, TaskId]


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

    series: defaultdict[str, Tally[Pick]] = field(default_factory=_tallies)
    titles: defaultdict[str, Tally[Pick]] = field(default_factory=_tallies)
    repositories: defaultdict[str, Tally[Pick]] = field(default_factory=_tallies)
    branches: defaultdict[tuple[str, str], Tally[Pick]] = field(default_factory=_tallies)
    words: defaultdict[str, Tally[ProjectId]] = field(default_factory=_tallies)
    companions: defaultdict[str, Tally[ProjectId]] = field(default_factory=_tallies)
    """By the set of participants: the same people usually meet about the same thing."""
    tasks: defaultdict[tuple[ProjectId, Kind], Tally[TaskId]] = field(default_factory=_tallies)
    own_tasks: defaultdict[tuple[UserId, ProjectId, Kind], Tally[TaskId]] = field(default_factory=_tallies)
    recent: defaultdict[UserId, Tally[ProjectId]] = field(default_factory=_tallies)
    """Hours per project in the last two weeks."""
    projects: Tally[ProjectId] = field(default_factory=lambda: defaultdict(float))
    """Weight of all facts per project, to tell a telling word from a common one."""


def remember(facts: Iterable[Fact], entries: Iterable[TimeEntry], *, today: date) -> Memory:
    """A memory of *facts*, and of what *entries* say about whom works on what lately.

    *entries* are people's own: leave out the ones Gleaner wrote, or it would learn from itself.
    """
    memory = Memory()
    for fact in facts:
        _remember_fact(memory, fact)
    for entry in entries:
        age = (today - entry.spent_date).days
        if 0 <= age <= 14:
            memory.recent[entry.user_id][entry.project_id] += float(entry.hours)
        for word in telling(entry.notes):
            memory.words[word][entry.project_id] += 0.5
        memory.projects[entry.project_id] += 0.5
    return memory


def participants_key(activity: Activity) -> str:
    """The same for the same circle of people, the owner included; empty for an event of one's own."""
    if not activity.participants:
        return ""
    return ",".join((str(activity.user_id), *activity.participants))


def _remember_fact(memory: Memory, fact: Fact) -> None:
    activity, pick = fact.activity, (fact.project_id, fact.task_id)
    match activity.detail:
        case Meeting(series=series):
            memory.series[series][pick] += fact.weight
            title = normalised(activity.title)
            if title:
                memory.titles[title][pick] += fact.weight
            circle = participants_key(activity)
            if circle:
                memory.companions[circle][fact.project_id] += fact.weight
        case Coding(repository=repository, branches=branches):
            memory.repositories[repository][pick] += fact.weight
            for branch in branches:
                memory.branches[repository, branch][pick] += fact.weight
    for word in telling(activity.title):
        memory.words[word][fact.project_id] += fact.weight
    memory.projects[fact.project_id] += fact.weight
    memory.tasks[fact.project_id, activity.kind][fact.task_id] += fact.weight
    memory.own_tasks[activity.user_id, fact.project_id, activity.kind][fact.task_id] += fact.weight
