"""How a person's day goes: meetings where they are, lunch, and work of one's own in between until the day is full."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from .absences import Absences
from .attendance import Attendance
from .catalog import Catalog, Project, Task
from .people import Person
from .period import days, instant, local_day, week_of
from .streams import chance, lengthy, stream, wobble
from .truth import Kind

_SHORTEST = 15


@dataclass(frozen=True)
class Stretch:
    """A block in the making: instants as minutes, project and task as objects."""

    start: int
    end: int
    kind: Kind
    project: Project | None
    task: Task | None
    attendance: Attendance | None = None


@dataclass(frozen=True)
class Focus:
    """What a person turns to on one day when no meeting is on."""

    first: Project
    second: Project


def stretches(
    seed: int,
    person: Person,
    catalog: Catalog,
    away: Absences,
    attended: Iterable[Attendance],
    earlier: int = 0,
) -> list[Stretch]:
    """All of a person's days, in order of time."""
    by_day: dict[date, list[Attendance]] = {}
    for attendance in attended:
        by_day.setdefault(local_day(attendance.start, person.zone), []).append(attendance)
    found: list[Stretch] = []
    for day in days(earlier):
        if away.presence(person, day) != "off":
            rng = stream(seed, "day", person.email, day)
            fixed = [_meeting(a, person, catalog) for a in by_day.get(day, ())]
            found += _Day(person, catalog, day, away.expected_hours(person, day), rng, fixed).live(seed)
    return found


def _meeting(attendance: Attendance, person: Person, catalog: Catalog) -> Stretch:
    key = attendance.occasion.project
    if key is None:
        return Stretch(attendance.start, attendance.end, "break", None, None, attendance)
    project = catalog.project(key)
    task = meeting_task(project, person, attendance.occasion.title)
    return Stretch(attendance.start, attendance.end, "meeting", project, task, attendance)


def meeting_task(project: Project, person: Person, title: str) -> Task:
    """The task a meeting is for: it follows from the project and the person's part in it."""
    if project.key == "sales":
        return project.task("Business development")
    if project.key == "internal":
        return project.task("Internal")
    if person.profession in {"manager", "project manager"} and project.lead == person.slot:
        return project.task("Project management")
    if person.profession == "designer" and "design" in title.lower():
        return project.task("Design")
    return project.task("Meetings")


class _Day:
    """One day of one person while it is being filled."""

    def __init__(
        self,
        person: Person,
        catalog: Catalog,
        day: date,
        expected: float,
        rng: Random,
        fixed: Sequence[Stretch],
    ) -> None:
        self.person, self.catalog, self.day, self.rng = person, catalog, day, rng
        self.is_half = expected < person.daily_hours
        self.stretches = list(fixed)
        self.left = round(60 * expected * max(0.8, min(1.2, rng.gauss(1.0, 0.07))))
        self.left -= sum(s.end - s.start for s in fixed if s.kind != "break")

    def live(self, seed: int) -> list[Stretch]:
        focus = _focus(seed, self.person, self.catalog, self.day)
        late = 0
        if self.person.develops and not self.is_half and chance(self.rng, 0.05):
            late = self.rng.choice((60, 75, 90, 120))
            self.left -= late
        start, stop = self._office_hours()
        self._have_lunch()
        self._work(focus, start, stop)
        if late:
            evening = self._at(20 * 60 + self.rng.randint(15, 75))
            if all(s.end <= evening for s in self.stretches):
                self._do(focus.first, evening, evening + late)
        return sorted(self.stretches, key=lambda s: s.start)

    def _at(self, minute: int) -> int:
        return instant(self.person.zone, self.day, minute)

    def _office_hours(self) -> tuple[int, int]:
        start = self._at(self.person.starts_at + wobble(self.rng, 14, 35))
        if self.is_half:
            return start, self._at(13 * 60)
        return start, self._at(19 * 60 + 30)

    def _have_lunch(self) -> None:
        if self.is_half:
            return
        length = self.rng.choice((30, 40, 45, 45, 60))
        begin = 11 * 60 + 45 + self.rng.randint(0, 50)
        for minute in range(begin, 14 * 60 + 15, 10):
            start = self._at(minute)
            if all(s.end <= start or s.start >= start + length for s in self.stretches):
                self.stretches.append(Stretch(start, start + length, "break", None, None))
                return

    def _work(self, focus: Focus, start: int, stop: int) -> None:
        """Fills the gaps from *start* on with pieces of work until the day's hours are reached."""
        at = start
        for taken in [*sorted(self.stretches, key=lambda s: s.start), None]:
            limit = stop if taken is None else min(taken.start, stop)
            while self.left >= _SHORTEST and limit - at >= _SHORTEST:
                at = self._piece(focus, at, limit)
            at = max(at, taken.end + self.rng.randint(0, 4)) if taken else at

    def _piece(self, focus: Focus, at: int, limit: int) -> int:
        """One piece of work at *at*; returns when the next may begin."""
        length = min(lengthy(self.rng, 85, 0.5, 25, 200), limit - at, self.left)
        for rest in (limit - at - length, self.left - length):
            # No crumbs: what would be left over before the next meeting or at the end of the day is worked on, too.
            if 0 < rest < 20 and at + length + rest <= limit:
                length += rest
        self.left -= length
        project = focus.first if chance(self.rng, 0.72) else focus.second
        self._do(project, at, at + length)
        return at + length + self.rng.choice((0, 0, 3, 5, 8, 12))

    def _do(self, project: Project, start: int, end: int) -> None:
        kind, project, task = self._activity(project, end - start)
        last = self.stretches[-1] if self.stretches else None
        if (
            last is not None
            and last.end == start
            and (last.kind, last.project, last.task) == (kind, project, task)
        ):
            self.stretches[-1] = Stretch(last.start, end, kind, project, task)
        else:
            self.stretches.append(Stretch(start, end, kind, project, task))

    def _activity(self, project: Project, length: int) -> tuple[Kind, Project, Task]:
        """What the person does for *project*; short pieces are sometimes mail and timesheets."""
        internal = self.catalog.project("internal")
        if project is internal or (length < 60 and chance(self.rng, 0.18)):
            return "admin", internal, internal.task("Internal")
        if project.key == "sales":
            return "admin", project, project.task("Business development")
        if self.person.profession in {"owner", "manager", "project manager"}:
            return "admin", project, project.task("Project management")
        if self.person.profession == "designer":
            return "design", project, project.task("Design")
        return self._development(project, length)

    def _development(self, project: Project, length: int) -> tuple[Kind, Project, Task]:
        names = {row.task.name for row in project.tasks}
        if "Code review" in names and length <= 75 and chance(self.rng, 0.3):
            return "review", project, project.task("Code review")
        if "Support" in names and chance(self.rng, 0.7):
            return "coding", project, project.task("Support")
        return "coding", project, project.task("Programming")


def _focus(seed: int, person: Person, catalog: Catalog, day: date) -> Focus:
    """A first and a second project for the day: the first often stays for the week."""
    week = week_of(day)
    by_key = {p.key: p for p in catalog.of(person.slot) if p.share(person.slot, week) > 0}
    if person.profession == "designer":
        by_key = {key: p for key, p in by_key.items() if any(row.task.name == "Design" for row in p.tasks)}
    keys, shares = list(by_key), [p.share(person.slot, week) for p in by_key.values()]
    weekly = stream(seed, "focus", person.email, week).choices(keys, shares)[0]
    rng = stream(seed, "focus", person.email, day)
    first = weekly if chance(rng, 0.55) else rng.choices(keys, shares)[0]
    second = rng.choices(keys, shares)[0]
    return Focus(by_key[first], by_key[second])
