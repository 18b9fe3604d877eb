"""Approved, locked, invoiced and archived time (api.md §15.5)."""

from typing import Any

import pytest
from tests.sandbox.conftest import Builder
from tests.sandbox.house import House

from gleaner_sandbox.tables import PROJECTS

WEEK: Any = {"from": "2026-02-23", "to": "2026-03-01"}


def the_entry(firm: House, who: str = "admin") -> Any:
    (entry,) = firm.api(who).get("/time_entries")["time_entries"]
    return entry


@pytest.mark.parametrize(
    ("seed", "entry", "reason"),
    [
        ({}, {}, None),
        ({"approved": [WEEK]}, {}, "Item Approved"),
        ({"locked": [WEEK]}, {}, "Item Locked for this Time Period"),
        ({"approved": [WEEK], "locked": [WEEK]}, {}, "Item Approved and Locked for this Time Period"),
        ({}, {"is_billed": True}, "Item Invoiced"),
        ({"locked": [WEEK]}, {"is_billed": True}, "Item Invoiced and Locked for this Time Period"),
        (
            {"locked": [WEEK]},
            {"is_billed": True, "is_closed": True},
            "Item Invoiced and Approved and Locked for this Time Period",
        ),
    ],
)
def test_the_reason_names_every_lock(
    new: Builder, seed: dict[str, Any], entry: dict[str, Any], reason: str | None
) -> None:
    shown = the_entry(new(**seed, entries=[{"spent_date": "2026-02-24", **entry}]))
    assert (shown["locked_reason"], shown["is_locked"]) == (reason, reason is not None)
    closed = "approved" in seed or bool(entry.get("is_closed"))
    assert shown["is_closed"] is closed
    assert shown["approval_status"] == ("approved" if closed else "unsubmitted")


@pytest.mark.parametrize(("kind", "name"), [("projects", "portal"), ("tasks", "design"), ("users", "member")])
def test_archiving_locks(new: Builder, kind: str, name: str) -> None:
    firm = new(entries=[{}])
    firm.api().patch(f"/{kind}/{firm.ids[name]}", is_active=False)
    assert the_entry(firm)["locked_reason"] == "Item Archived"


def test_a_period_of_one_person_leaves_the_others_free(new: Builder) -> None:
    entries = [{"user": who, "spent_date": "2026-02-24"} for who in ("member", "other")]
    firm = new(approved=[{**WEEK, "user": "member"}], entries=entries)
    shown = {row["user"]["id"]: row["is_closed"] for row in firm.api().get("/time_entries")["time_entries"]}
    assert shown == {firm.ids["member"]: True, firm.ids["other"]: False}
    firm.entry(firm.api("other"), spent_date="2026-02-24", hours=1)


@pytest.mark.parametrize("kind", ["approved", "locked"])
def test_members_can_neither_create_change_nor_delete_there(new: Builder, kind: str) -> None:
    firm = new(**{kind: [WEEK]}, entries=[{"spent_date": "2026-02-24"}])
    api = firm.api("member")
    place = f"/time_entries/{the_entry(firm)['id']}"
    said = {
        "project_id": firm.ids["portal"],
        "task_id": firm.ids["design"],
        "spent_date": "2026-02-25",
        "hours": 1,
    }
    reason = the_entry(firm)["locked_reason"]
    assert api.refused("POST", "/time_entries", 422, **said) == reason
    assert api.refused("PATCH", place, 422, hours=2) == reason
    assert api.refused("DELETE", place, 422) == reason
    assert api.refused("PATCH", f"{place}/restart", 422) == reason
    free = firm.entry(api, hours=1)
    assert api.refused("PATCH", f"/time_entries/{free['id']}", 422, spent_date="2026-02-25") == reason


def test_managers_cannot_edit_locked_time_of_their_people_either(new: Builder) -> None:
    roles = {"manager": ["manager", "time_and_expenses_manager"]}
    firm = new(locked=[WEEK], entries=[{"spent_date": "2026-02-24"}], roles=roles)
    firm.api("manager").refused("PATCH", f"/time_entries/{the_entry(firm)['id']}", 422, hours=2)


def test_administrators_edit_locked_time_but_do_not_move_it(new: Builder) -> None:
    firm = new(approved=[WEEK], entries=[{"spent_date": "2026-02-24"}])
    api = firm.api()
    place = f"/time_entries/{the_entry(firm)['id']}"
    said = {"hours": 2, "task_id": firm.ids["coding"], "spent_date": "2026-03-02"}
    changed = api.patch(place, **said)
    assert (changed["hours"], changed["task"]["name"], changed["spent_date"]) == (2.0, "Design", "2026-02-24")
    assert firm.entry(api, spent_date="2026-02-24", hours=1, user_id=firm.ids["member"])["is_closed"] is True
    api.delete(place)


def test_a_period_may_block_administrators_too(new: Builder) -> None:
    firm = new(approved=[{**WEEK, "blocks_admins": True}], entries=[{"spent_date": "2026-02-24"}])
    api = firm.api()
    place = f"/time_entries/{the_entry(firm)['id']}"
    said = {
        "project_id": firm.ids["portal"],
        "task_id": firm.ids["design"],
        "spent_date": "2026-02-25",
        "hours": 1,
    }
    api.refused("POST", "/time_entries", 422, **said)
    api.refused("PATCH", place, 422, hours=2)
    api.refused("DELETE", place, 422)


def test_only_administrators_delete_invoiced_time(new: Builder) -> None:
    firm = new(entries=[{"is_billed": True}])
    place = f"/time_entries/{the_entry(firm)['id']}"
    firm.api("member").refused("DELETE", place, 422)
    firm.api().delete(place)


def test_nobody_deletes_time_of_an_archived_project(new: Builder) -> None:
    firm = new(entries=[{}])
    firm.api().patch(f"/projects/{firm.ids['portal']}", is_active=False)
    firm.api().refused("DELETE", f"/time_entries/{the_entry(firm)['id']}", 422)


def test_an_invoiced_span_locks_the_whole_project_meanwhile(new: Builder) -> None:
    firm = new(entries=[{"spent_date": "2026-02-24"}])
    with firm.running.state.writing(firm.account_id) as books:
        project = books.row(PROJECTS, firm.ids["portal"])
        books.update(PROJECTS, project, {"locked_spans": [["2026-02-23", "2026-02-25"]]})
    assert the_entry(firm)["locked_reason"] == "Item Locked for this Time Period"
    firm.api("member").refused("PATCH", f"/time_entries/{the_entry(firm)['id']}", 422, hours=2)


@pytest.mark.parametrize("kind", ["time_entries", "expenses"])
def test_lists_tell_the_approved_from_the_submitted_and_the_open(new: Builder, kind: str) -> None:
    rows: list[Any] = [
        {"spent_date": "2026-02-23", "is_closed": True},
        {"spent_date": "2026-02-24"},
        {"spent_date": "2026-02-24", "user": "other"},
        {"spent_date": "2026-03-02", "approval_status": "submitted"},
    ]
    approved: list[Any] = [{"from": "2026-02-24", "to": "2026-02-24", "user": "member"}]
    firm = new(approved=approved, **{"entries" if kind == "time_entries" else kind: rows})

    def found(status: str) -> list[Any]:
        listed = firm.api().get(f"/{kind}", approval_status=status)[kind]
        assert all(row["approval_status"] == status for row in listed)
        return [(row["spent_date"], row["user"]["name"]) for row in listed]

    assert found("approved") == [("2026-02-24", "Member Person"), ("2026-02-23", "Member Person")]
    assert found("submitted") == [("2026-03-02", "Member Person")]
    assert found("unsubmitted") == [("2026-02-24", "Other Person")]
    assert found("aproved") == []
    page = firm.api().get(f"/{kind}", approval_status="unsubmitted", per_page=1)
    assert page["total_entries"] == 1
    assert "approval_status=unsubmitted" in page["links"]["first"]
