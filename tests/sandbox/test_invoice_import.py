"""Tracked time and expenses become invoice lines, once.  Source: rates.md §5, api.md §17.1, §22."""

import copy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.sandbox import house
from tests.sandbox.conftest import Builder
from tests.sandbox.house import MONDAY, Api, House

from gleaner_sandbox.server import Running
from gleaner_sandbox.tables import EXPENSE_CATEGORIES, EXPENSES, PROJECTS

FRIDAY = "2026-03-06"
DESIGN: Any = {"task": "design"}


def imported(firm: House, summary: str = "task", api: Api | None = None, **said: Any) -> Any:
    """An invoice of the time on *portal*."""
    given = {"project_ids": [firm.ids["portal"]], "time": {"summary_type": summary}}
    usual = {"client_id": firm.ids["acme"], "line_items_import": given}
    return (api or firm.api()).post("/invoices", **{**usual, **said})


def expense(house: House, **said: Any) -> int:
    """The id of an expense on *portal*, put there behind the API's back."""
    with house.running.state.writing(house.account_id) as books:
        name = said.pop("category", "Meals")
        category = books.one(EXPENSE_CATEGORIES, "name = ?", name)
        if category is None:
            unit: dict[str, Any] = {"unit_name": None, "unit_price": None}
            if name == "Mileage":
                unit = {"unit_name": "mile", "unit_price": 0.575}
            category = books.insert(EXPENSE_CATEGORIES, {"name": name, "is_active": True, **unit})
        usual: dict[str, Any] = {
            "user_id": house.ids["member"],
            "project_id": house.ids["portal"],
            "expense_category_id": category["id"],
            "spent_date": MONDAY,
            "units": 1.0,
            "total_cost": 10.0,
            "notes": None,
            "billable": True,
            "receipt": None,
            "is_closed": False,
            "is_billed": False,
            "approval_status": "unsubmitted",
            "invoice": None,
        }
        return int(books.insert(EXPENSES, {**usual, **said})["id"])


def lines(made: Any) -> list[tuple[str, float, float, float]]:
    return [
        (one["description"], one["quantity"], one["unit_price"], one["amount"]) for one in made["line_items"]
    ]


def entries(firm: House) -> list[Any]:
    return list(firm.api().get("/time_entries")["time_entries"])


def test_a_week_of_design_is_one_line_as_in_the_sample(new: Builder) -> None:
    """
    Monday to Friday  4 h at 120, 10 % discount, net 30, issued on the 7th
    """
    more: Any = [{"spent_date": MONDAY, "hours": 1.5}, {"spent_date": FRIDAY, "hours": 2.5}]
    firm = new(entries=more, projects={"portal": {"code": "AP", "bill_by": "Project", "hourly_rate": 120.0}})
    made = imported(firm, discount=10, payment_term="net 30", issue_date="2026-03-07", number="1004")
    assert lines(made) == [("[AP] Portal: Design (03/02/2026 - 03/06/2026)", 4.0, 120.0, 480.0)]
    (line,) = made["line_items"]
    assert (line["kind"], line["taxed"], line["taxed2"]) == ("Service", False, False)
    assert line["project"] == {"id": firm.ids["portal"], "name": "Portal", "code": "AP"}
    assert (made["amount"], made["discount_amount"], made["due_date"]) == (432.0, 48.0, "2026-04-06")
    assert (made["period_start"], made["period_end"], made["state"]) == (MONDAY, FRIDAY, "draft")


PEOPLE: Any = [
    {"user": "member", "hours": 1.0, "spent_date": MONDAY, "notes": "Sketch"},
    {"user": "member", "hours": 1.0, "spent_date": "2025-12-30"},
    {"user": "manager", "hours": 2.0, "spent_date": FRIDAY},
    {"user": "member", "task": "coding", "hours": 8.0},
]
"""The member costs 95 an hour, 80 before this year; the manager has no rate; coding is not billable."""


@pytest.mark.parametrize(
    ("summary", "expected"),
    [
        ("project", [("[POR] Portal (12/30/2025 - 03/06/2026)", 4.0, 43.75, 175.0)]),
        ("task", [("[POR] Portal: Design (12/30/2025 - 03/06/2026)", 4.0, 43.75, 175.0)]),
        (
            "people",
            [
                ("[POR] Portal: Manager Person (12/30/2025 - 03/06/2026)", 2.0, 0.0, 0.0),
                ("[POR] Portal: Member Person (12/30/2025 - 03/06/2026)", 2.0, 87.5, 175.0),
            ],
        ),
        (
            "detailed",
            [
                ("12/30/2025 - Design", 1.0, 80.0, 80.0),
                ("03/02/2026 - Design: Sketch", 1.0, 95.0, 95.0),
                ("03/06/2026 - Design", 2.0, 0.0, 0.0),
            ],
        ),
    ],
)
def test_what_shares_a_line_is_for_the_summary_to_say(
    new: Builder, summary: str, expected: list[Any]
) -> None:
    assert lines(imported(new(entries=PEOPLE), summary)) == expected


def test_dates_are_written_as_the_company_writes_them_and_may_be_each_lines_own(new: Builder) -> None:
    firm = new(entries=PEOPLE, company={"date_format": "%d.%m.%Y"})
    firm.running.state.switches.turn({"import_dates": "line"})
    texts = [text for text, *_ in lines(imported(firm, "people"))]
    assert texts == [
        "[POR] Portal: Manager Person (06.03.2026 - 06.03.2026)",
        "[POR] Portal: Member Person (30.12.2025 - 02.03.2026)",
    ]


def test_detailed_lines_name_the_times_in_accounts_that_have_them(new: Builder) -> None:
    entry: Any = {"started_time": "9:00", "ended_time": "11:00", "hours": None, "notes": "Planning"}
    firm = new(company={"wants_timestamp_timers": True}, entries=[entry])
    assert lines(imported(firm, "detailed"))[0][0] == "03/02/2026 - Design: [9:00am - 11:00am] Planning"


def test_hours_are_rounded_entry_by_entry(new: Builder) -> None:
    rounding: Any = {"mode": "up", "minutes": 15}
    more: Any = [{"hours": 2.11}, {"hours": 1.35}, {"hours": 0.02}]
    firm = new(company={"rounding": rounding}, entries=more)
    assert lines(imported(firm))[0][1:] == (4.0, 95.0, 380.0)


def test_an_effective_rate_has_cents(new: Builder) -> None:
    """
    1.1 h at 80 and 2 h at 95 are 278.00; that is 89.677 an hour, so the line says 3.1 h at 89.68
    """
    more: Any = [
        {"hours": 1.1, "spent_date": "2025-12-30"},
        {"hours": 2.0},
    ]
    assert lines(imported(new(entries=more)))[0][1:] == (3.1, 89.68, 278.01)


def test_running_time_other_days_and_other_projects_stay_out(new: Builder) -> None:
    more: Any = [
        {"spent_date": "2026-02-27", "hours": 3.0},
        {"hours": 1.0},
        {"project": "shop", "hours": 5.0},
    ]
    firm = new(entries=more)
    firm.entry(firm.api("member"))
    given = {
        "project_ids": [firm.ids["portal"]],
        "time": {"summary_type": "project", "from": MONDAY, "to": "20260308"},
    }
    made = imported(firm, line_items_import=given)
    assert lines(made) == [("[POR] Portal (03/02/2026 - 03/02/2026)", 1.0, 95.0, 95.0)]
    assert (made["period_start"], made["period_end"]) == (MONDAY, MONDAY)
    assert [entry["is_billed"] for entry in sorted(entries(firm), key=lambda one: float(one["hours"]))] == [
        False,
        True,
        False,
        False,
    ]


def test_the_period_may_be_the_one_that_was_asked_for(new: Builder) -> None:
    firm = new(entries=[{}])
    firm.running.state.switches.turn({"import_period": "asked"})
    time = {"summary_type": "task", "from": "2026-03-01", "to": "2026-03-31"}
    made = imported(firm, line_items_import={"project_ids": [firm.ids["portal"]], "time": time})
    assert (made["period_start"], made["period_end"]) == ("2026-03-01", "2026-03-31")


def test_imported_lines_are_taxed_when_the_invoice_is(new: Builder) -> None:
    firm = new(entries=[{}])
    made = imported(firm, tax=20)
    (line,) = made["line_items"]
    assert (line["taxed"], line["taxed2"], made["amount"]) == (True, False, 114.0)


def test_billed_time_names_its_invoice_and_is_locked(new: Builder) -> None:
    firm = new(entries=[{}])
    made = imported(firm)
    (entry,) = entries(firm)
    assert (entry["is_billed"], entry["is_locked"]) == (True, True)
    assert entry["invoice"] == {"id": made["id"], "number": made["number"]}
    assert entry["locked_reason"] == "Item Invoiced"
    assert firm.api().get("/time_entries", is_billed="true")["total_entries"] == 1
    firm.api().patch(f"/invoices/{made['id']}", number="Z-9")
    assert entries(firm)[0]["invoice"]["number"] == "Z-9"


def test_the_project_is_locked_from_the_first_to_the_last_date(new: Builder) -> None:
    more: Any = [{}, {"spent_date": FRIDAY}]
    others: Any = [{"task": "coding", "spent_date": day} for day in ("2026-03-04", "2026-03-07")]
    firm = new(entries=[*more, *others])
    imported(firm)
    by_day = {entry["spent_date"]: entry for entry in entries(firm)}
    between, after = by_day["2026-03-04"], by_day["2026-03-07"]
    assert between["locked_reason"] == "Item Locked for this Time Period"
    assert (between["is_billed"], after["is_locked"]) == (False, False)
    firm.api("member").refused("PATCH", f"/time_entries/{between['id']}", 422, notes="x")
    firm.api("member").patch(f"/time_entries/{after['id']}", notes="x")


def test_what_is_billed_is_not_billed_again(new: Builder) -> None:
    firm = new(entries=[{}])
    first, second = imported(firm), imported(firm)
    assert (first["amount"], second["amount"], second["line_items"]) == (95.0, 0.0, [])
    assert (second["period_start"], second["state"]) == (None, "draft")


def test_an_import_arrives_in_rails_brackets_too(new: Builder) -> None:
    firm = new(entries=[{}])
    form = {
        "client_id": str(firm.ids["acme"]),
        "line_items_import[project_ids][]": str(firm.ids["portal"]),
        "line_items_import[time][summary_type]": "task",
        "line_items_import[time][from]": "2026-03-01",
        "line_items_import[time][to]": "2026-03-31",
    }
    assert firm.api().call("POST", "/invoices", data=form).json()["amount"] == 95.0


def test_removing_an_imported_line_or_making_a_draft_again_frees_nothing(new: Builder) -> None:
    firm = new(entries=[{}])
    api, made = firm.api(), imported(firm)
    place = f"/invoices/{made['id']}"
    api.patch(place, line_items=[{"id": made["line_items"][0]["id"], "_destroy": True}])
    api.post(f"{place}/messages", event_type="send")
    api.post(f"{place}/messages", event_type="draft")
    assert entries(firm)[0]["is_billed"] is True
    api.delete(place)
    assert entries(firm)[0]["is_billed"] is False


def test_a_fixed_fee_is_one_line_and_its_time_is_billed(new: Builder) -> None:
    fee = {"is_fixed_fee": True, "fee": 5000.0}
    firm = new(entries=[{}, {"task": "coding"}], projects={"portal": fee})
    made = imported(firm)
    assert lines(made) == [("[POR] Portal", 1.0, 5000.0, 5000.0)]
    assert sorted(entry["is_billed"] for entry in entries(firm)) == [False, True]
    assert made["period_start"] == MONDAY


def test_a_fixed_fee_imported_again_is_whole_or_what_remains(new: Builder) -> None:
    firm = new(projects={"portal": {"is_fixed_fee": True, "fee": 5000.0}})
    part = {"kind": "Service", "unit_price": 1200.5, "project_id": firm.ids["portal"]}
    firm.api().post("/invoices", client_id=firm.ids["acme"], line_items=[part])
    assert imported(firm)["amount"] == 5000.0
    firm.running.state.switches.turn({"second_fixed_fee": "remaining"})
    assert imported(firm)["line_items"] == []
    for made in firm.api().get("/invoices")["invoices"][:-1]:
        firm.api().delete(f"/invoices/{made['id']}")
    assert imported(firm)["amount"] == 3799.5


def test_a_project_that_is_not_billable_has_nothing_to_invoice(new: Builder) -> None:
    firm = new(entries=[{}], projects={"portal": {"is_billable": False}})
    expense(firm)
    both = {"time": {"summary_type": "task"}, "expenses": {"summary_type": "category"}}
    made = imported(firm, line_items_import={"project_ids": [firm.ids["portal"]], **both})
    assert made["line_items"] == []


@pytest.mark.parametrize(
    ("summary", "expected"),
    [
        ("project", [("[POR] Portal (03/02/2026 - 03/06/2026)", 1.0, 97.5, 97.5)]),
        (
            "category",
            [
                ("[POR] Portal: Meals (03/02/2026 - 03/06/2026)", 1.0, 40.0, 40.0),
                ("[POR] Portal: Mileage (03/02/2026 - 03/06/2026)", 1.0, 57.5, 57.5),
            ],
        ),
        ("people", [("[POR] Portal: Member Person (03/02/2026 - 03/06/2026)", 1.0, 97.5, 97.5)]),
        (
            "detailed",
            [
                ("03/02/2026 - Meals: Lunch", 1.0, 40.0, 40.0),
                ("03/06/2026 - Mileage", 100.0, 0.575, 57.5),
            ],
        ),
    ],
)
def test_expenses_become_product_lines(firm: House, summary: str, expected: list[Any]) -> None:
    first = expense(firm, total_cost=40.0, notes="Lunch")
    expense(firm, category="Mileage", units=100.0, total_cost=57.5, spent_date=FRIDAY)
    expense(firm, total_cost=999.0, billable=False)
    given = {"project_ids": [firm.ids["portal"]], "expenses": {"summary_type": summary}}
    made = imported(firm, line_items_import=given)
    assert lines(made) == expected
    assert {line["kind"] for line in made["line_items"]} == {"Product"}
    assert (made["period_start"], made["amount"]) == (None, 97.5)
    with firm.running.state.reading(firm.account_id) as books:
        row, project = books.row(EXPENSES, first), books.row(PROJECTS, firm.ids["portal"])
    assert (row["is_billed"], row["invoice"]) == (True, {"id": made["id"], "number": made["number"]})
    assert project["expense_locked_spans"] == [[MONDAY, FRIDAY]]
    assert not project.get("locked_spans")
    firm.api().delete(f"/invoices/{made['id']}")
    with firm.running.state.reading(firm.account_id) as books:
        row = books.row(EXPENSES, first)
    assert (row["is_billed"], row["invoice"]) == (False, None)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"project_ids": []}, "project ids can't be blank"),
        ({"project_ids": [1]}, "project ids is invalid"),
        ({"project_ids": ["shop"]}, "project ids is invalid"),
        ({"time": {}, "expenses": {"from": MONDAY}}, "expenses summary type can't be blank"),
        ({"time": {"summary_type": "category"}}, "time summary type is not included in the list"),
        ({"time": {"summary_type": "task", "from": MONDAY}}, "time needs both from and to, or neither"),
        ({"time": {"summary_type": "task", "from": "x", "to": "y"}}, "time from is not a valid date"),
        ({"time": "all"}, "time is invalid"),
    ],
)
def test_an_import_that_makes_no_sense_is_refused_and_nothing_is_billed(
    new: Builder, change: dict[str, Any], message: str
) -> None:
    firm = new(entries=[{}])
    ids = [firm.ids.get(one, one) for one in change.get("project_ids", ["portal"])]
    given = {"time": {"summary_type": "task"}, **change, "project_ids": ids}
    body = {"client_id": firm.ids["acme"], "line_items_import": given}
    assert firm.api().refused("POST", "/invoices", 422, **body) == f"Line items import {message}"
    assert entries(firm)[0]["is_billed"] is False
    assert firm.api().get("/invoices")["total_entries"] == 0


def test_managers_import_what_they_manage(new: Builder) -> None:
    roles = {"manager": ["manager", "managed_projects_invoice_drafter"]}
    firm = new(entries=[{}], roles=roles)
    made = imported(firm, api=firm.api("manager"))
    assert made["amount"] == 95.0
    given = {"project_ids": [firm.ids["shop"]], "time": {"summary_type": "task"}}
    body = {"client_id": firm.ids["globex"], "line_items_import": given}
    firm.api("manager").refused("POST", "/invoices", 403, **body)


HOURS = st.integers(0, 900).map(lambda hundredths: hundredths / 100)
LOGGED = st.fixed_dictionaries(
    {
        "user": st.sampled_from(["member", "manager", "other"]),
        "task": st.sampled_from(["design", "coding"]),
        "project": st.sampled_from(["portal", "shop"]),
        "spent_date": st.integers(1, 28).map(lambda day: f"2026-02-{day:02}"),
        "hours": HOURS,
    }
)


def without_stamps(rows: list[Any]) -> list[Any]:
    shown = copy.deepcopy(rows)
    for row in shown:
        del row["updated_at"]
    return shown


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    logged=st.lists(LOGGED, max_size=8),
    summaries=st.lists(st.sampled_from(["project", "task", "people", "detailed"]), min_size=1, max_size=3),
    tax=st.sampled_from([None, 5, 7.7, 19]),
    discount=st.sampled_from([None, 3, 12.5]),
)
def test_totals_add_up_nothing_is_billed_twice_and_deleting_restores_everything(
    running: Running, logged: list[Any], summaries: list[str], tax: float | None, discount: float | None
) -> None:
    firm = house.build(running, entries=logged)
    before = entries(firm)
    made = [imported(firm, summary, tax=tax, discount=discount) for summary in summaries]
    for one in made:
        subtotal = sum(round(line["amount"] * 100) for line in one["line_items"])
        parts = [round(one[key] * 100) for key in ("discount_amount", "tax_amount", "tax2_amount")]
        assert round(one["amount"] * 100) == subtotal - parts[0] + parts[1] + parts[2]
    billable = [entry for entry in before if entry["billable"] and entry["project"]["name"] == "Portal"]
    hours = sum(round(line["quantity"] * 100) for one in made for line in one["line_items"])
    assert hours == sum(round(entry["hours"] * 100) for entry in billable)
    billed = [entry for entry in entries(firm) if entry["is_billed"]]
    assert {entry["id"] for entry in billed} == {entry["id"] for entry in billable}
    for one in made:
        firm.api().delete(f"/invoices/{one['id']}")
    assert without_stamps(entries(firm)) == without_stamps(before)
    firm.close()
