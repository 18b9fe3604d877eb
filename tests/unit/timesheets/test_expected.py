"""Expected hours, and what is missing of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.studio import ANA, CATALOG, DAY, MEETINGS, entry

from gleaner.core.catalog import Person
from gleaner.core.contract import Contract, week
from gleaner.timesheets.expected import Absence, Expected, Part, expected
from gleaner.timesheets.gaps import GRACE, Sheet, logged_of

HOUR = timedelta(hours=1)
PERSON = replace(CATALOG.people[ANA], weekly_capacity=37.5 * HOUR)
DOCTOR = Absence("doctor", "calendar", hours=1.5 * HOUR)
EASTER = Absence("Easter Monday", "holiday")
VACATION = Absence("Vacation", "harvest", hours=7.5 * HOUR)


def due(*absences: Absence, person: Person = PERSON, day: date = DAY) -> Expected:
    return expected(person, day, absences)


def test_a_figure_explains_itself() -> None:
    assert due().sentence() == "7.5 h by contract"
    assert due(DOCTOR).sentence() == "6.0 h = 7.5 contract − 1.5 doctor"
    assert due(EASTER).sentence() == "0.0 h = 7.5 contract − 7.5 Easter Monday"


def test_a_manager_reads_that_it_was_time_off_and_no_more() -> None:
    assert due(DOCTOR).sentence(is_own=False) == "6.0 h = 7.5 contract − 1.5 time off"
    assert "Easter Monday" in due(EASTER).sentence(is_own=False)


def test_a_half_day_is_half_of_that_days_hours() -> None:
    short_friday = replace(PERSON, contract=Contract((week("8 8 8 8 4.5 - -"),)))
    friday = DAY + timedelta(days=4 - DAY.weekday())
    found = due(Absence("Christmas Eve", "holiday", share=0.5), person=short_friday, day=friday)
    assert found.hours == 2.25 * HOUR


def test_the_same_leave_in_calendar_and_harvest_counts_once() -> None:
    half_day = Absence("Half day", "calendar", share=0.5)
    logged = Absence("Vacation", "harvest", hours=4 * HOUR)
    assert due(half_day, logged).off == (Part("Vacation", "harvest", 4 * HOUR),)


def test_leave_on_a_holiday_takes_nothing_more() -> None:
    assert due(EASTER, VACATION).off == (Part("Easter Monday", "holiday", 7.5 * HOUR),)


@pytest.mark.parametrize(
    ("person", "why"),
    [
        (replace(PERSON, employed_from=DAY + timedelta(days=1)), "not employed before"),
        (replace(PERSON, employed_until=DAY - timedelta(days=1)), "not employed after"),
        (replace(PERSON, is_contractor=True), "a contractor"),
        (replace(PERSON, weekly_capacity=timedelta(0)), "no capacity"),
    ],
)
def test_who_is_not_counted_is_told_why(person: Person, why: str) -> None:
    found = due(DOCTOR, person=person)
    assert (found.hours, found.off) == (timedelta(0), ())
    assert why in found.sentence()


ABSENCES = st.builds(
    Absence,
    st.just("away"),
    st.sampled_from(["holiday", "calendar", "harvest", "exception"]),
    st.none() | st.floats(0, 30).map(lambda hours: hours * HOUR),
    st.floats(0, 1),
)


@given(st.lists(ABSENCES, max_size=6))
def test_never_less_than_nothing_and_the_parts_add_up(absences: list[Absence]) -> None:
    found = due(*absences)
    assert timedelta(0) <= found.hours <= found.contract
    assert found.excused == sum((part.hours for part in found.off), timedelta(0))
    assert all(part.hours > timedelta(0) for part in found.off)


def sheet(logged: float = 0, *absences: Absence, **hours: float) -> Sheet:
    given_hours = {name: amount * HOUR for name, amount in hours.items()}
    return Sheet(ANA, due(*absences), logged=logged * HOUR, **given_hours)


def test_what_waits_is_no_gap_but_is_missing_in_harvest() -> None:
    found = sheet(4, waiting=1.5, unsure=1)
    assert (found.gap, found.missing) == (1 * HOUR, 3.5 * HOUR)
    assert found.sentence() == "7.5 h by contract · in Harvest 4.0 · ready 1.5 · unsure 1.0 · still open 1.0"


@pytest.mark.parametrize(
    ("found", "standing"),
    [
        (sheet(7.5), "complete"),
        (sheet(7.3), "complete"),
        (sheet(6), "partial"),
        (sheet(0), "missing"),
        (sheet(0, waiting=7.5), "missing"),
        (sheet(0, running=2), "partial"),
        (sheet(0, EASTER), "excused"),
        (Sheet(ANA, due(day=DAY + timedelta(days=5 - DAY.weekday()))), "free"),
        (Sheet(ANA, due(person=replace(PERSON, is_contractor=True))), "not counted"),
    ],
)
def test_how_a_day_stands(found: Sheet, standing: str) -> None:
    assert found.standing == standing


@given(st.floats(0, 12), st.floats(0, 12), st.floats(0, 12))
def test_a_gap_is_worth_mentioning_and_never_grows_by_logging(
    logged: float, ready: float, more: float
) -> None:
    found, fuller = sheet(logged, waiting=ready), sheet(logged + more, waiting=ready)
    assert found.gap == timedelta(0) or found.gap >= GRACE
    assert fuller.gap <= found.gap
    assert found.gap <= found.missing


def test_time_off_logged_in_harvest_is_no_work() -> None:
    entries = [entry(5), entry(2.5, task=MEETINGS)]
    running = replace(entry(0.5), is_running=True)
    assert logged_of([*entries, running], frozenset({MEETINGS})) == (5 * HOUR, 0.5 * HOUR)
    assert logged_of(entries) == (7.5 * HOUR, timedelta(0))
