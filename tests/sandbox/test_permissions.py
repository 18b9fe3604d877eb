"""Who may do what: every endpoint against every role (api.md §7)."""

import pytest
from tests.sandbox.conftest import Builder
from tests.sandbox.house import House

from gleaner_sandbox import permissions
from gleaner_sandbox.permissions import Reach
from gleaner_sandbox.wire.endpoints import ENDPOINTS, discover

discover()
EXTRAS = {extra: ["manager", extra] for extra in permissions.EXTRAS}
ROLES = {"member": ["member"], "manager": ["manager"], **EXTRAS, "administrator": ["administrator"]}

CATALOGUE = {"client_and_task_manager", "administrator"}
MANAGERS = {"manager", *EXTRAS, "administrator"}
RATES = {"billable_rates_manager", "administrator"}
CREATORS = {"project_creator", "administrator"}
INVOICERS = {"managed_projects_invoice_drafter", "managed_projects_invoice_manager", "administrator"}
ADMIN = {"administrator"}
EVERYONE = set(ROLES)

ALLOWED = {
    "company": ADMIN,
    "clients": CATALOGUE,
    "contacts": CATALOGUE,
    "tasks": CATALOGUE,
    "roles": ADMIN,
    "task_assignments": MANAGERS,
    "user_assignments": MANAGERS,
    "teammates": ADMIN,
    "cost_rates": ADMIN,
    "billable_rates": RATES,
    "time_entries": EVERYONE,
    "expenses": EVERYONE,
    "project_assignments": EVERYONE,
    "me": EVERYONE,
}
"""Area → who is let in at all, written from api.md §7 and not from the table under test."""
ALLOWED_BY_PERMISSION = {
    "users.read": MANAGERS,
    "users.write": MANAGERS,
    "users.create": ADMIN,
    "projects.read": MANAGERS,
    "projects.write": CREATORS,
    "projects.create": CREATORS,
    "expense_categories.read": EVERYONE,
    "expense_categories.write": ADMIN,
    "reports.time": EVERYONE,
    "reports.expenses": EVERYONE,
    "reports.uninvoiced": INVOICERS,
    "reports.project_budget": EVERYONE,
}


def allowed(permission: str) -> set[str]:
    return ALLOWED_BY_PERMISSION.get(permission) or ALLOWED[permission.partition(".")[0]]


@pytest.mark.parametrize("role", ROLES)
def test_each_role_is_let_in_where_it_belongs_and_nowhere_else(new: Builder, role: str) -> None:
    firm = new(roles={"stranger": ROLES[role]})
    api = firm.api("stranger")
    wrong = []
    here = [
        known
        for known in ENDPOINTS
        if f"{known.permission.partition('.')[0]}"
        in {*ALLOWED, "users", "projects", "expense_categories", "reports"}
    ]
    assert len(here) > 50
    for known in here:
        # An id nobody has: whoever is let in gets past the 403.
        answer = api.call(known.method, known.path.replace("{id}", "999999999"))
        if (answer.status_code == 403) is (role in allowed(known.permission)):
            wrong.append((role, known.method, known.path, answer.status_code))
    assert wrong == []


def test_every_known_row_of_the_table_lets_in_whom_the_facts_let_in() -> None:
    known = {
        row for row in permissions.TABLE if row in ALLOWED_BY_PERMISSION or row.partition(".")[0] in ALLOWED
    }
    assert len(known) >= 25
    for permission in known:
        let_in = {role for role, said in ROLES.items() if permissions.reach(said, permission) > Reach.NONE}
        assert let_in == allowed(permission), permission


def test_a_403_has_its_body_and_hint(firm: House) -> None:
    answer = firm.api("member").call("GET", "/clients")
    assert answer.status_code == 403
    assert answer.json() == {"message": "Not authorized!"}
    assert answer.headers["Hint"] == "Not authorized!"


def test_members_see_their_own_time_only(new: Builder) -> None:
    firm = new(entries=[{"user": "member"}, {"user": "other"}])
    (mine,) = firm.api("member").get("/time_entries")["time_entries"]
    (theirs,) = firm.api("other").get("/time_entries")["time_entries"]
    assert mine["user"]["id"] == firm.ids["member"]
    assert firm.api("member").get("/time_entries", user_id=firm.ids["other"])["time_entries"] == []
    for method in ("GET", "PATCH", "DELETE"):
        firm.api("member").refused(method, f"/time_entries/{theirs['id']}", 404)


def test_members_log_for_themselves_only(firm: House) -> None:
    said = {
        "project_id": firm.ids["portal"],
        "task_id": firm.ids["design"],
        "spent_date": "2026-03-02",
        "hours": 1,
    }
    firm.api("member").refused("POST", "/time_entries", 403, **said, user_id=firm.ids["other"])
    assert firm.entry(firm.api(), hours=1, user_id=firm.ids["member"])["user"]["id"] == firm.ids["member"]


def test_managers_see_teammates_and_managed_projects(new: Builder) -> None:
    firm = new(
        entries=[
            {"user": "member"},
            {"user": "other"},
            {"user": "stranger", "project": "shop"},
            {"user": "admin", "project": "shop"},
        ]
    )
    seen = {row["user"]["id"] for row in firm.api("manager").get("/time_entries")["time_entries"]}
    assert seen == {firm.ids["member"], firm.ids["other"]}


def test_managers_change_others_time_only_with_the_extra_role(new: Builder) -> None:
    for roles, status in ((["manager"], 403), (["manager", "time_and_expenses_manager"], 200)):
        firm = new(entries=[{"user": "member"}], roles={"manager": roles})
        api = firm.api("manager")
        (entry,) = api.get("/time_entries")["time_entries"]
        answer = api.call("PATCH", f"/time_entries/{entry['id']}", json={"hours": 2})
        assert answer.status_code == status


def test_managers_see_managed_projects_and_their_assignments_only(firm: House) -> None:
    api = firm.api("manager")
    assert [row["name"] for row in api.get("/projects")["projects"]] == ["Portal"]
    api.refused("GET", f"/projects/{firm.ids['shop']}", 404)
    api.refused("GET", f"/projects/{firm.ids['shop']}/task_assignments", 404)
    projects = {row["project"]["name"] for row in api.get("/user_assignments")["user_assignments"]}
    assert projects == {"Portal"}


def test_managers_see_teammates_but_do_not_change_who_they_are(firm: House) -> None:
    api = firm.api("manager")
    assert [row["id"] for row in api.get("/users")["users"]] == [firm.ids["member"]]
    api.refused("GET", f"/users/{firm.ids['other']}", 404)
    place = f"/users/{firm.ids['member']}"
    assert api.patch(place, weekly_capacity=72000)["weekly_capacity"] == 72000
    api.refused("PATCH", place, 403, email="x@firm.example")
    api.refused("PATCH", place, 403, access_roles=["administrator"])
    api.refused("PATCH", place, 403, is_active=False)


def test_members_read_their_own_assignments_by_id_and_nobody_elses(firm: House) -> None:
    api = firm.api("member")
    own = api.get(f"/users/{firm.ids['member']}/project_assignments")["project_assignments"]
    assert len(own) == 1
    api.refused("GET", f"/users/{firm.ids['other']}/project_assignments", 404)
    firm.api("manager").get(f"/users/{firm.ids['member']}/project_assignments")


def test_a_manager_who_is_not_the_project_manager_manages_nothing(firm: House) -> None:
    api = firm.api()
    place = f"/projects/{firm.ids['portal']}/user_assignments"
    row = next(r for r in api.get(place)["user_assignments"] if r["user"]["id"] == firm.ids["manager"])
    api.patch(f"{place}/{row['id']}", is_project_manager=False)
    assert firm.api("manager").get("/projects")["projects"] == []


def test_accounts_do_not_see_each_other(new: Builder) -> None:
    one, two = new(entries=[{}]), new()
    (entry,) = one.api().get("/time_entries")["time_entries"]
    two.api().refused("GET", f"/time_entries/{entry['id']}", 404)
    two.api().refused("PATCH", f"/clients/{one.ids['acme']}", 404, name="Mine")
    assert two.api().get("/time_entries")["time_entries"] == []
