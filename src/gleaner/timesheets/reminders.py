"""Whether somebody is reminded now, of what, and if not, why not. Pure.

A reminder is for who is working: on a day that is theirs to work, inside their working hours, within the caps, unless
they said no or not now. It is about time that nothing accounts for, or about a week that Harvest lacks hours of. The
defaults and bounds are in one place, :class:`Limits`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from gleaner.core.catalog import UserId
from gleaner.core.phrases import phrase
from gleaner.core.time import ZERO, Span, week_of
from gleaner.timesheets.gaps import Sheet

Kind = Literal["end of day", "morning", "before cut-off", "after cut-off", "digest"]
"""``digest`` is a manager's weekly mail about others; the rest is about the person's own hours."""
DAILY: tuple[Kind, ...] = ("end of day", "morning")
IGNORED = 3
HARDEST_CAP = 2
"""Messages a day beyond which nobody may set the cap."""
_BEFORE = timedelta(days=4)
"""So long before a cut-off the last work before it may lie."""
_FEWEST_DAYS = 5
_AFTER = timedelta(days=3)
"""So long after a cut-off its reminder may still come: the cut-off may be a Friday evening."""


@dataclass(frozen=True)
class Limits:
    """How often, and from how much on."""

    a_day: int = 1
    a_week: int = 4
    """All kinds together, on the person's own calendar days and weeks."""
    least: timedelta = timedelta(minutes=30)
    """A day that lacks less is not worth a message, unless something is unsure."""
    before_end: timedelta = timedelta(minutes=20)
    after_start: timedelta = timedelta(minutes=30)
    before_cut_off: timedelta = timedelta(hours=2)
    ignored: int = IGNORED
    """So many daily messages in a row without any answer, and only weekly ones come."""


@dataclass(frozen=True)
class WorkTime:
    """From when to when somebody works, by their own clock. May pass midnight."""

    begins: time = time(9, 0)
    ends: time = time(17, 30)
    usual_end: time | None = None
    """When the person mostly stops, where that is known and lies within."""

    def on(self, day: date, zone: ZoneInfo) -> Span:
        """The working time that begins on *day*. An end that is no later than the begin is on the next day."""
        begins = datetime.combine(day, self.begins, tzinfo=zone)
        last = day if self.ends > self.begins else day + timedelta(days=1)
        return Span(begins, datetime.combine(last, self.ends, tzinfo=zone))

    def evening(self, day: date, zone: ZoneInfo) -> datetime:
        """When the work of *day* mostly ends."""
        span = self.on(day, zone)
        usual = self.usual_end
        if usual is None or not self.begins < usual < self.ends:
            return span.end
        return datetime.combine(day, usual, tzinfo=zone).astimezone(UTC)


@dataclass(frozen=True)
class Wish:
    """What the person said about reminders."""

    is_stopped: bool = False
    until: datetime | None = None
    """None before then."""
    resumed_at: datetime | None = None
    """When they last asked for them again: what was ignored before counts no more."""


@dataclass(frozen=True)
class Sent:
    """A message that went out, or may have."""

    kind: Kind
    day: date
    """The day, or the first of the week, that it was about."""
    at: datetime
    is_answered: bool = False
    """Something came of it: a button, a decision, hours in Harvest."""
    is_out: bool = True
    """It certainly went out; what was refused, or may not have gone, counts for the caps only."""


@dataclass(frozen=True)
class Week:
    """A week with the moment by which it should be complete."""

    first: date
    cut_off: datetime


@dataclass(frozen=True)
class Situation:
    """All that counts for one person."""

    zone: ZoneInfo
    work: WorkTime
    sheets: Mapping[date, Sheet]
    """Of the days that may be asked about: this week, the one before, and the last workday."""
    weeks: Sequence[Week] = ()
    """The week whose cut-off was last, and the one whose cut-off is next."""
    wish: Wish = Wish()
    sent: Sequence[Sent] = ()
    """Of the last weeks, oldest first."""
    unsubmitted: frozenset[date] = frozenset()
    """First days of weeks that hold time the person has not submitted, where people do submit."""


@dataclass(frozen=True)
class Due:
    """What the person is reminded of now."""

    kind: Kind
    day: date
    """The day, or the first of the week."""
    days: tuple[Sheet, ...]
    """What is open, oldest first."""
    week: Week | None = None
    is_unsubmitted: bool = False
    """The week's time is not submitted, where people do submit."""


@dataclass(frozen=True)
class Verdict:
    """One of the two: what is due, or why nothing is."""

    due: Due | None = None
    why_not: str = ""


def judged(one: Situation, now: datetime, limits: Limits = Limits()) -> Verdict:
    """What *one* is reminded of at *now*, if of anything. Weekly comes before daily; the same thing never twice."""
    if why := quiet(one, now):
        return Verdict(why_not=why)
    found = _weekly(one, now, limits)
    if found is None and not is_weekly_only(one, limits):
        found = _daily(one, now, limits)
    if found is None:
        return Verdict(why_not=phrase("nothing is due now"))
    if why := over_cap(one, now, limits):
        return Verdict(why_not=why)
    return Verdict(found)


def asks_from(
    week: Week, zone: ZoneInfo, work: WorkTime, works: Callable[[date], bool], limits: Limits
) -> datetime:
    """From when on a week is asked about before its cut-off: two hours before, or else in the last two hours of work.

    *works* says on which days the person does: a cut-off may lie before work begins, or on a day off.
    """
    span = Span(week.cut_off - limits.before_cut_off, week.cut_off)
    last = week.cut_off.astimezone(zone).date()
    days = [last - timedelta(days=number) for number in range(8)]
    if any(works(day) and work.on(day, zone).overlaps(span) for day in days[:2]):
        return span.start
    ends = (work.on(day, zone).end for day in days if works(day) and work.on(day, zone).end <= week.cut_off)
    return next(ends, week.cut_off) - limits.before_cut_off


def candidates(
    zone: ZoneInfo, work: WorkTime, weeks: Sequence[Week], now: datetime, limits: Limits
) -> frozenset[Kind]:
    """What could be due at *now* by the clock alone, before anything is read about anybody's hours."""
    found = set[Kind]()
    day = working_day(zone, work, now)
    if day is None:
        return frozenset()
    span = work.on(day, zone)
    if work.evening(day, zone) - limits.before_end <= now:
        found.add("end of day")
    elif span.start + limits.after_start <= now:
        found.add("morning")
    for week in weeks:
        # Whoever is off at the cut-off is asked in the last hours of work before; their days tell whether they are.
        is_last_of_day = week.cut_off - _BEFORE <= now and span.end - limits.before_cut_off <= now
        if (week.cut_off - limits.before_cut_off <= now or is_last_of_day) and now < week.cut_off + _AFTER:
            found.add("before cut-off" if now < week.cut_off else "after cut-off")
    return frozenset(found)


def quiet(one: Situation, now: datetime) -> str:
    """Why *one* is left alone at *now*, whatever is open; empty when they may be written to."""
    if one.wish.is_stopped:
        return phrase("asked for no reminders")
    if one.wish.until is not None and now < one.wish.until:
        until = one.wish.until.astimezone(one.zone)
        return phrase(
            "asked for none until {day:%a} {day:%d} {day:%b} {at}", day=until.date(), at=until.time()
        )
    working = working_day(one.zone, one.work, now)
    if working is None:
        return phrase("outside working hours")
    sheet = one.sheets.get(working)
    if sheet is None or sheet.expected.why_nothing:
        return phrase("no hours are expected")
    if sheet.expected.hours <= ZERO:
        return phrase("a day off")
    if sheet.expected.hours * 2 <= sheet.expected.contract:
        return phrase("off for half the day or more")
    return ""


def over_cap(one: Situation, now: datetime, limits: Limits) -> str:
    """Why one more would be too many today or this week; empty when it would not."""
    today = now.astimezone(one.zone).date()
    monday = today - timedelta(days=today.weekday())
    days = [sent.at.astimezone(one.zone).date() for sent in one.sent]
    if days.count(today) >= min(limits.a_day, HARDEST_CAP):
        return phrase("had a message today")
    if sum(monday <= day <= today for day in days) >= limits.a_week:
        return phrase("had {n} messages this week", n=limits.a_week)
    return ""


def is_weekly_only(one: Situation, limits: Limits) -> bool:
    """Whether the last daily messages were all ignored, with no word since that they are wanted."""
    since = one.wish.resumed_at
    daily = [sent for sent in one.sent if sent.kind in DAILY and (since is None or sent.at > since)]
    last = daily[-limits.ignored :]
    return len(last) == limits.ignored and not any(sent.is_answered for sent in last)


def is_open(sheet: Sheet, limits: Limits) -> bool:
    """Whether a day is worth a message: Harvest lacks hours of it, or somebody has to say what some were for.

    What only waits for review is not in Harvest: the message is where it is accepted.
    """
    return sheet.missing >= limits.least or sheet.unsure > ZERO


def _daily(one: Situation, now: datetime, limits: Limits) -> Due | None:
    today = working_day(one.zone, one.work, now)
    assert today is not None, "quiet() comes first"
    span = one.work.on(today, one.zone)
    if one.work.evening(today, one.zone) - limits.before_end <= now:
        return _of_day(one, "end of day", today, limits)
    if span.start + limits.after_start <= now:
        before = max(
            (day for day, it in one.sheets.items() if day < today and it.expected.hours > ZERO), default=None
        )
        return None if before is None else _of_day(one, "morning", before, limits)
    return None


def _of_day(one: Situation, kind: Kind, day: date, limits: Limits) -> Due | None:
    """Unless that day was written about already, in the evening or the morning after."""
    sheet = one.sheets[day]
    if any(sent.day == day and sent.kind in DAILY for sent in one.sent):
        return None
    return Due(kind, day, (sheet,)) if is_open(sheet, limits) else None


def _weekly(one: Situation, now: datetime, limits: Limits) -> Due | None:
    def works(day: date) -> bool:
        sheet = one.sheets.get(day)
        # Of a day that nobody has looked at yet the usual one is assumed.
        return day.weekday() < 5 if sheet is None else sheet.expected.hours * 2 > sheet.expected.contract

    for week in one.weeks:
        kind: Kind = "before cut-off" if now < week.cut_off else "after cut-off"
        is_time = asks_from(week, one.zone, one.work, works, limits) <= now < week.cut_off + _AFTER
        is_told = any(sent.kind == kind and sent.day == week.first for sent in one.sent)
        lacking, is_unsubmitted = lacking_in(one, week), week.first in one.unsubmitted
        if is_time and not is_told and (lacking or is_unsubmitted):
            return Due(kind, week.first, lacking, week, is_unsubmitted)
    return None


def lacking_in(one: Situation, week: Week) -> tuple[Sheet, ...]:
    """The days of *week* that Harvest lacks hours of, whatever waits for review: only what is in Harvest counts."""
    days = (one.sheets.get(week.first + timedelta(days=number)) for number in range(7))
    return tuple(sheet for sheet in days if sheet is not None and sheet.missing > ZERO)


def usual_end(ends: Iterable[time]) -> time | None:
    """When somebody mostly stops: the middle one of the days' *ends*; None where there are fewer than five.

    >>> usual_end([time(16), time(16, 30), time(17), time(16, 15), time(21)])
    datetime.time(16, 30)
    """
    known = sorted(ends)
    return known[len(known) // 2] if len(known) >= _FEWEST_DAYS else None


def weeks_of(
    person_days: Iterable[tuple[UserId, date]], first_weekday: int
) -> Mapping[UserId, frozenset[date]]:
    """First days of the weeks that *person_days* lie in, by person.

    >>> weeks_of([(UserId(1), date(2026, 3, 10)), (UserId(1), date(2026, 3, 13))], 0)
    {1: frozenset({datetime.date(2026, 3, 9)})}
    """
    found = defaultdict[UserId, set[date]](set)
    for user_id, day in person_days:
        found[user_id].add(week_of(day, first_weekday)[0])
    return {user_id: frozenset(weeks) for user_id, weeks in found.items()}


def working_day(zone: ZoneInfo, work: WorkTime, now: datetime) -> date | None:
    """The day whose working time *now* lies in: yesterday's, where work passes midnight."""
    today = now.astimezone(zone).date()
    for day in (today, today - timedelta(days=1)):
        span = work.on(day, zone)
        if span.start <= now < span.end:
            return day
    return None
