"""What is on no invoice is always seen as the project is set up now; what is on one never changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.studio import ANA, APOLLO, BO, CATALOG, DESIGN, MEETINGS, PROGRAMMING

from gleaner.core.catalog import BillBy, Catalog, EntryId, ProjectId, TaskAssignment, UserAssignment
from gleaner.core.rates import DatedRate
from gleaner.invoicing.rate_book import RateBook
from gleaner.invoicing.work import Worked

RISE = date(2026, 3, 1)
D = Decimal
DEFAULTS = {
    ANA: [DatedRate(D(70), None, RISE - timedelta(days=1)), DatedRate(D(90), RISE)],
    BO: [DatedRate(D(55))],
}


def catalog(bill_by: BillBy, *, is_billable: bool = True) -> Catalog:
    """Ana has her default rate, Bo 61; meetings are not billable, design has a rate of 80."""
    apollo = replace(CATALOG.projects[APOLLO], bill_by=bill_by, hourly_rate=D(100), is_billable=is_billable)
    return replace(
        CATALOG,
        projects={APOLLO: apollo},
        task_assignments=(
            TaskAssignment(APOLLO, DESIGN, hourly_rate=D(80)),
            TaskAssignment(APOLLO, MEETINGS, billable=False, hourly_rate=D(85)),
        ),
        user_assignments=(
            UserAssignment(APOLLO, ANA),
            UserAssignment(APOLLO, BO, use_default_rates=False, hourly_rate=D(61)),
        ),
    )


ENTRIES = st.builds(
    lambda day, **more: Worked(EntryId(1), on=RISE + timedelta(days=day), hours=D(1), cost=None, **more),
    st.integers(-20, 20), user_id=st.sampled_from([ANA, BO]), project_id=st.sampled_from([APOLLO, ProjectId(9)]),
    task_id=st.sampled_from([DESIGN, MEETINGS, PROGRAMMING]), billable=st.booleans(),
    rate=st.sampled_from([None, D(0), D(42)]), is_billed=st.booleans(),
)  # fmt: skip
WAYS = pytest.mark.parametrize("bill_by", get_args(BillBy))


@WAYS
@given(ENTRIES, st.booleans())
def test_now_is_what_the_settings_ask_for_or_what_harvest_said(
    bill_by: BillBy, one: Worked, is_billable: bool
) -> None:
    there = catalog(bill_by, is_billable=is_billable)
    book = RateBook(there, DEFAULTS)
    seen = book.now(one)
    if one.is_billed or one.project_id not in there.projects or one.task_id == PROGRAMMING:
        assert seen == one
    elif not is_billable or one.task_id == MEETINGS:
        assert (seen.billable, seen.rate) == (False, None)
    elif bill_by == "People" and one.user_id == ANA:
        assert (seen.billable, seen.rate) == (True, one.rate), "it has a date, so Harvest's own word counts"
    else:
        assert (seen.billable, seen.rate) == (True, book.rate(one).amount)
    assert seen._replace(billable=one.billable, rate=one.rate) == one


@WAYS
@given(ENTRIES)
def test_looking_twice_says_the_same(bill_by: BillBy, one: Worked) -> None:
    book = RateBook(catalog(bill_by), DEFAULTS)
    assert book.now(book.now(one)) == book.now(one)
    assert book.rate(one) == book.rate(one) == RateBook(catalog(bill_by), DEFAULTS).rate(one)


def test_what_a_task_would_be_billed_at_if_it_were_billable() -> None:
    book = RateBook(catalog("Tasks"), DEFAULTS)
    assert book.if_billable(APOLLO, MEETINGS, ANA, RISE) == 85
    assert book.if_billable(APOLLO, PROGRAMMING, ANA, RISE) is None
    assert RateBook(catalog("People"), DEFAULTS).if_billable(APOLLO, MEETINGS, ANA, RISE) == 90


def test_an_assignment_that_holds_comes_before_one_that_ended() -> None:
    there = catalog("Tasks")
    ended = TaskAssignment(APOLLO, DESIGN, is_active=False, hourly_rate=D(1))
    book = RateBook(replace(there, task_assignments=(*there.task_assignments, ended)))
    found = book.task(APOLLO, DESIGN)
    assert found is not None
    assert found.hourly_rate == 80
