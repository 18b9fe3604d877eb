"""Recurring meetings: stand-ups, weeklies with clients, one-to-ones, and what happens to their instances."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from .absences import Absences
from .catalog import Catalog, Project
from .events import Answer, Event, Form, Occasion, Revision, Rule, Signal, instances, revised
from .people import Person
from .period import FIRST_DAY, PUBLIC_HOLIDAYS, aware, days, instant, local_day
from .streams import chance, stream
from .titles import words

_DAY = 24 * 60


class _Spec(NamedTuple):
    project: str
    title: str
    slots: tuple[int, ...]
    """The organizer first, whose zone the series keeps."""
    signal: Signal
    weekdays: tuple[int, ...] | None
    """None: one weekday by chance."""
    hours: tuple[int, int]
    """Begins between these full hours, local time."""
    length: int
    interval: int = 1
    nth: int | None = None
    contacts: int = 0
    freelancer: bool = False
    form: Form = "end"
    splits_in_week: int | None = None
    """From this week on the series goes on under another UID at another time ("this and following events")."""


_ALL = tuple(range(12))
_MO_WE_FR, _MO_TO_TH = (0, 2, 4), (0, 1, 2, 3)
_SPECS = (
    _Spec("portal", "{codename} daily", (4, 5, 10), "history", _MO_WE_FR, (9, 9), 15),
    _Spec("portal", "Weekly status", (1, 4), "contact", None, (10, 15), 45, contacts=2),
    _Spec("api", "{code} refinement", (1, 4, 7), "name", None, (10, 14), 60, interval=2),
    _Spec("app", "{short} weekly", (1, 5, 6), "name", None, (10, 15), 45, contacts=1),
    _Spec("app", "Sprint planning", (5, 1, 6, 10), "history", (1,), (10, 13), 90, interval=2),
    _Spec("app", "Retro", (5, 1, 6), "history", (3,), (14, 16), 60, interval=2),
    _Spec("site", "{short} check-in", (1, 6, 10, 11), "name", (1,), (14, 16), 30, freelancer=True),
    _Spec("shop", "Jour fixe", (3, 6, 7), "contact", None, (9, 12), 60, contacts=2),
    _Spec("care", "{abbreviation} tickets", (3, 7), "history", None, (9, 11), 30, form="duration"),
    _Spec("dashboard", "{project} weekly", (2, 8), "name", None, (10, 15), 45, contacts=1, splits_in_week=5),
    _Spec(
        "brand", "{short} design review", (3, 10, 11), "name", (0,), (13, 16), 60, interval=2, freelancer=True
    ),
    _Spec("guide", "Steering", (2, 9), "contact", (1,), (11, 14), 90, nth=2, contacts=2),
    _Spec("guide", "{code} design sync", (2, 9, 10), "name", None, (9, 10), 45),
    _Spec("dispatch", "{code} stand-up", (2, 8, 9), "name", _MO_TO_TH, (9, 9), 15),
    _Spec("dispatch", "Weekly sync", (2, 8, 9), "contact", None, (11, 15), 45, contacts=1),
    # Invited when the intranet was still a project; it is archived now, and they talk about the platform.
    _Spec("support", "Intranet support", (3, 7), "contact", None, (10, 15), 45, interval=2, contacts=1),
    _Spec("sales", "Sales pipeline", (0, 1, 2), "name", None, (16, 16), 45),
    _Spec("internal", "All hands", _ALL, "history", (3,), (16, 16), 45, interval=2),
    _Spec("internal", "1:1 {first} / {second}", (1, 4), "history", None, (9, 16), 30, interval=2),
    _Spec("internal", "1:1 {first} / {second}", (1, 5), "history", None, (9, 16), 30, interval=2),
    _Spec("internal", "{first} <> {second}", (0, 1), "history", None, (9, 16), 45, interval=2),
    _Spec("internal", "1:1", (2, 8), "history", None, (9, 16), 30, interval=2),
    _Spec("internal", "{second} 1:1", (3, 6), "history", None, (9, 16), 30, interval=2),
)


@dataclass
class Recurring:
    """A series, its instances within the world, and the chance by which they change."""

    event: Event
    occasions: list[Occasion]


def recurring(
    seed: int, catalog: Catalog, team: Sequence[Person], away: Absences, earlier: int = 0
) -> list[Recurring]:
    """All series with their instances, some of them moved, shortened, cancelled or deleted."""
    found, every_day = list[Recurring](), list(days(earlier))
    for number, spec in enumerate(_SPECS):
        rng = stream(seed, "series", number)
        project = catalog.project(spec.project)
        start = -earlier + number % 2 if spec.interval == 2 else -earlier
        first = _master(spec, project, team, rng, start, every_day)
        masters = (
            [first] if spec.splits_in_week is None else _split(first, spec.splits_in_week, rng, every_day)
        )
        for master in masters:
            series = Recurring(master, _occasions(master, spec, team, every_day))
            for occasion in series.occasions:
                _disturb(series, occasion, team, away, rng)
            series.occasions = [o for o in series.occasions if not _is_deleted(series.event, o)]
            found.append(series)
    return found


def _master(
    spec: _Spec, project: Project, team: Sequence[Person], rng: Random, week: int, every_day: Sequence[date]
) -> Event:
    people = [team[slot] for slot in spec.slots]
    organizer = people[0]
    weekdays = spec.weekdays or (rng.choice((0, 1, 2, 3, 3)),)
    minute = 60 * rng.randint(*spec.hours) + rng.choice((0, 0, 30))
    first = _first_day(week, weekdays, spec.nth, every_day)
    start = instant(organizer.zone, first, minute)
    created = start - _DAY * rng.randint(6, 60) - rng.randint(0, 300)
    names = words(project, rng) | {"first": organizer.first_name, "second": people[1].first_name}
    outside = [contact.email for contact in rng.sample(project.client.contacts, spec.contacts)]
    attendees = [person.email for person in people]
    if spec.freelancer:
        outside.append(team[-1].email)
    every = (*attendees, *outside)
    silent = rng.choice(every[1:]) if len(every) > 3 else ""
    return Event(
        uid=f"{rng.getrandbits(104):026x}@calendar.example",
        zone=organizer.zone,
        organizer=organizer.email,
        attendees=every,
        calendars=tuple(email for email in every if any(email == person.email for person in team)),
        revisions=(Revision(created, start, start + spec.length, spec.title.format(**names)),),
        answers=tuple(Answer(created + 90, email, "ACCEPTED") for email in every if email != silent),
        rule=Rule(tuple(sorted(weekdays)), spec.interval, spec.nth),
        form=spec.form,
        location=rng.choice((None, "Room Elbe", "https://meet.example/" + f"{rng.getrandbits(40):010x}")),
        description=_agenda(rng),
    )


def _first_day(week: int, weekdays: tuple[int, ...], nth: int | None, every_day: Sequence[date]) -> date:
    monday = FIRST_DAY + timedelta(weeks=week)
    if nth is None:
        return monday + timedelta(days=min(weekdays))
    return next(day for day in every_day if day.weekday() in weekdays and (day.day - 1) // 7 + 1 == nth)


def _agenda(rng: Random) -> str | None:
    if not chance(rng, 0.4):
        return None
    return (
        "Agenda: done, next, blocked; please add your points beforehand.\n"
        "Notes from last time are in the shared folder, comments welcome. Dial-in as always, "
        f"code {rng.randint(1000, 9999)}."
    )


def _split(master: Event, week: int, rng: Random, every_day: Sequence[date]) -> list[Event]:
    """*master* until before *week*, and the series that follows it under another UID, an hour later."""
    boundary = instant(master.zone, FIRST_DAY + timedelta(weeks=week), 0)
    decided = boundary - _DAY * rng.randint(1, 4)
    assert master.rule is not None
    plan = master.revisions[0]
    later = [start for start in instances(master, every_day) if start >= boundary]
    moved = Revision(decided, later[0] + 60, later[0] + 60 + plan.end - plan.start, plan.title)
    local, _, host = master.uid.partition("@")
    uid = f"{local}_R{aware(later[0], master.zone):%Y%m%dT%H%M%S}@{host}"
    ended = replace(master, rule=replace(master.rule, until=boundary - 1, until_since=decided))
    return [ended, replace(master, uid=uid, revisions=(moved,))]


def _occasions(
    master: Event, spec: _Spec, team: Sequence[Person], every_day: Sequence[date]
) -> list[Occasion]:
    plan = master.revisions[0]
    guests = tuple(person.email for person in team if person.email in master.attendees)
    return [
        Occasion(
            series=master,
            event=None,
            original_start=start,
            start=start,
            end=start + plan.end - plan.start,
            project=spec.project,
            signal=spec.signal,
            title=plan.title,
            guests=guests,
            with_client=spec.contacts > 0,
        )
        for start in instances(master, every_day)
    ]


def _is_deleted(series: Event, occasion: Occasion) -> bool:
    return any(start == occasion.original_start for _, start in series.deletions)


def _disturb(
    series: Recurring, occasion: Occasion, team: Sequence[Person], away: Absences, rng: Random
) -> None:
    """Let life happen to one instance: a holiday, a vacation, or plain rescheduling."""
    roll, decided = rng.random(), occasion.start - rng.randint(3 * 60, 44 * 60)
    spare = rng.choice((30, 60, 90, -30, _DAY))
    assert occasion.original_start is not None
    host = next(person for person in team if person.email == series.event.organizer)
    day = local_day(occasion.start, host.zone)
    present = [p for p in team if p.email in occasion.guests and p.user_id and away.presence(p, day) != "off"]
    short_of_people = len(present) < 2 or host not in present
    if day in PUBLIC_HOLIDAYS[host.country] or (short_of_people and roll < 0.4):
        _delete(series, occasion.original_start, decided)
    elif (short_of_people and roll < 0.7) or roll < 0.025:
        occasion.is_cancelled = True
        occasion.event = revised(occasion.changed(decided), decided, status="CANCELLED")
    elif roll < 0.045:
        _delete(series, occasion.original_start, decided)
    elif roll < 0.1:
        _reschedule(occasion, decided, occasion.start + spare, occasion.end + spare)
    elif roll < 0.13 and occasion.end - occasion.start > 30:
        _reschedule(occasion, decided, occasion.start, occasion.end - 15)


def _delete(series: Recurring, start: int, decided: int) -> None:
    series.event = replace(series.event, deletions=(*series.event.deletions, (decided, start)))


def _reschedule(occasion: Occasion, decided: int, start: int, end: int) -> None:
    if local_day(start, "UTC").weekday() > 4:
        return
    occasion.event = revised(occasion.changed(decided), decided, start=start, end=end)
    occasion.start, occasion.end = start, end
