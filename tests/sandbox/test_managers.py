"""What managers see and change of rates, assignments and teammates (api.md §7)."""

import pytest
from tests.sandbox.conftest import Builder
from tests.sandbox.house import House

PLACES = ("/projects", "/task_assignments", "/user_assignments")
RATES = {"manager": ["manager", "billable_rates_manager", "project_creator"]}
NO_RATES = {"manager": ["manager", "project_creator"]}


@pytest.mark.parametrize(("roles", "seen"), [(RATES, True), (NO_RATES, False)])
def test_rates_of_managed_projects_need_the_permission_for_rates(
    new: Builder, roles: dict[str, list[str]], seen: bool
) -> None:
    api = new(roles=roles).api("manager")
    for place in PLACES:
        rows = api.get(place)[place.strip("/")]
        assert rows
        assert {"hourly_rate" in row for row in rows} == {seen}


def test_setting_a_rate_needs_it_too(new: Builder) -> None:
    for roles, status in ((NO_RATES, 403), (RATES, 200)):
        firm = new(roles=roles)
        place = f"/projects/{firm.ids['portal']}"
        api = firm.api("manager")
        (team, *_), (task, *_) = (
            api.get(f"{place}/{kind}")[kind] for kind in ("user_assignments", "task_assignments")
        )
        for path in (
            place,
            f"{place}/user_assignments/{team['id']}",
            f"{place}/task_assignments/{task['id']}",
        ):
            assert api.call("PATCH", path, json={"hourly_rate": 99}).status_code == status
            assert api.call("PATCH", path, json={"budget": 5}).status_code == 200


@pytest.mark.parametrize("roles", [RATES, NO_RATES])
def test_letting_another_rate_count_needs_it_too(new: Builder, roles: dict[str, list[str]]) -> None:
    """A custom rate that nobody named is 0, so past time would be worth nothing."""
    firm = new(roles=roles, projects={"portal": {"bill_by": "People"}}, entries=[{"user": "member"}])
    place = f"/projects/{firm.ids['portal']}/user_assignments"
    api, admin = firm.api("manager"), firm.api()
    (entry,) = admin.get("/time_entries")["time_entries"]
    (mine,) = (row for row in api.get(place)["user_assignments"] if row["user"]["id"] == firm.ids["member"])
    allowed = roles is RATES
    again = {"user_id": firm.ids["member"], "use_default_rates": False}
    assert api.patch(f"{place}/{mine['id']}", **{**mine, "budget": 5.0})["budget"] == 5.0, (
        "sent back as it was"
    )
    for method, path in (("PATCH", f"{place}/{mine['id']}"), ("POST", place)):
        answer = api.call(method, path, json=again)
        assert answer.status_code == ((200 if method == "PATCH" else 201) if allowed else 403)
    assert admin.get(f"/time_entries/{entry['id']}")["billable_rate"] == (0.0 if allowed else 95.0)
    admin.patch(f"{place}/{mine['id']}", use_default_rates=False, hourly_rate=60)
    back = api.call("PATCH", f"{place}/{mine['id']}", json={"use_default_rates": True})
    assert back.status_code == (200 if allowed else 403)


def test_a_rate_that_was_shown_as_null_can_be_sent_back_and_stays(new: Builder) -> None:
    firm = new(roles=NO_RATES, projects={"portal": {"bill_by": "Tasks", "hourly_rate": 50.0}})
    firm.running.state.switches.turn({"hidden_rates": "null"})
    api, admin, place = firm.api("manager"), firm.api(), f"/projects/{firm.ids['portal']}"
    (task, *_) = admin.get(f"{place}/task_assignments")["task_assignments"]
    admin.patch(f"{place}/task_assignments/{task['id']}", hourly_rate=70)
    for path, rate in ((place, 50.0), (f"{place}/task_assignments/{task['id']}", 70.0)):
        seen = api.call("GET", path).json()
        assert seen["hourly_rate"] is None
        assert api.call("PATCH", path, json={"hourly_rate": None}).status_code == 200
        assert admin.get(path)["hourly_rate"] == rate


def test_managers_see_the_assignments_of_their_teammates_anywhere(firm: House) -> None:
    """The manager's teammate joins *shop*, which the manager does not manage."""
    place = f"/projects/{firm.ids['shop']}/user_assignments"
    joined = firm.api().post(place, user_id=firm.ids["member"])
    api = firm.api("manager")
    seen = api.get("/user_assignments")["user_assignments"]
    assert joined["id"] in [row["id"] for row in seen]
    elsewhere = {row["user"]["id"] for row in seen if row["project"]["id"] == firm.ids["shop"]}
    assert elsewhere == {firm.ids["member"]}
    api.refused("GET", place, 404)


def test_managers_may_send_a_teammate_back_unchanged(firm: House) -> None:
    """The whole object has an e-mail address and roles, which managers cannot change."""
    api = firm.api("manager")
    place = f"/users/{firm.ids['member']}"
    mate = api.get(place)
    assert api.patch(place, **{**mate, "weekly_capacity": 36000})["weekly_capacity"] == 36000
    api.refused("PATCH", place, 403, **{**mate, "email": "x@firm.example"})


def test_nobody_logs_time_for_an_archived_person(firm: House) -> None:
    api = firm.api()
    api.patch(f"/users/{firm.ids['member']}", is_active=False)
    said = {"project_id": firm.ids["portal"], "task_id": firm.ids["design"], "spent_date": "2026-03-02"}
    message = api.refused("POST", "/time_entries", 422, **said, user_id=firm.ids["member"], hours=1)
    assert message == "User is archived"


def test_the_flags_of_old_are_there_for_those_who_ask(firm: House) -> None:
    api = firm.api()
    flags = {"is_admin", "is_project_manager", "can_see_rates", "can_create_invoices"}
    assert not flags & set(api.get("/users/me"))
    firm.running.state.switches.turn({"legacy_user_flags": "present"})
    me = api.call("GET", "/users/me").json()
    assert {flag: me[flag] for flag in flags} == {
        "is_admin": True,
        "is_project_manager": False,
        "can_see_rates": True,
        "can_create_invoices": True,
    }
