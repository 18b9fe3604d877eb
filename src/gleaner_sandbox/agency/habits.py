"""What people log by hand: late, rounded, lumped together, now and then for the wrong project, and often not at all."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from .catalog import Catalog, Project, Task
from .people import Person
from .streams import chance, stream
from .truth import Block

Fault = Literal["wrong project", "double", "lump"]
"""*wrong project*: somebody mixed two up.  *double*: logged a second time.  *lump*: it holds other projects' hours."""


@dataclass(frozen=True)
class Habit:
    """A time entry somebody makes by hand."""

    person: str
    user_id: int
    spent_date: date
    project_id: int
    task_id: int
    hours: Decimal
    notes: str | None
    logged_at: datetime
    """In UTC; the evening of the day, or days later."""
    covers: tuple[int, ...]
    """Which blocks it stands for: positions in ``World.truth``.  Those of a double are the original's."""
    fault: Fault | None = None


class _Manner(NamedTuple):
    """How somebody logs."""

    step: Decimal
    lumps: float
    writes_notes: float
    is_late: float
    is_friday: float


@dataclass(frozen=True)
class _Unit:
    """What would be one entry if it were logged: a meeting, or all of a day's other work on one task."""

    day: date
    project_id: int
    task_id: int
    hours: float
    blocks: tuple[int, ...]
    title: str | None
    """Of the meeting."""


_NOTES = (
    "implementation", "bugfixing", "layout", "tickets", "screens", "tests", "mails, planning", "review feedback",
    "prototype", "deployment", "content", "estimates",
)  # fmt: skip


def habits(
    seed: int,
    person: Person,
    catalog: Catalog,
    truth: Sequence[Block],
    titles: Mapping[int, str],
) -> list[Habit]:
    """What *person* logs, ordered by when; *titles* holds the title of each block that is a meeting."""
    rng = stream(seed, "habits", person.email)
    manner = _manner(person, rng)
    units = _units(person, truth, titles)
    by_day: dict[date, list[_Unit]] = defaultdict(list)
    for unit in _remembered(units, person.logged_share, rng):
        by_day[unit.day].append(unit)
    found = []
    for day in sorted(by_day):
        logged_at = _logged_at(person, day, manner, rng)
        for number, (unit, fault) in enumerate(_lumped(by_day[day], manner, rng)):
            moment = logged_at + timedelta(seconds=40 * number + rng.randint(0, 30))
            found += _entries(person, unit, fault, moment, manner, catalog, rng)
    return sorted(found, key=lambda habit: (habit.logged_at, habit.spent_date))


def _manner(person: Person, rng: Random) -> _Manner:
    tidy = person.logged_share > 0.9
    return _Manner(
        step=Decimal("0.25") if tidy or chance(rng, 0.6) else Decimal("0.5"),
        lumps=0.0 if tidy else rng.choice((0.05, 0.15, 0.4)),
        writes_notes=0.9 if tidy else rng.choice((0.2, 0.5, 0.7)),
        is_late=0.05 if tidy else rng.choice((0.1, 0.15, 0.3)),
        is_friday=0.0 if tidy else rng.choice((0.0, 0.1, 0.5)),
    )


def _units(person: Person, truth: Sequence[Block], titles: Mapping[int, str]) -> list[_Unit]:
    grouped: dict[tuple[date, int, int, int], list[int]] = defaultdict(list)
    for number, block in enumerate(truth):
        if block.person == person.email and block.project_id is not None and block.task_id is not None:
            alone = number if block.kind == "meeting" else -1
            grouped[block.date, block.project_id, block.task_id, alone].append(number)
    return [
        _Unit(
            day=day,
            project_id=project_id,
            task_id=task_id,
            hours=sum(truth[number].hours for number in numbers),
            blocks=tuple(numbers),
            title=titles.get(alone),
        )
        for (day, project_id, task_id, alone), numbers in grouped.items()
    ]


def _remembered(units: Sequence[_Unit], share: float, rng: Random) -> list[_Unit]:
    """The units this person logs: whole days are forgotten together, short meetings first."""
    mood: dict[date, float] = {}
    scored = []
    for number, unit in enumerate(units):
        day = mood.setdefault(unit.day, rng.gauss(0, 1.1))
        small = 0.9 if unit.title is not None and unit.hours < 0.6 else 0.0
        scored.append((day + rng.gauss(0, 0.7) - small, number))
    kept, wanted = [], share * sum(unit.hours for unit in units)
    for _, number in sorted(scored, reverse=True):
        if wanted <= 0:
            break
        kept.append(number)
        wanted -= units[number].hours
    return [units[number] for number in sorted(kept)]


def _lumped(units: Sequence[_Unit], manner: _Manner, rng: Random) -> list[tuple[_Unit, Fault | None]]:
    """The day's *units*, some of them thrown together: those of one project, or rarely of the whole day."""
    if len(units) > 1 and chance(rng, manner.lumps / 8):
        return [(_together(units), "lump")]
    if not chance(rng, manner.lumps):
        return [(unit, None) for unit in units]
    by_project: dict[int, list[_Unit]] = defaultdict(list)
    for unit in units:
        by_project[unit.project_id].append(unit)
    return [(_together(same), None) for same in by_project.values()]


def _together(units: Sequence[_Unit]) -> _Unit:
    if len(units) == 1:
        return units[0]
    biggest = max(units, key=lambda unit: unit.hours)
    blocks = tuple(sorted(number for unit in units for number in unit.blocks))
    return replace(biggest, hours=sum(unit.hours for unit in units), blocks=blocks, title=None)


def _logged_at(person: Person, day: date, manner: _Manner, rng: Random) -> datetime:
    """That evening mostly; else the next morning, some days later, or on Friday afternoon for the week."""
    roll = rng.random()
    minute = 17 * 60 + 20 + rng.randint(0, 150)
    if roll < manner.is_friday:
        day, minute = day + timedelta(days=max(0, 4 - day.weekday())), 16 * 60 + rng.randint(0, 60)
    elif roll < manner.is_friday + manner.is_late:
        day, minute = day + timedelta(days=rng.randint(1, 5)), 9 * 60 + rng.randint(0, 400)
    local = datetime.combine(day, time(minute // 60, minute % 60), ZoneInfo(person.zone))
    return local.astimezone(UTC)


def _entries(
    person: Person,
    unit: _Unit,
    fault: Fault | None,
    logged_at: datetime,
    manner: _Manner,
    catalog: Catalog,
    rng: Random,
) -> list[Habit]:
    """The entry for *unit*, and at times a second one that says the same."""
    assert person.user_id is not None
    project = next(project for project in catalog.projects if project.id == unit.project_id)
    task = next(row.task for row in project.tasks if row.task.id == unit.task_id)
    if chance(rng, 0.028):
        project, task = _mixed_up(person, project, task, catalog, rng)
        fault = "wrong project" if project.id != unit.project_id else fault
    entry = Habit(
        person=person.email,
        user_id=person.user_id,
        spent_date=unit.day,
        project_id=project.id,
        task_id=task.id,
        hours=_rounded(unit.hours, manner.step),
        notes=_notes(unit, manner, rng),
        logged_at=logged_at,
        covers=unit.blocks,
        fault=fault,
    )
    if not chance(rng, 0.006):
        return [entry]
    return [
        entry,
        replace(entry, logged_at=logged_at + timedelta(hours=rng.choice((0, 15, 40))), fault="double"),
    ]


def _mixed_up(
    person: Person, project: Project, task: Task, catalog: Catalog, rng: Random
) -> tuple[Project, Task]:
    """Another project of this person's, most likely of the same client; the same task if it exists there."""
    others = [p for p in catalog.of(person.slot) if p != project and p.is_active and p.tasks]
    siblings = [p for p in others if p.client == project.client]
    chosen = rng.choice(siblings if siblings and chance(rng, 0.6) else others)
    tasks = [row.task for row in chosen.tasks]
    return chosen, task if task in tasks else tasks[0]


def _rounded(hours: float, step: Decimal) -> Decimal:
    """To the nearest *step*, at least one.

    >>> _rounded(0.2, Decimal("0.5")), _rounded(2.4, Decimal("0.25"))
    (Decimal('0.5'), Decimal('2.50'))
    """
    return max(Decimal(1), (Decimal(hours) / step).quantize(Decimal(1))) * step


def _notes(unit: _Unit, manner: _Manner, rng: Random) -> str | None:
    """Nothing, the meeting's title or something like it, or a word about the work."""
    if not chance(rng, manner.writes_notes):
        return None
    if unit.title is None:
        return rng.choice(_NOTES)
    roll = rng.random()
    if roll < 0.6:
        return unit.title
    return (
        unit.title.lower()
        if roll < 0.8
        else rng.choice((f"{unit.title} (call)", "meeting", unit.title.split()[0]))
    )
