"""What an hour is billed at: every line of the matrix of ``harvest/rates`` §1, and every reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.studio import ANA, APOLLO, CATALOG, DESIGN

from gleaner.core.catalog import BillBy, Project, TaskAssignment, UserAssignment
from gleaner.core.rates import DatedRate, billable_rate, cost_rate

PROJECT = replace(CATALOG.projects[APOLLO], bill_by="People", hourly_rate=Decimal(100))
TASK = TaskAssignment(APOLLO, DESIGN, hourly_rate=Decimal(80))
ANA_THERE = UserAssignment(APOLLO, ANA, hourly_rate=Decimal(60))
DAY = date(2026, 3, 10)
RISE = date(2026, 3, 1)
DATED = (
    DatedRate(Decimal(70), None, RISE - timedelta(days=1)),
    DatedRate(Decimal(90), RISE),
)


@pytest.mark.parametrize(
    ("bill_by", "own", "amount", "because"),
    [
        ("none", False, None, "The project has no hourly rates (it is billed by none)."),
        ("Project", False, 100, "one rate for everybody and every task"),
        ("Tasks", False, 80, "billed by task"),
        ("People", False, 90, "On 2026-03-10 the rate since 2026-03-01 counts."),
        ("People", True, 60, "a rate of their own on this project"),
    ],
)
def test_each_way_of_billing_has_its_rate(
    bill_by: BillBy, own: bool, amount: int | None, because: str
) -> None:
    person = replace(ANA_THERE, use_default_rates=not own)
    found = billable_rate(replace(PROJECT, bill_by=bill_by), TASK, person, DATED, DAY)
    assert found.amount == amount
    assert because in " ".join(found.why)


@pytest.mark.parametrize(
    ("bill_by", "own", "amount", "because"),
    [
        ("Project", False, None, "It is not set on the project."),
        ("Tasks", False, None, "It is not set for this task."),
        ("People", False, None, "They have none."),
        ("People", True, 0, "It was never set, which Harvest counts as 0."),
    ],
)
def test_what_is_not_set_is_none_but_a_persons_own_rate_is_zero(
    bill_by: BillBy, own: bool, amount: int | None, because: str
) -> None:
    person = replace(ANA_THERE, use_default_rates=not own, hourly_rate=None)
    project, task = (
        replace(PROJECT, bill_by=bill_by, hourly_rate=None),
        replace(TASK, hourly_rate=None),
    )
    found = billable_rate(project, task, person, (), DAY)
    assert (found.amount, found.why[-1]) == (amount, because)


@pytest.mark.parametrize(
    ("project", "task", "because"),
    [
        (replace(PROJECT, is_billable=False), TASK, "The project is not billable."),
        (PROJECT, replace(TASK, billable=False), "The task is not billable on this project."),
        (PROJECT, None, "The task is not used on the project, so nothing can be logged there."),
    ],
)
def test_what_is_not_billable_has_no_rate(
    project: Project, task: TaskAssignment | None, because: str
) -> None:
    assert billable_rate(project, task, ANA_THERE, DATED, DAY).why == (because,)


def test_who_is_not_assigned_has_no_rate_where_people_have() -> None:
    assert billable_rate(PROJECT, TASK, None, DATED, DAY).why[-1] == "The person is not assigned to it."
    by_task = replace(PROJECT, bill_by="Tasks")
    assert billable_rate(by_task, TASK, None, DATED, DAY).amount == 80


def test_a_fixed_fee_keeps_the_rate_and_says_so() -> None:
    found = billable_rate(replace(PROJECT, is_fixed_fee=True), TASK, ANA_THERE, DATED, DAY)
    assert found.amount == 90
    assert found.why[-1].startswith("The project has a fixed fee")


@pytest.mark.parametrize(
    ("day", "amount"),
    [(RISE - timedelta(days=1), 70), (RISE, 90), (date(2000, 1, 1), 70), (date(2099, 1, 1), 90)],
)
def test_the_day_of_the_work_chooses_the_rate(day: date, amount: int) -> None:
    assert billable_rate(PROJECT, TASK, ANA_THERE, DATED, day).amount == amount
    assert cost_rate(DATED, day).amount == amount


def test_before_the_first_rate_there_is_none() -> None:
    later = (DatedRate(Decimal(90), RISE),)
    found = cost_rate(later, RISE - timedelta(days=1))
    assert (found.amount, found.why[-1]) == (
        None,
        "There was none yet on 2026-02-28: the first is since 2026-03-01.",
    )
    ended = (DatedRate(Decimal(90), RISE, RISE),)
    assert cost_rate(ended, DAY).why[-1] == "They have none on 2026-03-10."


amounts = st.none() | st.decimals(0, 500, places=2)
dates = st.dates(date(2025, 1, 1), date(2027, 1, 1))
kinds = st.sampled_from(get_args(BillBy))


@st.composite
def histories(draw: st.DrawFn) -> tuple[DatedRate, ...]:
    """Rates as Harvest keeps them: each closed the day before the next begins."""
    starts = sorted(draw(st.lists(dates, unique=True, max_size=5)))
    begins = [None, *starts] if draw(st.booleans()) else list[date | None](starts)
    ends = [start - timedelta(days=1) for start in begins[1:] if start is not None]
    numbers = range(len(begins))
    return tuple(
        DatedRate(Decimal(10 + n), begin, end)
        for n, begin, end in zip(numbers, begins, [*ends, None][: len(begins)], strict=True)
    )


@given(
    kinds,
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    amounts,
    amounts,
    amounts,
    histories(),
    dates,
)
def test_the_whole_matrix(
    bill_by: BillBy,
    project_billable: bool,
    task_billable: bool,
    default: bool,
    fixed: bool,
    project_rate: Decimal | None,
    task_rate: Decimal | None,
    own_rate: Decimal | None,
    history: tuple[DatedRate, ...],
    day: date,
) -> None:
    """Told once more, as a table: the rule and the table were written apart."""
    project = replace(
        PROJECT,
        bill_by=bill_by,
        is_billable=project_billable,
        is_fixed_fee=fixed,
        hourly_rate=project_rate,
    )
    task = TaskAssignment(APOLLO, DESIGN, task_billable, hourly_rate=task_rate)
    person = UserAssignment(APOLLO, ANA, use_default_rates=default, hourly_rate=own_rate)
    found = billable_rate(project, task, person, history, day)
    begun = [rate.amount for rate in history if rate.start_date is None or rate.start_date <= day]
    table: dict[str, Decimal | None] = {
        "none": None,
        "Project": project_rate,
        "Tasks": task_rate,
        "People": (begun[-1] if begun else None) if default else (own_rate or Decimal(0)),
    }
    assert found.amount == (table[bill_by] if project_billable and task_billable else None)
    assert found.why
    assert all(sentence.endswith(".") for sentence in found.why)


@given(histories(), dates)
def test_the_cost_rate_is_the_one_begun_last(history: tuple[DatedRate, ...], day: date) -> None:
    begun = [rate.amount for rate in history if rate.start_date is None or rate.start_date <= day]
    assert cost_rate(history, day).amount == (begun[-1] if begun else None)
