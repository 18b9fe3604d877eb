"""What missing hours have in common."""

from __future__ import annotations

from datetime import date

from tests.studio import ANA, BO, CY
from tests.unit.timesheets.test_compliance import week

from gleaner.core.language import words
from gleaner.timesheets.causes import causes
from gleaner.timesheets.compliance import PersonWeek


def texts(*weeks: PersonWeek, **more: object) -> list[str]:
    return [one.text for one in causes(weeks, **{"taskless": {}, **more})]  # type: ignore[arg-type]


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


def test_they_are_said_in_german_with_names_as_they_are() -> None:
    found = causes(
        [week(0, (0, 8), 7, 7, 8), week(8, 8, 8, 8, 8, who=BO)],
        taskless={ANA: {"of the {n}", "Annex", "Barn", "Dock"}},
    )
    said = [words("de").again(one.text) for one in found]
    assert (
        "An 2 von 4 Tagen mit fehlenden Stunden war zum Stichtag gar nichts erfasst (89 % der fehlenden Stunden)"
        in said
    )
    assert "8,0 von 18,0 fehlenden Stunden kamen nach dem Stichtag" in said
    assert (
        "1 Person mit fehlenden Stunden ist in Projekten, die keine Aufgabe zum Erfassen haben: Annex, Barn, Dock und 1"
        " weitere" in said
    )
    assert all(words("de").knows(one.text) for one in found)
