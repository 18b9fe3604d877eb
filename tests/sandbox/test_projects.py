"""Projects, task assignments and user assignments (api.md §11, §12, §13)."""

from datetime import timedelta

import pytest
from tests.sandbox.conftest import Builder
from tests.sandbox.house import House

CREATED_WITH_NAME_ONLY = {
    "code": None,
    "is_active": True,
    "is_billable": True,
    "is_fixed_fee": False,
    "bill_by": "none",
    "budget": None,
    "budget_by": "none",
    "budget_is_monthly": False,
    "notify_when_over_budget": False,
    "over_budget_notification_percentage": 80.0,
    "show_budget_to_all": False,
    "starts_on": None,
    "ends_on": None,
    "over_budget_notification_date": None,
    "notes": None,
    "cost_budget": None,
    "cost_budget_include_expenses": False,
    "hourly_rate": None,
    "fee": None,
}


def test_client_and_name_are_enough_for_a_project(firm: House) -> None:
    project = firm.api().post("/projects", client_id=firm.ids["acme"], name="Site")
    assert {key: project[key] for key in CREATED_WITH_NAME_ONLY} == CREATED_WITH_NAME_ONLY
    assert project["client"] == {"id": firm.ids["acme"], "name": "Acme", "currency": "EUR"}
    assert list(project)[:4] == ["id", "name", "code", "is_active"]


def test_client_and_name_are_needed_for_a_project(firm: House) -> None:
    assert (
        firm.api().refused("POST", "/projects", 422, code="X") == "Client can't be blank, Name can't be blank"
    )


@pytest.mark.parametrize("field", ["bill_by", "budget_by"])
def test_the_ways_to_bill_and_to_budget_are_closed_lists(firm: House, field: str) -> None:
    said = {"client_id": firm.ids["acme"], "name": "Site", field: "people"}
    if field == "budget_by":
        said[field] = "Project"
    assert "is not included in the list" in firm.api().refused("POST", "/projects", 422, **said)


def test_values_of_other_modes_are_kept(firm: House) -> None:
    said = {
        "bill_by": "Tasks",
        "hourly_rate": 90,
        "budget_by": "project_cost",
        "budget": 10,
        "cost_budget": 1000,
    }
    project = firm.api().post("/projects", client_id=firm.ids["acme"], name="Site", is_active=False, **said)
    assert (project["hourly_rate"], project["budget"], project["cost_budget"]) == (90.0, 10.0, 1000.0)
    assert project["is_active"] is False


def test_a_fixed_fee_is_the_cost_budget_and_goes_with_the_mode(firm: House) -> None:
    api = firm.api()
    said = {"is_fixed_fee": True, "fee": 5000, "cost_budget": 1}
    project = api.post("/projects", client_id=firm.ids["acme"], name="Site", **said)
    assert (project["fee"], project["cost_budget"]) == (5000.0, 5000.0)
    assert api.patch(f"/projects/{project['id']}", is_fixed_fee=False)["fee"] is None


def test_expenses_count_only_towards_cost_budgets(firm: House) -> None:
    api = firm.api()
    said = {"budget_by": "project", "cost_budget_include_expenses": True}
    project = api.post("/projects", client_id=firm.ids["acme"], name="Site", **said)
    assert project["cost_budget_include_expenses"] is False
    said = {"budget_by": "project_cost", "cost_budget_include_expenses": True}
    assert api.patch(f"/projects/{project['id']}", **said)["cost_budget_include_expenses"] is True


def test_a_new_project_gets_its_creator_the_default_tasks_and_those_who_join_everything(firm: House) -> None:
    api = firm.api()
    api.patch(f"/users/{firm.ids['stranger']}", has_access_to_all_future_projects=True)
    project = api.post("/projects", client_id=firm.ids["acme"], name="Site")
    people = api.get(f"/projects/{project['id']}/user_assignments")["user_assignments"]
    assert {row["user"]["id"]: row["is_project_manager"] for row in people} == {
        firm.ids["admin"]: True,
        firm.ids["stranger"]: False,
    }
    tasks = api.get(f"/projects/{project['id']}/task_assignments")["task_assignments"]
    assert [(row["task"]["name"], row["billable"]) for row in tasks] == [("Design", True)]


def test_default_tasks_bring_their_rate_when_the_project_bills_by_task(firm: House) -> None:
    api = firm.api()
    project = api.post("/projects", client_id=firm.ids["acme"], name="Site", bill_by="Tasks")
    (task,) = api.get(f"/projects/{project['id']}/task_assignments")["task_assignments"]
    assert task["hourly_rate"] == 70.0


def test_a_budget_per_person_is_the_sum_of_the_assignments(firm: House) -> None:
    api = firm.api()
    portal = f"/projects/{firm.ids['portal']}"
    for row, budget in zip(
        api.get(f"{portal}/user_assignments")["user_assignments"], (10, 5.5), strict=False
    ):
        api.patch(f"{portal}/user_assignments/{row['id']}", budget=budget)
    assert api.patch(portal, budget_by="person")["budget"] == 15.5


def test_a_new_budget_per_person_is_null_first_and_nothing_then(firm: House) -> None:
    """The answer to the POST is of before anybody was assigned."""
    api = firm.api()
    made = api.post("/projects", client_id=firm.ids["acme"], name="Site", budget_by="person")
    assert made["budget"] is None
    assert '"budget":0.0' in api.call("GET", f"/projects/{made['id']}").text


def test_a_deleted_project_is_shown_archived(firm: House) -> None:
    api, place = firm.api(), f"/projects/{firm.ids['portal']}"
    last = api.get(place)
    firm.running.control.advance(timedelta(hours=1))
    assert api.delete(place) == {**last, "is_active": False, "updated_at": "2026-03-02T10:30:00Z"}


def test_deleting_a_project_takes_its_time_along(new: Builder) -> None:
    firm = new(entries=[{}, {"project": "shop", "user": "admin"}])
    api = firm.api()
    api.delete(f"/projects/{firm.ids['portal']}")
    assert [row["project"]["name"] for row in api.get("/time_entries")["time_entries"]] == ["Shop"]
    projects = [row["project"]["name"] for row in api.get("/user_assignments")["user_assignments"]]
    assert set(projects) == {"Shop"}


def test_projects_are_filtered_by_client_and_activity(firm: House) -> None:
    api = firm.api()
    api.patch(f"/projects/{firm.ids['shop']}", is_active=False)
    assert [row["name"] for row in api.get("/projects", is_active="true")["projects"]] == ["Portal"]
    assert [row["name"] for row in api.get("/projects", client_id=firm.ids["globex"])["projects"]] == ["Shop"]


def test_a_project_name_is_unique_within_its_client(firm: House) -> None:
    api = firm.api()
    api.refused("POST", "/projects", 422, client_id=firm.ids["acme"], name="Portal")
    api.post("/projects", client_id=firm.ids["globex"], name="Portal")


def test_a_task_assignment_inherits_billable_from_its_task(firm: House) -> None:
    api = firm.api()
    project = api.post("/projects", client_id=firm.ids["acme"], name="Site")
    place = f"/projects/{project['id']}/task_assignments"
    added = api.post(place, task_id=firm.ids["coding"], is_active=False)
    assert (added["billable"], added["hourly_rate"], added["budget"]) == (False, None, None)
    assert added["is_active"] is True, "one cannot begin archived"
    assert added["project"] == {"id": project["id"], "name": "Site", "code": None}
    api.refused("POST", place, 422, task_id=firm.ids["coding"])
    assert api.refused("POST", place, 422, billable=True) == "Task can't be blank"


def test_the_task_of_an_assignment_does_not_change(firm: House) -> None:
    api = firm.api()
    place = f"/projects/{firm.ids['portal']}/task_assignments"
    row = api.get(place)["task_assignments"][0]
    changed = api.patch(f"{place}/{row['id']}", task_id=1, billable=False, hourly_rate="55.5", budget=3)
    assert changed["task"] == row["task"]
    assert (changed["billable"], changed["hourly_rate"], changed["budget"]) == (False, 55.5, 3.0)


def test_assignments_with_time_stay_and_the_last_task_too(new: Builder) -> None:
    firm = new(entries=[{"task": "design", "user": "member"}])
    api = firm.api()
    portal, shop = (f"/projects/{firm.ids[name]}" for name in ("portal", "shop"))
    tasks = {
        row["task"]["name"]: row["id"] for row in api.get(f"{portal}/task_assignments")["task_assignments"]
    }
    api.refused("DELETE", f"{portal}/task_assignments/{tasks['Design']}", 422)
    api.delete(f"{portal}/task_assignments/{tasks['Coding']}")
    people = {
        row["user"]["id"]: row["id"] for row in api.get(f"{portal}/user_assignments")["user_assignments"]
    }
    api.refused("DELETE", f"{portal}/user_assignments/{people[firm.ids['member']]}", 422)
    assert (
        api.delete(f"{portal}/user_assignments/{people[firm.ids['other']]}")["user"]["id"]
        == firm.ids["other"]
    )
    first, last = (row["id"] for row in api.get(f"{shop}/task_assignments")["task_assignments"])
    api.delete(f"{shop}/task_assignments/{first}")
    api.refused("DELETE", f"{shop}/task_assignments/{last}", 422)


def test_an_assignment_is_found_only_under_its_own_project(firm: House) -> None:
    api = firm.api()
    row = api.get(f"/projects/{firm.ids['portal']}/user_assignments")["user_assignments"][0]
    api.refused("GET", f"/projects/{firm.ids['shop']}/user_assignments/{row['id']}", 404)
    assert api.get(f"/projects/{firm.ids['portal']}/user_assignments/{row['id']}") == row


def test_members_join_as_members_and_managers_as_project_managers(firm: House) -> None:
    api = firm.api()
    place = f"/projects/{firm.ids['shop']}/user_assignments"
    assert api.post(place, user_id=firm.ids["member"])["is_project_manager"] is False
    assert api.post(place, user_id=firm.ids["manager"])["is_project_manager"] is True


def test_posting_a_pair_again_answers_the_same_assignment(firm: House) -> None:
    api = firm.api()
    place = f"/projects/{firm.ids['shop']}/user_assignments"
    first = api.post(place, user_id=firm.ids["member"])
    assert api.post(place, user_id=firm.ids["member"])["id"] == first["id"]


def test_with_default_rates_an_assignment_echoes_the_persons_rate(firm: House) -> None:
    api = firm.api()
    place = f"/projects/{firm.ids['shop']}/user_assignments"
    row = api.post(place, user_id=firm.ids["member"])
    assert (row["use_default_rates"], row["hourly_rate"]) == (True, 95.0)
    assert api.patch(f"{place}/{row['id']}", use_default_rates=False, hourly_rate=120)["hourly_rate"] == 120.0
    assert api.patch(f"{place}/{row['id']}", use_default_rates=True)["hourly_rate"] == 95.0
    assert api.post(place, user_id=firm.ids["other"])["hourly_rate"] is None
    custom = api.post(place, user_id=firm.ids["manager"], use_default_rates=False)
    assert custom["hourly_rate"] == 0.0


def test_all_assignments_can_be_listed_at_once(firm: House) -> None:
    api = firm.api()
    assert len(api.get("/task_assignments")["task_assignments"]) == 4
    mine = api.get("/user_assignments", user_id=firm.ids["stranger"])["user_assignments"]
    assert [row["project"]["name"] for row in mine] == ["Shop"]
