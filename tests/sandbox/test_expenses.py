"""Expenses and their categories (api.md §16)."""

from typing import Any

import pytest
from tests.sandbox.conftest import Builder
from tests.sandbox.house import MONDAY, House

from gleaner_sandbox import seeds
from gleaner_sandbox.clock import Clock
from gleaner_sandbox.server import serve_in_thread
from gleaner_sandbox.state import State
from gleaner_sandbox.tables import EXPENSES, PROJECTS

WEEK: Any = {"from": "2026-02-23", "to": "2026-03-01"}
INVOICED = "Expense is invoiced."
PROJECT_LOCKED = "The project is locked for this time period."


def only(firm: House, who: str = "admin") -> Any:
    (expense,) = firm.api(who).get("/expenses")["expenses"]
    return expense


def test_an_expense_is_shown_with_all_that_belongs_to_it(firm: House) -> None:
    expense = firm.expense(firm.api("member"), total_cost="12.345", notes="Lunch", billable="false")
    assert (expense["total_cost"], expense["units"], expense["notes"]) == (12.35, 1.0, "Lunch")
    assert (expense["billable"], expense["receipt"], expense["invoice"]) == (False, None, None)
    assert (expense["is_closed"], expense["is_locked"], expense["is_billed"]) == (False, False, False)
    assert (expense["locked_reason"], expense["approval_status"]) == (None, "unsubmitted")
    assert expense["user"] == {"id": firm.ids["member"], "name": "Member Person"}
    assert expense["client"] == {"id": firm.ids["acme"], "name": "Acme", "currency": "EUR"}
    assert expense["project"] == {"id": firm.ids["portal"], "name": "Portal", "code": "POR"}
    category = {"id": firm.ids["meals"], "name": "Meals", "unit_price": None, "unit_name": None}
    assert expense["expense_category"] == category
    assert "hourly_rate" not in expense["user_assignment"]
    assert only(firm)["user_assignment"]["hourly_rate"] == 95.0
    assert firm.api().get(f"/expenses/{expense['id']}") == only(firm)


def test_units_cost_what_their_category_says(firm: House) -> None:
    api = firm.api()
    expense = firm.expense(api, expense_category_id=firm.ids["mileage"], units=100, total_cost=1)
    assert (expense["units"], expense["total_cost"], expense["billable"]) == (100.0, 57.5, True)
    place = f"/expenses/{expense['id']}"
    assert api.patch(place, units=3)["total_cost"] == 1.73
    assert api.patch(place, total_cost=99, notes="by car")["total_cost"] == 1.73
    assert api.refused("PATCH", place, 422, units=None) == "Units can't be blank"
    moved = api.patch(place, expense_category_id=firm.ids["meals"], total_cost=20)
    assert (moved["units"], moved["total_cost"]) == (1.0, 20.0)
    assert api.patch(place, units=7)["units"] == 1.0
    back = {"expense_category_id": firm.ids["mileage"]}
    assert api.refused("PATCH", place, 422, **back) == "Units can't be blank"
    assert api.patch(place, **back, units=10)["total_cost"] == 5.75


def test_every_missing_value_is_named_in_one_sentence(firm: House) -> None:
    api = firm.api()
    assert api.refused("POST", "/expenses", 422) == (
        "Project can't be blank, Expense category can't be blank, "
        "Spent date can't be blank, Spent date is not a valid date"
    )
    said = {"project_id": firm.ids["portal"], "spent_date": MONDAY}
    for category, missing in (("meals", "Total cost"), ("mileage", "Units")):
        said["expense_category_id"] = firm.ids[category]
        assert api.refused("POST", "/expenses", 422, **said) == f"{missing} can't be blank"
    said = {"expense_category_id": 1, "project_id": 1, "spent_date": MONDAY, "total_cost": 1}
    assert api.refused("POST", "/expenses", 422, **said) == "Expense category can't be blank"
    said["expense_category_id"] = firm.ids["meals"]
    assert api.refused("POST", "/expenses", 422, **said) == "Project can't be blank"


def test_expenses_go_only_to_open_projects_one_is_assigned_to(firm: House) -> None:
    said = {"project_id": firm.ids["shop"], "expense_category_id": firm.ids["meals"], "spent_date": MONDAY}
    said["total_cost"] = 1
    assert "not assigned" in firm.api("member").refused("POST", "/expenses", 422, **said)
    firm.api().patch(f"/projects/{firm.ids['shop']}", is_active=False)
    assert firm.api().refused("POST", "/expenses", 422, **said) == "Project is archived"
    mine = firm.expense(firm.api("member"))
    place = f"/expenses/{mine['id']}"
    assert (
        firm.api("member").refused("PATCH", place, 422, project_id=said["project_id"])
        == "Project is archived"
    )
    firm.api().patch(f"/expense_categories/{firm.ids['meals']}", is_active=False)
    said["project_id"] = firm.ids["portal"]
    assert "archived" in firm.api().refused("POST", "/expenses", 422, **said)
    assert firm.api("member").patch(place, notes="still mine")["notes"] == "still mine"


def test_a_whole_expense_can_be_sent_back(firm: House) -> None:
    api = firm.api()
    for more in ({}, {"expense_category_id": firm.ids["mileage"], "units": 4}):
        expense = firm.expense(api, **more)
        assert api.patch(f"/expenses/{expense['id']}", **expense) == expense
        changed = api.patch(f"/expenses/{expense['id']}", **{**expense, "spent_date": "2026-02-01"})
        assert changed["spent_date"] == "2026-02-01"


PAST: list[Any] = [
    {"user": "member", "spent_date": "2026-02-02"},
    {"user": "other", "spent_date": "2026-02-03", "is_billed": True},
    {"user": "admin", "spent_date": "2026-02-04", "project": "shop", "category": "mileage", "units": 2},
]


@pytest.mark.parametrize(
    ("query", "days"),
    [
        ({}, [4, 3, 2]),
        ({"user_id": "member"}, [2]),
        ({"project_id": "portal"}, [3, 2]),
        ({"client_id": "globex"}, [4]),
        ({"is_billed": "true"}, [3]),
        ({"from": "20260203"}, [4, 3]),
        ({"from": "2026-02-03", "to": "2026-02-03"}, [3]),
        ({"updated_since": "2026-03-02T09:30:00Z"}, []),
        ({"updated_since": "2026-03-02T09:29:59Z", "user_id": "other"}, [3]),
    ],
)
def test_expenses_are_filtered_and_listed_by_day_newest_first(
    new: Builder, query: dict[str, str], days: list[int]
) -> None:
    firm = new(expenses=PAST)
    params = {key: str(firm.ids.get(value, value)) for key, value in query.items()}
    found = firm.api().get("/expenses", **params)
    assert [int(row["spent_date"][-2:]) for row in found["expenses"]] == days
    assert found["total_entries"] == len(days)


def test_people_see_and_file_expenses_as_far_as_they_reach(new: Builder) -> None:
    firm = new(expenses=PAST, roles={"manager": ["manager", "time_and_expenses_manager"]})
    seen = {who: len(firm.api(who).get("/expenses")["expenses"]) for who in ("admin", "manager", "member")}
    assert seen == {"admin": 3, "manager": 2, "member": 1}
    (theirs,) = firm.api("other").get("/expenses")["expenses"]
    for method in ("GET", "PATCH", "DELETE"):
        firm.api("member").refused(method, f"/expenses/{theirs['id']}", 404)
    said = {"project_id": firm.ids["portal"], "expense_category_id": firm.ids["meals"], "spent_date": MONDAY}
    said |= {"total_cost": 1, "user_id": firm.ids["other"]}
    firm.api("member").refused("POST", "/expenses", 403, **said)
    assert firm.expense(firm.api("manager"), user_id=firm.ids["other"])["user"]["id"] == firm.ids["other"]
    plain = new(expenses=[{}])
    place = f"/expenses/{only(plain, 'manager')['id']}"
    plain.api("manager").refused("PATCH", place, 403, notes="x")


@pytest.mark.parametrize(
    ("seed", "expense", "project", "reason"),
    [
        ({}, {}, {}, None),
        ({}, {"is_billed": True}, {}, INVOICED),
        ({"locked": [WEEK]}, {}, {}, PROJECT_LOCKED),
        ({}, {}, {"expense_locked_spans": [["2026-02-23", "2026-02-25"]]}, PROJECT_LOCKED),
        ({}, {}, {"expense_locked_spans": [["2026-02-25", "2026-02-26"]]}, None),
        ({}, {}, {"locked_spans": [["2026-02-23", "2026-02-25"]]}, None),
        ({"approved": [WEEK]}, {}, {}, "Expense is approved."),
        ({}, {"is_closed": True}, {}, "Expense is approved."),
    ],
)
def test_a_locked_expense_says_why_and_only_administrators_change_it(
    new: Builder, seed: dict[str, Any], expense: dict[str, Any], project: dict[str, Any], reason: str | None
) -> None:
    firm = new(**seed, expenses=[{"spent_date": "2026-02-24", **expense}])
    with firm.running.state.writing(firm.account_id) as books:
        books.update(PROJECTS, books.row(PROJECTS, firm.ids["portal"]), project)
    shown = only(firm)
    assert (shown["locked_reason"], shown["is_locked"]) == (reason, reason is not None)
    closed = "approved" in seed or "is_closed" in expense
    assert (shown["is_closed"], shown["approval_status"] == "approved") == (closed, closed)
    place, member = f"/expenses/{shown['id']}", firm.api("member")
    if reason is None:
        member.patch(place, notes="mine")
        member.delete(place)
        return
    assert member.refused("PATCH", place, 422, notes="x") == reason
    assert member.refused("DELETE", place, 422) == reason
    said = {"notes": "by admin", "project_id": firm.ids["shop"], "expense_category_id": firm.ids["mileage"]}
    changed = firm.api().patch(place, **said)
    assert changed["notes"] == "by admin"
    assert (changed["project"], changed["expense_category"]) == (shown["project"], shown["expense_category"])
    firm.api().delete(place)


def test_a_locked_day_takes_no_expenses(new: Builder) -> None:
    firm = new(locked=[WEEK])
    member = firm.api("member")
    said = {"project_id": firm.ids["portal"], "expense_category_id": firm.ids["meals"], "total_cost": 1}
    assert member.refused("POST", "/expenses", 422, **said, spent_date="2026-02-24") == PROJECT_LOCKED
    free = firm.expense(member)
    assert member.refused("PATCH", f"/expenses/{free['id']}", 422, spent_date="2026-02-24") == PROJECT_LOCKED
    assert firm.expense(firm.api(), spent_date="2026-02-24")["is_locked"] is True
    blocked = new(locked=[{**WEEK, "blocks_admins": True}], expenses=[{"spent_date": "2026-02-24"}])
    blocked.api().refused("PATCH", f"/expenses/{only(blocked)['id']}", 422, notes="x")


def test_an_invoice_on_an_expense_is_shown(new: Builder) -> None:
    firm = new(expenses=[{}])
    with firm.running.state.writing(firm.account_id) as books:
        (row,) = books.select(EXPENSES)
        books.update(EXPENSES, row, {"is_billed": True, "invoice": {"id": 9, "number": "1001"}})
    assert only(firm)["invoice"] == {"id": 9, "number": "1001"}


def test_nobody_deletes_expenses_of_an_archived_project(new: Builder) -> None:
    firm = new(expenses=[{}])
    firm.api().patch(f"/projects/{firm.ids['portal']}", is_active=False)
    assert only(firm)["locked_reason"] == "The project is archived."
    firm.api().refused("DELETE", f"/expenses/{only(firm)['id']}", 422)


def test_expenses_of_an_archived_person_are_locked(new: Builder) -> None:
    firm = new(expenses=[{}])
    firm.api().patch(f"/users/{firm.ids['member']}", is_active=False)
    assert only(firm)["locked_reason"] == "The user is archived."


def test_expenses_keep_people_and_assignments_but_go_with_their_project(new: Builder) -> None:
    firm = new(expenses=[{"user": "other"}])
    api = firm.api()
    expense = only(firm)
    assert "expenses" in api.refused("DELETE", f"/users/{firm.ids['other']}", 422)
    place = f"/projects/{firm.ids['portal']}/user_assignments/{expense['user_assignment']['id']}"
    assert "expenses" in api.refused("DELETE", place, 422)
    api.delete(f"/projects/{firm.ids['portal']}")
    assert api.get("/expenses")["expenses"] == []
    api.delete(f"/users/{firm.ids['other']}")


def test_a_deleted_expense_is_answered_and_gone(firm: House) -> None:
    api = firm.api()
    expense = firm.expense(api)
    assert api.delete(f"/expenses/{expense['id']}") == expense
    api.refused("GET", f"/expenses/{expense['id']}", 404)


def test_without_the_expense_module_there_are_none(new: Builder) -> None:
    firm = new(company={"expense_feature": False})
    firm.api().refused("GET", "/expenses", 403)
    firm.api().refused("GET", "/expense_categories", 403)


def test_a_new_account_has_the_categories_of_harvest() -> None:
    state = State(clock=Clock())
    state.load(seeds.empty())
    with serve_in_thread(state) as running:
        firm = House(running, 1_000_001, {}, {"admin": "duration-admin"})
        rows = firm.api().get("/expense_categories")["expense_categories"]
        firm.close()
    state.close()
    names = {"Entertainment", "Meals", "Lodging", "Transportation", "Other", "Mileage"}
    assert {row["name"] for row in rows} == names
    mileage = next(row for row in rows if row["name"] == "Mileage")
    assert (mileage["unit_name"], mileage["unit_price"], mileage["is_active"]) == ("mile", 0.575, True)


@pytest.mark.parametrize(
    ("expense", "message"),
    [
        ({"expense_category": "Yachts", "total_cost": 1}, "there is no expense category 'Yachts'"),
        ({"expense_category": "Mileage"}, "Units can't be blank"),
        (
            {"expense_category": "Meals", "total_cost": 1, "receipt": {"file_name": "x.txt", "data": ""}},
            "png, gif",
        ),
    ],
)
def test_an_expense_of_a_seed_that_makes_no_sense_is_refused(expense: dict[str, Any], message: str) -> None:
    seed = seeds.empty()
    account = seed["accounts"][0]
    account["clients"] = [{"id": 1, "name": "Acme"}]
    account["projects"] = [{"id": 1, "client_id": 1, "name": "Portal"}]
    said: Any = {"user_id": account["users"][0]["id"], "project_id": 1, "spent_date": MONDAY, **expense}
    account["expenses"] = [said]
    state = State(clock=Clock())
    with pytest.raises(ValueError, match=message):
        state.load(seed)
    state.close()


def test_categories_are_made_changed_and_deleted_while_unused(firm: House) -> None:
    api = firm.api()
    made = api.post("/expense_categories", name="Books", unit_price="2.5", unit_name="page")
    assert (made["unit_price"], made["unit_name"], made["is_active"]) == (2.5, "page", True)
    place = f"/expense_categories/{made['id']}"
    assert api.patch(place, is_active=False)["is_active"] is False
    assert [row["id"] for row in api.get("/expense_categories", is_active="false")["expense_categories"]] == [
        made["id"]
    ]
    assert api.refused("POST", "/expense_categories", 422) == "Name can't be blank"
    assert api.refused("POST", "/expense_categories", 422, name="Meals") == "Name has already been taken"
    assert api.delete(place)["name"] == "Books"
    api.refused("GET", place, 404)
    firm.expense(api)
    assert "not removable" in api.refused("DELETE", f"/expense_categories/{firm.ids['meals']}", 422)


def test_a_new_price_leaves_what_was_spent(firm: House) -> None:
    api = firm.api()
    expense = firm.expense(api, expense_category_id=firm.ids["mileage"], units=100)
    api.patch(f"/expense_categories/{firm.ids['mileage']}", unit_price=1)
    again = api.patch(f"/expenses/{expense['id']}", notes="x")
    assert (again["total_cost"], again["expense_category"]["unit_price"]) == (57.5, 1.0)


def test_whether_members_list_categories_is_a_switch(firm: House) -> None:
    for who in ("member", "manager"):
        assert len(firm.api(who).get("/expense_categories")["expense_categories"]) == 2
        firm.api(who).refused("POST", "/expense_categories", 403, name="X")
    firm.running.state.switches.turn({"members_list_categories": "no"})
    for place in ("/expense_categories", f"/expense_categories/{firm.ids['meals']}"):
        firm.api("member").refused("GET", place, 403)
        firm.api().get(place)
