"""What is left of budgets: ``/reports/project_budget`` (api.md §19.4, rates.md §4)."""

from datetime import datetime
from typing import Any

import pytest
from tests.sandbox.conftest import Builder
from tests.sandbox.house import Api, House

FIGURES = ("budget", "budget_spent", "budget_remaining")
WORK: list[Any] = [
    {"user": "member", "hours": 2},  # design at 95 an hour
    {"user": "member", "hours": 1, "task": "coding"},  # not billable
    {"user": "other", "hours": 4},  # design, without a rate
    {"user": "stranger", "project": "shop", "hours": 50},
]
COSTS: list[Any] = [{"total_cost": 10}, {"total_cost": 5.5, "billable": False}]


def rows(api: Api, query: str = "") -> list[Any]:
    found: list[Any] = api.get(f"/reports/project_budget{query}")["results"]
    return found


def figures(firm: House, who: str = "admin") -> list[tuple[Any, ...]]:
    return [tuple(row.get(key, "missing") for key in FIGURES) for row in rows(firm.api(who))]


def budgeted(firm: House, **project: Any) -> None:
    """Portal with that budget; 10 for design and 8 for the member, nothing for coding and the others."""
    api = firm.api()
    place = f"/projects/{firm.ids['portal']}"
    api.patch(place, **project)
    for kind, name, budget in (("task", "design", 10), ("user", "member", 8)):
        for row in api.get(f"{place}/{kind}_assignments")[f"{kind}_assignments"]:
            own = budget if row[kind]["id"] == firm.ids[name] else None
            api.patch(f"{place}/{kind}_assignments/{row['id']}", budget=own)


@pytest.mark.parametrize(
    ("project", "expected"),
    [
        ({"budget_by": "project", "budget": 10}, (10.0, 7.0, 3.0)),
        ({"budget_by": "project", "budget": 6}, (6.0, 7.0, -1.0)),
        ({"budget_by": "project"}, (None, 7.0, None)),
        ({"budget_by": "person"}, (8.0, 3.0, 5.0)),
        ({"budget_by": "task"}, (10.0, 6.0, 4.0)),
        ({"budget_by": "task_fees"}, (10.0, 190.0, -180.0)),
        ({"budget_by": "project_cost", "cost_budget": 500}, (500.0, 190.0, 310.0)),
        (
            {"budget_by": "project_cost", "cost_budget": 500, "cost_budget_include_expenses": True},
            (500.0, 205.5, 294.5),
        ),
        (
            {
                "budget_by": "project_cost",
                "is_fixed_fee": True,
                "fee": 900,
                "cost_budget_include_expenses": True,
            },
            (900.0, 205.5, 694.5),
        ),
    ],
)
def test_each_kind_of_budget_counts_what_it_is_about(
    new: Builder, project: dict[str, Any], expected: tuple[Any, ...]
) -> None:
    firm = new(entries=WORK, expenses=COSTS)
    budgeted(firm, **project)
    assert figures(firm) == [expected]
    (row,) = rows(firm.api())
    assert (row["client_id"], row["client_name"]) == (firm.ids["acme"], "Acme")
    assert (row["project_id"], row["project_name"]) == (firm.ids["portal"], "Portal")
    assert (row["budget_by"], row["budget_is_monthly"], row["is_active"]) == (
        project["budget_by"],
        False,
        True,
    )


def test_hours_count_as_the_account_rounds_them(new: Builder) -> None:
    firm = new(entries=[{"hours": 0.1}] * 3, company={"rounding": {"mode": "up", "minutes": 15}})
    budgeted(firm, budget_by="project", budget=1)
    assert figures(firm) == [(1.0, 0.75, 0.25)]


def test_a_monthly_budget_is_about_the_month_on_the_companys_calendar(new: Builder) -> None:
    work = [
        {"spent_date": f"2026-{month:02}-{day:02}"}
        for month, day in ((1, 31), (2, 1), (2, 28), (3, 1), (3, 31))
    ]
    costs = [{"spent_date": "2026-02-01", "total_cost": 7}, {"spent_date": "2026-03-02", "total_cost": 9}]
    firm = new(entries=work, expenses=costs, company={"timezone": "Eastern Time (US & Canada)"})
    monthly = {"budget_by": "project", "budget": 10, "budget_is_monthly": True}
    budgeted(firm, **monthly)
    assert figures(firm) == [(10.0, 2.0, 8.0)]
    # In New York it is still the last evening of February.
    firm.running.control.set_now(datetime.fromisoformat("2026-03-01T04:00:00Z"))
    assert figures(firm) == [(10.0, 2.0, 8.0)]
    assert rows(firm.api())[0]["budget_is_monthly"] is True
    money = {"budget_by": "project_cost", "cost_budget": 1000, "cost_budget_include_expenses": True}
    budgeted(firm, **money)
    assert figures(firm) == [(1000.0, 2 * 95 + 7.0, 803.0)]
    firm.running.control.set_now(datetime.fromisoformat("2026-04-01T12:00:00Z"))
    assert figures(firm) == [(1000.0, 0.0, 1000.0)]
    budgeted(firm, budget_is_monthly=False)
    assert figures(firm) == [(1000.0, 5 * 95 + 16.0, 509.0)]


def test_projects_with_a_budget_come_by_client_and_name_archived_ones_too(firm: House) -> None:
    api = firm.api()
    said = {"budget_by": "project", "budget": 1}
    for client, name, active in (("globex", "b", True), ("globex", "A", False), ("acme", "C", True)):
        api.post("/projects", client_id=firm.ids[client], name=name, is_active=active, **said)
    assert [row["project_name"] for row in rows(api)] == ["C", "A", "b"]
    assert [row["project_name"] for row in rows(api, "?is_active=true")] == ["C", "b"]
    assert [row["project_name"] for row in rows(api, "?is_active=false")] == ["A"]
    page = api.get("/reports/project_budget?per_page=2&page=2")
    assert ([row["project_name"] for row in page["results"]], page["total_entries"]) == (["b"], 3)


def test_people_see_budgets_that_are_shown_to_all_and_managers_those_they_manage(new: Builder) -> None:
    firm = new(entries=WORK)
    budgeted(firm, budget_by="project", budget=10)
    firm.api().patch(f"/projects/{firm.ids['shop']}", budget_by="project", budget=60, show_budget_to_all=True)
    hours, shop = (10.0, 7.0, 3.0), (60.0, 50.0, 10.0)
    assert figures(firm, "manager") == [hours]
    assert figures(firm, "member") == []
    assert figures(firm, "stranger") == [shop]
    firm.api().patch(f"/projects/{firm.ids['portal']}", show_budget_to_all=True)
    assert figures(firm, "member") == [hours]
    assert figures(firm) == [hours, shop]


def test_budgets_in_money_are_for_those_who_see_rates(new: Builder) -> None:
    firm = new(entries=WORK)
    rated = new(entries=WORK, roles={"manager": ["manager", "billable_rates_manager"]})
    for one in (firm, rated):
        budgeted(one, budget_by="project_cost", cost_budget=500)
    assert figures(firm, "manager") == [(None, None, None)]
    assert figures(rated, "manager") == [(500.0, 190.0, 310.0)]
    firm.running.state.switches.turn({"hidden_budgets": "missing"})
    assert figures(firm, "manager") == [("missing",) * 3]
    assert figures(rated, "manager") == [(500.0, 190.0, 310.0)]
    budgeted(firm, budget_by="task_fees", show_budget_to_all=True)
    assert figures(firm, "member") == [("missing",) * 3]
