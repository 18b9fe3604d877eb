"""What missing hours have in common, and what is asked about a week."""

from __future__ import annotations

from datetime import date

from tests.studio import ANA, BO, CY
from tests.unit.timesheets.test_compliance import week
from tests.unit.timesheets.test_split import BILLED, OWN, spent

from gleaner.timesheets.anomalies import questions
from gleaner.timesheets.causes import causes
from gleaner.timesheets.compliance import PersonWeek
from gleaner.timesheets.expected import Absence

NAMES = {ANA: "Ana", BO: "Bo", CY: "Cy"}


def texts(*weeks: PersonWeek, **more: object) -> list[str]:
    return [one.text for one in causes(weeks, **{"taskless": {}, **more})]  # type: ignore[arg-type]


def asked(*weeks: PersonWeek, **more: object) -> list[str]:
    given = {"spent": [], "timers": [], "names": NAMES, **more}
    return [one.text for one in questions(weeks, **given)]  # type: ignore[arg-type]


def test_a_weekday_that_stands_out_is_named_beside_what_would_be_even() -> None:
    assert texts(week(2, 8, 8, 8, 7), week(3, 8, 8, 8, 8, who=BO)) == [
        "92 % of missing hours are Mondays (20 % of what is expected is)"
    ]


def test_evenly_spread_hours_have_no_weekday() -> None:
    assert texts(week(7, 7, 7, 7, 7)) == []


def test_little_is_no_pattern() -> None:
    assert texts(week(6.25, 8, 8, 8, 8)) == []


def test_days_without_a_single_hour_and_hours_that_came_late_are_told() -> None:
    found = texts(week(0, (0, 8), 7, 7, 8), week(8, 8, 8, 8, 8, who=BO))
    assert (
        "2 of 4 days with missing hours had nothing logged at all at the cut-off (89 % of missing hours)"
        in found
    )
    assert "8.0 of 18.0 missing hours came after the cut-off" in found


def test_people_on_projects_without_a_task_are_counted_and_not_named() -> None:
    found = texts(
        week(4, 8, 8, 8, 8), week(6, 8, 8, 8, 8, who=BO), taskless={ANA: {"Zoo", "Annex"}, CY: {"Other"}}
    )
    assert "1 person with missing hours is on projects without a task to log to: Annex, Zoo" in found


def test_those_who_wait_are_told_where_the_missing_hours_are_theirs() -> None:
    found = texts(week(8, 8, 8, 8, 8), week(5, 5, 5, 5, 5, who=BO), waiting={BO})
    assert (
        "100 % of missing hours are of people who still wait for Gleaner (50 % of what is expected is)"
        in found
    )


def test_every_cause_opens_to_its_person_days() -> None:
    (mondays,) = causes([week(2, 8, 8, 8, 7)], taskless={})
    assert [(day.user_id, day.day) for day in mondays.days] == [(ANA, date(2026, 3, 9))]


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
