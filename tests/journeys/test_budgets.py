"""Budgets from outside: every way Harvest has, agreement with its own report, alerts once, and who may see what."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from tests.journeys.world import ANA, BO, CY, TUESDAY, Said, World, meeting

from gleaner.app.account import open_account
from gleaner.app.budget_alerts import message, planned
from gleaner.app.budget_check import check
from gleaner.app.budgeting import standings
from gleaner.core.silent import SILENT

WAYS: list[dict[str, Any]] = [
    {"budget_by": "project", "budget": 10},
    {"budget_by": "project", "budget": 10, "budget_is_monthly": True},
    {"budget_by": "person"},
    {"budget_by": "task"},
    {"budget_by": "task_fees"},
    {"budget_by": "project_cost", "cost_budget": 500},
    {"budget_by": "project_cost", "cost_budget": 500, "cost_budget_include_expenses": True},
    {"budget_by": "project_cost", "cost_budget": 500, "budget_is_monthly": True},
]
BILLED: list[dict[str, Any]] = [
    {"bill_by": "Project", "hourly_rate": 83.33},
    {"bill_by": "Tasks"},
    {"bill_by": "People"},
    {"bill_by": "none"},
]
CONSOLE = ("[[channels]]", 'kind = "console"')
ON = ("--on", TUESDAY)


def place(world: World) -> str:
    return f"/projects/{world.ids['apollo']}"


def budgeted(world: World, **project: Any) -> None:
    """Apollo with that budget: 6 and a rate of 70.5 for programming, 4 for Ana, who has 99.99 here and manages it."""
    api = world.api()
    api.patch(place(world), **project)
    for row in api.get(f"{place(world)}/task_assignments")["task_assignments"]:
        if row["task"]["id"] == world.ids["programming"]:
            api.patch(f"{place(world)}/task_assignments/{row['id']}", budget=6, hourly_rate=70.5)
    for row in api.get(f"{place(world)}/user_assignments")["user_assignments"]:
        if row["user"]["id"] == world.ids["ana"]:
            own = {"budget": 4, "use_default_rates": False, "hourly_rate": 99.99}
            api.patch(f"{place(world)}/user_assignments/{row['id']}", **own)


def manages(world: World, key: str) -> None:
    for row in world.api().get(f"{place(world)}/user_assignments")["user_assignments"]:
        if row["user"]["id"] == world.ids[key]:
            world.api().patch(f"{place(world)}/user_assignments/{row['id']}", is_project_manager=True)


def work(world: World) -> None:
    """Half a year of it: most lies before the days of the copy."""
    world.by_hand(1.37, "apollo", "programming", "Old", day="2025-09-01")
    world.by_hand(0.5, "apollo", "design", "Older", day="2025-08-01")
    world.by_hand(2.21, "apollo", "programming", "Login")
    world.by_hand(1.11, "apollo", "meetings", "Planning", who=BO)


def spend(world: World) -> None:
    api = world.api()
    category = api.post("/expense_categories", name="Travel")["id"]
    for day, cost in (("2026-03-09", 12.34), ("2025-09-02", 7.1)):
        api.post(
            "/expenses", project_id=world.ids["apollo"], expense_category_id=category, spent_date=day,
            total_cost=cost, user_id=world.ids["ana"],
        )  # fmt: skip


def ours(world: World) -> dict[str, Any]:
    said = world.gleaner("budgets", *ON, "--json", "--project", "Apollo")
    assert said.code in (0, 1), said
    (found,) = said.json
    return dict(found)


def theirs(world: World) -> tuple[Any, ...]:
    (row,) = world.api().get("/reports/project_budget")["results"]
    return row["budget"], row["budget_spent"], row["budget_remaining"]


def told(world: World) -> Said:
    return world.gleaner("budgets", "alerts", *ON)


@pytest.mark.parametrize("billed", BILLED, ids=lambda one: str(one["bill_by"]))
@pytest.mark.parametrize("way", WAYS, ids=lambda one: "-".join(map(str, one)))
def test_every_way_agrees_with_harvests_own_report(
    world: World, way: dict[str, Any], billed: dict[str, Any]
) -> None:
    budgeted(world, **billed, **way)
    work(world)
    spend(world)
    found = ours(world)
    assert (found["budget"], found["spent"], found["remaining"]) == theirs(world)


def test_a_rate_that_changed_prices_the_past_anew(world: World) -> None:
    budgeted(world, budget_by="project_cost", cost_budget=900, bill_by="Project", hourly_rate=50)
    work(world)
    before = ours(world)["spent"]
    world.api().patch(place(world), hourly_rate=100)
    after = ours(world)
    assert (after["spent"], after["spent"]) == (2 * before, theirs(world)[1])


def test_an_old_entry_that_was_deleted_is_found_at_night(world: World) -> None:
    budgeted(world, budget_by="project", budget=10)
    work(world)
    ours(world)
    old = next(one["id"] for one in world.entries() if one["spent_date"] == "2025-09-01")
    world.api().delete(f"/time_entries/{old}")
    assert ours(world)["spent"] != theirs(world)[1]
    with open_account(world.config) as account:
        found = check(account, SILENT)
    assert (found.compared, found.healed, found.differences) == (1, 1, ())
    assert ours(world)["spent"] == theirs(world)[1]


def test_each_threshold_is_told_once_and_only_the_highest(world: World) -> None:
    world.say(*CONSOLE)
    budgeted(world, budget_by="project", budget=10)
    world.by_hand(7, "apollo", "programming", "Login")
    assert "0 messages" in told(world).out
    entry = world.by_hand(2.2, "apollo", "programming", "More")
    first = told(world)
    assert "Apollo passed 90 %: 9.2 of 10 h" in first.out + first.err
    assert "75 %:" not in first.out + first.err
    assert "0 messages" in told(world).out
    world.api().patch(f"/time_entries/{entry}", hours=0.1)
    assert "0 messages" in told(world).out
    world.api().patch(f"/time_entries/{entry}", hours=2.2)
    assert "0 messages" in told(world).out
    world.api().patch(f"/time_entries/{entry}", hours=3)
    exactly = told(world)
    assert "Apollo reached 100 %: 10 of 10 h" in exactly.out + exactly.err
    assert "over" not in exactly.out + exactly.err


def test_another_budget_begins_anew_and_the_old_one_again_too(world: World) -> None:
    world.say(*CONSOLE)
    budgeted(world, budget_by="project", budget=10)
    world.by_hand(8, "apollo", "programming", "Login")
    assert "1 message sent" in told(world).out
    for budget in (9, 10):
        world.api().patch(place(world), budget=budget)
        assert "1 message sent" in told(world).out
        assert "0 messages" in told(world).out


def test_the_managers_are_told_and_administrators_where_there_is_none(world: World) -> None:
    budgeted(world, budget_by="project", budget=10)
    world.by_hand(8, "apollo", "programming", "Login")
    assert [one["to"] for one in world.fine("budgets", "alerts", *ON, "--dry-run", "--json").json] == [ANA]
    manages(world, "bo")
    assert [one["to"] for one in world.fine("budgets", "alerts", *ON, "--dry-run", "--json").json] == [BO]


def test_a_message_leads_to_the_page_where_people_reach_it_and_to_harvest(world: World) -> None:
    budgeted(world, budget_by="project", budget=10)
    world.by_hand(8, "apollo", "programming", "Login")
    world.fine("budgets", *ON)
    world.say("[daemon]", 'public_url = "https://gleaner.example"')
    with open_account(world.config) as account:
        (one,) = planned(account, standings(account, SILENT, on=date(2026, 3, 10)))
        buttons = message(account, one).paragraphs[-1].buttons
    assert [button.url for button in buttons] == [
        f"https://gleaner.example/budgets/{world.ids['apollo']}",
        f"https://studio{world.account_id}.harvestapp.com/projects/{world.ids['apollo']}",
    ]


def test_a_member_sees_no_budget_and_a_manager_their_own(world: World) -> None:
    budgeted(world, budget_by="project", budget=10)
    world.api().patch(f"/projects/{world.ids['portal']}", budget_by="project", budget=5)
    world.by_hand(2, "apollo", "programming", "Login")
    world.fine("budgets", *ON)
    manages(world, "bo")
    world.fine("budgets", *ON)
    world.act_as(CY)
    for words in (("budgets",), ("budgets", "--project", "Apollo"), ("budgets", "alerts"),
                  ("budgets", "mute", "Apollo", "--until", "90%")):  # fmt: skip
        said = world.gleaner(*words)
        assert (said.code, said.out) == (1, ""), said
        assert "only" in said.err
    world.act_as(BO)
    assert [one["project"] for one in world.fine("budgets", *ON, "--json").json] == ["Apollo"]
    assert world.gleaner("budgets", "--project", "Customer Portal").code == 1


def test_a_manager_sees_money_only_as_in_harvest(world: World) -> None:
    budgeted(world, budget_by="project_cost", cost_budget=100, bill_by="Project", hourly_rate=50)
    manages(world, "bo")
    world.by_hand(1.6, "apollo", "programming", "Login")
    (due,) = world.fine("budgets", "alerts", *ON, "--dry-run", "--json").json
    assert due["to"] == BO
    assert "passed 75 %: 80 %" in due["subject"]
    assert not re.search(r"EUR|80 of", due["text"])
    world.act_as(BO)
    assert world.fine("budgets", *ON, "--json").json == []


def test_muted_until_a_share_it_is_quiet_until_then(world: World) -> None:
    budgeted(world, budget_by="project", budget=10)
    world.by_hand(8, "apollo", "programming", "Login")
    assert "muted until 90 %" in world.fine("budgets", "mute", "Apollo", *ON, "--until", "90%").out
    assert world.fine("budgets", "alerts", *ON, "--dry-run", "--json").json == []
    world.by_hand(1, "apollo", "programming", "More")
    assert len(world.fine("budgets", "alerts", *ON, "--dry-run", "--json").json) == 1
    world.fine("budgets", "mute", "Apollo", *ON, "--until", "2026-04-01")
    assert world.fine("budgets", "alerts", *ON, "--dry-run", "--json").json == []
    world.fine("budgets", "mute", "Apollo", *ON, "--off")
    assert len(world.fine("budgets", "alerts", *ON, "--dry-run", "--json").json) == 1


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("mute", "Apollo", "--until", "soon"), "is no date"),
        (("mute", "Apollo", "--until", "2026-01-01"), "not after today"),
        (("mute", "Apollo"), "--until"),
        (("mute", "Website", "--until", "90%"), "has no budget"),
        (("mute", "Nowhere", "--until", "90%"), "Nowhere"),
        (("alerts",), "[[channels]]"),
    ],
)
def test_bad_input_is_said_in_a_sentence(world: World, words: tuple[str, ...], says: str) -> None:
    budgeted(world, budget_by="project", budget=10)
    said = world.gleaner("budgets", *words)
    assert said.code == 2
    assert says in said.err


@pytest.mark.parametrize(
    ("budget", "words"),
    [(0, "over"), (None, "no budget is set")],
)
def test_odd_budgets_are_named(world: World, budget: float | None, words: str) -> None:
    budgeted(world, budget_by="project", budget=budget)
    world.by_hand(1, "apollo", "programming", "Login")
    assert words in world.gleaner("budgets", *ON).out


def test_the_table_reads_without_colour(world: World) -> None:
    budgeted(world, budget_by="project", budget=10)
    world.by_hand(5, "apollo", "programming", "Login")
    out = world.fine("budgets", *ON).out
    assert "[##########..........]" in out
    assert "50 %" in out
    assert "5 of 10 h" in out
    assert "\x1b" not in out


def test_what_waits_for_review_is_counted_apart(world: World) -> None:
    world.lines.clear()
    world.say("[policy]", 'meetings = "suggest"')
    budgeted(world, budget_by="project", budget=10)
    world.calendar(ANA, meeting("09:00-11:00", "APL detail review"))
    world.fine("run", "--on", "2026-03-10")
    found = ours(world)
    assert (found["spent"], found["waiting_hours"]) == (0, 2.0)
