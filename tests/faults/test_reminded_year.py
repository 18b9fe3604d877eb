"""A year of sixty people in three zones: who gets a reminder, against a truth that knows nothing of the rules.

The truth is whole minutes and plain lists: what each day asks for, when what was logged, who wants no messages, when
everybody works. Gleaner sees people, absences and entries, as it does in life, and its messages go through the store on
a real database while processes die at every step of sending.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from gleaner.adapters.public_holidays import public_holidays
from gleaner.adapters.store.engine import make_engine, migrate
from gleaner.adapters.store.reminders import StoredReminders
from gleaner.core.catalog import AccountId, Person, UserId
from gleaner.core.contract import Contract, week
from gleaner.timesheets.cut_off import cut_off
from gleaner.timesheets.expected import Absence, Expected, expected
from gleaner.timesheets.gaps import Sheet
from gleaner.timesheets.reminders import (
    DAILY,
    Limits,
    Sent,
    Situation,
    Week,
    Wish,
    WorkTime,
    candidates,
    judged,
)

FIRST, LAST = date(2026, 1, 5), date(2026, 12, 31)
STEP = timedelta(minutes=10)
ACCOUNT = AccountId(1)
BEGINS, ENDS = time(9), time(17, 30)

# Public holidays of 2026 on workdays, as the countries' own calendars have them.
HOLIDAYS = {
    "DE": "01-06 04-03 04-06 05-01 05-14 05-25 06-04 12-25",
    "US": "01-19 02-16 05-25 06-19 07-03 09-07 10-12 11-11 11-26 12-25",
    "": "",
}
PLACES = (("Europe/Berlin", "DE", "BY"), ("America/New_York", "US", ""), ("Asia/Kolkata", "", ""))
PATTERNS = (("8 8 8 8 8 - -",), ("6 6 6 6 - - -",), ("8 8 8 8 8 - -", "8 8 8 - - - -"), ("4 4 4 4 4 - -",))


@dataclass
class Life:
    """One person's year as it was."""

    number: int
    zone: ZoneInfo
    country: str
    region: str
    weeks: tuple[str, ...]
    off: dict[date, int] = field(default_factory=dict)
    """Minutes of leave by day; the whole day is the contract's minutes."""
    logged: dict[date, list[tuple[datetime, int]]] = field(default_factory=lambda: defaultdict(list))
    """By the day it is about: when it came, and how many minutes."""
    unsure: dict[date, datetime] = field(default_factory=dict)
    """A proposal that needs a project, until that moment."""
    was_unsure: set[date] = field(default_factory=set)
    stopped: tuple[datetime, datetime] | None = None
    snoozed: tuple[datetime, datetime] | None = None
    delivered: list[tuple[str, date, datetime]] = field(default_factory=list)
    answers: float = 0.5

    def contract(self, day: date) -> int:
        """Minutes, the first week being that of 5 January."""
        texts = self.weeks[((day - FIRST).days // 7) % len(self.weeks)].split()
        return 0 if texts[day.weekday()] == "-" else int(texts[day.weekday()]) * 60

    def is_holiday(self, day: date) -> bool:
        return f"{day:%m-%d}" in HOLIDAYS[self.country].split()

    def due(self, day: date) -> int:
        if self.is_holiday(day):
            return 0
        return max(0, self.contract(day) - self.off.get(day, 0))

    def present(self, day: date, at: datetime) -> int:
        return sum(minutes for when, minutes in self.logged[day] if when <= at)

    def lacks(self, day: date, at: datetime) -> int:
        return max(0, self.due(day) - self.present(day, at))

    def is_unsure(self, day: date, at: datetime) -> bool:
        return day in self.unsure and at < self.unsure[day]

    def is_open(self, day: date, at: datetime) -> bool:
        return self.lacks(day, at) >= 15 or self.is_unsure(day, at)

    def local(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, tzinfo=self.zone).astimezone(UTC)

    def wants_none(self, at: datetime) -> bool:
        return any(span is not None and span[0] <= at < span[1] for span in (self.stopped, self.snoozed))


def born(number: int, rng: Random) -> Life:
    """A person, with leave, habits and wishes drawn."""
    place = PLACES[number % 3]
    life = Life(
        number,
        ZoneInfo(place[0]),
        place[1],
        place[2],
        rng.choice(PATTERNS),
        answers=rng.choice((0.1, 0.6, 0.9)),
    )
    for _ in range(5):
        begin = FIRST + timedelta(days=rng.randrange(350))
        for day in (begin + timedelta(days=n) for n in range(rng.choice((1, 2, 5, 10)))):
            life.off[day] = life.contract(day)
    for _ in range(8):
        day = FIRST + timedelta(days=rng.randrange(360))
        life.off[day] = rng.choice((life.contract(day) // 2, 60, 90))
    day = FIRST
    while day <= LAST:
        _logs(life, day, rng)
        day += timedelta(days=1)
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=rng.randrange(30, 300))
    if number % 10 == 0:
        life.stopped = (at, at + timedelta(days=400))
    if number % 4 == 1:
        life.snoozed = (at, at + timedelta(days=rng.choice((1, 7, 30))))
    return life


def _logs(life: Life, day: date, rng: Random) -> None:
    """What comes of its own accord: mostly that day, some next morning or Friday, some never."""
    due = life.due(day)
    if not due:
        return
    draw = rng.random()
    if draw < 0.55:
        life.logged[day].append((life.local(day, time(16, rng.randrange(60))), due))
    elif draw < 0.8:
        part = due * rng.randrange(10, 95) // 100
        life.logged[day].append((life.local(day, time(16)), part))
        late = rng.choice((time(17, 15), time(21)))
        if rng.random() < 0.5:
            life.logged[day].append((life.local(day, late), due - part))
        elif rng.random() < 0.5:
            life.logged[day].append((life.local(day + timedelta(days=1), time(8, 30)), due - part))
    if rng.random() < 0.04:
        life.was_unsure.add(day)
        life.unsure[day] = life.local(day + timedelta(days=rng.randrange(3)), time(12))


# --- what Gleaner sees -------------------------------------------------------------------------------------------


def person_of(life: Life) -> Person:
    contract = Contract(tuple(week(text) for text in life.weeks), FIRST)
    workdays = frozenset(day for hours in contract.weeks for day in range(7) if hours[day])
    return Person(
        UserId(life.number), f"P{life.number}", f"p{life.number}@studio.example", life.zone, workdays=workdays,
        contract=contract, country=life.country, region=life.region,
    )  # fmt: skip


@cache
def _holidays(country: str, region: str) -> Mapping[date, str]:
    return public_holidays(country, region, 2026) if country else {}


def expected_of(life: Life, person: Person, day: date) -> Expected:
    absences = []
    if name := _holidays(life.country, life.region).get(day):
        absences.append(Absence(name, "holiday"))
    if minutes := life.off.get(day):
        absences.append(Absence("leave", "calendar", hours=timedelta(minutes=minutes)))
    return expected(person, day, absences)


def sheet_of(life: Life, known: Expected, at: datetime) -> Sheet:
    unsure = timedelta(minutes=15 if life.is_unsure(known.day, at) else 0)
    return Sheet(
        UserId(life.number), known, logged=timedelta(minutes=life.present(known.day, at)), unsure=unsure
    )


# --- the year ----------------------------------------------------------------------------------------------------


@dataclass
class Year:
    """The walk through it."""

    lives: list[Life]
    stored: StoredReminders
    rng: Random
    limits: Limits = field(default_factory=Limits)
    work: WorkTime = field(default_factory=lambda: WorkTime(BEGINS, ENDS))
    sent: dict[int, list[Sent]] = field(default_factory=lambda: defaultdict(list))
    crashes: Counter[str] = field(default_factory=Counter)
    known: dict[tuple[int, date], Expected] = field(default_factory=dict)
    people: dict[int, Person] = field(default_factory=dict)

    def walk(self) -> None:
        for life in self.lives:
            self.people[life.number] = person_of(life)
        at, end = datetime(2026, 1, 5, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
        while at < end:
            for life in self.lives:
                self.look(life, at)
            at += STEP

    def expected(self, life: Life, day: date) -> Expected:
        key = (life.number, day)
        if key not in self.known:
            self.known[key] = expected_of(life, self.people[life.number], day)
        return self.known[key]

    def look(self, life: Life, at: datetime) -> None:
        local = at.astimezone(life.zone)
        if not BEGINS <= local.time() < ENDS:
            return  # the rules would say so, too, and a test of their own sees to that
        if local.hour < 17 and local.minute not in (0, 30):
            return  # half an hour is often enough where nothing depends on the minute
        today = local.date()
        monday = today - timedelta(days=today.weekday())
        firsts = (monday - timedelta(days=7), monday)
        weeks = tuple(Week(first, cut_off(first, 0, time(10), life.zone)) for first in firsts)
        kinds = candidates(life.zone, self.work, weeks, at, self.limits)
        if not kinds:
            return
        back = 1 if kinds == {"end of day"} else 15
        days = [day for n in range(back) if (day := today - timedelta(days=n)) >= FIRST]
        sheets = {day: sheet_of(life, self.expected(life, day), at) for day in days}
        one = Situation(life.zone, self.work, sheets, weeks, self.wish(life, at), self.settled(life, at))
        due = judged(one, at, self.limits).due
        if due is not None:
            self.send(life, due.kind, due.day, at)

    def settled(self, life: Life, at: datetime) -> list[Sent]:
        """A gap that is closed, by whatever road, is an answer."""
        return [
            sent
            if sent.is_answered or sent.kind not in DAILY or life.is_open(sent.day, at)
            else replace(sent, is_answered=True)
            for sent in self.sent[life.number]
        ]

    def wish(self, life: Life, at: datetime) -> Wish:
        is_stopped = life.stopped is not None and life.stopped[0] <= at
        until = life.snoozed[1] if life.snoozed is not None and life.snoozed[0] <= at else None
        return Wish(is_stopped, until)

    def send(self, life: Life, kind: str, day: date, at: datetime) -> None:
        """Claim, deliver, note; now and then the process dies in between, and another one goes on."""
        user, dies = UserId(life.number), self.rng.random()
        if dies < 0.02:
            self.crashes["before"] += 1
            return
        if not self.stored.claim(user, kind, day, channel="post", subject="x", now=at):  # type: ignore[arg-type]
            self.reload(life, at)
            return
        if dies < 0.04:
            self.crashes["claimed"] += 1
            self.reload(life, at)
            return
        life.delivered.append((kind, day, at))
        is_answered = self.rng.random() < life.answers
        if is_answered:
            for each in self.asked_about(kind, day, at, life):
                lacking = life.lacks(each, at)
                life.logged[each].append((at + timedelta(minutes=self.rng.randrange(25)), lacking))
                life.unsure.pop(each, None)
        if dies < 0.06:
            self.crashes["delivered"] += 1
            self.reload(life, at)
            return
        self.stored.sent(user, kind, day, "h")  # type: ignore[arg-type]
        if is_answered:
            self.stored.answer(user, kind, day, now=at)  # type: ignore[arg-type]
        self.reload(life, at)

    def asked_about(self, kind: str, day: date, at: datetime, life: Life) -> list[date]:
        if kind in DAILY:
            return [day]
        return [
            each for n in range(7) if (each := day + timedelta(days=n)) <= at.astimezone(life.zone).date()
        ]

    def reload(self, life: Life, at: datetime) -> None:
        """What a new process knows."""
        rows = self.stored.since(at - timedelta(days=35), UserId(life.number))
        self.sent[life.number] = [
            Sent(row.kind, row.day, row.at, row.answered_at is not None) for row in rows
        ]


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    path: Path = tmp_path_factory.mktemp("year") / "gleaner.db"
    engine: sa.Engine = make_engine(f"sqlite:///{path}")
    migrate(engine)
    rng = Random(2026)
    found = Year([born(number, rng) for number in range(1, 61)], StoredReminders(engine, ACCOUNT), rng)
    found.walk()
    yield found
    engine.dispose()


def deliveries(year: Year) -> list[tuple[Life, str, date, datetime]]:
    return [(life, *one) for life in year.lives for one in life.delivered]


@pytest.mark.timeout(400)
def test_the_year_had_messages_crashes_and_all_kinds(year: Year) -> None:
    found = deliveries(year)
    assert len(found) > 1500
    assert {kind for _, kind, _, _ in found} == {"end of day", "morning", "before cut-off", "after cut-off"}
    assert min(year.crashes[step] for step in ("before", "claimed", "delivered")) > 20


def test_nobody_who_is_off_or_out_of_hours_gets_one(year: Year) -> None:
    for life, kind, _, at in deliveries(year):
        local = at.astimezone(life.zone)
        assert BEGINS <= local.time() < ENDS, (life.number, kind, at)
        assert life.due(local.date()) * 2 > life.contract(local.date()), (life.number, kind, at)


def test_nobody_who_is_done_gets_one(year: Year) -> None:
    """What was lacking is told from what was logged before that moment."""
    for life, kind, day, at in deliveries(year):
        before = at - timedelta(seconds=1)
        if kind in DAILY:
            lacked = life.due(day) - life.present(day, before)
            assert lacked >= 30 or day in life.was_unsure, (life.number, kind, day)
        else:
            week_days = [day + timedelta(days=n) for n in range(7)]
            assert (
                sum(life.due(each) - min(life.due(each), life.present(each, before)) for each in week_days)
                >= 15
            )


def test_nobody_who_asked_for_none_gets_one(year: Year) -> None:
    asked = [life for life in year.lives if life.stopped or life.snoozed]
    assert len(asked) > 15
    assert not [at for life, _, _, at in deliveries(year) if life.wants_none(at)]


def test_nobody_gets_more_than_one_a_day_or_four_a_week(year: Year) -> None:
    for life in year.lives:
        days = Counter(at.astimezone(life.zone).date() for _, _, at in life.delivered)
        weeks = Counter(day - timedelta(days=day.weekday()) for day in days.elements())
        assert max(days.values(), default=0) <= 1
        assert max(weeks.values(), default=0) <= 4


def test_nothing_is_said_twice_whatever_dies(year: Year) -> None:
    for life in year.lives:
        assert max(Counter((kind, day) for kind, day, _ in life.delivered).values(), default=0) <= 1


def test_gaps_are_found_and_nothing_else_is_taken_for_one(year: Year) -> None:
    """Every person-day at its evening: half an hour lacking by the truth, and by what Gleaner knows."""
    right = wrong = missed = 0
    for life in year.lives:
        day = FIRST
        while day <= LAST:
            at = life.local(day, time(17, 10))
            true = life.lacks(day, at) >= 30
            seen = sheet_of(life, year.expected(life, day), at).missing >= timedelta(minutes=30)
            right += true and seen
            wrong += seen and not true
            missed += true and not seen
            day += timedelta(days=1)
    assert right > 2000
    assert right / (right + wrong) >= 0.99
    assert right / (right + missed) >= 0.99


def test_whoever_could_be_told_of_a_gap_is_told(year: Year) -> None:
    """A day that lacks hours at its evening, of somebody who may get a message then, is told of, but for crashes."""
    told = could = 0
    for life in year.lives:
        by_day = Counter(at.astimezone(life.zone).date() for _, _, at in life.delivered)
        for day in (FIRST + timedelta(days=n) for n in range(15, (LAST - FIRST).days)):
            evening = life.local(day, time(17, 10))
            lacks = life.due(day) - life.present(day, evening)
            monday = day - timedelta(days=day.weekday())
            this_week = sum(by_day[monday + timedelta(days=n)] for n in range(7))
            is_free = life.due(day) * 2 > life.contract(day) and not life.wants_none(evening)
            is_told = any(kind == "end of day" and about == day for kind, about, _ in life.delivered)
            is_capped = not is_told and (by_day[day] > 0 or this_week >= 4)
            if lacks < 30 or not is_free or is_capped or _backs_off(life, evening):
                continue
            could += 1
            told += is_told
    assert could > 1000
    assert told / could >= 0.95, "two crashes in a hundred before or after the claim"


def _backs_off(life: Life, at: datetime) -> bool:
    """Whether nothing came of the last three daily messages: what they were about is open still."""
    last = [(about, when) for kind, about, when in life.delivered if kind in DAILY and when < at][-3:]
    return len(last) == 3 and all(life.is_open(about, at) for about, _ in last)
