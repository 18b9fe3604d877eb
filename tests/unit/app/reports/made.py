"""A report made by hand, of any number of people, for tests of its forms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from tests.studio import ANA, CATALOG, PEOPLE

from gleaner.app.compliance import Compliance, Money, Point, Right, Row
from gleaner.core.catalog import Person, UserId
from gleaner.timesheets.anomalies import Question
from gleaner.timesheets.causes import causes
from gleaner.timesheets.compliance import Held, PersonWeek, figures, person_week
from gleaner.timesheets.expected import Absence, expected
from gleaner.timesheets.split import Spent, lines, total
from gleaner.timesheets.uplift import Uplift

FIRST = date(2026, 3, 9)
NOW = datetime(2026, 3, 20, 9, tzinfo=UTC)
_CUT_OFF = datetime(2026, 3, 16, 9, tzinfo=UTC)
_KINDS = ((8.0, 8.0), (4.0, 4.0), (0.0, 8.0))
"""What somebody had each day at the cut-off and now: all, half, all of it late."""


def compliance(people: int = 3, names: Sequence[str] = ()) -> Compliance:
    """A week of so many people, called *names* as far as they go; every fourth was away on Monday."""
    them = [_person(number, names) for number in range(1, people + 1)]
    weeks = [_week(one, number) for number, one in enumerate(them)]
    project = next(iter(CATALOG.projects.values()))
    spent = [Spent(project, "Acme", "Design", True, timedelta(hours=120))]
    so_far = figures(weeks)
    trend = tuple(Point(FIRST - timedelta(weeks=back), so_far, so_far) for back in range(11, -1, -1))
    trend = (*trend[:4], replace(trend[4], begun=("Pilot",)), *trend[5:])
    by = {"client": lines(spent, spent, "client")}
    return Compliance(
        "Studio", FIRST, 0.9, "Monday 10:00", NOW, NOW, "everybody", so_far, Right(9, 10),
        tuple(Row(one, week) for one, week in zip(them, weeks, strict=True)), (), (("Design", so_far),), trend,
        (Uplift("Pilot", FIRST, "Rest", 5, 6, 4, 3, 0.12, 0.02, 0.04, 0.16),), tuple(causes(weeks, taskless={})),
        (Question("Ana, Mon 9 Mar: 14.0 h on one day. Does some of it belong to another?"),),
        Money(total(spent), total(spent), by, 0.7, 0.72, date(2026, 2, 1)),
    )  # fmt: skip


def _person(number: int, names: Sequence[str]) -> Person:
    name = names[number - 1] if number <= len(names) else f"Person {number:04}"
    return replace(
        PEOPLE[ANA], id=UserId(number), name=name, email=f"p{number}@studio.example", team="Design"
    )


def _week(person: Person, number: int) -> PersonWeek:
    early, late = _KINDS[number % 3]
    days = [FIRST + timedelta(days=offset) for offset in range(7)]
    away = [Absence("Easter Monday", "holiday")] if number % 4 == 3 else []
    due = [expected(person, day, away if day == FIRST else []) for day in days]
    held = [Held(timedelta(hours=late), timedelta(hours=early)) for _ in range(5)] + [Held()] * 2
    return person_week(person.id, due, held, cut_off=_CUT_OFF, now=NOW, today=NOW.date())
