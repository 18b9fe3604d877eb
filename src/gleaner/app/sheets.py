"""Everybody's days: expected, logged, waiting and missing. One read of each kind, however many people."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeAlias

from gleaner.adapters.public_holidays import public_holidays
from gleaner.app.account import Account
from gleaner.capture import titles
from gleaner.config import FILE
from gleaner.core.actions import CreateTimeEntry
from gleaner.core.activities import Problem
from gleaner.core.catalog import Catalog, Person, TaskId, UserId
from gleaner.core.entries import Posted, TimeEntry
from gleaner.core.errors import ConfigError
from gleaner.core.phrases import phrase
from gleaner.core.proposals import State
from gleaner.core.time import ZERO, days
from gleaner.review.inbox import EXPENSE, Item
from gleaner.timesheets.expected import Absence, expected
from gleaner.timesheets.gaps import Sheet, logged_of

PersonDay: TypeAlias = tuple[UserId, date]
WAITING = (State.PROPOSED, State.APPROVED, State.FAILED)
_SEVERAL = re.compile("[/&,+]")


@dataclass(frozen=True)
class Read:
    """What Harvest holds and what waits for review, by person and day."""

    entries: Mapping[PersonDay, list[TimeEntry]]
    items: Mapping[PersonDay, list[Item]]


def read(
    account: Account, people: Collection[Person], first: date, last: date, held: Iterable[Item] | None = None
) -> Read:
    """Of those days; everybody's where *people* are several. *held*: what the inbox has of them, if that is known."""
    one = _alone(people)
    entries = defaultdict[PersonDay, list[TimeEntry]](list)
    for entry in account.mirror.entries(first, last, one):
        entries[entry.user_id, entry.spent_date].append(entry)
    if held is None:
        return Read(entries, _waiting(account, one, first, last))
    return Read(entries, _by_day(item for item in held if item.state in WAITING))


def _posted(account: Account, first: date, last: date) -> Mapping[PersonDay, list[Posted]]:
    found = defaultdict[PersonDay, list[Posted]](list)
    for entry in account.mirror.posted(first, last):
        found[entry.user_id, entry.spent_date].append(entry)
    return found


def _waiting(account: Account, one: UserId | None, first: date, last: date) -> Mapping[PersonDay, list[Item]]:
    return _by_day(account.inbox.items(states=WAITING, user_id=one, first=first, last=last))


def _by_day(items: Iterable[Item]) -> Mapping[PersonDay, list[Item]]:
    found = defaultdict[PersonDay, list[Item]](list)
    for item in items:
        if item.proposal.rule != EXPENSE:
            found[item.proposal.user_id, item.proposal.on].append(item)
    return found


def sheets(
    account: Account, people: Collection[Person], first: date, last: date, known: Read | None = None
) -> list[Sheet]:
    """A sheet for each of *people* and each day, person by person; from what is *known* already, or read anew."""
    off_tasks = time_off_tasks(account)
    entries: Mapping[PersonDay, Sequence[TimeEntry | Posted]]
    if known is None and _alone(people) is None:
        # To read a whole entry takes ten times as long as to have the database take out what a sum needs.
        entries, items = _posted(account, first, last), _waiting(account, None, first, last)
    else:
        known = known or read(account, people, first, last)
        entries, items = known.entries, known.items
    away = absences(account, people, first, last, entries, off_tasks)

    def sheet(person: Person, day: date) -> Sheet:
        at = (person.id, day)
        return _sheet(person, day, away[at], entries.get(at, ()), items.get(at, ()), off_tasks)

    return [sheet(person, day) for person in people for day in days(first, last)]


def _alone(people: Collection[Person]) -> UserId | None:
    return next(iter(people)).id if len(people) == 1 else None


def _sheet(
    person: Person,
    day: date,
    away: Iterable[Absence],
    entries: Iterable[TimeEntry | Posted],
    items: Iterable[Item],
    off_tasks: frozenset[TaskId],
) -> Sheet:
    logged, running = logged_of(entries, off_tasks)
    ready = unsure = Decimal(0)
    for item in items:
        action = item.proposal.action
        if isinstance(action, CreateTimeEntry):
            if action.project_id is None:
                unsure += action.hours
            else:
                ready += action.hours
    return Sheet(person.id, expected(person, day, away), logged, running, _duration(ready), _duration(unsure))


def absences(
    account: Account,
    people: Collection[Person],
    first: date,
    last: date,
    entries: Mapping[PersonDay, Iterable[TimeEntry | Posted]],
    off_tasks: frozenset[TaskId],
) -> defaultdict[PersonDay, list[Absence]]:
    """Why people are due less, by person and day: holidays, calendars, Harvest, and what somebody said."""
    found = defaultdict[PersonDay, list[Absence]](list)
    for person in people:
        for day, absence in _holidays(account, person, first, last):
            found[person.id, day].append(absence)
    for day, user_id, absence in _said(account, people, first, last):
        found[user_id, day].append(absence)
    for kept in account.absences.between(first, last, _alone(people)):
        absence = Absence(kept.reason, "exception", hours=kept.hours)
        for day in days(max(first, kept.first), min(last, kept.last)):
            found[kept.user_id, day].append(absence)
    for off in account.time_off.between(first, last, _alone(people)):
        share = 0.5 if off.is_half_day else 1.0
        for day in days(max(first, off.first), min(last, off.last)):
            found[off.user_id, day].append(Absence("time off", "calendar", share=share))
    tasks = account.catalog.tasks
    for at, of_day in entries.items():
        for entry in of_day:
            if entry.task_id in off_tasks:
                hours = _duration(entry.hours)
                found[at].append(Absence(tasks[entry.task_id].name, "harvest", hours=hours))
    return found


def time_off_tasks(account: Account) -> frozenset[TaskId]:
    """Harvest tasks on which time off is logged: those in the settings, or else those whose names say so."""
    named = {name.casefold() for name in account.settings.timesheets.time_off_tasks}
    tasks = account.catalog.tasks.values()
    if named:
        return frozenset(task.id for task in tasks if task.name.casefold() in named)
    return frozenset(task.id for task in tasks if _is_time_off(task.name))


def _is_time_off(task: str) -> bool:
    """Whether the task's name says nothing else, as a calendar's title would: ``Vacation / Sick leave``."""
    return all(titles.says_only(part, titles.ABSENCE) for part in _SEVERAL.split(task))


def problems(account: Account) -> list[Problem]:
    """A sentence for each country, task and person in the settings that is none."""
    settings, found = account.settings, list[Problem]()
    countries = [(settings.timesheets.country, settings.timesheets.region, "timesheets")]
    countries += [
        (one.country or settings.timesheets.country, one.region or "", f"people[{number}]")
        for number, one in enumerate(settings.people, 1)
        if one.country or one.region
    ]
    for country, region, where in countries:
        try:
            if country:
                public_holidays(country, region, account.clock.now().year)
            elif region:
                raise ConfigError(phrase('the region "{region}" needs a country', region=region))
        except ConfigError as error:
            text = phrase("{error} Until then no public holiday is known there.", error=error.text)
            found.append(Problem(f"{FILE}, {where}", text))
    tasks = {task.name.casefold() for task in account.catalog.tasks.values()}
    for name in settings.timesheets.time_off_tasks:
        if name.casefold() not in tasks:
            text = phrase('Harvest has no task "{name}"', name=name)
            found.append(Problem(f"{FILE}, timesheets", text))
    for number, absence in enumerate(settings.absences, 1):
        if absence.person and not account.people.is_address_gone(absence.person):
            try:
                account.person(absence.person)
            except ConfigError as error:
                found.append(Problem(f"{FILE}, absences[{number}]", error.text))
    return found


def _holidays(account: Account, person: Person, first: date, last: date) -> Iterator[tuple[date, Absence]]:
    common = account.settings.timesheets
    country = person.country or common.country
    region = person.region or (common.region if country == common.country else "")
    if not country:
        return
    try:
        known = [public_holidays(country, region, year) for year in range(first.year, last.year + 1)]
    except ConfigError:
        return  # said by problems()
    for of_year in known:
        for day, name in of_year.items():
            if first <= day <= last:
                yield day, Absence(name, "holiday")


def _said(
    account: Account, people: Collection[Person], first: date, last: date
) -> Iterator[tuple[date, UserId, Absence]]:
    catalog: Catalog = account.catalog
    for said in account.settings.absences:
        whom = catalog.person(said.person) if said.person else None
        if said.person and whom is None:
            continue  # said by problems()
        hours = None if said.hours is None else timedelta(hours=said.hours)
        absence = Absence(said.reason, "exception", hours=hours)
        for person in people:
            if whom is None or whom.id == person.id:
                for day in days(max(first, said.first), min(last, said.last or said.first)):
                    yield day, person.id, absence


def _duration(hours: Decimal) -> timedelta:
    return timedelta(hours=float(hours)) if hours else ZERO
