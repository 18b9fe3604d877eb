"""The report for managers: read from our copy of Harvest, decided by the pure rules of ``timesheets``."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from gleaner.adapters.store.first_time import Written, written
from gleaner.app.account import Account
from gleaner.app.rollout import groups, starts
from gleaner.app.sheets import absences, time_off_tasks
from gleaner.app.weeks import WEEK, begin_of, month_before, week_name
from gleaner.config import WEEKDAYS
from gleaner.core.catalog import Catalog, Person, ProjectId, UserId
from gleaner.core.entries import HOUR_STEP, Posted
from gleaner.core.errors import ConfigError
from gleaner.core.phrases import phrase
from gleaner.core.time import ZERO, days, local_date, week_of
from gleaner.timesheets.anomalies import Question, questions
from gleaner.timesheets.causes import Cause, causes
from gleaner.timesheets.compliance import Figures, Held, PersonWeek, figures, person_week
from gleaner.timesheets.cut_off import cut_off
from gleaner.timesheets.expected import expected
from gleaner.timesheets.posted import Sums, summed
from gleaner.timesheets.split import Line, Spent, Split, lines, total, utilisation
from gleaner.timesheets.uplift import Uplift, uplifts


@dataclass(frozen=True)
class Right:
    """Entries that Gleaner wrote and nobody had to put right: same project, task, day and hours as when written."""

    kept: int
    entries: int
    others: tuple[tuple[UserId, date], ...] = ()
    """The person-days of those that were put right."""

    @property
    def share(self) -> float | None:
        return self.kept / self.entries if self.entries else None


@dataclass(frozen=True)
class Point:
    """One week of the trend."""

    first: date
    figures: Figures
    waiting: Figures | None
    """Of those who still waited for Gleaner; None where there is no roll-out."""
    begun: tuple[str, ...] = ()
    """Groups that began in that week."""


@dataclass(frozen=True)
class Row:
    """One person's week."""

    person: Person
    week: PersonWeek
    note: str = ""
    """How far it is known when they were employed, where that is a guess."""


@dataclass(frozen=True)
class Money:
    """What hours were for: the week, and the calendar month before it."""

    week: Split
    month: Split
    by: Mapping[str, Sequence[Line]]
    utilisation: float | None
    utilisation_month: float | None
    month_first: date


@dataclass(frozen=True)
class Compliance:
    """One week's report."""

    account: str
    first: date
    target: float
    cut_off_said: str
    made_at: datetime
    as_of: datetime
    """Until when the copy of Harvest is right."""
    whom: str
    """Whose hours: everybody's, or a part."""
    figures: Figures
    right: Right
    rows: tuple[Row, ...]
    """Everybody who was due something or excused, by name."""
    not_counted: tuple[Row, ...]
    teams: tuple[tuple[str, Figures], ...]
    trend: tuple[Point, ...]
    uplifts: tuple[Uplift, ...]
    causes: tuple[Cause, ...]
    questions: tuple[Question, ...]
    money: Money

    @property
    def last(self) -> date:
        return self.first + timedelta(days=6)

    @property
    def name(self) -> str:
        return week_name(self.first)

    @property
    def before(self) -> Figures | None:
        """The week before, if the trend has it."""
        return self.trend[-2].figures if len(self.trend) > 1 else None


def newest_week(account: Account, people: Iterable[Person]) -> date:
    """The first day of the newest week whose cut-off has passed for all of *people*."""
    now, first_weekday = account.clock.now(), account.mirror.company().first_weekday
    zones = {person.zone for person in people}
    first = week_of(now.date(), first_weekday)[0]
    at = account.settings.timesheets
    day = WEEKDAYS.index(at.cut_off_day)
    while any(cut_off(first, day, at.cut_off_at, zone) > now for zone in zones):
        first -= WEEK
    return first


def check_begun(account: Account, people: Iterable[Person], first: date) -> None:
    """Raises ConfigError when no day of that week is over for anybody."""
    today = max((local_date(account.clock.now(), one.zone) for one in people), default=first)
    if first >= today:
        raise ConfigError(
            phrase(
                "no day of the week {week} is over yet; name an earlier one with --week",
                week=week_name(first),
            )
        )


def report(
    account: Account, people: Collection[Person], first: date, weeks: int = 12, whom: str = "everybody"
) -> Compliance:
    """The report about *people* for the week that begins on *first*, with the *weeks* up to it as the trend."""
    made = _Report(account, people, first, weeks)
    at = account.settings.timesheets
    week = made.weeks_of(first)
    names = {person.id: person.name for person in made.people.values()}
    counted, not_counted = made.rows(week)
    waiting = {user_id for user_id, begins in starts(account).items() if begins > first + WEEK - _DAY}
    spent = made.spent(0)
    timers = [one for one in made.sums.timers if first <= one[1] < made.today(one[0])]
    trend = made.trend(week)  # first: it finds the hours that an uplift is told from
    return Compliance(
        account.mirror.company().name, first, at.target, cut_off_said(account), made.now, account.mirror.as_of(),
        whom, figures(week), made.right(), counted, not_counted, made.teams(week), trend,
        tuple(uplifts(groups(account), made.hours, made.final_weeks)),
        tuple(causes(week, taskless=_taskless(account.catalog), waiting=waiting)),
        tuple(questions([row.week for row in counted], spent, timers, names)),
        made.money(week, spent),
    )  # fmt: skip


_DAY = timedelta(days=1)
_FEW = 50
"""Up to so many people only their own entries are read."""
_NAMES = dict(zip(WEEKDAYS, (
    phrase("Monday"), phrase("Tuesday"), phrase("Wednesday"), phrase("Thursday"), phrase("Friday"), phrase("Saturday"),
    phrase("Sunday"),
), strict=True))  # fmt: skip


def cut_off_said(account: Account) -> str:
    """``Monday 10:00``: the weekly cut-off as people read it."""
    at = account.settings.timesheets
    return phrase("{weekday} {at}", weekday=_NAMES[at.cut_off_day], at=at.cut_off_at)


class _Report:
    """What one report is made of; asked for piece by piece."""

    def __init__(self, account: Account, people: Collection[Person], first: date, weeks: int) -> None:
        self._account = account
        self._first, self._weeks = first, weeks
        self.now = account.clock.now()
        self.last = first + timedelta(days=6)
        self._begin = begin = begin_of(first, weeks)
        self._month = month_before(first)
        at = account.settings.timesheets
        self._at = (WEEKDAYS.index(at.cut_off_day), at.cut_off_at)
        self._weekday = first.weekday()
        self._cut_offs: dict[str, dict[date, datetime]] = {}
        off_tasks = time_off_tasks(account)
        few = {person.id for person in people} if len(people) <= _FEW else None
        self._written = written(account.engine, account.id, first, self.last)
        self.sums: Sums = summed(
            account.mirror.posted(begin, self.last, few),
            {person.id: self._due_at(person) for person in people},
            off_tasks,
            [(first, self.last), self._month],
            {one.entry_id for one in self._written if one.entry_id is not None},
        )
        self._notes: dict[UserId, str] = {}
        known = (self._employed(person, begin) for person in people)
        self.people = {person.id: person for person in known if person is not None}
        self._away = absences(account, list(self.people.values()), begin, self.last, self.sums.off, off_tasks)
        self._starts = starts(account)
        self.hours: dict[UserId, dict[date, tuple[timedelta, timedelta]]] = {}
        """Of weeks whose cut-off has passed: due, and on time."""
        self.final_weeks: set[date] = set()

    def today(self, user_id: UserId) -> date:
        """The day it is now where that person is."""
        return local_date(self.now, self.people[user_id].zone)

    def weeks_of(self, first: date) -> list[PersonWeek]:
        """Everybody's week, by name."""
        ordered = sorted(self.people.values(), key=lambda one: (one.name.casefold(), one.id))
        return [self._week(person, first) for person in ordered]

    def _week(self, person: Person, first: date) -> PersonWeek:
        on = list(days(first, first + timedelta(days=6)))
        due = [expected(person, day, self._away.get((person.id, day), ())) for day in on]
        held: list[Held] = [self.sums.on(person.id, day) for day in on]
        return person_week(
            person.id,
            due,
            held,
            cut_off=self._due_at(person)[first],
            now=self.now,
            today=self.today(person.id),
        )

    def _due_at(self, person: Person) -> Mapping[date, datetime]:
        """When the hours of each day are due for *person*."""
        zone = person.zone
        if zone.key not in self._cut_offs:
            self._cut_offs[zone.key] = {
                day: cut_off(week_of(day, self._weekday)[0], *self._at, zone)
                for day in days(self._begin, self.last)
            }
        return self._cut_offs[zone.key]

    def _employed(self, person: Person, begin: date) -> Person | None:
        """*person* with the days on which hours are due, as far as that is known; None where nothing is about them.

        Harvest does not say when somebody came or left. Unless the configuration does, they count from the day Harvest
        knew them, or logged before that; and once they are archived, to the last day they logged.
        """
        mine = self.sums.held.get(person.id, {})
        since, until = person.employed_from, person.employed_until
        if not person.is_active and until is None:
            if not mine:
                return None
            until = max(mine)
            self._notes[person.id] = phrase(
                "archived in Harvest; counted to the last day they logged, unless employed_until says otherwise"
            )
        if since is None and person.created_at is not None:
            made = local_date(person.created_at, person.zone)
            if made > begin:
                since = min([made, *mine])
        return replace(person, employed_from=since, employed_until=until)

    # --- the parts -----------------------------------------------------------------------------------------

    def rows(self, week: Sequence[PersonWeek]) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
        """Who is counted or excused, and who is not counted at all, with why."""
        found = [Row(self.people[one.user_id], one, self._notes.get(one.user_id, "")) for one in week]
        counted = tuple(row for row in found if not row.week.why_not_counted)
        left = tuple(row for row in found if row.week.why_not_counted and not _was_elsewhere(row))
        return counted, left

    def right(self) -> Right:
        """How many of the entries that Gleaner wrote for the week are as it wrote them."""
        mine = [one for one in self._written if one.user_id in self.people]
        others = sorted((one.user_id, one.on) for one in mine if not _is_right(one, self.sums))
        return Right(len(mine) - len(others), len(mine), tuple(others))

    def teams(self, week: Sequence[PersonWeek]) -> tuple[tuple[str, Figures], ...]:
        """Figures of each team, by name; nothing where all are in one."""
        by: dict[str, list[PersonWeek]] = {}
        for one in week:
            by.setdefault(self.people[one.user_id].team_name or phrase("no team"), []).append(one)
        found = [
            (name, figures(weeks)) for name, weeks in sorted(by.items(), key=lambda one: one[0].casefold())
        ]
        return tuple(one for one in found if one[1].people) if len(found) > 1 else ()

    def trend(self, week: Sequence[PersonWeek]) -> tuple[Point, ...]:
        """The weeks up to this one, the oldest first; also fills :attr:`hours`.

        It begins with the first week in which anybody logged anything: before that, Harvest was not in use.
        """
        points = []
        used_from = min((min(on) for on in self.sums.held.values() if on), default=self._first)
        for back in range(self._weeks - 1, -1, -1):
            first = self._first - back * WEEK
            if back and first + timedelta(days=6) < used_from:
                continue
            of_week = week if back == 0 else self.weeks_of(first)
            points.append(self._point(first, of_week))
        return tuple(points)

    def _point(self, first: date, week: Sequence[PersonWeek]) -> Point:
        all_of_it = figures(week)
        if not self._starts:
            return Point(first, all_of_it, None)
        if all_of_it.is_final:
            self.final_weeks.add(first)
            for one in week:
                due = one.due
                if due > ZERO:
                    self.hours.setdefault(one.user_id, {})[first] = (due, due - one.lacked)
        waiting = figures(
            one for one in week if self._starts.get(one.user_id, first) > first + timedelta(days=6)
        )
        begun = sorted(
            {one.group for one in self._account.settings.rollout if first <= one.begins < first + WEEK}
        )
        return Point(first, all_of_it, waiting, tuple(begun))

    def spent(self, which: int) -> list[Spent]:
        """What hours were for: of the week (0), or of the month before (1)."""
        catalog = self._account.catalog
        by: dict[tuple[ProjectId, str, bool], timedelta] = {}
        for bucket, hours in self.sums.spent[which].items():
            person = self.people.get(bucket.user_id)
            if person is not None:
                key = (bucket.project_id, person.team_name, bucket.is_billable)
                by[key] = by.get(key, ZERO) + hours
        found = []
        for (project_id, team, is_billable), hours in sorted(by.items()):
            project = catalog.projects.get(project_id)
            client = catalog.clients.get(project.client_id) if project is not None else None
            found.append(Spent(project, client.name if client else "", team, is_billable, hours))
        return found

    def money(self, week: Sequence[PersonWeek], spent: Sequence[Spent]) -> Money:
        month = self.spent(1)
        by = {"client": lines(spent, month, "client"), "kind": lines(spent, month, "kind")}
        teams = lines(spent, month, "team")
        if len(teams) > 1:
            by["team"] = teams
        due = sum((one.due for one in week), ZERO)
        due_then = self._due(*self._month)
        return Money(
            total(spent), total(month), by, utilisation(self._billable(0), due),
            utilisation(self._billable(1), due_then), self._month[0],
        )  # fmt: skip

    def _billable(self, which: int) -> timedelta:
        """Billable hours of those who owe any: others' are in nobody's expected hours."""
        owing = {one.id for one in self.people.values() if one.weekly_due > ZERO and not one.is_contractor}
        buckets = self.sums.spent[which].items()
        return sum((hours for one, hours in buckets if one.is_billable and one.user_id in owing), ZERO)

    def _due(self, first: date, last: date) -> timedelta:
        found = ZERO
        for person in self.people.values():
            for day in days(first, last):
                found += expected(person, day, self._away.get((person.id, day), ())).hours
        return found


def _is_right(one: Written, sums: Sums) -> bool:
    entry: Posted | None = sums.wanted.get(one.entry_id) if one.entry_id is not None else None
    return (
        not one.is_put_right
        and entry is not None
        and (entry.project_id, entry.task_id, entry.spent_date) == (one.project_id, one.task_id, one.on)
        and abs(entry.hours - one.hours) <= HOUR_STEP
    )


def _was_elsewhere(row: Row) -> bool:
    """Whether the person was not employed in that week: then there is nothing to put right."""
    return row.week.why_not_counted.startswith("not employed")


def _taskless(catalog: Catalog) -> dict[UserId, set[str]]:
    """Who is on an active project that has no task to log to, with its name."""
    tasks = {task.id for task in catalog.tasks.values() if task.is_active}
    usable = {one.project_id for one in catalog.task_assignments if one.is_active and one.task_id in tasks}
    found: dict[UserId, set[str]] = {}
    for one in catalog.user_assignments:
        project = catalog.projects.get(one.project_id)
        if one.is_active and project is not None and project.is_active and project.id not in usable:
            found.setdefault(one.user_id, set()).add(project.name)
    return found
