"""Time entries in duration accounts: create, change, delete, list (api.md §15)."""

from datetime import timedelta
from typing import Any

import pytest
from tests.sandbox.conftest import Builder
from tests.sandbox.house import MONDAY, House


def test_hours_make_a_finished_entry_without_times_of_day(firm: House) -> None:
    entry = firm.entry(firm.api("member"), hours="1.5", notes="Wireframes")
    assert (entry["hours"], entry["hours_without_timer"], entry["rounded_hours"]) == (1.5, 1.5, 1.5)
    assert (entry["is_running"], entry["timer_started_at"]) == (False, None)
    assert (entry["started_time"], entry["ended_time"]) == (None, None)
    assert entry["user"] == {"id": firm.ids["member"], "name": "Member Person"}
    assert entry["client"] == {"id": firm.ids["acme"], "name": "Acme", "currency": "EUR"}
    assert entry["project"] == {"id": firm.ids["portal"], "name": "Portal", "code": "POR"}
    assert entry["task"] == {"id": firm.ids["design"], "name": "Design"}
    assert entry["id"] > 2**31


def test_every_missing_value_is_named_in_one_sentence(firm: House) -> None:
    message = firm.api().refused("POST", "/time_entries", 422)
    assert message == (
        "Project can't be blank, Task can't be blank, Spent date can't be blank, Spent date is not a valid date"
    )


def test_both_styles_of_dates_are_read(firm: House) -> None:
    assert firm.entry(firm.api(), spent_date="20260227", hours=1)["spent_date"] == "2026-02-27"
    message = firm.api().refused(
        "POST",
        "/time_entries",
        422,
        project_id=firm.ids["portal"],
        task_id=firm.ids["design"],
        spent_date="soon",
    )
    assert message == "Spent date is not a valid date"


def test_hours_and_minutes_are_read_and_negative_hours_refused(firm: House) -> None:
    assert firm.entry(firm.api(), hours="1:30")["hours"] == 1.5
    said = {"project_id": firm.ids["portal"], "task_id": firm.ids["design"], "spent_date": MONDAY}
    firm.api().refused("POST", "/time_entries", 422, **said, hours=-1)


@pytest.mark.parametrize(
    ("who", "project", "task"),
    [("stranger", "portal", "design"), ("member", "shop", "design"), ("member", "portal", None)],
)
def test_time_goes_only_to_assigned_projects_and_tasks(
    firm: House, who: str, project: str, task: str | None
) -> None:
    api = firm.api()
    spare = api.post("/tasks", name="Unassigned")["id"]
    said = {
        "project_id": firm.ids[project],
        "task_id": firm.ids[task] if task else spare,
        "spent_date": MONDAY,
        "hours": 1,
    }
    assert "not assigned" in firm.api(who).refused("POST", "/time_entries", 422, **said)


def test_an_archived_project_takes_no_time(firm: House) -> None:
    api = firm.api()
    api.patch(f"/projects/{firm.ids['portal']}", is_active=False)
    said = {"project_id": firm.ids["portal"], "task_id": firm.ids["design"], "spent_date": MONDAY, "hours": 1}
    assert api.refused("POST", "/time_entries", 422, **said) == "Project is archived"


def test_required_notes_are_required(new: Builder) -> None:
    firm = new(company={"day_entry_notes_required": True})
    api = firm.api()
    said = {"project_id": firm.ids["portal"], "task_id": firm.ids["design"], "spent_date": MONDAY, "hours": 1}
    assert api.refused("POST", "/time_entries", 422, **said) == "Notes can't be blank"
    entry = api.post("/time_entries", **said, notes="Something")
    api.refused("PATCH", f"/time_entries/{entry['id']}", 422, notes="")


def test_an_entry_can_be_changed_but_not_given_to_someone_else(firm: House) -> None:
    api = firm.api()
    entry = firm.entry(api, hours=1)
    changed = api.patch(
        f"/time_entries/{entry['id']}",
        user_id=firm.ids["other"],
        task_id=str(firm.ids["coding"]),
        hours=2.345,
        notes="Better",
        spent_date="2026-03-03",
    )
    assert changed["user"]["id"] == firm.ids["admin"]
    assert changed["task"]["name"] == "Coding"
    assert (changed["hours"], changed["notes"], changed["spent_date"]) == (2.35, "Better", "2026-03-03")
    assert changed["task_assignment"]["billable"] is False
    api.refused("PATCH", f"/time_entries/{entry['id']}", 422, spent_date="")


def test_a_whole_object_can_be_sent_back(firm: House) -> None:
    api = firm.api()
    entry = firm.entry(api, hours=1, external_reference={"id": "7"})
    assert api.patch(f"/time_entries/{entry['id']}", **{**entry, "hours": 3})["hours"] == 3.0


def test_a_deleted_entry_is_answered_and_gone(firm: House) -> None:
    api = firm.api()
    entry = firm.entry(api, hours=1)
    assert api.delete(f"/time_entries/{entry['id']}") == entry
    assert api.call("GET", f"/time_entries/{entry['id']}").json() == {"status": 404, "error": "Not Found"}
    assert firm.entry(api, hours=1)["id"] > entry["id"], "ids do not come back"


def test_an_external_reference_is_text_with_the_service_of_its_link(firm: House) -> None:
    api = firm.api()
    link = "https://trello.com/c/abc"
    said = {"id": 12, "group_id": 5, "account_id": "acme", "permalink": link, "service": "made up"}
    entry = firm.entry(api, hours=1, external_reference=said)
    reference = entry["external_reference"]
    assert (reference["id"], reference["group_id"], reference["account_id"]) == ("12", "5", "acme")
    assert (reference["service"], reference["permalink"]) == ("trello.com", link)
    found = api.get("/time_entries", external_reference_id="12")["time_entries"]
    assert [row["id"] for row in found] == [entry["id"]]


def test_an_external_reference_can_be_taken_away(firm: House) -> None:
    api = firm.api()
    entry = firm.entry(api, hours=1, external_reference={"id": "12"})
    assert api.delete(f"/time_entries/{entry['id']}/external_reference")["external_reference"] is None
    assert api.get("/time_entries", external_reference_id="12")["time_entries"] == []


PAST: list[Any] = [
    {"user": "member", "spent_date": "2026-02-02"},
    {"user": "member", "spent_date": "2026-02-03", "task": "coding", "is_billed": True},
    {"user": "other", "spent_date": "2026-02-03"},
    {"user": "admin", "spent_date": "2026-02-04", "project": "shop"},
]


@pytest.mark.parametrize(
    ("query", "days"),
    [
        ({}, [4, 3, 3, 2]),
        ({"user_id": "member"}, [3, 2]),
        ({"project_id": "portal"}, [3, 3, 2]),
        ({"client_id": "globex"}, [4]),
        ({"task_id": "coding"}, [3]),
        ({"is_billed": "true"}, [3]),
        ({"is_billed": "false"}, [4, 3, 2]),
        ({"is_running": "true"}, []),
        ({"from": "2026-02-03"}, [4, 3, 3]),
        ({"from": "20260203", "to": "20260203"}, [3, 3]),
        ({"to": "2026-02-02"}, [2]),
        ({"user_id": "member", "from": "2026-02-03", "project_id": "portal"}, [3]),
        ({"updated_since": "2026-03-02T09:30:00Z"}, []),
        ({"updated_since": "2026-03-02T09:29:59Z", "user_id": "other"}, [3]),
        ({"external_reference_id": "nothing"}, []),
    ],
)
def test_entries_are_filtered_and_listed_by_day_newest_first(
    new: Builder, query: dict[str, str], days: list[int]
) -> None:
    firm = new(entries=PAST)
    params = {key: str(firm.ids.get(value, value)) for key, value in query.items()}
    found = firm.api().get("/time_entries", **params)
    assert [int(row["spent_date"][-2:]) for row in found["time_entries"]] == days
    assert found["total_entries"] == len(days)


def test_entries_of_one_day_come_with_the_newest_id_first(new: Builder) -> None:
    firm = new(entries=[{}, {}, {}])
    ids = [row["id"] for row in firm.api().get("/time_entries")["time_entries"]]
    assert ids == sorted(ids, reverse=True)


@pytest.mark.parametrize("who", ["admin", "manager", "member"])
def test_a_list_shows_each_entry_as_it_is_shown_alone(new: Builder, who: str) -> None:
    firm = new(
        entries=[{"notes": 'Say "hi" \\ {x}, é'}, {"external_reference": {"id": "1"}}, {"is_billed": True}]
    )
    api = firm.api(who)
    rows = api.get("/time_entries")["time_entries"]
    assert len(rows) == 3
    assert [api.get(f"/time_entries/{row['id']}") for row in rows] == rows
    assert [list(api.get(f"/time_entries/{row['id']}")) for row in rows] == [list(row) for row in rows]


def test_a_filter_that_makes_no_sense_is_refused(firm: House) -> None:
    assert "from" in firm.api().refused("GET", "/time_entries?from=yesterday", 422)


def test_a_change_is_seen_by_whoever_polls(firm: House) -> None:
    api = firm.api()
    entry = firm.entry(api, hours=1)
    firm.running.control.advance(timedelta(seconds=1))
    assert api.get("/time_entries", updated_since="2026-03-02T09:30:00Z")["time_entries"] == []
    api.patch(f"/time_entries/{entry['id']}", notes="x")
    found = api.get("/time_entries", updated_since="2026-03-02T09:30:00Z")["time_entries"]
    assert [row["updated_at"] for row in found] == ["2026-03-02T09:30:01Z"]


@pytest.mark.parametrize(
    ("mode", "minutes", "hours", "rounded"),
    [
        ("off", 15, 2.11, 2.11),
        ("up", 15, 2.11, 2.25),
        ("up", 15, 0.02, 0.25),
        ("up", 15, 1.0, 1.0),
        ("nearest", 15, 1.1, 1.0),
        ("up", 6, 0.33, 0.4),
        ("nearest", 30, 0.8, 1.0),
    ],
)
def test_hours_are_rounded_by_the_accounts_setting(
    new: Builder, mode: Any, minutes: Any, hours: float, rounded: float
) -> None:
    firm = new(company={"rounding": {"mode": mode, "minutes": minutes}})
    entry = firm.entry(firm.api(), hours=hours)
    assert (entry["hours"], entry["rounded_hours"]) == (hours, rounded)


RATES = [
    ({"bill_by": "none"}, {}, {}, None),
    ({"bill_by": "Project", "hourly_rate": 150}, {}, {}, 150.0),
    ({"bill_by": "Project", "hourly_rate": 150, "is_billable": False}, {}, {}, None),
    ({"bill_by": "Tasks"}, {"hourly_rate": 60}, {}, 60.0),
    ({"bill_by": "Tasks"}, {"hourly_rate": 60, "billable": False}, {}, None),
    ({"bill_by": "People"}, {}, {}, 95.0),
    ({"bill_by": "People"}, {}, {"use_default_rates": False, "hourly_rate": 111}, 111.0),
    ({"bill_by": "Project", "hourly_rate": 150, "is_fixed_fee": True, "fee": 9}, {}, {}, 150.0),
]


@pytest.mark.parametrize(("project", "task", "person", "rate"), RATES)
def test_the_rate_of_an_entry_follows_how_the_project_bills(
    new: Builder, project: dict[str, Any], task: dict[str, Any], person: dict[str, Any], rate: float | None
) -> None:
    firm = new(entries=[{"user": "member"}])
    api = firm.api()
    portal = f"/projects/{firm.ids['portal']}"
    tasks, people = (
        api.get(f"{portal}/{kind}_assignments")[f"{kind}_assignments"] for kind in ("task", "user")
    )
    in_task = next(row["id"] for row in tasks if row["task"]["name"] == "Design")
    in_team = next(row["id"] for row in people if row["user"]["id"] == firm.ids["member"])
    api.patch(portal, **project)
    api.patch(f"{portal}/task_assignments/{in_task}", **task, ignored=1)
    api.patch(f"{portal}/user_assignments/{in_team}", **person, ignored=1)
    (entry,) = api.get("/time_entries")["time_entries"]
    assert entry["billable_rate"] == rate
    assert entry["cost_rate"] == 40.0
    assert entry["billable"] is (rate is not None or project["bill_by"] == "none")


def test_the_day_of_the_work_picks_the_dated_rate(new: Builder) -> None:
    firm = new(entries=[{"spent_date": "2025-12-31"}, {"spent_date": "2026-01-01"}])
    rates = [row["billable_rate"] for row in firm.api().get("/time_entries")["time_entries"]]
    assert rates == [95.0, 80.0]


def test_rates_are_hidden_from_those_who_may_not_see_them(new: Builder) -> None:
    firm = new(entries=[{}], roles={"manager": ["manager", "billable_rates_manager"]})
    manager, member = (firm.api(who).get("/time_entries")["time_entries"][0] for who in ("manager", "member"))
    assert manager["billable_rate"] == 95.0
    assert "cost_rate" not in manager
    assert not {"billable_rate", "cost_rate"} & set(member)
    assert "hourly_rate" not in member["user_assignment"]


@pytest.mark.parametrize(
    ("budget_by", "budgeted"), [("none", False), ("project", True), ("person", False), ("task", False)]
)
def test_an_entry_counts_towards_the_budget_by_its_kind(new: Builder, budget_by: str, budgeted: bool) -> None:
    firm = new(entries=[{}])
    api = firm.api()
    api.patch(f"/projects/{firm.ids['portal']}", budget_by=budget_by, budget=10)
    assert api.get("/time_entries")["time_entries"][0]["budgeted"] is budgeted
