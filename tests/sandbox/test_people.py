"""Users, rates, teammates and project assignments (api.md §14)."""

import pytest
from tests.sandbox.conftest import Builder
from tests.sandbox.house import House


def test_a_new_user_is_a_member_of_the_companys_zone_and_capacity_without_rates(firm: House) -> None:
    user = firm.api().post("/users", first_name="Grace", last_name="Hopper", email="grace@firm.example")
    assert (user["access_roles"], user["timezone"], user["weekly_capacity"]) == (["member"], "London", 126000)
    assert (user["default_hourly_rate"], user["cost_rate"], user["roles"]) == (None, None, [])
    assert (user["telephone"], user["is_active"], user["is_contractor"]) == ("", True, False)


def test_a_user_can_be_created_with_rates_and_roles(firm: House) -> None:
    api = firm.api()
    said = {"default_hourly_rate": 100, "cost_rate": "60", "roles": ["Designer"], "timezone": "Lisbon"}
    user = api.post("/users", first_name="Grace", last_name="Hopper", email="grace@firm.example", **said)
    assert (user["default_hourly_rate"], user["cost_rate"], user["roles"]) == (100.0, 60.0, ["Designer"])
    assert api.get(f"/users/{user['id']}/billable_rates")["billable_rates"][0]["start_date"] is None


def test_a_mail_address_is_needed_plausible_and_free(firm: House) -> None:
    api = firm.api()
    name = {"first_name": "Grace", "last_name": "Hopper"}
    assert api.refused("POST", "/users", 422, **name) == "Email can't be blank"
    taken = f"MEMBER@firm{firm.account_id}.example"
    assert taken in api.refused("POST", "/users", 422, **name, email=taken)


@pytest.mark.parametrize(
    "roles",
    [
        ["member", "manager"],
        ["project_creator"],
        ["member", "project_creator"],
        ["king"],
        ["manager", "king"],
    ],
)
def test_access_roles_are_one_base_role_and_extras_for_managers(firm: House, roles: list[str]) -> None:
    firm.api().refused("PATCH", f"/users/{firm.ids['other']}", 422, access_roles=roles)


def test_rates_are_not_patchable(firm: House) -> None:
    assert (
        firm.api().patch(f"/users/{firm.ids['member']}", default_hourly_rate=1)["default_hourly_rate"] == 95.0
    )


def test_an_archived_user_cannot_be_renamed_nor_sign_in(firm: House) -> None:
    api = firm.api()
    api.patch(f"/users/{firm.ids['other']}", is_active=False)
    api.refused("PATCH", f"/users/{firm.ids['other']}", 422, first_name="X")
    assert firm.api("other").call("GET", "/users/me").status_code == 401
    assert api.patch(f"/users/{firm.ids['other']}", is_active=True)["is_active"] is True


def test_a_user_with_time_is_archived_not_deleted(new: Builder) -> None:
    firm = new(entries=[{"user": "member"}])
    api = firm.api()
    api.refused("DELETE", f"/users/{firm.ids['member']}", 422)
    assert api.delete(f"/users/{firm.ids['other']}")["id"] == firm.ids["other"]
    people = api.get(f"/projects/{firm.ids['portal']}/user_assignments")["user_assignments"]
    assert firm.ids["other"] not in {row["user"]["id"] for row in people}


def test_the_rate_history_has_end_dates(firm: House) -> None:
    rates = firm.api().get(f"/users/{firm.ids['member']}/billable_rates")["billable_rates"]
    assert [(row["amount"], row["start_date"], row["end_date"]) for row in rates] == [
        (80.0, None, "2025-12-31"),
        (95.0, "2026-01-01", None),
    ]


def test_a_later_rate_closes_the_one_before(firm: House) -> None:
    api = firm.api()
    place = f"/users/{firm.ids['member']}/billable_rates"
    new = api.post(place, amount=99, start_date="2026-02-01")
    assert api.get(f"{place}/{new['id']}") == new
    ends = [row["end_date"] for row in api.get(place)["billable_rates"]]
    assert ends == ["2025-12-31", "2026-01-31", None]
    assert api.get(f"/users/{firm.ids['member']}")["default_hourly_rate"] == 99.0


def test_an_earlier_rate_replaces_those_behind_it(firm: House) -> None:
    api = firm.api()
    place = f"/users/{firm.ids['member']}/billable_rates"
    api.post(place, amount=99, start_date="2025-06-01")
    assert [row["amount"] for row in api.get(place)["billable_rates"]] == [80.0, 99.0]
    api.post(place, amount=100)
    assert [(row["amount"], row["start_date"]) for row in api.get(place)["billable_rates"]] == [(100.0, None)]


def test_a_rate_needs_an_amount_and_no_future(firm: House) -> None:
    api = firm.api()
    place = f"/users/{firm.ids['member']}/cost_rates"
    assert api.refused("POST", place, 422, start_date="2026-01-01") == "Amount can't be blank"
    api.refused("POST", place, 422, amount=1, start_date="2026-03-03")
    api.post(place, amount=1, start_date="2026-03-02")


@pytest.mark.parametrize("kind", ["billable_rates", "cost_rates"])
def test_a_rate_from_before_all_time_is_refused_and_the_list_stays_whole(firm: House, kind: str) -> None:
    api = firm.api()
    place = f"/users/{firm.ids['member']}/{kind}"
    before = api.get(place)
    for start in ("0001-01-01", "1899-12-31"):
        message = api.refused("POST", place, 422, amount=1, start_date=start)
        assert message == "Start date must be between 1900-01-01 and 2199-12-31"
    assert api.get(place) == before
    api.post(place, amount=1, start_date="1900-01-01")


def test_a_seed_may_have_a_rate_from_the_first_day_of_all(new: Builder) -> None:
    firm = new(
        more=lambda ids: {
            "billable_rates": [
                {"user_id": ids["member"], "amount": 80},
                {"user_id": ids["member"], "amount": 95, "start_date": "0001-01-01"},
            ]
        }
    )
    rates = firm.api().get(f"/users/{firm.ids['member']}/billable_rates")["billable_rates"]
    assert [row["end_date"] for row in rates] == ["0001-01-01", None]


def test_rates_cannot_be_changed_or_deleted(firm: House) -> None:
    api = firm.api()
    place = f"/users/{firm.ids['member']}/billable_rates"
    rate = api.get(place)["billable_rates"][0]["id"]
    for method in ("PATCH", "DELETE"):
        answer = api.call(method, f"{place}/{rate}")
        assert answer.status_code == 404
        assert answer.headers["content-type"].startswith("text/html")


def test_teammates_make_a_people_manager(firm: House) -> None:
    api = firm.api()
    place = f"/users/{firm.ids['manager']}/teammates"
    listed = api.get(place)
    assert [row["id"] for row in listed["teammates"]] == [firm.ids["member"]]
    assert set(listed["teammates"][0]) == {"id", "first_name", "last_name", "email"}
    assert listed["total_entries"] == 1
    assert "people_manager" in api.get(f"/users/{firm.ids['manager']}")["access_roles"]
    assert api.patch(place, teammate_ids=[]) == {"teammates": []}
    assert "people_manager" not in api.get(f"/users/{firm.ids['manager']}")["access_roles"]


def test_only_managers_have_teammates(firm: House) -> None:
    api = firm.api()
    api.refused("PATCH", f"/users/{firm.ids['member']}/teammates", 422, teammate_ids=[firm.ids["other"]])
    api.patch(f"/users/{firm.ids['manager']}", access_roles=["member"])
    assert api.get(f"/users/{firm.ids['manager']}/teammates")["teammates"] == []


def test_my_project_assignments_are_what_i_can_log_time_to(firm: House) -> None:
    (found,) = firm.api("member").get("/users/me/project_assignments")["project_assignments"]
    assert found["project"] == {
        "id": firm.ids["portal"],
        "name": "Portal",
        "code": "POR",
        "is_billable": True,
    }
    assert found["client"] == {"id": firm.ids["acme"], "name": "Acme", "currency": "EUR"}
    assert [row["task"]["name"] for row in found["task_assignments"]] == ["Design", "Coding"]
    assert "hourly_rate" not in found
    assert "user" not in found


def test_archived_projects_tasks_and_assignments_are_not_offered(firm: House) -> None:
    api, me = firm.api(), firm.api("member")
    api.patch(f"/tasks/{firm.ids['coding']}", is_active=False)
    (found,) = me.get("/users/me/project_assignments")["project_assignments"]
    assert [row["task"]["name"] for row in found["task_assignments"]] == ["Design"]
    place = f"/projects/{firm.ids['portal']}/user_assignments"
    mine = next(row for row in api.get(place)["user_assignments"] if row["user"]["id"] == firm.ids["member"])
    api.patch(f"{place}/{mine['id']}", is_active=False)
    assert me.get("/users/me/project_assignments")["project_assignments"] == []
    api.patch(f"{place}/{mine['id']}", is_active=True)
    api.patch(f"/projects/{firm.ids['portal']}", is_active=False)
    assert me.get("/users/me/project_assignments")["project_assignments"] == []


def test_rates_are_shown_to_those_who_may_see_them(new: Builder) -> None:
    firm = new(roles={"manager": ["manager", "billable_rates_manager"]})
    member = f"/users/{firm.ids['member']}"
    assert firm.api("admin").get(member)["cost_rate"] == 40.0
    manager = firm.api("manager").get(member)
    assert manager["default_hourly_rate"] == 95.0
    assert "cost_rate" not in manager
    me = firm.api("member").get("/users/me")
    assert not {"default_hourly_rate", "cost_rate"} & set(me)


def test_zones_go_by_harvests_names_unless_a_switch_takes_ianas_too(firm: House) -> None:
    api, place = firm.api(), f"/users/{firm.ids['member']}"
    wrong = "Timezone is not included in the list"
    assert api.refused("PATCH", place, 422, timezone="America/Chicago") == wrong
    firm.running.state.switches.turn({"iana_timezones": "translated"})
    assert api.patch(place, timezone="America/Chicago")["timezone"] == "Central Time (US & Canada)"
    assert api.refused("PATCH", place, 422, timezone="America/Nowhere") == wrong
    assert api.get(place)["timezone"] == "Central Time (US & Canada)"
