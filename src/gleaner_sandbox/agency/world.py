"""The world of one seed: everything that is true, and everything that can be seen of it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from .absences import Absences, absences
from .agenda import Agenda
from .attendance import Attendance, Outcome, attendances
from .branches import Repository, Sources, repositories
from .catalog import Catalog, catalog
from .days import Stretch, stretches
from .events import Event, Occasion
from .habits import Habit, habits
from .people import Person, people
from .period import FIRST_DAY, aware
from .personal import appointments, decorations
from .series import Recurring, recurring
from .singles import singles
from .truth import Block, CalendarSource


@dataclass(frozen=True)
class Invitation:
    """What one calendar instance was for one person of the agency: also those that were not attended."""

    person: str
    uid: str
    recurrence_start: datetime | None
    """The instance's original start in UTC; None for events that do not repeat."""
    outcome: Outcome
    project_id: int | None
    """What the meeting was about, whether or not this person went; None for private appointments."""
    planned_start: datetime
    planned_end: datetime
    """Both in UTC, as the calendar showed them just before."""


@dataclass(frozen=True)
class World:
    """Built by ``build``; the same seed gives an equal world."""

    seed: int
    earlier: int
    """Weeks it has before the usual twelve."""
    people: tuple[Person, ...]
    """The twelve with a Harvest account, by slot, then the freelancer."""
    catalog: Catalog
    absences: Absences
    events: tuple[Event, ...] = field(repr=False)
    """All calendars: masters, changed instances and single events, each with its history."""
    invitations: tuple[Invitation, ...] = field(repr=False)
    truth: tuple[Block, ...] = field(repr=False)
    """By person (in the order of ``people``) and start; never overlapping."""
    repositories: tuple[Repository, ...] = field(repr=False)
    habits: tuple[Habit, ...] = field(repr=False)
    """Everything logged by hand in its weeks, ordered by ``logged_at``; some after the last week's end."""
    _meetings: Mapping[tuple[str, datetime | None, str], Block] = field(repr=False)
    _by_day: Mapping[tuple[str, date], Sequence[Block]] = field(repr=False)
    written: dict[tuple[str | int | None, ...], bytes] = field(
        default_factory=dict, repr=False, compare=False
    )
    """Events as text, kept by ``render_ics``; no part of the world."""

    @property
    def first_day(self) -> date:
        return FIRST_DAY - timedelta(weeks=self.earlier)

    @property
    def staff(self) -> tuple[Person, ...]:
        """The people with a Harvest account."""
        return tuple(person for person in self.people if person.user_id is not None)

    def person(self, email: str) -> Person:
        """``KeyError`` for an address nobody in the agency has."""
        found = next((person for person in self.people if person.email == email), None)
        if found is None:
            raise KeyError(f"nobody here has the address {email}")
        return found

    def day(self, person: str, day: date) -> Sequence[Block]:
        """The person's blocks of one local day, breaks included."""
        return self._by_day.get((person, day), ())

    def true_hours(self, person: str, day: date) -> dict[int, float]:
        """Project id → decimal hours really worked by *person* (an e-mail address) that day."""
        hours: dict[int, float] = defaultdict(float)
        for block in self.day(person, day):
            if block.project_id is not None:
                hours[block.project_id] += block.hours
        return dict(hours)

    def expected_hours(self, person: str, day: date) -> float:
        """A full day's hours; half of them on a sick half day; 0 on days off, public holidays and vacation."""
        return self.absences.expected_hours(self.person(person), day)

    def meeting_truth(self, uid: str, recurrence_start_utc: datetime | None, person: str) -> Block | None:
        """What that calendar instance really was for *person*: None if it was not work, or not attended.

        *recurrence_start_utc* is the instance's original start (its ``RECURRENCE-ID``); for events that do not
        repeat it is ignored.
        """
        single = self._meetings.get((uid, None, person))
        return single or self._meetings.get((uid, recurrence_start_utc, person))


def build(seed: int = 1, *, earlier: int = 0) -> World:
    """The whole world of *seed* in memory, in less than a second; nothing is written."""
    team, goods = people(seed), catalog(seed)
    away = absences(seed, team)
    regular = recurring(seed, goods, team, away, earlier)
    occasions = _occasions(seed, team, goods, away, regular, earlier)
    went = attendances(seed, occasions, team, away)
    lived = {
        person.email: stretches(seed, person, goods, away, _attended_by(person, went), earlier)
        for person in team
        if person.user_id is not None
    }
    repos, sources = repositories(seed, goods, team, lived, earlier)
    blocks, titles = _blocks(team, lived, sources)
    by_hand = [h for p in team if p.user_id is not None for h in habits(seed, p, goods, blocks, titles)]
    return World(
        seed=seed,
        earlier=earlier,
        people=team,
        catalog=goods,
        absences=away,
        events=(*_events(regular, occasions), *decorations(seed, team, away, earlier)),
        invitations=tuple(_invitation(a, goods) for a in went),
        truth=tuple(blocks),
        repositories=repos,
        habits=tuple(sorted(by_hand, key=lambda habit: (habit.logged_at, habit.user_id))),
        _meetings=_by_instance(blocks),
        _by_day=_by_day(blocks),
    )


def _occasions(
    seed: int,
    team: Sequence[Person],
    goods: Catalog,
    away: Absences,
    regular: Sequence[Recurring],
    earlier: int,
) -> list[Occasion]:
    """Every planned meeting: instances of series, private appointments, and singles put in between."""
    agenda = Agenda()
    repeated = [occasion for series in regular for occasion in series.occasions]
    for occasion in repeated:
        agenda.take(occasion.guests, (occasion.start, occasion.end))
    private = appointments(seed, team, away, agenda)
    return [*repeated, *private, *singles(seed, goods, team, away, agenda, repeated, earlier)]


def _attended_by(person: Person, went: Iterable[Attendance]) -> list[Attendance]:
    return [a for a in went if a.email == person.email and a.outcome == "attended"]


def _events(regular: Iterable[Recurring], occasions: Iterable[Occasion]) -> list[Event]:
    masters = [series.event for series in regular]
    return [*masters, *(occasion.event for occasion in occasions if occasion.event is not None)]


def _invitation(attendance: Attendance, goods: Catalog) -> Invitation:
    occasion = attendance.occasion
    return Invitation(
        person=attendance.email,
        uid=attendance.uid,
        recurrence_start=_moment(attendance.original_start),
        outcome=attendance.outcome,
        project_id=goods.project(occasion.project).id if occasion.project else None,
        planned_start=aware(occasion.start),
        planned_end=aware(occasion.end),
    )


def _moment(at: int | None) -> datetime | None:
    return None if at is None else aware(at)


def _blocks(
    team: Iterable[Person], lived: Mapping[str, Sequence[Stretch]], sources: Sources
) -> tuple[list[Block], dict[int, str]]:
    """The truth, and the titles of the blocks that are meetings, by their position in it."""
    blocks: list[Block] = []
    titles: dict[int, str] = {}
    for person in team:
        for stretch in lived.get(person.email, ()):
            if stretch.kind == "meeting" and stretch.attendance is not None:
                titles[len(blocks)] = stretch.attendance.occasion.title
            blocks.append(_block(person, stretch, sources))
    return blocks, titles


def _block(person: Person, stretch: Stretch, sources: Sources) -> Block:
    assert person.user_id is not None
    project, task, attendance = stretch.project, stretch.task, stretch.attendance
    source = (
        sources.get((person.email, stretch.start)) if attendance is None else _calendar_source(attendance)
    )
    return Block(
        person=person.email,
        user_id=person.user_id,
        start=aware(stretch.start, person.zone),
        end=aware(stretch.end, person.zone),
        kind=stretch.kind,
        project_id=project.id if project else None,
        project=project.name if project else None,
        task_id=task.id if task else None,
        task=task.name if task else None,
        billable=project.bills(task) if project and task else False,
        source=source,
    )


def _calendar_source(attendance: Attendance) -> CalendarSource:
    signal = attendance.occasion.signal if attendance.occasion.project else None
    return CalendarSource(attendance.uid, _moment(attendance.original_start), signal)


def _by_instance(blocks: Iterable[Block]) -> dict[tuple[str, datetime | None, str], Block]:
    return {
        (block.source.uid, block.source.recurrence_id, block.person): block
        for block in blocks
        if isinstance(block.source, CalendarSource) and block.is_work
    }


def _by_day(blocks: Iterable[Block]) -> dict[tuple[str, date], list[Block]]:
    found: dict[tuple[str, date], list[Block]] = defaultdict(list)
    for block in blocks:
        found[block.person, block.date].append(block)
    return dict(found)
