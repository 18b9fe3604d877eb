"""When people are not there: days off, public holidays, vacation, sick half days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from .people import Person
from .period import DEMO_DAY, END_DAY, FIRST_DAY, PUBLIC_HOLIDAYS, WEEKS, WEEKS_OF_HISTORY
from .streams import stream

Presence = Literal["full", "half", "off"]


@dataclass(frozen=True)
class Absence:
    """One stretch of days somebody is away: vacation in whole days, or the second half of a day for *sick*."""

    kind: Literal["vacation", "sick half day"]
    first_day: date
    last_day: date
    """The last day away (not the first day back)."""

    def covers(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day


@dataclass(frozen=True)
class Absences:
    """Who is there on which day."""

    by_email: Mapping[str, tuple[Absence, ...]]

    def on(self, person: Person, day: date) -> Absence | None:
        return next((a for a in self.by_email.get(person.email, ()) if a.covers(day)), None)

    def presence(self, person: Person, day: date) -> Presence:
        """*off* on free weekdays, public holidays and vacation; *half* when the person went home sick at noon."""
        if day.weekday() not in person.work_days or day in PUBLIC_HOLIDAYS[person.country]:
            return "off"
        absence = self.on(person, day)
        if absence is None:
            return "full"
        return "off" if absence.kind == "vacation" else "half"

    def expected_hours(self, person: Person, day: date) -> float:
        """A full day's hours, half of them on a half day, 0 on days off."""
        return person.daily_hours * {"full": 1.0, "half": 0.5, "off": 0.0}[self.presence(person, day)]


def absences(seed: int, team: Sequence[Person]) -> Absences:
    """Three vacations in the history, three in the demo weeks, three sick half days (one in the demo weeks)."""
    rng = stream(seed, "absences")
    away: dict[str, list[Absence]] = {person.email: [] for person in team}
    people = [person for person in team if person.user_id is not None]
    rng.shuffle(people)
    for n, person in enumerate(people[:6]):
        weeks = range(2, WEEKS_OF_HISTORY) if n < 3 else range(WEEKS_OF_HISTORY, WEEKS - 1)
        monday = FIRST_DAY + timedelta(weeks=rng.choice(weeks))
        first = monday + timedelta(days=rng.choice((0, 0, 1, 2)))
        last = first + timedelta(days=rng.choice((1, 2, 4)))
        # A vacation does not reach into the weekend: nobody works then anyway.
        away[person.email].append(Absence("vacation", first, min(last, monday + timedelta(days=4))))
    for n, person in enumerate(people[6:9]):
        start, stop = (FIRST_DAY, DEMO_DAY) if n < 2 else (DEMO_DAY, END_DAY)
        days = [start + timedelta(days=k) for k in range((stop - start).days)]
        workable = [day for day in days if day.weekday() in person.work_days]
        free = [day for day in workable if day not in PUBLIC_HOLIDAYS[person.country]]
        sick = rng.choice(free)
        away[person.email].append(Absence("sick half day", sick, sick))
    return Absences({email: tuple(stretches) for email, stretches in away.items()})
