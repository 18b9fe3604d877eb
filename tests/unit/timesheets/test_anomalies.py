"""What is asked about a week."""

from __future__ import annotations

from datetime import date

from tests.studio import ANA, BO, CY
from tests.unit.timesheets.test_compliance import week
from tests.unit.timesheets.test_split import BILLED, OWN, spent

from gleaner.timesheets.anomalies import questions
from gleaner.timesheets.compliance import PersonWeek
from gleaner.timesheets.expected import Absence

NAMES = {ANA: "Ana", BO: "Bo", CY: "Cy"}


def asked(*weeks: PersonWeek, **more: object) -> list[str]:
    given = {"spent": [], "timers": [], "names": NAMES, **more}
    return [one.text for one in questions(weeks, **given)]  # type: ignore[arg-type]


def test_an_ordinary_week_asks_nothing() -> None:
    assert asked(week(8, 9, 7, 8, 8)) == []


def test_a_very_long_day_and_a_very_long_week_are_asked_about() -> None:
    found = asked(week(12.5, 10, 10, 10, 10))
    assert found == [
        "Ana, Mon 9 Mar: 12.5 h on one day. Does some of it belong to another?",
        "Ana: 52.5 h logged, 40.0 expected. Is that much right, or too much work?",
    ]


def test_hours_on_a_day_off_are_asked_about_without_what_a_calendar_calls_it() -> None:
    off = {0: Absence("Chemotherapy", "calendar"), 1: Absence("Easter Monday", "holiday")}
    found = asked(week(3, 2, 8, 8, 8, off=off))
    assert found == [
        "Ana, Mon 9 Mar: 3.0 h logged on a day with nothing due (a day off). Was it a working day after all?",
        "Ana, Tue 10 Mar: 2.0 h logged on a day with nothing due (Easter Monday). Was it a working day after all?",
    ]


def test_forgotten_timers_and_unbilled_work_on_billed_projects_are_asked_about() -> None:
    found = asked(
        week(8, 8, 8, 8, 8),
        timers=[(BO, date(2026, 3, 11))],
        spent=[
            spent(3, billable=False),
            spent(2, billable=False, team="Sales"),
            spent(9, OWN, billable=False),
            spent(30),
        ],
    )
    assert found == [
        "Bo, Wed 11 Mar: a timer of that day still runs. Was it forgotten?",
        f"Acme / {BILLED.name}: 5.0 h are not billable, on a project that is. Is that meant?",
    ]
