"""What else is in a calendar: dentists, lunch, focus time, absences of oneself and of others, public holidays."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random

from .absences import Absence, Absences
from .agenda import Agenda
from .events import Event, Form, Occasion, Revision, Rule
from .people import Person
from .period import DEMO_DAY, END_DAY, FIRST_DAY, PUBLIC_HOLIDAYS, days, instant
from .streams import chance, stream

_DAY = 24 * 60
_PRIVATE = ("Dentist", "Physio", "School: parents' evening", "Vet", "Passport office", "Haircut")
_WHOLE_DAYS = (
    "Working from home",
    "Office dog day",
    "Quarter planning week",
    "Invoice run",
    "Birthday {name}",
)
_VACATION = ("Vacation", "Urlaub", "OOO", "Out of office – back soon")


def appointments(seed: int, team: Sequence[Person], away: Absences, agenda: Agenda) -> list[Occasion]:
    """Private appointments in working hours, during which their owner does not work; at least one a person."""
    found = []
    for person in team:
        rng = stream(seed, "appointments", person.email)
        for start_day, stop_day in ((FIRST_DAY, DEMO_DAY), (DEMO_DAY, END_DAY)):
            day = start_day + timedelta(days=rng.randrange((stop_day - start_day).days))
            if away.presence(person, day) != "full":
                continue
            start = instant(person.zone, day, rng.choice((8 * 60 + 30, 9 * 60, 14 * 60, 16 * 60)))
            plan = Revision(start - _DAY * rng.randint(3, 20), start, start + 60, rng.choice(_PRIVATE))
            event = _own(person, plan, rng, is_private=True)
            agenda.take([person.email], (plan.start, plan.end))
            found.append(
                Occasion(None, event, None, plan.start, plan.end, None, "vague", plan.title, (person.email,))
            )
    return found


def decorations(seed: int, team: Sequence[Person], away: Absences, earlier: int = 0) -> Iterator[Event]:
    """Events that are no meetings: none of them says anything certain about what its owner worked on."""
    for person in team:
        rng = stream(seed, "decorations", person.email)
        yield from _blocks(person, rng, earlier)
        yield from _whole_days(person, team, rng)
        yield from _absence_events(person, team, away, rng)
        known = set(days(earlier))
        for day, name in PUBLIC_HOLIDAYS[person.country].items():
            if day in known:
                yield _whole_day(person, day, day, name, rng, is_transparent=True)


def _blocks(person: Person, rng: Random, earlier: int) -> Iterator[Event]:
    """Lunch every day for half the people, focus time for most, a bare reminder with neither end nor duration."""
    if chance(rng, 0.5):
        yield _repeated(person, "Lunch", person.work_days, 12 * 60 + 30, 45, rng, earlier)
    if chance(rng, 0.7):
        weekdays = tuple(sorted(rng.sample(person.work_days, 2)))
        yield _repeated(
            person,
            rng.choice(("Focus time", "Deep work", "no meetings pls")),
            weekdays,
            14 * 60,
            120,
            rng,
            earlier,
        )
    for day in rng.sample(list(days()), 4):
        if day.weekday() in person.work_days:
            start = instant(person.zone, day, rng.choice((9, 12, 17)) * 60)
            name = rng.choice(("Timesheet!", "Send invoice", "Water plants", "Parcel", "Backup tapes"))
            plan = Revision(start - 3 * _DAY, start, start, name)
            yield _own(person, plan, rng, form="none", is_transparent=chance(rng, 0.5))


def _repeated(
    person: Person, name: str, weekdays: tuple[int, ...], minute: int, length: int, rng: Random, earlier: int
) -> Event:
    day = next(day for day in days(earlier) if day.weekday() in weekdays)
    start = instant(person.zone, day, minute)
    plan = Revision(start - 30 * _DAY, start, start + length, name)
    return _own(person, plan, rng, rule=Rule(weekdays))


def _whole_days(person: Person, team: Sequence[Person], rng: Random) -> Iterator[Event]:
    for day in rng.sample(list(days()), 5):
        if day.weekday() in person.work_days:
            name = rng.choice(_WHOLE_DAYS).format(name=rng.choice(team).first_name)
            yield _whole_day(person, day, day, name, rng, is_transparent=chance(rng, 0.8))


def _absence_events(person: Person, team: Sequence[Person], away: Absences, rng: Random) -> Iterator[Event]:
    """Own absences, and those of two colleagues who announce theirs by an all-day event in this calendar."""
    for absence in away.by_email.get(person.email, ()):
        yield _absence_event(person, absence, rng)
    absent = [other for other in team if other != person and away.by_email.get(other.email)]
    for other in rng.sample(absent, 2):
        for absence in away.by_email[other.email]:
            if absence.kind == "vacation":
                name = f"{other.first_name} out of office"
                yield _whole_day(person, absence.first_day, absence.last_day, name, rng, is_transparent=True)


def _absence_event(person: Person, absence: Absence, rng: Random) -> Event:
    if absence.kind == "vacation":
        name = rng.choice(_VACATION)
        return _whole_day(person, absence.first_day, absence.last_day, name, rng, is_out_of_office=True)
    start = instant(person.zone, absence.first_day, 13 * 60)
    plan = Revision(start - 40, start, start + 5 * 60, "Sick")
    return _own(person, plan, rng, is_out_of_office=True)


def _whole_day(
    person: Person,
    first: date,
    last: date,
    name: str,
    rng: Random,
    *,
    is_transparent: bool = False,
    is_out_of_office: bool = False,
) -> Event:
    start, end = instant("UTC", first, 0), instant("UTC", last + timedelta(days=1), 0)
    plan = Revision(start - _DAY * rng.randint(5, 30), start, end, name)
    return _own(
        person, plan, rng, is_all_day=True, is_transparent=is_transparent, is_out_of_office=is_out_of_office
    )


def _own(
    person: Person,
    plan: Revision,
    rng: Random,
    *,
    rule: Rule | None = None,
    form: Form = "end",
    is_all_day: bool = False,
    is_private: bool = False,
    is_transparent: bool = False,
    is_out_of_office: bool = False,
) -> Event:
    """An event without guests in this person's calendar only."""
    return Event(
        uid=f"{rng.getrandbits(104):026x}@calendar.example",
        zone=person.zone,
        organizer=None,
        attendees=(),
        calendars=(person.email,),
        revisions=(plan,),
        rule=rule,
        form=form,
        is_all_day=is_all_day,
        is_private=is_private,
        is_transparent=is_transparent,
        is_out_of_office=is_out_of_office,
    )
