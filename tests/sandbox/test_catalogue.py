"""Company, clients, contacts, tasks and roles (api.md §8, §9, §10, §14.4)."""

from datetime import timedelta
from typing import Any

import pytest
from tests.sandbox.conftest import Builder
from tests.sandbox.house import House


def test_the_company_shows_its_settings_but_neither_rounding_nor_periods(firm: House) -> None:
    company = firm.api().get("/company")
    assert company["full_domain"] == f"firm{firm.account_id}.harvestapp.com"
    assert company["base_uri"] == f"https://firm{firm.account_id}.harvestapp.com"
    assert (company["clock"], company["weekly_capacity"], company["wants_timestamp_timers"]) == (
        "12h",
        126000,
        False,
    )
    assert not {"rounding", "timezone", "locked_periods", "id"} & set(company)


def test_only_timers_and_capacity_of_the_company_can_be_changed(firm: House) -> None:
    changed = firm.api().patch(
        "/company", wants_timestamp_timers="true", weekly_capacity="144000", name="Other"
    )
    assert changed["wants_timestamp_timers"] is True
    assert changed["weekly_capacity"] == 144000
    assert changed["name"] == f"Firm {firm.account_id}"


def test_a_client_takes_the_company_currency_and_defaults(firm: House) -> None:
    client = firm.api().post("/clients", name="Initech")
    assert (client["currency"], client["is_active"], client["address"]) == ("USD", True, None)
    assert len(client["statement_key"]) == 32


def test_an_unknown_currency_falls_back_to_the_companys(firm: House) -> None:
    """Of documents it is their client's that stays."""
    api = firm.api()
    for n, said in enumerate(["no such", "QQQ", "eu", "ΕUR"]):
        client = api.post("/clients", name=f"Initech {n}", currency=said)
        assert client["currency"] == "USD"
        assert api.post("/invoices", client_id=firm.ids["acme"], currency=said)["currency"] == "EUR"
    assert api.patch(f"/clients/{client['id']}", currency=" chf ")["currency"] == "CHF"
    assert api.patch(f"/clients/{client['id']}", currency="QQQ")["currency"] == "USD"


def test_a_client_needs_a_name_and_a_free_one(firm: House) -> None:
    api = firm.api()
    assert api.refused("POST", "/clients", 422, address="Nowhere") == "Name can't be blank"
    assert api.refused("POST", "/clients", 422, name="Acme") == "Name has already been taken"


def test_a_client_with_projects_is_not_removable(firm: House) -> None:
    answer = firm.api().call("DELETE", f"/clients/{firm.ids['acme']}")
    sentence = "This client is not removable. It still has projects and/or invoices."
    assert answer.status_code == 422
    assert answer.json() == {"message": sentence}
    assert answer.headers["Hint"] == sentence


def test_a_deleted_client_is_answered_and_takes_its_contacts_along(firm: House) -> None:
    api = firm.api()
    client = api.post("/clients", name="Initech")
    contact = api.post("/contacts", client_id=client["id"], first_name="Bill")
    assert api.delete(f"/clients/{client['id']}") == client
    api.refused("GET", f"/clients/{client['id']}", 404)
    api.refused("GET", f"/contacts/{contact['id']}", 404)


def test_clients_are_filtered_by_activity_and_listed_newest_first(firm: House) -> None:
    api = firm.api()
    archived = api.post("/clients", name="Old", is_active=False)
    assert [row["id"] for row in api.get("/clients", is_active="false")["clients"]] == [archived["id"]]
    names = [row["name"] for row in api.get("/clients")["clients"]]
    assert names == ["Old", "Globex", "Acme"]


def test_a_contact_has_empty_strings_where_nothing_was_said(firm: House) -> None:
    contact = firm.api().post("/contacts", client_id=firm.ids["acme"], first_name="Wile")
    assert (contact["email"], contact["phone_office"], contact["phone_mobile"], contact["fax"]) == (
        "",
        "",
        "",
        "",
    )
    assert (contact["last_name"], contact["title"]) == (None, None)
    assert contact["client"] == {"id": firm.ids["acme"], "name": "Acme"}


def test_a_client_has_changed_with_its_contacts(firm: House) -> None:
    api, acme, globex = firm.api(), firm.ids["acme"], firm.ids["globex"]

    def changed(*does: Any) -> list[str]:
        before = api.get("/clients/" + str(acme))["updated_at"]
        firm.running.control.advance(timedelta(minutes=1))
        for do in does:
            do()
        return [row["name"] for row in api.get("/clients", updated_since=before)["clients"]]

    contact = api.post("/contacts", client_id=acme, first_name="Wile")
    place = f"/contacts/{contact['id']}"
    assert changed(lambda: api.post("/contacts", client_id=acme, first_name="Bugs")) == ["Acme"]
    assert changed(lambda: api.patch(place, first_name="Wile")) == []
    assert changed(lambda: api.patch(place, title="Genius")) == ["Acme"]
    assert changed(lambda: api.patch(place, client_id=globex)) == ["Globex", "Acme"]
    assert changed(lambda: api.delete(place)) == ["Globex"]


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"first_name": "Wile"}, "Client can't be blank"),
        ({"client_id": 1, "first_name": "Wile"}, "Client can't be blank"),
        ({}, "Client can't be blank, First name can't be blank"),
    ],
)
def test_a_contact_needs_a_client_and_a_first_name(
    firm: House, said: dict[str, object], message: str
) -> None:
    assert firm.api().refused("POST", "/contacts", 422, **said, x=1) == message


def test_a_contact_needs_a_plausible_mail_address(firm: House) -> None:
    api = firm.api()
    said = {"client_id": firm.ids["acme"], "first_name": "Wile", "email": "nonsense"}
    assert api.refused("POST", "/contacts", 422, **said) == "Email is not valid"


def test_a_contact_can_move_to_another_client(firm: House) -> None:
    api = firm.api()
    contact = api.post("/contacts", client_id=firm.ids["acme"], first_name="Wile")
    api.patch(f"/contacts/{contact['id']}", client_id=firm.ids["globex"])
    assert [row["id"] for row in api.get("/contacts", client_id=firm.ids["globex"])["contacts"]] == [
        contact["id"]
    ]
    assert api.get("/contacts", client_id=firm.ids["acme"])["contacts"] == []
    assert api.delete(f"/contacts/{contact['id']}")["id"] == contact["id"]


def test_a_task_is_billable_and_without_a_rate_unless_something_else_is_said(firm: House) -> None:
    task = firm.api().post("/tasks", name="Research")
    assert task["billable_by_default"] is True
    assert (task["default_hourly_rate"], task["is_default"], task["is_active"]) == (None, False, True)


def test_a_task_name_is_neither_missing_nor_longer_than_255(firm: House) -> None:
    api = firm.api()
    assert api.refused("POST", "/tasks", 422, name=" ") == "Name can't be blank"
    assert "too long" in api.refused("POST", "/tasks", 422, name="x" * 256)
    assert len(api.post("/tasks", name="x" * 255)["name"]) == 255


def test_a_task_with_time_stays(new: Builder) -> None:
    firm = new(entries=[{"task": "design"}])
    api = firm.api()
    api.refused("DELETE", f"/tasks/{firm.ids['design']}", 422)
    assert api.delete(f"/tasks/{firm.ids['coding']}")["name"] == "Coding"
    assert [row["name"] for row in api.get("/tasks")["tasks"]] == ["Design"]


def test_a_role_lists_its_people_and_shows_up_on_them(firm: House) -> None:
    api = firm.api()
    role = api.post("/roles", name="Founder", user_ids=[firm.ids["admin"]])
    assert role["user_ids"] == [firm.ids["admin"]]
    assert api.get("/users/me")["roles"] == ["Founder"]
    api.patch(f"/roles/{role['id']}", name="Owner", user_ids=[firm.ids["member"]])
    assert api.get("/users/me")["roles"] == []
    assert api.get(f"/users/{firm.ids['member']}")["roles"] == ["Designer", "Owner"]
    api.delete(f"/roles/{role['id']}")
    assert api.get(f"/users/{firm.ids['member']}")["roles"] == ["Designer"]


def test_a_role_name_is_unique(firm: House) -> None:
    firm.api().refused("POST", "/roles", 422, name="Designer")


def test_without_the_team_feature_there_are_no_roles(new: Builder) -> None:
    new(company={"team_feature": False}).api().refused("GET", "/roles", 403)


def test_an_update_that_changes_nothing_leaves_updated_at_alone(firm: House) -> None:
    api = firm.api()
    before = api.get(f"/clients/{firm.ids['acme']}")
    firm.running.control.advance(timedelta(hours=1))
    assert api.patch(f"/clients/{firm.ids['acme']}", name="Acme")["updated_at"] == before["updated_at"]
    assert api.patch(f"/clients/{firm.ids['acme']}", name="Acme Inc")["updated_at"] == "2026-03-02T10:30:00Z"


def test_updated_since_is_strictly_greater(firm: House) -> None:
    api = firm.api()
    stamp = api.get(f"/clients/{firm.ids['acme']}")["updated_at"]
    assert stamp == "2026-03-02T09:30:00Z"
    assert api.get("/clients", updated_since=stamp)["clients"] == []
    assert len(api.get("/clients", updated_since="2026-03-02T09:29:59Z")["clients"]) == 2
    assert len(api.get("/clients", updated_since="2026-03-02T10:29:59+01:00")["clients"]) == 2
