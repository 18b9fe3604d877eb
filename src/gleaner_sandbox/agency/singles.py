"""Meetings that take place once: calls, reviews, workshops, interviews, and how they get moved and cancelled."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from .absences import Absences
from .agenda import Agenda
from .catalog import Catalog, Project
from .clients import Contact
from .events import Answer, Event, Form, Occasion, PartStat, Revision, Signal, Status, answered, revised
from .people import Person
from .period import FIRST_DAY, WEEKS, aware, instant
from .streams import chance, stream
from .titles import title

_DAY = 24 * 60

TARGET: Mapping[Signal, float] = {"name": 0.40, "contact": 0.25, "history": 0.20, "vague": 0.15}
"""What share of all attended work meetings shows which signal; singles make up for what the series lack."""

_PER_WEEK = {
    "portal": 4.0, "api": 1.6, "app": 3.6, "site": 2.2, "shop": 3.6, "care": 1.2, "dashboard": 3.8, "brand": 2.8,
    "guide": 2.8, "dispatch": 3.6, "support": 2.0, "internal": 1.2, "sales": 3.0,
}  # fmt: skip
_AVERAGE_GUESTS = 2.5


@dataclass
class _Draft:
    """A single meeting on its way into the calendars."""

    project: Project
    signal: Signal
    people: list[Person]
    contacts: list[Contact]
    also: list[str]
    """Addresses of colleagues who were added so that they know, and do not come."""
    start: int
    end: int


def singles(
    seed: int,
    catalog: Catalog,
    team: Sequence[Person],
    away: Absences,
    agenda: Agenda,
    regular: Iterable[Occasion],
    earlier: int = 0,
) -> list[Occasion]:
    """One-off meetings of all weeks, put where the people invited are free, except now and then."""
    weights = _missing_signals(regular, WEEKS + earlier)
    found: list[Occasion] = []
    for week in range(-earlier, WEEKS):
        for key, rate in _PER_WEEK.items():
            rng = stream(seed, "singles", week, key)
            project = catalog.project(key)
            for _ in range(int(rate) + chance(rng, rate % 1)):
                draft = _plan(project, weights, team, away, agenda, week, rng)
                if draft is not None:
                    agenda.take([person.email for person in draft.people], (draft.start, draft.end))
                    found.append(_occasion(draft, rng))
    return found


def _missing_signals(regular: Iterable[Occasion], weeks: int) -> dict[Signal, float]:
    """How often each signal should be drawn so that series and singles together meet ``TARGET``."""
    seen: dict[Signal, float] = dict.fromkeys(TARGET, 0.0)
    for occasion in regular:
        if occasion.project is not None:
            seen[occasion.signal] += len(occasion.guests)
    expected = sum(seen.values()) + weeks * sum(_PER_WEEK.values()) * _AVERAGE_GUESTS
    return {signal: max(0.02 * expected, share * expected - seen[signal]) for signal, share in TARGET.items()}


def _plan(
    project: Project,
    weights: Mapping[Signal, float],
    team: Sequence[Person],
    away: Absences,
    agenda: Agenda,
    week: int,
    rng: Random,
) -> _Draft | None:
    signal = _signal(project, weights, rng)
    people = _people(project, team, week, rng)
    contacts = _contacts(project, signal, rng)
    draft = _Draft(project, signal, people, contacts, _bystanders(people, team, rng), 0, 0)
    length = (
        rng.choice((15, 25, 30, 30, 45, 45, 60, 60, 60, 90))
        if signal != "vague"
        else rng.choice((15, 20, 30, 30, 45))
    )
    careless = chance(rng, 0.05)
    for attempt in range(14):
        day = FIRST_DAY + timedelta(weeks=week, days=rng.randint(0, 4))
        if any(away.presence(person, day) == "off" for person in people) and attempt < 12:
            continue
        draft.start = _some_time(people, day, rng)
        draft.end = draft.start + length
        if careless or agenda.is_free([person.email for person in people], (draft.start, draft.end)):
            return draft
    return draft if chance(rng, 0.15) and draft.start else None


def _signal(project: Project, weights: Mapping[Signal, float], rng: Random) -> Signal:
    if project.key == "internal":
        return "history"
    if project.key == "sales":
        return rng.choice(("name", "name", "history"))
    return rng.choices(list(weights), list(weights.values()))[0]


def _people(project: Project, team: Sequence[Person], week: int, rng: Random) -> list[Person]:
    """Two to four of the team, those with a bigger part in the project more often; the organizer is the first."""
    slots = [slot for slot in project.team if team[slot].user_id]
    size = rng.choice((2, 2, 2, 3, 3, 4)) if len(slots) > 1 else 1
    keyed = [(rng.random() ** (1 / (project.share(slot, week) + 0.03)), slot) for slot in slots]
    chosen = [slot for _, slot in sorted(keyed, reverse=True)[:size]]
    return [team[slot] for slot in chosen]


def _bystanders(people: Sequence[Person], team: Sequence[Person], rng: Random) -> list[str]:
    others = [person.email for person in team if person.user_id and person not in people]
    return [rng.choice(others)] if chance(rng, 0.1) else []


def _contacts(project: Project, signal: Signal, rng: Random) -> list[Contact]:
    wanted = {"contact": rng.choice((1, 1, 2)), "name": int(chance(rng, 0.35)), "history": 0, "vague": 0}[
        signal
    ]
    return rng.sample(project.client.contacts, min(wanted, len(project.client.contacts)))


def _some_time(people: Sequence[Person], day: date, rng: Random) -> int:
    """A start on the quarter hour within everybody's office hours, as far as there are such hours."""
    opens = max(instant(person.zone, day, 9 * 60) for person in people)
    closes = min(instant(person.zone, day, 17 * 60) for person in people)
    slots = max(1, (closes - opens) // 15)
    return opens + 15 * rng.choice([n for n in range(slots) if n % 2 == 0 or chance(rng, 0.4)])


def _occasion(draft: _Draft, rng: Random) -> Occasion:
    event = _event(draft, rng)
    guests = tuple(person.email for person in draft.people)
    occasion = Occasion(
        series=None,
        event=event,
        original_start=None,
        start=draft.start,
        end=draft.end,
        project=draft.project.key,
        signal=draft.signal,
        title=event.final.title,
        guests=guests,
        with_client=bool(draft.contacts),
    )
    roll = rng.random()
    created = event.revisions[0].at
    if roll < 0.035 and draft.start - created > 60:
        occasion.is_cancelled = True
        changed = draft.start - rng.randint(20, draft.start - created - 30)
        prefix = "Canceled: " if chance(rng, 0.4) else ""
        occasion.event = revised(event, changed, status="CANCELLED", title=prefix + occasion.title)
    elif roll < 0.12 and draft.start - created > 2 * _DAY:
        occasion.event = _moved(event, rng)
    return occasion


def _moved(event: Event, rng: Random) -> Event:
    """The event as it came about: it was first planned for another time, and moved to the present one later."""
    plan = event.final
    shift = rng.choice((-2 * _DAY, -_DAY, -_DAY, -120, -60, 60, 90, 120, _DAY))
    was = replace(plan, start=plan.start + shift, end=plan.end + shift)
    if aware(was.start).weekday() > 4:
        was = replace(plan, start=plan.start - 60, end=plan.end - 60)
    latest = min(plan.start, was.start) - 30
    moved_at = max(plan.at + 60, latest - rng.randint(0, 20 * 60))
    return replace(event, revisions=(was, replace(plan, at=moved_at)))


def _event(draft: _Draft, rng: Random) -> Event:
    host = draft.people[0]
    by_client = bool(draft.contacts) and chance(rng, 0.4)
    organizer = draft.contacts[0].email if by_client else host.email
    emails = [person.email for person in draft.people]
    firsts = tuple(person.first_name for person in reversed(draft.people))
    created = draft.start - _lead(rng)
    status: Status = "TENTATIVE" if chance(rng, 0.02) else "CONFIRMED"
    event = Event(
        uid=f"{rng.getrandbits(224):056X}" if by_client else f"{rng.getrandbits(104):026x}@calendar.example",
        zone="UTC" if by_client or chance(rng, 0.1) else host.zone,
        organizer=organizer,
        attendees=(*emails, *(contact.email for contact in draft.contacts), *draft.also),
        calendars=tuple(emails),
        revisions=(
            Revision(
                created, draft.start, draft.end, title(draft.project, draft.signal, firsts, rng), status
            ),
        ),
        form=_form(draft, rng),
        location=rng.choice(
            (None, "Zoom", "Room Alster", "Call; I phone you", "https://meet.example/room-7")
        ),
        description=_description(rng),
    )
    return _with_answers(event, created, rng)


def _lead(rng: Random) -> int:
    """Minutes between invitation and meeting: days usually; an ad-hoc call is entered just before, or afterwards."""
    roll = rng.random()
    if roll < 0.03:
        return -rng.randint(40, 180)
    if roll < 0.15:
        return rng.randint(5, 90)
    return rng.randint(4 * 60, 12 * _DAY)


def _form(draft: _Draft, rng: Random) -> Form:
    """A few calls are entered with a start only; the time they really took is anybody's guess."""
    if draft.end - draft.start <= 30 and chance(rng, 0.06):
        return "none"
    return "duration" if chance(rng, 0.04) else "end"


def _description(rng: Random) -> str | None:
    if not chance(rng, 0.2):
        return None
    return (
        "Hello all,\nas discussed: please look at the draft before we talk; two questions are still open, "
        "and we need a decision on both.\nBest wishes"
    )


def _with_answers(event: Event, created: int, rng: Random) -> Event:
    for email in event.attendees:
        partstats: tuple[PartStat, ...] = ("ACCEPTED", "DECLINED", "TENTATIVE", "NEEDS-ACTION")
        said = rng.choices(partstats, (86, 5, 5, 4))[0]
        if email == event.organizer:
            said = "ACCEPTED"
        if said != "NEEDS-ACTION":
            event = answered(
                event, created + (0 if email == event.organizer else rng.randint(3, 200)), email, said
            )
    return replace(event, answers=tuple(sorted(event.answers, key=_when)))


def _when(answer: Answer) -> int:
    return answer.at
