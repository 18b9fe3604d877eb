"""An account that loses money in every way there is, with every kind of rate; some of it is in order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gleaner_sandbox.seed import AccountSeed, TimeEntrySeed

OLD, NEW = "2026-01-12", "2026-03-09"
RECEIPT = {"file_name": "r.png", "data": "iVBORw0KGgo="}


def leaky(account: AccountSeed, ids: Mapping[str, int]) -> None:
    """Apollo is billed by person, Customer Portal by task, Website (in dollars) as a whole, Old Site for a fee."""
    for person in account["users"]:
        person["created_at"] = "2020-01-01T08:00:00Z"
    account["users"][1]["access_roles"] = ["manager", "billable_rates_manager"]
    account["company"]["currency"] = "EUR"
    _projects(account, ids)
    account["billable_rates"] = [
        {"user_id": ids["ana"], "amount": 90.0, "start_date": None},
        {"user_id": ids["ana"], "amount": 110.0, "start_date": "2026-01-01"},
        {"user_id": ids["bo"], "amount": 80.0, "start_date": None},
        {"user_id": ids["bo"], "amount": 100.0, "start_date": "2025-07-01"},
        {"user_id": ids["dee"], "amount": 70.0, "start_date": "2021-01-01"},
    ]
    account["cost_rates"] = [
        {"user_id": ids["ana"], "amount": 40.0, "start_date": None},
        {"user_id": ids["bo"], "amount": 30.0, "start_date": None},
        {"user_id": ids["bo"], "amount": 35.0, "start_date": "2026-03-01"},
    ]
    account["time_entries"] = _entries(ids)
    account["expense_categories"] = [
        {"id": ids["ana"] + 500, "name": "Travel"},
        {"id": ids["ana"] + 501, "name": "Mileage", "unit_name": "km", "unit_price": 0.5},
    ]
    travel: dict[str, Any] = {
        "expense_category_id": ids["ana"] + 500,
        "user_id": ids["bo"],
        "spent_date": OLD,
    }
    account["expenses"] = [
        {**travel, "project_id": ids["website"], "total_cost": 60.0},  # type: ignore[typeddict-item]
        {**travel, "project_id": ids["website"], "total_cost": 40.0, "receipt": RECEIPT},  # type: ignore[typeddict-item]
        {**travel, "project_id": ids["apollo"], "total_cost": 12.5, "billable": False},  # type: ignore[typeddict-item]
        {
            "expense_category_id": ids["ana"] + 501, "user_id": ids["bo"], "spent_date": OLD,
            "project_id": ids["apollo"], "units": 10.0, "billable": False,
        },
    ]  # fmt: skip


def _projects(account: AccountSeed, ids: Mapping[str, int]) -> None:
    account["users"].append(
        {
            "id": ids["dee"], "first_name": "Dee", "last_name": "Person", "email": "dee@studio.example",
            "timezone": "Berlin", "access_roles": ["member"], "created_at": "2020-01-01T08:00:00Z",
        }
    )  # fmt: skip
    ways: dict[str, dict[str, Any]] = {
        "apollo": {"bill_by": "People"},
        "portal": {"bill_by": "Tasks"},
        "website": {"bill_by": "Project", "hourly_rate": 85.0},
        "old": {"bill_by": "People", "is_fixed_fee": True, "fee": 500.0},
        "empty": {"bill_by": "Tasks"},
    }
    by_id = {ids[name]: way for name, way in ways.items()}
    for project in account["projects"]:
        project.update(by_id[project["id"]])  # type: ignore[typeddict-item]
    task_rates = {"programming": 95.0, "meetings": None}
    for task in account["task_assignments"]:
        names = {ids[name]: name for name in ("programming", "meetings", "design", "retired")}
        if task["project_id"] == ids["portal"]:
            task["hourly_rate"] = task_rates[names[task["task_id"]]]
        if (task["project_id"], task["task_id"]) == (ids["website"], ids["meetings"]):
            task["billable"] = False
    number = max(one["id"] for one in account["task_assignments"]) + 300
    account["task_assignments"].append(
        {"id": number, "project_id": ids["empty"], "task_id": ids["meetings"], "hourly_rate": 0.0}
    )
    account["user_assignments"] += [
        {"id": number + 1, "project_id": ids["apollo"], "user_id": ids["dee"]},
    ]
    for member in account["user_assignments"]:
        if (member["project_id"], member["user_id"]) == (ids["apollo"], ids["bo"]):
            member |= {"use_default_rates": False, "hourly_rate": 75.0, "is_project_manager": True}


def _entries(ids: Mapping[str, int]) -> list[TimeEntrySeed]:
    rows = [
        ("ana", "apollo", "programming", OLD, 2.0),  # old, at her default of 110
        ("ana", "apollo", "programming", NEW, 5.0),  # not old yet
        ("bo", "apollo", "programming", NEW, 4.0),  # at his own 75 instead of 100
        ("cy", "apollo", "programming", NEW, 3.0),  # has no rate
        ("dee", "apollo", "programming", NEW, 1.0),  # 70 since 2021
        ("ana", "portal", "meetings", NEW, 1.5),  # the task has no rate
        ("ana", "portal", "programming", NEW, 2.5),  # 95, hers is 110
        ("ana", "website", "meetings", NEW, 2.0),  # free here, billable elsewhere
        ("bo", "website", "programming", OLD, 3.0),  # 85, his is 100
        ("ana", "empty", "meetings", NEW, 0.5),  # at 0
        ("ana", "old", "programming", "2025-06-02", 3.0),  # at 90, before the days of the copy
        ("ana", "old", "programming", OLD, 4.0),  # at 110: 710 of 500
    ]
    return [
        {
            "user_id": ids[who],
            "project_id": ids[project],
            "task_id": ids[task],
            "spent_date": day,
            "hours": hours,
        }
        for who, project, task, day, hours in rows
    ]
