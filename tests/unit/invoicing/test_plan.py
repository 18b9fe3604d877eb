"""What goes onto an invoice, what stays out and why, and what holds it back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from tests.unit.invoicing.work import (
    ANA,
    APOLLO,
    DESIGN,
    FIXED,
    HOURLY,
    MARCH,
    PORTAL,
    catalog,
    rule,
    spent,
    worked,
)

from gleaner.core.invoices import FeeLine
from gleaner.invoicing.due import Due
from gleaner.invoicing.plan import Plan, plan
from gleaner.invoicing.rules import BillingRule
from gleaner.invoicing.work import Spent, Worked

DUE = Due("2026-03", "The month ended.", MARCH)
ON = date(2026, 4, 2)
HELD = worked(1)


def planned(
    *work: Worked, costs: tuple[Spent, ...] = (), by: BillingRule | None = None, due: Due = DUE
) -> Plan:
    return plan(
        by or rule(), due, catalog(HOURLY, replace(HOURLY, id=PORTAL, name="Portal")), work, costs, ON
    )


def reasons(made: Plan) -> dict[str, Decimal]:
    return {one.reason: one.hours for one in made.left_out}


def test_a_line_for_each_task_with_what_it_is_made_of() -> None:
    made = planned(worked(1, hours="1.25"), worked(2, 11, hours="0.5"))
    (line,) = made.lines
    assert (line.project_id, line.label, line.quantity, line.unit_price, line.amount, line.items) == (
        APOLLO, "Design", Decimal("1.75"), Decimal(80), Decimal("140.00"), (1, 2),
    )  # fmt: skip
    assert made.action.entries == (1, 2)
    assert (made.key, made.held, made.totals.amount) == ("acme/2026-03", "", Decimal("140.00"))


def test_rates_that_differ_become_one_in_cents_and_what_that_loses_is_said() -> None:
    made = planned(worked(1, hours="1", rate="100"), worked(2, hours="2", rate="50.50"))
    (line,) = made.lines
    assert (line.unit_price, line.amount, line.exact) == (
        Decimal("67.00"),
        Decimal("201.00"),
        Decimal("201.00"),
    )
    odd = planned(worked(1, hours="1", rate="100"), worked(2, hours="2", rate="0.01"))
    assert odd.lines[0].unit_price == Decimal("33.34")
    assert odd.rounding == Decimal("0.00")
    odder = planned(worked(1, hours="3", rate="100"), worked(2, hours="4", rate="33.33"))
    assert (odder.totals.subtotal, odder.exact, odder.rounding) == (
        Decimal("433.30"), Decimal("433.32"), Decimal("-0.02"),
    )  # fmt: skip


def test_what_stays_out_has_its_reason() -> None:
    made = planned(
        HELD,
        worked(2, hours="2", is_running=True),
        worked(3, 28, "3", month=2),
        worked(4, 1, "4", month=4),
        worked(5, hours="5", is_billed=True),
    )
    assert made.action.entries == (1,)
    assert reasons(made) == {
        "runs still": Decimal(2), "earlier": Decimal(3), "later": Decimal(4), "already invoiced": Decimal(5),
    }  # fmt: skip


def test_a_fixed_fee_project_beside_others_is_left_to_its_schedule() -> None:
    both = rule(projects=(APOLLO, PORTAL))
    known = catalog(FIXED, replace(HOURLY, id=PORTAL))
    made = plan(both, DUE, known, [worked(1), worked(2, project_id=PORTAL)], (), ON)
    assert (made.action.projects, made.action.entries, reasons(made)) == (
        (PORTAL,),
        (2,),
        {"fixed fee": Decimal(1)},
    )


def test_days_end_before_the_first_that_is_not_approved() -> None:
    strict = rule(only_approved=True)
    made = planned(worked(1, 3, is_approved=True), worked(2, 5), worked(3, 9, is_approved=True), by=strict)
    assert made.action.days == (MARCH[0], date(2026, 3, 4))
    assert (made.action.entries, reasons(made)) == ((1,), {"not approved": Decimal(2)})
    assert planned(worked(1, 3), by=strict).held == "nothing is left to bill; first of all: not approved"


@given(
    hours=st.lists(st.tuples(st.integers(1, 31), st.integers(1, 900)), min_size=1, max_size=20),
    cap=st.integers(1, 5000),
)
def test_a_cap_is_never_passed_and_whole_days_stay_together(hours: list[tuple[int, int]], cap: int) -> None:
    work = [worked(n, day, str(Decimal(part) / 100)) for n, (day, part) in enumerate(hours)]
    made = planned(*work, by=rule(cap=Decimal(cap)))
    assert made.exact <= cap
    billed = set(made.action.entries)
    assert {one.id for one in work if made.lines and one.on <= made.action.days[1]} == billed  # type: ignore[index]
    assert made.hours + sum(reasons(made).values()) == sum(one.hours for one in work)


def test_time_without_a_rate_holds_it_unless_the_rule_allows_it() -> None:
    assert "1.00 h have no rate" in planned(worked(1, rate=None)).held
    assert "1.00 h have no rate" in planned(worked(1, rate="0")).held
    assert planned(worked(1, rate="0"), by=rule(allow_zero=True)).held == ""
    assert planned(HELD, worked(2, hours="0", rate=None)).held == ""


def test_less_than_the_minimum_waits() -> None:
    assert "less than the rule's minimum of 100" in planned(worked(1), by=rule(minimum=Decimal(100))).held
    assert planned(worked(1), by=rule(minimum=Decimal(80))).held == ""


def test_nothing_to_bill_is_said() -> None:
    assert planned().held == "nothing is left to bill"


def test_taxes_and_discount_follow_from_the_lines() -> None:
    made = planned(worked(1, hours="10"), by=rule(tax=Decimal(19), tax2=Decimal(2), discount=Decimal(10)))
    assert made.totals.subtotal == Decimal("800.00")
    assert [str(one) for one in (made.totals.discount, made.totals.tax, made.totals.tax2, made.totals.amount)] == [
        "80.00", "136.80", "14.40", "871.20",
    ]  # fmt: skip


def test_expenses_come_along_only_when_the_rule_says_so() -> None:
    cost = spent(9, "12.34")
    assert planned(HELD, costs=(cost,)).action.spent == ()
    made = planned(HELD, costs=(cost, spent(10, "5", 11)), by=rule(expenses="category", attach_receipts=True))
    assert (made.action.spent, made.action.attach_receipts) == ((9, 10), True)
    assert [(line.label, line.amount) for line in made.lines] == [
        ("Design", Decimal("80.00")), ("Travel", Decimal("17.34")),
    ]  # fmt: skip


def test_fees_are_lines_of_their_own() -> None:
    made = planned(due=Due("A", "It is due.", fees=(FeeLine("Kick-off", Decimal("333.30"), APOLLO),)))
    assert (made.action.fees, made.action.days, made.totals.amount, made.held) == (
        (FeeLine("Kick-off", Decimal("333.30"), APOLLO),), None, Decimal("333.30"), "",
    )  # fmt: skip


def test_texts_name_the_client_and_the_days() -> None:
    made = planned(HELD, by=rule(subject="{client}: {first} to {last}", notes="{period} {unknown}"))
    assert (made.action.subject, made.action.notes) == ("Acme: 2026-03-01 to 2026-03-31", "2026-03 {unknown}")


def test_everything_is_of_somebody_and_something() -> None:
    (line,) = planned(HELD, by=rule(summary="people")).lines
    assert line.label == "Ana"
    (line,) = planned(HELD, by=rule(summary="project")).lines
    assert line.label == ""
    assert (HELD.user_id, HELD.task_id) == (ANA, DESIGN)
