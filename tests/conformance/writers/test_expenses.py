"""The port ``review.writers.Expenses``: the fake that tests of spending and refunds trust does as the real one.

The real one is the writer over the sandbox, over HTTP.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.fakes import FakeExpenses
from tests.journeys import world as worlds
from tests.journeys.world import World

from gleaner.adapters.harvest.client import Client
from gleaner.adapters.harvest.expense_writer import ExpenseWriter
from gleaner.adapters.harvest.limits import Unlimited
from gleaner.core.actions import CreateExpense, UpdateExpense
from gleaner.core.catalog import AccountId, ProjectId, UserId
from gleaner.core.errors import Refused
from gleaner.core.expenses import (
    Attachment,
    CategoryId,
    Expense,
    ExpenseCategory,
    ExpenseId,
    is_marked,
    mark,
)
from gleaner.core.proposals import reference
from gleaner.review.writers import Expenses
from gleaner_sandbox.server import Running, serve_in_thread
from gleaner_sandbox.state import State

TUESDAY, WEDNESDAY = date(2026, 3, 10), date(2026, 3, 11)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
KEY = reference(AccountId(1), "expense:1")
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
TAXI = Attachment("d1", "Taxi - Zoo (2).PNG")


@dataclass
class Desk:
    """One implementation, and two people's ids in it."""

    expenses: Expenses
    ana: UserId
    bo: UserId
    project: ProjectId
    other: ProjectId
    meals: ExpenseCategory
    mileage: ExpenseCategory

    def lunch(self, **other: Any) -> CreateExpense:
        made = CreateExpense(
            self.ana, TUESDAY, self.project, self.meals, Decimal("12.50"), None, "Lunch with Rita", KEY
        )
        return replace(made, **other)

    def filed(self, **other: Any) -> Expense:
        return self.expenses.create(self.lunch(**other), PNG if "receipt" in other else None)

    def change(self, one: Expense, **other: Any) -> UpdateExpense:
        return UpdateExpense(one.user_id, one.id, one, KEY, **other)


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    state = State()
    with serve_in_thread(state, limits=False) as running:
        yield running
    state.close()


@pytest.fixture
def world(server: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    made = worlds.build(server, tmp_path, monkeypatch)
    yield made
    made.close()


@pytest.fixture(params=["fake", "real"])
def desk(request: pytest.FixtureRequest) -> Iterator[Desk]:
    if request.param == "fake":
        meals, miles = (
            ExpenseCategory(CategoryId(1), "Meals"),
            ExpenseCategory(CategoryId(2), "Mileage", "mile", Decimal("0.535")),
        )
        yield Desk(FakeExpenses(), UserId(1), UserId(2), ProjectId(1), ProjectId(2), meals, miles)
        return
    world = request.getfixturevalue("world")
    with Client(
        AccountId(world.account_id), world.token(), base_url=world.running.base_url, limits=Unlimited()
    ) as client:
        writer = ExpenseWriter(client)
        named = {one.name: one for one in writer.categories()}
        ids = world.ids
        yield Desk(
            writer, UserId(ids["ana"]), UserId(ids["bo"]), ProjectId(ids["apollo"]), ProjectId(ids["portal"]),
            named["Meals"], named["Mileage"],
        )  # fmt: skip


def test_what_is_filed_is_what_was_asked_for(desk: Desk) -> None:
    one = desk.filed()
    assert (one.user_id, one.project_id, one.category.id) == (desk.ana, desk.project, desk.meals.id)
    assert (one.spent_date, one.total_cost, one.units) == (TUESDAY, Decimal("12.5"), None)
    assert (one.notes, one.billable, one.currency, one.receipt_name) == ("Lunch with Rita", True, "EUR", "")
    assert (one.is_locked, one.is_closed, one.is_billed) == (False, False, False)
    assert one.created_at is not None


def test_units_cost_what_their_category_says(desk: Desk) -> None:
    one = desk.filed(category=desk.mileage, units=Decimal(101), total_cost=None)
    assert (one.units, one.total_cost) == (Decimal(101), desk.mileage.total(Decimal(101)))


def test_a_receipt_comes_back_with_our_mark(desk: Desk) -> None:
    one = desk.filed(receipt=TAXI)
    assert one.receipt_name == f"Taxi_Zoo_2_{mark(KEY)}.png"
    assert is_marked(one.receipt_name, KEY)
    assert one.receipt_size == len(PNG)


def test_what_is_filed_is_got_and_found_on_its_day(desk: Desk) -> None:
    one = desk.filed()
    assert desk.expenses.get(one.id) == one
    assert desk.expenses.find(desk.ana, on=TUESDAY) == [one]
    assert desk.expenses.find(desk.ana, on=WEDNESDAY) == []
    assert desk.expenses.find(desk.ana, on=WEDNESDAY, since=LONG_AGO) == [one]


def test_one_persons_expenses_are_found_only(desk: Desk) -> None:
    mine, theirs = desk.filed(), desk.filed(user_id=desk.bo)
    assert desk.expenses.find(desk.ana, on=TUESDAY, since=LONG_AGO) == [mine]
    assert desk.expenses.find(desk.bo, on=TUESDAY, since=LONG_AGO) == [theirs]


def test_a_change_leaves_what_it_does_not_name(desk: Desk) -> None:
    one = desk.filed(receipt=TAXI)
    now = desk.expenses.update(desk.change(one, total_cost=Decimal("9.25"), notes="Tea"), None)
    assert now == replace(one, total_cost=Decimal("9.25"), notes="Tea")
    assert desk.expenses.get(one.id) == now


def test_a_change_can_move_an_expense(desk: Desk) -> None:
    one = desk.filed()
    now = desk.expenses.update(
        desk.change(one, spent_date=WEDNESDAY, project_id=desk.other, billable=False), None
    )
    assert (now.spent_date, now.project_id, now.billable) == (WEDNESDAY, desk.other, False)


def test_a_change_to_what_is_counted_takes_units(desk: Desk) -> None:
    one = desk.filed()
    now = desk.expenses.update(desk.change(one, category=desk.mileage, units=Decimal(10)), None)
    assert (now.category.id, now.units, now.total_cost) == (
        desk.mileage.id,
        Decimal(10),
        desk.mileage.total(Decimal(10)),
    )


def test_a_receipt_is_put_on_and_taken_off(desk: Desk) -> None:
    one = desk.filed()
    with_it = desk.expenses.update(desk.change(one, receipt=TAXI), PNG)
    assert is_marked(with_it.receipt_name, KEY)
    assert desk.expenses.drop_receipt(one.id) == one


def test_nothing_is_known_by_an_id_nobody_has(desk: Desk) -> None:
    nobody = replace(desk.filed(), id=ExpenseId(999_999_999))
    assert desk.expenses.get(nobody.id) is None
    with pytest.raises(Refused) as caught:
        desk.expenses.update(desk.change(nobody, notes="x"), None)
    assert caught.value.status == 404


def test_deleting_twice_is_deleting_once(desk: Desk) -> None:
    one = desk.filed()
    desk.expenses.delete(one.id)
    desk.expenses.delete(one.id)
    assert desk.expenses.get(one.id) is None
    assert desk.expenses.find(desk.ana, on=TUESDAY) == []


@pytest.mark.parametrize("missing", ["project_id", "category", "total_cost"])
def test_what_is_not_whole_is_refused(desk: Desk, missing: str) -> None:
    with pytest.raises(Refused):
        desk.filed(**{missing: None})
    assert desk.expenses.find(desk.ana, on=TUESDAY) == []


def test_a_check_that_raises_stops_the_write(desk: Desk) -> None:
    class Stop(Exception):
        pass

    def check() -> None:
        raise Stop

    one = desk.filed()
    for write in (
        lambda: desk.filed(),
        lambda: desk.expenses.update(desk.change(one, notes="x"), None),
        lambda: desk.expenses.delete(one.id),
    ):
        with pytest.raises(Stop), desk.expenses.guarded(check):
            write()
    assert desk.expenses.find(desk.ana, on=TUESDAY) == [one]
