"""Billable work is read from the copy as Harvest has it, old work too; what is live wins over what was held."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import sqlalchemy as sa
from tests.unit.adapters.harvest.clerk import Clerk

from gleaner.adapters.harvest.billing_copy import BillingCopy
from gleaner.adapters.harvest.copy import Copy, State, row
from gleaner.adapters.harvest.encoding import Raw
from gleaner.core.catalog import AccountId, ProjectId
from gleaner.core.errors import Unavailable

ACCOUNT = AccountId(1)
NOW = datetime(2026, 3, 31, tzinfo=UTC)


def entry(number: int, day: str = "2026-03-10", project: int = 30, **more: object) -> Raw:
    return {
        "id": number, "spent_date": day, "user": {"id": 7, "name": "Ana"}, "project": {"id": project, "name": "Apollo"},
        "task": {"id": 40, "name": "Design"}, "hours": 1.1, "rounded_hours": 1.25, "billable": True,
        "billable_rate": 99.99, "cost_rate": None, "is_running": False, "is_billed": False, "is_closed": False,
        "approval_status": "unsubmitted", "invoice": None, "updated_at": "2026-03-10T17:00:00Z", **more,
    }  # fmt: skip


def expense(number: int, **more: object) -> Raw:
    return {
        "id": number, "spent_date": "2026-03-11", "user": {"id": 7, "name": "Ana"},
        "project": {"id": 30, "name": "Apollo"}, "expense_category": {"id": 3, "name": "Travel", "unit_price": None},
        "total_cost": 12.3, "units": 1, "billable": True, "is_billed": False, "is_closed": False,
        "receipt": {"url": None, "file_name": None}, "invoice": None, "updated_at": "2026-03-11T17:00:00Z", **more,
    }  # fmt: skip


def billing(store: sa.Engine, clerk: Clerk, *entries: Raw, expenses: tuple[Raw, ...] = ()) -> BillingCopy:
    copy = Copy(store, ACCOUNT)
    copy.save("time_entries", [row("time_entries", one) for one in entries])
    copy.save("expenses", [row("expenses", one) for one in expenses])
    copy.set_state("time_entries", State(NOW, NOW))
    return BillingCopy(store, clerk.client, ACCOUNT)


def test_before_the_first_sync_there_is_no_answer_instead_of_none(store: sa.Engine) -> None:
    with pytest.raises(Unavailable, match="run a sync first"):
        next(BillingCopy(store, Clerk().client, ACCOUNT).worked())


def test_work_is_what_harvest_says_of_it(store: sa.Engine) -> None:
    copy = billing(
        store,
        Clerk(),
        entry(1),
        entry(2, is_billed=True, invoice={"id": 8}, is_closed=True),
        entry(3, billable_rate=None),
    )
    first, second, third = sorted(copy.worked())
    assert (first.hours, first.rate, first.value) == (Decimal("1.25"), Decimal("99.99"), Decimal("124.9875"))
    assert (first.is_billed, first.is_approved, first.invoice, first.cost) == (False, False, None, None)
    assert (second.is_billed, second.is_approved, second.invoice) == (True, True, 8)
    assert (third.rate, third.value) == (None, Decimal(0))
    assert {one.id for one in copy.worked(only_open=True)} == {1, 3}


def test_expenses_too(store: sa.Engine) -> None:
    paper = {"url": "https://files.example/1", "file_name": "a.pdf"}
    kilometres = {"id": 4, "name": "Mileage", "unit_price": 0.3}
    copy = billing(
        store, Clerk(), expenses=(expense(1, receipt=paper), expense(2, expense_category=kilometres, units=41))
    )  # fmt: skip
    first, second = sorted(copy.spent())
    assert (first.category, first.value, first.has_receipt, first.unit_price) == (
        "Travel", Decimal("12.3"), True, None,
    )  # fmt: skip
    assert (second.units, second.unit_price, second.has_receipt) == (Decimal(41), Decimal("0.3"), False)
    assert list(copy.spent((date(2026, 3, 12), date(2026, 3, 31)))) == []


def test_what_is_asked_live_replaces_what_was_held(store: sa.Engine) -> None:
    clerk = Clerk()
    copy = billing(store, clerk, entry(1), entry(2), entry(3, project=31), entry(4, "2026-02-01"))
    moved = entry(1, hours=3, rounded_hours=3, updated_at="2026-03-12T09:00:00Z")
    clerk.tell_list("/time_entries", "time_entries", [moved, entry(9, project=99)])
    clerk.tell_list("/expenses", "expenses", [expense(5)])
    worked, spent = copy.live([ProjectId(30)], (date(2026, 3, 1), date(2026, 3, 31)))
    assert [(one.id, one.hours) for one in worked] == [(1, Decimal(3))]
    assert [one.id for one in spent] == [5]
    held = {one.id: one.hours for one in copy.worked() if one.project_id in (30, 31)}
    # 2 is gone; 3 is another project's, and 4 is of another month.
    assert held == {1: Decimal(3), 3: Decimal("1.25"), 4: Decimal("1.25")}
