from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from gleaner.expenses.policy import Expense, Policy, findings

FINE = Expense(1, 7, "Ana", date(2026, 3, 10), "Apollo", "Meals", Decimal(20), "EUR", has_receipt=True)


def kinds(*expenses: Expense, policy: Policy = Policy()) -> list[tuple[int, str]]:  # noqa: B008
    return [(one.expense_id, one.kind) for one in findings(expenses, policy)]


def test_an_expense_with_a_receipt_on_a_workday_is_fine() -> None:
    assert kinds(FINE) == []


def test_a_missing_receipt_is_noticed_from_the_amount_that_needs_one() -> None:
    bare = replace(FINE, has_receipt=False)
    assert kinds(bare) == [(1, "missing receipt")]
    assert kinds(bare, policy=Policy(receipt_from=Decimal("20.01"))) == []
    assert kinds(bare, policy=Policy(receipt_from=Decimal(20))) == [(1, "missing receipt")]


def test_only_what_is_above_the_limit_is_over_it() -> None:
    assert kinds(FINE, policy=Policy(limit=Decimal(20))) == []
    assert kinds(FINE, policy=Policy(limit=Decimal("19.99"))) == [(1, "over limit")]


def test_a_weekend_is_noticed_unless_it_is_usual() -> None:
    sunday = replace(FINE, spent_date=date(2026, 3, 15))
    assert kinds(sunday) == [(1, "weekend")]
    assert kinds(sunday, policy=Policy(weekends=True)) == []


def test_the_same_day_and_amount_of_one_person_may_be_one_cost_twice() -> None:
    assert kinds(FINE, replace(FINE, id=2)) == [(2, "twice")]
    assert kinds(FINE, replace(FINE, id=2, user_id=8), replace(FINE, id=3, currency="USD")) == []
