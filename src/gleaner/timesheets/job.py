"""The shell around drafting: read what is known of some days, decide, and hand over the drafts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from gleaner.capture.job import day_of
from gleaner.core.activities import Activity
from gleaner.core.catalog import Catalog, Person, ProjectId, TaskId, UserId
from gleaner.core.entries import TimeEntry
from gleaner.core.ports import Harvest
from gleaner.core.time import day_span
from gleaner.matching.evidence import Index
from gleaner.matching.learn import by_day, facts_of_day
from gleaner.matching.match import match
from gleaner.matching.memory import Fact, Memory, remember
from gleaner.matching.rules import Rule
from gleaner.timesheets.draft import Day, Draft, draft

HISTORY = timedelta(days=56)
"""How far back days that people logged by hand teach."""


@dataclass(frozen=True)
class DayDraft:
    """The draft of one person's day."""

    person: Person
    on: date
    draft: Draft


@dataclass(frozen=True)
class Decided:
    """What a person said about an activity: the project and task of the entry they let pass."""

    activity: Activity
    project_id: ProjectId
    task_id: TaskId
    weight: float = 1.0


def recall(
    harvest: Harvest, activities: Sequence[Activity], decided: Iterable[Decided], *, today: date
) -> Memory:
    """The memory for matching on *today*: decisions, and days before it that people logged by hand.

    Entries that Gleaner wrote are left out: it must not learn from itself.
    """
    people = harvest.catalog().people
    logged = [entry for entry in harvest.entries(today - HISTORY, today) if not entry.is_ours]
    facts = [Fact(one.activity, one.project_id, one.task_id, one.weight) for one in decided]
    known = {fact.activity.key for fact in facts}
    dated = [
        (day_of(activity, people[activity.user_id]), activity)
        for activity in activities
        if activity.user_id in people and activity.key not in known
    ]
    for day_activities, day_entries in by_day(dated, logged):
        facts.extend(facts_of_day(day_activities, day_entries))
    return remember(facts, logged, today=today)


def draft_days(
    harvest: Harvest,
    activities: Iterable[Activity],
    memory: Memory,
    rules: Sequence[Rule],
    *,
    days: Sequence[date],
    users: Iterable[UserId],
    now: datetime,
) -> Iterator[DayDraft]:
    """A draft for each of *users* and *days*, empty ones too: an empty draft takes back what is no longer true.

    Only what was over by *now* counts: nobody has worked in a meeting that is still to come.
    """
    catalog, company = harvest.catalog(), harvest.company()
    index = Index(catalog)
    seen = _by_person_day((one for one in activities if one.span.end <= now), catalog)
    logged: dict[tuple[UserId, date], list[TimeEntry]] = {}
    for entry in harvest.entries(min(days), max(days)):
        logged.setdefault((entry.user_id, entry.spent_date), []).append(entry)
    for user_id in users:
        person = catalog.people[user_id]
        for day in days:
            matches = [match(activity, index, memory, rules) for activity in seen.get((user_id, day), ())]
            entries = tuple(logged.get((user_id, day), ()))
            midnight = day_span(day, person.zone).start
            before = seen.get((user_id, day - timedelta(days=1)), ())
            taken = tuple(span for one in before for span in one.spans if span.end > midnight)
            facts = Day(company.account_id, company, person, day, entries, taken)
            yield DayDraft(person, day, draft(facts, matches))


def _by_person_day(
    activities: Iterable[Activity], catalog: Catalog
) -> dict[tuple[UserId, date], list[Activity]]:
    seen: dict[tuple[UserId, date], list[Activity]] = {}
    for activity in activities:
        person = catalog.people.get(activity.user_id)
        if person is not None and person.is_active:
            seen.setdefault((person.id, day_of(activity, person)), []).append(activity)
    return seen
