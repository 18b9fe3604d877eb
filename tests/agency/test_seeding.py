"""The Harvest seed refers only to what is in it, and ends where the demo begins."""

import json
from collections import Counter
from datetime import date

import pytest

from gleaner_sandbox import agency
from gleaner_sandbox.agency.period import DEMO_DAY
from gleaner_sandbox.agency.world import World
from gleaner_sandbox.seed import AccountSeed

from .conftest import world_of


def account_of(world: World, weeks: int = 8) -> AccountSeed:
    (account,) = agency.harvest_seed(world, weeks_of_history=weeks)["accounts"]
    return account


def test_it_is_plain_data_and_the_same_every_time() -> None:
    seed = agency.harvest_seed(2)
    assert json.loads(json.dumps(seed)) == seed
    assert seed == agency.harvest_seed(world_of(2))


@pytest.mark.parametrize("number", range(1, 21))
def test_everything_it_refers_to_exists(number: int) -> None:
    account = account_of(agency.build(number))
    users = {user["id"] for user in account["users"]}
    projects = {project["id"] for project in account["projects"]}
    tasks = {task["id"] for task in account["tasks"]}
    clients = {client["id"] for client in account["clients"]}
    assert (len(users), len(projects), len(tasks), len(clients)) == (12, 15, 8, 9)
    assert {row["client_id"] for row in account["projects"]} <= clients
    assert {row["client_id"] for row in account["contacts"]} == clients - {309}
    on_project = {(row["project_id"], row["task_id"]) for row in account["task_assignments"]}
    in_team = {(row["project_id"], row["user_id"]) for row in account["user_assignments"]}
    assert {project for project, _ in on_project | in_team} <= projects
    assert {task for _, task in on_project} <= tasks
    assert {user for _, user in in_team} <= users
    for rows in (account["tokens"], account["billable_rates"], account["cost_rates"], account["teammates"]):
        assert {row["user_id"] for row in rows} <= users
    for entry in account["time_entries"]:
        assert (entry["project_id"], entry["task_id"]) in on_project
        assert (entry["project_id"], entry["user_id"]) in in_team


def test_ids_are_unique(world: World) -> None:
    account = account_of(world)
    for rows in (account["contacts"], account["task_assignments"], account["user_assignments"]):
        assert max(Counter(row["id"] for row in rows).values()) == 1
    assert max(Counter(entry.get("id") for entry in account["time_entries"]).values()) == 1


def test_only_what_was_logged_before_the_demo_is_in_it(world: World) -> None:
    entries = account_of(world)["time_entries"]
    assert len(entries) > 500
    assert max(entry["spent_date"] for entry in entries) < DEMO_DAY.isoformat()
    assert max(entry["created_at"][:10] for entry in entries) < DEMO_DAY.isoformat()
    rest = [habit for habit in world.habits if habit.logged_at.date() >= DEMO_DAY]
    assert len(rest) + len(entries) == len(world.habits)
    assert any(habit.spent_date < DEMO_DAY for habit in rest) or world.seed == 1


def test_a_shorter_history_ends_earlier(first_world: World) -> None:
    entries = account_of(first_world, weeks=2)["time_entries"]
    assert max(entry["spent_date"] for entry in entries) < "2026-01-26"
    assert account_of(first_world, weeks=2)["approved_periods"] == []


def test_one_older_week_is_approved(first_world: World) -> None:
    (period,) = account_of(first_world)["approved_periods"]
    first, last = date.fromisoformat(period["from"]), date.fromisoformat(period["to"])
    assert (first.weekday(), (last - first).days) == (0, 6)
    assert any(
        period["from"] <= entry["spent_date"] <= period["to"]
        for entry in account_of(first_world)["time_entries"]
    )


def test_every_kind_of_project_billing_and_budget_occurs(world: World) -> None:
    projects = account_of(world)["projects"]
    assert {project["bill_by"] for project in projects} == {"Project", "Tasks", "People", "none"}
    budgets = {project["budget_by"] for project in projects}
    assert budgets == {"project", "project_cost", "task", "task_fees", "person", "none"}
    assert sum(project["budget_is_monthly"] for project in projects) == 2
    assert sum(project["is_fixed_fee"] for project in projects) == 2
    assert sum(not project["is_billable"] for project in projects) == 3
    assert [project["name"] for project in projects if not project["is_active"]] == ["Intranet"]
    with_tasks = {row["project_id"] for row in account_of(world)["task_assignments"]}
    assert [project["name"] for project in projects if project["id"] not in with_tasks] == ["Research Fund"]
    several = Counter(
        project["client_id"] for project in projects if project["is_active"] and project["client_id"] != 309
    )
    assert sum(count >= 2 for count in several.values()) == 3


def test_the_token_of_the_owner_is_known_and_the_freelancer_has_no_account(world: World) -> None:
    account = account_of(world)
    tokens = {row["token"]: row["user_id"] for row in account["tokens"]}
    assert tokens["sandbox-owner-1"] == 501
    assert len(tokens) == 12
    owner = account["users"][0]
    assert owner["access_roles"] == ["administrator"]
    freelancer = world.people[-1]
    assert freelancer.user_id is None
    assert freelancer.email not in {user["email"] for user in account["users"]}


def test_zones_are_named_as_harvest_names_them(world: World) -> None:
    zones = {user["timezone"] for user in account_of(world)["users"]}
    assert zones == {"Berlin", "Eastern Time (US & Canada)"}
