"""Expenses through the one door: at most one per proposal, though Harvest keeps no key of ours; and back again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fakes import FakeClock, FakeExpenses, lost_answer
from tests.studio import ACCOUNT, ANA, APOLLO, BO, CATALOG, DAY, PORTAL, WEBSITE, entry
from tests.unit.review.test_apply import Crash, World
from tests.unit.store.test_inbox import proposal

from gleaner.adapters.store.engine import make_engine
from gleaner.adapters.store.tables import metadata
from gleaner.core.actions import CreateExpense, DeleteExpense, UpdateExpense
from gleaner.core.errors import Refused, Unavailable
from gleaner.core.expenses import Attachment, CategoryId, Expense, ExpenseCategory, ExpenseId
from gleaner.core.proposals import Proposal, State, reference
from gleaner.review.apply import apply, recover
from gleaner.review.door import Outcome
from gleaner.review.inbox import EXPENSE
from gleaner.review.policy import Ladder, may_accept_together, may_post
from gleaner.review.undo import undo

KEY = "expense:1"
MEALS = ExpenseCategory(CategoryId(1), "Meals")
MILEAGE = ExpenseCategory(CategoryId(2), "Mileage", "mile", Decimal("0.535"))
TAXI = Attachment("d1", "taxi.pdf")
LATER = timedelta(seconds=61)


@pytest.fixture
def world() -> World:
    return new_world()


def new_world() -> World:
    engine = make_engine("sqlite://")
    metadata.create_all(engine)
    world = World(engine)
    world.receipts.kept = {"d1": b"%PDF-1", "d0": b"%PDF-0"}
    return world


def lunch(key: str = KEY, **other: Any) -> CreateExpense:
    made = CreateExpense(
        ANA, DAY, APOLLO, MEALS, Decimal("12.50"), None, "Lunch with Rita", reference(ACCOUNT, key)
    )
    return replace(made, **other)


def taxi(key: str = KEY, **other: Any) -> CreateExpense:
    return lunch(key, receipt=TAXI, notes="Taxi", **other)


def asked(action: CreateExpense | UpdateExpense | DeleteExpense, key: str = KEY) -> Proposal:
    return replace(proposal(key), action=action, rule=EXPENSE, must_ask=True)


def done(world: World, action: CreateExpense | UpdateExpense | DeleteExpense, key: str = KEY) -> Outcome:
    return apply(world.door(), world.approved(asked(action, key)))


def taken_back(world: World, key: str = KEY, *, force: bool = False) -> Outcome:
    item = world.inbox.get(key)
    assert item is not None
    return undo(world.door(), item, by="ana", force=force)


def filed(world: World, **other: Any) -> Expense:
    """An expense that Ana entered in Harvest herself."""
    made = Expense(
        ExpenseId(6000 + len(world.expenses.kept)), ANA, APOLLO, MEALS, DAY, Decimal("9.00"), None, "EUR", "Tea",
        created_at=world.clock.now(),
    )  # fmt: skip
    made = replace(made, **other)
    world.expenses.kept[made.id] = made
    return made


def there(world: World) -> list[Expense]:
    return list(world.expenses.kept.values())


# --- filing ------------------------------------------------------------------------------------------------------


def test_an_approved_expense_is_filed_once_with_its_receipt(world: World) -> None:
    outcome = done(world, taxi())
    assert outcome.text == ("Filed 12.50 EUR Meals for Apollo on Tue 10 Mar as expense 7001 with its receipt")
    (one,) = there(world)
    assert (one.receipt_name.startswith("taxi_"), one.receipt_size) == (True, 6)
    item = world.inbox.get(KEY)
    assert item is not None
    assert (item.expense_id, item.entry_id, item.state) == (one.id, None, State.APPLIED)
    assert apply(world.door(), KEY).result == "taken"


def test_units_cost_what_the_category_says(world: World) -> None:
    outcome = done(world, lunch(category=MILEAGE, units=Decimal(101), total_cost=None))
    assert "54.04 EUR Mileage" in outcome.text


def test_nothing_about_an_expense_is_ever_done_unasked_or_in_bulk() -> None:
    for level in ("sure", "likely", "unsure"):
        one = replace(asked(taxi()), level=level, rule="meeting")
        for ladder in (Ladder(), Ladder(earned=None), Ladder("post")):
            assert not may_post(one, ladder)
            assert not may_accept_together(one, ladder)
    assert not may_post(replace(asked(taxi()), level="sure", rule="meeting", must_ask=False), Ladder())


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"project_id": None}, "no project was chosen"),
        ({"category": None}, "no category was chosen"),
        ({"total_cost": None}, "no amount was given"),
        ({"category": MILEAGE}, "is counted in units"),
        ({"units": Decimal(3)}, "is not counted in units"),
        ({"category": replace(MEALS, is_active=False)}, "is archived"),
        ({"total_cost": Decimal(-1)}, "below zero"),
        ({"currency": "USD"}, "the amount is in USD, and expenses for Acme Industries are in EUR"),
        ({"user_id": BO}, "the proposal is for user"),
        ({"receipt": Attachment("gone", "x.pdf")}, "is not kept any more"),
    ],
)
def test_what_is_not_whole_is_refused_before_the_call(world: World, wrong: dict[str, Any], why: str) -> None:
    outcome = done(world, lunch(**wrong))
    assert (outcome.result, why in outcome.text, world.expenses.posts) == ("failed", True, 0), outcome.text


def test_a_project_that_is_archived_or_not_the_persons_is_refused(world: World) -> None:
    closed = {**CATALOG.projects, APOLLO: replace(CATALOG.projects[APOLLO], is_active=False)}
    world.harvest.known = replace(CATALOG, projects=closed)
    assert "the project is archived" in done(world, lunch()).text
    world.harvest.known = replace(CATALOG, user_assignments=())
    assert "the project is not assigned" in done(world, lunch(), "expense:2").text
    assert world.expenses.posts == 0


def test_an_approved_week_is_refused_with_its_days(world: World) -> None:
    world.harvest.logged = [entry(8, day=DAY - timedelta(days=1), closed=True)]
    assert "is approved" in done(world, lunch()).text
    assert world.expenses.posts == 0


def test_the_same_cost_filed_by_hand_meanwhile_is_not_doubled(world: World) -> None:
    key = world.approved(asked(lunch()))
    mine = filed(world, total_cost=Decimal("12.50"))
    assert f"expense {mine.id} has the same day and amount" in apply(world.door(), key).text
    assert world.expenses.posts == 0


def test_who_knew_of_the_other_cost_files_a_second_one(world: World) -> None:
    mine = filed(world, total_cost=Decimal("12.50"))
    assert done(world, lunch(beside=(mine.id,))).result == "applied"
    assert done(world, lunch("expense:2", beside=(mine.id,)), "expense:2").result == "applied"
    assert len(there(world)) == 3


def test_an_expense_that_harvest_gave_to_somebody_else_is_taken_back(world: World) -> None:
    class Strange(FakeExpenses):
        def create(self, action: CreateExpense, receipt: bytes | None) -> Expense:
            return super().create(replace(action, user_id=BO), receipt)

    world.expenses = Strange(world.clock)
    outcome = done(world, lunch())
    assert (outcome.result, "filed the expense for somebody else" in outcome.text) == ("failed", True)
    assert there(world) == []


# --- what goes wrong on the way ----------------------------------------------------------------------------------


@pytest.mark.parametrize("action", [lunch(), taxi()])
def test_a_lost_answer_is_looked_up_not_repeated(world: World, action: CreateExpense) -> None:
    world.expenses.mishap = lost_answer("after create")
    assert done(world, action).result == "applied"
    assert (world.expenses.posts, len(there(world))) == (1, 1)


@pytest.mark.parametrize("action", [lunch(), taxi()])
def test_a_lost_answer_that_cannot_be_looked_up_is_found_later(world: World, action: CreateExpense) -> None:
    def offline(when: str) -> None:
        if world.expenses.posts and when != "before create":
            raise Unavailable("offline", answer_lost=when == "after create")

    world.expenses.mishap = offline
    assert done(world, action).result == "waiting"
    world.expenses.mishap = lambda _when: None
    assert apply(world.door(), KEY).result == "found"
    assert world.expenses.posts == 1


def test_what_was_refused_may_be_filed_by_hand_and_is_not_taken_for_ours(world: World) -> None:
    def refuse(when: str) -> None:
        if when == "before create":
            raise Refused("Spent date is locked", status=422)

    world.expenses.mishap = refuse
    assert done(world, lunch()).result == "failed"
    assert world.inbox.attempt(KEY) is None


def test_a_refusal_after_a_lost_answer_forgets_nothing(world: World) -> None:
    """The lost one may still arrive: who tries once more looks first."""
    crashed(world, lunch(), "sending create")

    def refuse(when: str) -> None:
        if when == "before create":
            raise Refused("Spent date is locked", status=422)

    world.expenses.mishap = refuse
    assert recover(world.door())[0].result == "failed"
    world.expenses.mishap = lambda _when: None
    world.expenses.create(lunch(), None)
    world.inbox.decide(KEY, "accept", by="ana", now=world.clock.now())
    assert apply(world.door(), KEY).result == "found"
    assert world.expenses.posts == 1


def crashed(world: World, action: CreateExpense, when: str) -> None:
    """A process dies there."""

    def crash(now: str) -> None:
        if now == when:
            raise Crash

    key = world.approved(asked(action))
    world.expenses.mishap = crash
    with pytest.raises(Crash):
        apply(world.door("dead"), key)
    world.expenses.mishap = lambda _when: None
    world.clock.advance(LATER)


@pytest.mark.parametrize(
    "action", [lunch(), taxi(), lunch(category=MILEAGE, units=Decimal(3), total_cost=None)]
)
@pytest.mark.parametrize("when", ["before find", "before create", "sending create", "after create"])
def test_a_process_that_dies_leaves_one_expense(world: World, action: CreateExpense, when: str) -> None:
    filed(world)
    crashed(world, action, when)
    (outcome,) = recover(world.door())
    assert outcome.result == ("found" if when == "after create" else "applied")
    assert (world.expenses.posts, len(there(world))) == (1, 2)


def test_a_filed_expense_that_was_edited_before_we_came_back_is_not_filed_again(world: World) -> None:
    """It has no receipt, so nothing marks it: the person is told what to look at."""
    crashed(world, lunch(), "after create")
    (made,) = there(world)
    world.expenses.kept[made.id] = replace(made, notes="Lunch, paid in cash")
    (outcome,) = recover(world.door())
    assert outcome.text == (
        f"an earlier attempt may have filed it as expense {made.id}; if so, dismiss this proposal, "
        "otherwise accept it once more"
    )
    assert world.expenses.posts == 1


def test_who_accepts_it_once_more_has_looked(world: World) -> None:
    crashed(world, lunch(), "after create")
    (made,) = there(world)
    world.expenses.kept[made.id] = replace(made, notes="Dinner", total_cost=Decimal("80.00"))
    assert recover(world.door())[0].result == "failed"
    world.inbox.decide(KEY, "accept", by="ana", now=world.clock.now())
    assert apply(world.door(), KEY).result == "applied"
    assert len(there(world)) == 2


def test_another_cost_of_that_day_is_not_taken_for_ours(world: World) -> None:
    crashed(world, lunch(), "sending create")
    filed(world, project_id=WEBSITE, notes="Train")
    assert recover(world.door())[0].result == "applied"
    assert world.expenses.posts == 1


def test_a_clock_that_is_months_ahead_doubles_nothing(world: World) -> None:
    world.expenses.clock = FakeClock(world.clock.at - timedelta(days=200))
    crashed(world, lunch(), "after create")
    assert recover(world.door())[0].result == "found"
    assert world.expenses.posts == 1


def test_two_that_may_be_ours_are_left_to_the_person(world: World) -> None:
    crashed(world, lunch(), "after create")
    (made,) = there(world)
    again = replace(made, id=ExpenseId(made.id + 1))
    world.expenses.kept[again.id] = again
    (outcome,) = recover(world.door())
    assert f"expense {made.id} or expense {again.id}" in outcome.text.replace(", or", " or")
    assert world.expenses.posts == 1


def test_a_marked_receipt_is_found_whatever_else_was_changed(world: World) -> None:
    crashed(world, taxi(), "after create")
    (made,) = there(world)
    world.expenses.kept[made.id] = replace(
        made, total_cost=Decimal(1), notes="x", spent_date=DAY - timedelta(days=3), project_id=PORTAL
    )
    assert recover(world.door())[0].result == "found"
    assert world.expenses.posts == 1


def test_who_wakes_between_its_last_look_and_the_sending_removes_what_it_sent(world: World) -> None:
    key = world.approved(asked(lunch()))

    def sleep(when: str) -> None:
        if when == "sending create":
            world.expenses.mishap = lambda _when: None
            world.clock.advance(LATER)
            (other,) = recover(world.door("other"))
            assert other.result == "applied"

    world.expenses.mishap = sleep
    assert apply(world.door("sleeper"), key).result == "taken"
    item = world.inbox.get(key)
    assert item is not None
    assert (world.expenses.posts, [one.id for one in there(world)]) == (2, [item.expense_id])
    assert "it was removed again" in world.journal.lines()[0].text


def test_a_post_that_arrives_right_before_ours_stays_and_ours_goes(world: World) -> None:
    crashed(world, lunch(), "sending create")

    def arrive(when: str) -> None:
        if when == "before create":
            world.expenses.mishap = lambda _when: None
            world.expenses.create(lunch(), None)

    world.expenses.mishap = arrive
    assert recover(world.door())[0].result == "found"
    assert [one.id for one in there(world)] == [7001]


MOMENTS = st.sampled_from(
    ["", "before find", "before create", "sending create", "after create", "lost", "offline"]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(MOMENTS, max_size=5), st.booleans(), st.integers(0, 2))
def test_whatever_dies_when_there_is_at_most_one_expense(
    troubles: list[str], has_receipt: bool, others: int
) -> None:
    world = new_world()
    for _ in range(others):
        filed(world, project_id=WEBSITE)
    action = taxi() if has_receipt else lunch()
    world.approved(asked(action))
    for trouble in [*troubles, ""]:
        moment = {"lost": "after create", "offline": "before find"}.get(trouble, trouble)

        def mishap(now: str, moment: str = moment, trouble: str = trouble) -> None:
            if trouble and now == moment:
                if trouble in ("lost", "offline"):
                    raise Unavailable(trouble, answer_lost=trouble == "lost")
                raise Crash

        world.expenses.mishap = mishap
        try:
            recover(world.door(f"of {trouble}"))
            apply(world.door(f"of {trouble}"), KEY)
        except Crash:
            pass
        world.clock.advance(LATER)
        assert len(there(world)) <= others + 1
    assert len(there(world)) == others + 1
    item = world.inbox.get(KEY)
    assert item is not None
    assert (item.state, item.expense_id in world.expenses.kept) == (State.APPLIED, True)


# --- changing and deleting ---------------------------------------------------------------------------------------


def change(expense: Expense, **other: Any) -> UpdateExpense:
    return UpdateExpense(ANA, expense.id, expense, reference(ACCOUNT, KEY), **other)


def test_a_change_is_made_once_and_changed_back(world: World) -> None:
    mine = filed(world, receipt_name="old.png", receipt_size=6)
    wanted = change(
        mine,
        total_cost=Decimal("11.00"),
        notes="Tea and cake",
        receipt=TAXI,
        former=Attachment("d0", "old.png"),
    )
    assert "now 11.00 EUR Meals for Apollo" in done(world, wanted).text
    assert world.expenses.kept[mine.id].receipt_name.startswith("taxi_")
    assert taken_back(world).result == "applied"
    back = world.expenses.kept[mine.id]
    assert (back.total_cost, back.notes, back.receipt_name.startswith("old_")) == (
        mine.total_cost,
        "Tea",
        True,
    )


def test_a_receipt_that_was_added_is_taken_off_again(world: World) -> None:
    mine = filed(world)
    done(world, change(mine, receipt=TAXI))
    assert taken_back(world).result == "applied"
    assert world.expenses.kept[mine.id] == mine


def test_a_lost_answer_to_a_change_is_looked_up(world: World) -> None:
    mine = filed(world)
    world.expenses.mishap = lost_answer("after update")
    assert done(world, change(mine, notes="Coffee")).result == "applied"


@pytest.mark.parametrize(
    ("now", "why"),
    [
        ({"notes": "Cake"}, "changed since you looked: other notes"),
        (
            {"is_billed": True, "locked_reason": "Expense is invoiced."},
            "cannot be changed: Expense is invoiced.",
        ),
        ({"is_closed": True}, "cannot be changed: it is locked"),
        ({"user_id": BO}, "is not this person's"),
    ],
)
def test_a_change_is_refused_where_it_may_not_be_made(world: World, now: dict[str, Any], why: str) -> None:
    mine = filed(world)
    world.expenses.kept[mine.id] = replace(mine, **now)
    outcome = done(world, change(mine, total_cost=Decimal(1)))
    assert (outcome.result, why in outcome.text) == ("failed", True), outcome.text


def test_a_deleted_expense_comes_back_with_its_receipt(world: World) -> None:
    mine = filed(world, receipt_name="taxi.pdf", receipt_size=6)
    done(world, DeleteExpense(ANA, mine.id, mine, TAXI))
    assert there(world) == []
    assert "the expense is back as 7001" in taken_back(world).text
    (back,) = there(world)
    assert (back.total_cost, back.notes, back.receipt_size) == (mine.total_cost, mine.notes, 6)


def test_what_somebody_else_deleted_is_not_brought_back(world: World) -> None:
    mine = filed(world)
    world.expenses.kept.clear()
    outcome = done(world, DeleteExpense(ANA, mine.id, mine))
    assert (outcome.result, outcome.can_undo) == ("found", False)
    assert "somebody else deleted it" in taken_back(world).text


def test_a_new_expense_is_removed_by_undo_unless_somebody_changed_it(world: World) -> None:
    done(world, taxi())
    (one,) = there(world)
    world.expenses.kept[one.id] = replace(one, total_cost=Decimal(99))
    refused = taken_back(world)
    assert "99.00 instead of 12.50" in refused.text
    assert taken_back(world, force=True).result == "applied"
    assert there(world) == []


def test_a_billed_expense_stays_even_with_force(world: World) -> None:
    done(world, taxi())
    (one,) = there(world)
    world.expenses.kept[one.id] = replace(one, is_billed=True, locked_reason="Expense is invoiced.")
    assert "cannot be removed: Expense is invoiced." in taken_back(world, force=True).text


def test_undo_of_units_compares_units(world: World) -> None:
    done(world, lunch(category=MILEAGE, units=Decimal(3), total_cost=None))
    assert taken_back(world).result == "applied"
    assert there(world) == []
