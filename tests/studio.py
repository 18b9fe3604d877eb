"""A small studio for tests: a few people, clients and projects, and short ways to say what happened.

Times are wall times in Berlin, where everybody works, unless a test says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from gleaner.core.activities import Activity, Coding, Meeting
from gleaner.core.catalog import (
    AccountId,
    Catalog,
    Client,
    ClientId,
    Company,
    Contact,
    EntryId,
    Person,
    Project,
    ProjectId,
    Task,
    TaskAssignment,
    TaskId,
    UserAssignment,
    UserId,
)
from gleaner.core.entries import ExternalReference, TimeEntry
from gleaner.core.time import Span, total

ACCOUNT = AccountId(1)
BERLIN = ZoneInfo("Europe/Berlin")
DAY = date(2026, 3, 10)

ANA, BO, CY = UserId(1), UserId(2), UserId(3)
ACME, BETA, OWN = ClientId(1), ClientId(2), ClientId(3)
APOLLO, PORTAL, WEBSITE, INTERNAL = ProjectId(1), ProjectId(2), ProjectId(3), ProjectId(4)
PROGRAMMING, MEETINGS, DESIGN = TaskId(1), TaskId(2), TaskId(3)

COMPANY = Company(ACCOUNT, "Studio", wants_timestamp_timers=False, weekly_capacity=timedelta(hours=40))
TIMESTAMP_COMPANY = Company(ACCOUNT, "Studio", wants_timestamp_timers=True)


def person(user_id: UserId, name: str, *, zone: ZoneInfo = BERLIN, hours: int = 40) -> Person:
    return Person(
        user_id, name, f"{name.lower()}@studio.example", zone, weekly_capacity=timedelta(hours=hours)
    )


PEOPLE = {p.id: p for p in (person(ANA, "Ana"), person(BO, "Bo"), person(CY, "Cy"))}
CATALOG = Catalog(
    people=PEOPLE,
    clients={
        ACME: Client(ACME, "Acme Industries", "EUR"),
        BETA: Client(BETA, "Beta Labs", "USD"),
        OWN: Client(OWN, "Studio", "EUR"),
    },
    contacts=(
        Contact(ACME, "Rita Acme", "rita@acme.example"),
        Contact(BETA, "Ben Beta", "ben@beta.example"),
    ),
    projects={
        APOLLO: Project(APOLLO, ACME, "Apollo", "APL"),
        PORTAL: Project(PORTAL, ACME, "Customer Portal", "CPO"),
        WEBSITE: Project(WEBSITE, BETA, "Website", "WEB"),
        INTERNAL: Project(INTERNAL, OWN, "Internal", is_billable=False),
    },
    tasks={
        PROGRAMMING: Task(PROGRAMMING, "Programming"),
        MEETINGS: Task(MEETINGS, "Meetings"),
        DESIGN: Task(DESIGN, "Design"),
    },
    task_assignments=tuple(
        TaskAssignment(project, task)
        for project in (APOLLO, PORTAL, WEBSITE, INTERNAL)
        for task in (PROGRAMMING, MEETINGS, DESIGN)
    ),
    user_assignments=tuple(
        UserAssignment(project, user) for user in (ANA, BO) for project in (APOLLO, PORTAL, WEBSITE, INTERNAL)
    ),
)


def span(text: str, day: date = DAY, zone: ZoneInfo = BERLIN) -> Span:
    """``09:00-10:30`` of *day*; an end before the start is on the next day."""
    first, last = (time.fromisoformat(part) for part in text.split("-"))
    start = datetime.combine(day, first, tzinfo=zone)
    end = datetime.combine(day + timedelta(days=last <= first), last, tzinfo=zone)
    return Span(start, end)


def meeting(
    when: str,
    title: str,
    *,
    who: UserId = ANA,
    day: date = DAY,
    attendees: Iterable[str] = (),
    series: str = "",
    tentative: bool = False,
    description: str = "",
) -> Activity:
    """A meeting in somebody's calendar."""
    uid = series or f"{title}-{when}"
    at = span(when, day)
    detail = Meeting("calendar", uid, is_recurring=bool(series), is_tentative=tentative)
    return Activity(
        "calendar",
        f"{uid}/{at.start:%Y%m%dT%H%MZ}",
        who,
        at,
        title,
        detail,
        description,
        tuple(sorted(attendees)),
    )


def attended(activity: Activity, *stays: str, day: date = DAY, doubt: str = "") -> Activity:
    """*activity*, with its person known to have been in its call at those times: ``10:04-10:52``."""
    assert isinstance(activity.detail, Meeting)
    spans = tuple(span(one, day) for one in stays)
    detail = replace(
        activity.detail, attended=spans, is_tentative=bool(doubt), doubt=doubt,
        attendance=f"you were in the call {' and '.join(stays)}",
    )  # fmt: skip
    return replace(activity, span=Span(spans[0].start, spans[-1].end), detail=detail)


def coding(
    when: str, repository: str = "apollo-api", *, who: UserId = ANA, day: date = DAY, branch: str = "feat/login",
    hours: float | None = None,
) -> Activity:  # fmt: skip
    """Sessions such as ``09:00-10:00 11:00-12:00`` in a repository."""
    sessions = tuple(span(part, day) for part in when.split())
    worked = timedelta(hours=hours) if hours is not None else total(sessions)
    detail = Coding(repository, (branch,), 3, sessions, worked, worked / 2, worked * 2, "3 commits.")
    whole = Span(sessions[0].start, sessions[-1].end)
    return Activity("git", f"{day}/{repository}", who, whole, f"{repository}: {branch}", detail)


_entry_ids = iter(range(1000, 10**9))


def entry(
    hours: float | str,
    project: ProjectId = APOLLO,
    task: TaskId = PROGRAMMING,
    notes: str = "",
    *,
    who: UserId = ANA,
    day: date = DAY,
    at: str = "",
    reference: str = "",
    closed: bool = False,
) -> TimeEntry:
    """A line in somebody's timesheet."""
    times = [time.fromisoformat(part) for part in at.split("-")] if at else [None, None]
    return TimeEntry(
        EntryId(next(_entry_ids)), who, project, task, day, Decimal(str(hours)), notes, times[0], times[1],
        is_closed=closed, is_locked=closed, external_reference=ExternalReference(reference) if reference else None,
    )  # fmt: skip
