"""Rates that differ are found whatever the way of billing, once for each cause, and none where all agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.studio import ANA, APOLLO, BO, CATALOG, DESIGN, MEETINGS

from gleaner.core.catalog import BillBy, Catalog, EntryId, ProjectId, TaskAssignment, UserAssignment, UserId
from gleaner.core.rates import DatedRate
from gleaner.invoicing.rate_book import RateBook
from gleaner.invoicing.rate_check import Finding, check, needed
from gleaner.invoicing.work import Worked

DAY = date(2026, 3, 10)
RISE = date(2026, 3, 1)
DEFAULTS = {
    ANA: (DatedRate(Decimal(70), None, RISE - timedelta(days=1)), DatedRate(Decimal(90), RISE)),
    BO: (DatedRate(Decimal(55)),),
}


def book(
    defaults: Mapping[UserId, Sequence[DatedRate]] = DEFAULTS, *, own: Decimal | None = None, **project: Any
) -> tuple[RateBook, Catalog]:
    changed = replace(CATALOG.projects[APOLLO], **({"bill_by": "People"} | project))
    catalog = replace(
        CATALOG,
        projects={APOLLO: changed},
        task_assignments=(
            TaskAssignment(APOLLO, DESIGN, hourly_rate=Decimal(80)),
            TaskAssignment(APOLLO, MEETINGS, hourly_rate=Decimal(0)),
        ),
        user_assignments=(
            UserAssignment(APOLLO, ANA),
            UserAssignment(APOLLO, BO, use_default_rates=own is None, hourly_rate=own),
        ),
    )
    return RateBook(catalog, defaults), catalog


def worked(number: int, rate: float | None, on: date = DAY, **more: Any) -> Worked:
    said: dict[str, Any] = {
        "user_id": ANA,
        "project_id": APOLLO,
        "task_id": DESIGN,
        "hours": Decimal(2),
        "billable": True,
    } | more
    amount = None if rate is None else Decimal(str(rate))
    return Worked(id=EntryId(number), on=on, rate=amount, cost=None, **said)


def found(*entries: Worked, **project: Any) -> list[Finding]:
    rates, catalog = book(**project)
    return check(entries, rates, catalog.projects)


def test_the_rate_of_the_day_is_the_right_one_and_the_old_one_too_little() -> None:
    assert found(worked(1, 90), worked(2, 70, RISE - timedelta(days=1))) == []
    (late,) = found(worked(1, 70))
    assert (late.kind, late.theirs, late.ours, late.difference) == (
        "differs",
        Decimal(70),
        Decimal(90),
        Decimal(40),
    )
    assert late.why[-1] == "On 2026-03-10 the rate since 2026-03-01 counts."


def test_five_hundred_entries_with_one_cause_are_one_finding() -> None:
    days = [RISE + timedelta(days=n % 20) for n in range(500)]
    (one,) = found(*(worked(n, 70, day) for n, day in enumerate(days)))
    assert (len(one.entries), one.hours, one.difference) == (500, Decimal(1000), Decimal(20_000))
    assert (one.first, one.last, one.user_id, one.task_id) == (RISE, max(days), ANA, None)
    assert one.why[-1] == f"On {RISE} the rate since {RISE} counts."


def test_people_and_tasks_are_told_apart_where_the_rate_is_theirs() -> None:
    assert [one.user_id for one in found(worked(1, 10), worked(2, 10, user_id=BO))] == [ANA, BO]
    by_task = found(worked(1, 10), worked(2, 10, user_id=BO), bill_by="Tasks")
    assert [(one.task_id, len(one.entries)) for one in by_task] == [(DESIGN, 2)]
    by_project = found(worked(1, 10), worked(2, 10, user_id=BO), bill_by="Project", hourly_rate=Decimal(30))
    assert [(one.user_id, one.task_id, one.difference) for one in by_project] == [(None, None, Decimal(80))]


def test_a_rate_of_their_own_counts_before_the_default() -> None:
    assert found(worked(1, 61, user_id=BO), own=Decimal(61)) == []
    (one,) = found(worked(1, 55, user_id=BO), own=Decimal(61))
    assert "a rate of their own on this project" in one.why[1]


def test_no_rate_and_a_rate_of_nothing_are_named_too() -> None:
    (missing,) = found(worked(1, None), bill_by="none")
    assert (missing.kind, missing.difference) == ("missing", Decimal(0))
    assert missing.why == ("The project has no hourly rates (it is billed by none).",)
    (zero,) = found(worked(1, 0, task_id=MEETINGS), bill_by="Tasks")
    assert (zero.kind, zero.task_id) == ("zero", MEETINGS)


def test_a_fixed_fee_needs_no_rates_and_what_is_not_billable_none_either() -> None:
    assert found(worked(1, None), bill_by="none", is_fixed_fee=True) == []
    assert found(worked(1, None, billable=False)) == []


def test_what_is_invoiced_already_stands_apart() -> None:
    both = found(worked(1, 70), worked(2, 70, is_billed=True))
    assert {(one.is_billed, one.entries) for one in both} == {(False, (EntryId(1),)), (True, (EntryId(2),))}


def test_most_money_comes_first() -> None:
    assert [one.entries for one in found(worked(1, 89), worked(2, 10), worked(3, 120))] == [(2,), (3,), (1,)]


def test_only_people_whose_default_counts_have_to_be_asked_about() -> None:
    rates, _ = book(own=Decimal(61))
    assert needed([worked(1, 1), worked(2, 1, user_id=BO), worked(3, 1, billable=False)], rates) == {ANA}
    by_task, _ = book(bill_by="Tasks")
    assert needed([worked(1, 1)], by_task) == set()


def test_a_project_that_is_gone_says_so() -> None:
    (one,) = found(worked(1, 70, project_id=ProjectId(999)))
    assert one.why == ("The project is no longer in Harvest.",)


ENTRIES = st.lists(
    st.builds(
        lambda day, person, task, rate, billable: worked(
            0, rate, RISE + timedelta(days=day), user_id=person, task_id=task, billable=billable
        ),
        st.integers(-40, 40), st.sampled_from([ANA, BO]), st.sampled_from([DESIGN, MEETINGS]),
        st.sampled_from([None, 0, 55, 70, 90, 80]), st.booleans(),
    )
).map(lambda many: [one._replace(id=EntryId(number)) for number, one in enumerate(many)])  # fmt: skip


@pytest.mark.parametrize("bill_by", get_args(BillBy))
@given(ENTRIES)
def test_nothing_ever_differs_where_harvest_follows_its_settings(
    bill_by: BillBy, entries: list[Worked]
) -> None:
    rates, catalog = book(bill_by=bill_by, hourly_rate=Decimal(30))
    right = [one._replace(rate=rates.rate(one).amount) for one in entries]
    assert all(one.kind != "differs" for one in check(right, rates, catalog.projects))


@pytest.mark.parametrize("bill_by", get_args(BillBy))
@given(ENTRIES)
def test_every_wrong_entry_is_in_one_finding_and_no_other(bill_by: BillBy, entries: list[Worked]) -> None:
    rates, catalog = book(bill_by=bill_by, hourly_rate=Decimal(30))
    findings = check(entries, rates, catalog.projects)
    named = sorted(number for one in findings for number in one.entries)
    assert named == [
        one.id for one in entries if one.billable and (not one.rate or one.rate != rates.rate(one).amount)
    ]
    assert sum(one.hours for one in findings) == 2 * len(named)
