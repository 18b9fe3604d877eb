"""Whatever it is summed up by, profit comes to the same; a fee counts once; what is not known is said, not counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.studio import (
    ANA,
    APOLLO,
    BO,
    CATALOG,
    CY,
    DESIGN,
    INTERNAL,
    MEETINGS,
    PORTAL,
    PROGRAMMING,
    WEBSITE,
)

from gleaner.core.catalog import Catalog, EntryId, ProjectId
from gleaner.invoicing.profit import By, Facts, Figures, Line, Profit, earned, profit
from gleaner.invoicing.work import NOTHING, Spent, Worked

FIRST, LAST = date(2026, 1, 1), date(2026, 3, 31)
DAY = date(2026, 2, 10)
D = Decimal
GONE = ProjectId(999)


def catalog(**portal: Any) -> Catalog:
    """All billed by person; Customer Portal for a fee of 1000, unless said otherwise."""
    said: dict[str, Any] = {"is_fixed_fee": True, "fee": D(1000)} | portal
    projects = {key: replace(one, bill_by="People") for key, one in CATALOG.projects.items()}
    projects[PORTAL] = replace(projects[PORTAL], **said)
    people = {ANA: replace(CATALOG.people[ANA], team="Design"), BO: replace(CATALOG.people[BO], team="Code")}
    return replace(CATALOG, projects=projects, people=people)


def worked(number: int, on: date = DAY, hours: float = 2, **more: Any) -> Worked:
    said: dict[str, Any] = {
        "user_id": ANA, "project_id": APOLLO, "task_id": DESIGN, "billable": True, "rate": D(100), "cost": D(40),
    } | more  # fmt: skip
    return Worked(id=EntryId(number), on=on, hours=D(str(hours)), **said)


def spent(number: int, on: date = DAY, total: float = 10, **more: Any) -> Spent:
    said: dict[str, Any] = {
        "user_id": ANA,
        "project_id": APOLLO,
        "category": "Travel",
        "billable": True,
    } | more
    return Spent(id=number, on=on, total=D(str(total)), **said)


def found(
    *entries: Worked,
    expenses: Sequence[Spent] = (),
    by: By = "project",
    days: tuple[date, date] = (FIRST, LAST),
    at: Catalog | None = None,
    currency: str = "EUR",
    **more: Any,
) -> Profit:
    return profit(entries, expenses, Facts(at or catalog(), currency, **more), days, by)


def only(said: Profit) -> Line:
    (one,) = said.lines
    return one


def test_margin_is_what_is_billed_less_what_it_costs() -> None:
    one = only(
        found(worked(1), worked(2, hours=1, billable=False, rate=None, task_id=MEETINGS), expenses=[spent(1)])
    )
    assert (one.name, one.currency) == ("Acme Industries › Apollo", "EUR")
    assert (one.figures.time, one.figures.work_cost, one.figures.hours) == (D(200), D(120), D(3))
    assert (one.figures.billed, one.margin) == (D(210), D(80))


def test_expenses_cost_always_and_are_billed_only_where_the_client_pays() -> None:
    one = only(found(expenses=[spent(1), spent(2, billable=False)]))
    assert (one.figures.billed, one.costs, one.margin, one.share) == (D(10), {"EUR": D(20)}, D(-10), D(-1))


def test_hours_are_billable_not_billable_or_internal() -> None:
    free = replace(catalog(), task_assignments=())
    said = found(
        worked(1), worked(2, billable=False, rate=None), worked(3, billable=False, rate=None, project_id=INTERNAL),
        worked(4, billable=False, rate=None, project_id=GONE), worked(5, task_id=MEETINGS), at=free,
        off_tasks=frozenset({MEETINGS}), by="month",
    )  # fmt: skip
    figures = only(said).figures
    assert (figures.billable_hours, figures.not_billable_hours, figures.internal_hours) == (D(2), D(2), D(4))


def test_hours_whose_cost_nobody_knows_are_said_and_not_free() -> None:
    said = found(worked(1, cost=None), worked(2, user_id=BO))
    assert said.without_cost == {ANA: D(2)}
    assert (only(said).figures.hours_without_cost, only(said).figures.work_cost) == (D(2), D(80))
    assert only(found(worked(1, rate=None))).figures.hours_without_rate == 2


def test_a_fee_is_earned_by_worth_until_it_is_used_up() -> None:
    portal = {"project_id": PORTAL}
    entries = [worked(1, FIRST, 6, **portal), worked(2, DAY, 6, **portal), worked(3, LAST, 6, **portal)]
    assert [part for _, part in earned(entries, catalog().projects[PORTAL], None)] == [D(600), D(400), D(0)]
    months = found(*entries, by="month").lines
    assert [(one.name, one.figures.fees) for one in months] == [
        ("2026-01", D(600)), ("2026-02", D(400)), ("2026-03", D(0)),
    ]  # fmt: skip
    assert only(found(*entries, days=(DAY, DAY))).figures.fees == D(400), "what was done before counts"


def test_what_is_left_of_a_fee_is_earned_when_the_project_is_archived() -> None:
    entries = [worked(1, FIRST, project_id=PORTAL), worked(2, DAY, project_id=PORTAL)]
    assert only(found(*entries)).figures.fees == D(400)
    over = catalog(is_active=False)
    assert [one.figures.fees for one in found(*entries, by="month", at=over).lines] == [D(200), D(800)]


def test_without_rates_the_budget_in_hours_says_what_an_hour_earns() -> None:
    entries = [worked(1, rate=None, project_id=PORTAL)]
    planned = found(*entries, planned_hours={PORTAL: D(50)})
    assert (only(planned).figures.fees, planned.unknown_fees) == (D(40), ())
    unknown = found(*entries)
    assert (only(unknown).figures.fees, unknown.unknown_fees) == (D(0), (PORTAL,))


def test_costs_in_another_currency_leave_no_margin() -> None:
    said = found(
        worked(1, project_id=WEBSITE), worked(2), expenses=[spent(1, project_id=WEBSITE)], by="month"
    )
    euros, dollars = said.totals
    assert (euros.currency, euros.margin, euros.share) == ("EUR", D(120), D("0.6"))
    assert (dollars.currency, dollars.margin, dollars.share) == ("USD", None, None)
    assert dollars.costs == {"EUR": D(80), "USD": D(10)}


def test_what_is_on_an_invoice_keeps_its_rate_and_the_rest_has_todays() -> None:
    there = catalog()
    apollo = replace(there.projects[APOLLO], bill_by="Project", hourly_rate=D(150))
    there = replace(there, projects={**there.projects, APOLLO: apollo})
    assert only(found(worked(1), worked(2, is_billed=True), at=there)).figures.time == D(500)


def test_most_margin_comes_first_and_months_in_order() -> None:
    said = found(
        worked(1), worked(2, hours=1, project_id=PORTAL), worked(3, project_id=INTERNAL, billable=False)
    )
    assert [one.name for one in said.lines] == [
        "Acme Industries › Apollo", "Acme Industries › Customer Portal", "Studio › Internal",
    ]  # fmt: skip


ENTRIES = st.lists(
    st.builds(
        lambda day, hours, **more: worked(0, FIRST + timedelta(days=day), hours, **more),
        st.integers(-60, 120), st.sampled_from([0.25, 1.1, 7.77]),
        user_id=st.sampled_from([ANA, BO, CY]), task_id=st.sampled_from([PROGRAMMING, MEETINGS]),
        project_id=st.sampled_from([APOLLO, PORTAL, WEBSITE, INTERNAL, GONE]), billable=st.booleans(),
        rate=st.sampled_from([None, D(0), D("66.67"), D(100)]), cost=st.sampled_from([None, D("33.33")]),
        is_billed=st.booleans(),
    )
).map(lambda many: [one._replace(id=EntryId(number)) for number, one in enumerate(many)])  # fmt: skip
EXPENSES = st.lists(
    st.builds(
        lambda day, total, **more: spent(0, FIRST + timedelta(days=day), total, **more),
        st.integers(-60, 120), st.sampled_from([1.99, 100.0]), billable=st.booleans(),
        project_id=st.sampled_from([APOLLO, WEBSITE]), user_id=st.sampled_from([ANA, CY]),
    )
)  # fmt: skip


def summed(said: Profit) -> dict[str, Figures]:
    found: dict[str, Figures] = {}
    for one in said.lines:
        found.setdefault(one.currency, Figures()).add(one.figures)
    return found


@pytest.mark.parametrize("by", get_args(By))
@given(ENTRIES, EXPENSES, st.booleans())
def test_whatever_it_is_summed_up_by_it_always_comes_to_the_same(
    by: By, entries: list[Worked], expenses: list[Spent], is_active: bool
) -> None:
    there = catalog(is_active=is_active)
    said = found(*entries, expenses=expenses, by=by, at=there)
    by_project = found(*entries, expenses=expenses, by="project", at=there)
    assert summed(said) == summed(by_project) == {one.currency: one.figures for one in said.totals}
    inside = [one for one in entries if FIRST <= one.on <= LAST]
    everything = Figures()
    for one in said.totals:
        everything.add(one.figures)
    assert everything.hours == sum((one.hours for one in inside), NOTHING)
    assert everything.work_cost == sum((one.hours * (one.cost or NOTHING) for one in inside), NOTHING)
    assert everything.hours_without_cost == sum((one.hours for one in inside if one.cost is None), NOTHING)
    costs = [one.total for one in expenses if FIRST <= one.on <= LAST]
    assert everything.expenses == sum(costs, NOTHING)


@given(ENTRIES, st.booleans())
def test_months_in_a_row_always_add_up_to_the_whole_and_a_fee_never_counts_twice(
    entries: list[Worked], is_active: bool
) -> None:
    there = catalog(is_active=is_active)
    cuts = [date(2025, 1, 1), date(2026, 1, 1), date(2026, 2, 1), date(2026, 12, 31)]
    parts = Figures()
    for first, end in pairwise(cuts):
        for one in found(*entries, days=(first, end - timedelta(days=1)), at=there).totals:
            parts.add(one.figures)
    whole = Figures()
    for one in found(*entries, days=(cuts[0], cuts[-1] - timedelta(days=1)), at=there).totals:
        whole.add(one.figures)
    assert parts == whole
    assert NOTHING <= whole.fees <= 1000
    assert {field.name for field in fields(Figures)} == set(vars(whole))


@given(ENTRIES, st.randoms(use_true_random=False))
def test_the_order_of_entries_never_matters(entries: list[Worked], chance: Any) -> None:
    before = found(*entries)
    chance.shuffle(entries)
    assert found(*entries) == before
