"""Calendar events with their history: what a calendar showed at any moment, and what it shows in the end.

An event changes by *revisions* (time, title, status), *answers* (an attendee's participation status) and, for a
series, *deletions* (instances that became ``EXDATE``).  A changed instance of a series is an event of its own with
the same ``uid`` and a ``recurrence_id``, as in RFC 5545.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Literal

from .period import aware, instant, local_day

Status = Literal["CONFIRMED", "TENTATIVE", "CANCELLED"]
PartStat = Literal["ACCEPTED", "DECLINED", "TENTATIVE", "NEEDS-ACTION"]
Signal = Literal["name", "contact", "history", "vague"]
"""What tells the project of a meeting: a code or name in the title; a client's contact among the attendees; only
what earlier ones of the series, or of that nickname, were for; nothing."""
Form = Literal["end", "duration", "none"]


@dataclass(frozen=True)
class Revision:
    at: int
    """Since when it looks like this."""
    start: int
    """For all-day events: midnight UTC of the first day."""
    end: int
    title: str
    status: Status = "CONFIRMED"


@dataclass(frozen=True)
class Answer:
    at: int
    email: str
    partstat: PartStat


@dataclass(frozen=True)
class Rule:
    """How a series repeats: every *interval* weeks on *weekdays*, or on the *nth* such weekday of each month."""

    weekdays: tuple[int, ...]
    interval: int = 1
    nth: int | None = None
    until: int | None = None
    """The last instance begins at or before this instant."""
    until_since: int = 0
    """When that was decided; a calendar of an earlier moment shows the series without an end."""


@dataclass(frozen=True)
class Event:
    uid: str
    zone: str
    """IANA zone its times are written in, or ``UTC``."""
    organizer: str | None
    """None for events without guests."""
    attendees: tuple[str, ...]
    """E-mail addresses, the organizer's too."""
    calendars: tuple[str, ...]
    """The agency's people (by e-mail) in whose calendars it is."""
    revisions: tuple[Revision, ...]
    answers: tuple[Answer, ...] = ()
    rule: Rule | None = None
    deletions: tuple[tuple[int, int], ...] = ()
    """(when deleted, the instance's original start) of a series."""
    recurrence_id: int | None = None
    """For a changed instance: its original start."""
    is_all_day: bool = False
    is_transparent: bool = False
    is_private: bool = False
    is_out_of_office: bool = False
    form: Form = "end"
    """Whether the event says when it ends, how long it takes, or neither."""
    location: str | None = None
    description: str | None = None

    def as_of(self, at: int) -> Revision | None:
        """How it looked at that instant; None before it existed."""
        return next((r for r in reversed(self.revisions) if r.at <= at), None)

    @property
    def final(self) -> Revision:
        return self.revisions[-1]

    def partstat(self, email: str, at: int) -> PartStat:
        """What *email* had answered by then."""
        return next(
            (a.partstat for a in reversed(self.answers) if a.email == email and a.at <= at), "NEEDS-ACTION"
        )


def revised(event: Event, at: int, **changes: object) -> Event:
    """The *event*, looking different from *at* on; one that looks the same is returned as it is."""
    last = event.final
    new = replace(last, at=at, **changes)  # type: ignore[arg-type]  # the names are checked by replace
    return event if replace(new, at=last.at) == last else replace(event, revisions=(*event.revisions, new))


def answered(event: Event, at: int, email: str, partstat: PartStat) -> Event:
    return replace(event, answers=(*event.answers, Answer(at, email, partstat)))


def instances(series: Event, days: Sequence[date]) -> Iterator[int]:
    """The original starts of a series on *days*, deleted and changed instances too.

    The series keeps its local time across a daylight saving change, so the starts are not a whole number of weeks
    apart in UTC.
    """
    rule, first = series.rule, series.revisions[0].start
    assert rule is not None
    begins = local_day(first, series.zone)
    clock = aware(first, series.zone)
    for day in days:
        if day < begins or not _falls_on(rule, begins, day):
            continue
        start = instant(series.zone, day, clock.hour * 60 + clock.minute)
        if rule.until is None or start <= rule.until:
            yield start


def _falls_on(rule: Rule, begins: date, day: date) -> bool:
    if day.weekday() not in rule.weekdays:
        return False
    if rule.nth is not None:
        return (day.day - 1) // 7 + 1 == rule.nth
    week = (day - timedelta(days=day.weekday()) - (begins - timedelta(days=begins.weekday()))).days // 7
    return week % rule.interval == 0


@dataclass
class Occasion:
    """One planned meeting while the world is being built: an instance of a series, or a single event."""

    series: Event | None
    """The series it belongs to; None for single events."""
    event: Event | None
    """The single event, or the changed instance; None for an instance like all others."""
    original_start: int | None
    """Of an instance of a series; None for single events."""
    start: int
    end: int
    project: str | None
    """Project key; None when it is not work (a dentist)."""
    signal: Signal
    title: str
    guests: tuple[str, ...]
    """The agency's people invited, by e-mail."""
    with_client: bool = False
    is_cancelled: bool = False
    settled: dict[str, PartStat] = field(default_factory=dict)

    @property
    def uid(self) -> str:
        owner = self.event or self.series
        assert owner is not None
        return owner.uid

    def changed(self, at: int) -> Event:
        """Its own event, to be revised: for an instance of a series this makes the exception, as of *at*."""
        if self.event is None:
            assert self.series is not None
            plain = Revision(at, self.start, self.end, self.title)
            self.event = replace(
                self.series, revisions=(plain,), rule=None, deletions=(), recurrence_id=self.original_start
            )
        return self.event
