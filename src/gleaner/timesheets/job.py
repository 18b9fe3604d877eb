"""The shell around drafting: read what is known of some days, decide, and hand over the drafts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from gleaner.capture.job import day_of
from gleaner.core.activities import Activity, Problem
from gleaner.core.catalog import Catalog, Person, ProjectId, TaskId, UserId
from gleaner.core.entries import TimeEntry
from gleaner.core.ports import Harvest
from gleaner.core.proposals import Proposal
from gleaner.core.time import ZERO, day_span, spoken_day
from gleaner.matching.index import Index
from gleaner.matching.learn import learnt
from gleaner.matching.match import match
from gleaner.matching.memory import Fact, Memory
from gleaner.matching.rules import Rule
from gleaner.review.guards import objection
from gleaner.timesheets.amend import Left, Now, again, amend
from gleaner.timesheets.anew import Facts
from gleaner.timesheets.draft import Day, Draft
from gleaner.timesheets.held import held
from gleaner.timesheets.logged import Logged
from gleaner.timesheets.notes import Template

HISTORY = timedelta(days=56)
"""How far back days that people logged by hand teach."""


@dataclass(frozen=True)
class DayDraft:
    """The draft of one person's day."""

    person: Person
    on: date
    draft: Draft
    left: tuple[Problem, ...] = ()
    """What changed after it was logged and is not proposed, with the reason."""
    unknown: frozenset[str] = frozenset()
    """Keys of logged activities of which nobody can tell now whether they changed."""
    compared: frozenset[str] = frozenset()
    """Keys of all logged activities that were looked at, of other days too."""


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
    catalog = harvest.catalog()
    logged = [entry for entry in harvest.entries(today - HISTORY, today) if not entry.is_ours]
    facts = [Fact(one.activity, one.project_id, one.task_id, one.weight) for one in decided]
    dated = [
        (day_of(activity, catalog.people[activity.user_id]), activity)
        for activity in activities
        if activity.user_id in catalog.people
    ]
    return learnt(dated, logged, facts, today=today, index=Index(catalog))


def draft_days(
    harvest: Harvest,
    activities: Iterable[Activity],
    memory: Memory,
    rules: Sequence[Rule],
    *,
    days: Sequence[date],
    users: Iterable[UserId],
    now: datetime,
    logged: Iterable[Logged] = (),
    gone: Mapping[str, str] | None = None,
    templates: Sequence[Template] = (),
) -> Iterator[DayDraft]:
    """A draft for each of *users* and *days*, empty ones too: an empty draft takes back what is no longer true.

    Only what was over by *now* counts: nobody has worked in a meeting that is still to come. What is *logged*
    already is not proposed again; where it changed, the draft of its entry's day has the amendment. *activities*
    may hold more than those days, for what moved. *gone* says which logged activities are there no more, and how
    that is known; one that is neither seen nor gone is left alone.
    """
    book = _Book(harvest, activities, memory, rules, now, tuple(logged), gone or {}, tuple(templates))
    wanted = list(users)
    if len(wanted) > 1:
        # Of one person alone each day is read when it is asked for, without everybody else's.
        book.read(min(days), max(days))
    for user_id in wanted:
        for day in days:
            yield book.day(user_id, day)


class _Book:
    """The days around a draft, each read and drafted once."""

    def __init__(
        self,
        harvest: Harvest,
        activities: Iterable[Activity],
        memory: Memory,
        rules: Sequence[Rule],
        now: datetime,
        logged: Sequence[Logged],
        gone: Mapping[str, str],
        templates: tuple[Template, ...],
    ) -> None:
        self._harvest, self._catalog = harvest, harvest.catalog()
        self._index, self._memory, self._rules = Index(self._catalog), memory, rules
        self._now, self._gone, self._templates = now, gone, templates
        seen = list(activities)
        self._by_key = {one.key: one for one in seen}
        self._seen = _by_person_day((one for one in seen if one.span.end <= now), self._catalog)
        self._logged = {one.activity_key: one for one in logged}
        self._known = held(self._logged.values())
        self._facts: dict[tuple[UserId, date], Facts] = {}
        self._entries: dict[tuple[UserId, date], list[TimeEntry]] = {}
        self._read: tuple[date, date] | None = None

    def read(self, first: date, last: date) -> None:
        """Read the entries of those days at once; those of other days are read when they are asked for."""
        self._read = first, last
        for entry in self._harvest.entries(first, last):
            self._entries.setdefault((entry.user_id, entry.spent_date), []).append(entry)

    def day(self, user_id: UserId, day: date) -> DayDraft:
        facts = self._of(user_id, day)
        plain = facts.plain
        proposals = [one for one in plain.proposals if one.activity_key not in self._logged]
        for fresh in plain.proposals:
            one = self._logged.get(fresh.activity_key)
            if one is not None and one.written is None:
                proposals.append(again(one, fresh))
        left, unknown = list[Problem](), set[str]()
        for one, entry in self._written(user_id, day, facts):
            now = self._present(one, facts.day.person)
            if now is None:
                unknown.add(one.activity_key)
                continue
            found = self._amended(one, entry, now, facts.day.person)
            if isinstance(found, Proposal):
                proposals.append(found)
            elif found is not None:
                left.append(found)
        drafted = replace(plain, proposals=tuple(proposals))
        return DayDraft(
            facts.day.person, day, drafted, tuple(left), frozenset(unknown), frozenset(self._logged)
        )

    def _written(self, user_id: UserId, day: date, facts: Facts) -> Iterator[tuple[Logged, TimeEntry]]:
        """What was logged on that day and is there still."""
        for one in self._logged.values():
            entry = facts.entry(one.entry_id)
            if (one.user_id, one.on) == (user_id, day) and one.written is not None and entry is not None:
                yield one, entry

    def _amended(self, one: Logged, entry: TimeEntry, now: Now, person: Person) -> Proposal | Problem | None:
        found = amend(one, entry, now, person.zone)
        if found is None:
            return None
        where = f"{person.name}, {spoken_day(entry.spent_date)}"
        if isinstance(found, Left):
            return Problem(where, f"{found.text}, or: gleaner undo", is_hint=found.is_hint)
        against = objection(self._harvest, found, {entry.id: entry})
        return Problem(where, f"{found.reason} It is left as it is: {against}") if against else found

    def _present(self, one: Logged, person: Person) -> Now | None:
        """What is known of it now; None when nobody can tell."""
        activity = self._by_key.get(one.activity_key)
        if activity is None:
            why = self._gone.get(one.activity_key)
            explained = self._of(person.id, one.on).plain.explained
            stands_for = any(other.entry.id == one.entry_id for other in explained)
            stands_for = stands_for or self._of(person.id, one.on).has_other_parts(self._logged, one)
            return Now(None, why, stands_for) if why is not None else None
        on = day_of(activity, person)
        if activity.span.end > self._now:
            return Now(activity, on=on, is_over=False)
        facts = self._of(person.id, on)
        known = Now(activity, on=on, match=facts.match_of(activity))
        if activity.fingerprint == one.fingerprint:
            return known
        fresh = facts.as_if_new(self._logged, one)
        return replace(
            known,
            fresh=next((p for p in fresh.draft.proposals if p.activity_key == activity.key), None),
            explained=next((e for e in fresh.draft.explained if e.line.activity.key == activity.key), None),
            free=fresh.free.get(activity.key, ZERO),
            room=fresh.room.get(activity.key, ZERO),
        )

    def _of(self, user_id: UserId, day: date) -> Facts:
        if (user_id, day) not in self._facts:
            person, company = self._catalog.people[user_id], self._harvest.company()
            seen = self._seen.get((user_id, day), ())
            matches = tuple(match(one, self._index, self._memory, self._rules) for one in seen)
            midnight = day_span(day, person.zone).start
            before = self._seen.get((user_id, day - timedelta(days=1)), ())
            taken = tuple(span for one in before for span in one.spans if span.end > midnight)
            is_read = self._read is not None and self._read[0] <= day <= self._read[1]
            there = (
                self._entries.get((user_id, day), ()) if is_read else self._harvest.entries(day, day, user_id)
            )
            known = Day(
                company.account_id, company, person, day, tuple(there), taken, self._templates, self._known
            )
            self._facts[user_id, day] = Facts(known, matches)
        return self._facts[user_id, day]


def _by_person_day(
    activities: Iterable[Activity], catalog: Catalog
) -> dict[tuple[UserId, date], list[Activity]]:
    seen: dict[tuple[UserId, date], list[Activity]] = {}
    for activity in activities:
        person = catalog.people.get(activity.user_id)
        if person is not None and person.is_active:
            seen.setdefault((person.id, day_of(activity, person)), []).append(activity)
    return seen
