"""Roles, teammates, rates, users and the company: what is sent and what is read."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import httpx2
import pytest
from tests.unit.adapters.harvest.clerk import Clerk

from gleaner.adapters.harvest import wire
from gleaner.core.errors import Unavailable

ROLE: dict[str, object] = {
    "id": 3,
    "name": "Designer",
    "user_ids": [501],
    "created_at": "2026-03-02T08:00:00Z",
}


@pytest.fixture
def clerk() -> Clerk:
    return Clerk()


def test_roles_are_listed_written_and_deleted(clerk: Clerk) -> None:
    clerk.tell_list("/roles", "roles", [ROLE], [{"id": 2, "name": "Founder"}])
    clerk.tell("GET", "/roles/3", ROLE)
    clerk.tell("POST", "/roles", ROLE)
    clerk.tell("PATCH", "/roles/3", ROLE)
    clerk.tell("DELETE", "/roles/3", httpx2.Response(200))
    roles = clerk.client.roles
    assert [(role.name, role.user_ids) for role in roles.list()] == [("Designer", (501,)), ("Founder", ())]
    assert roles.get(3).user_ids == (501,)
    roles.create("Designer", [501])
    assert clerk.body == {"name": "Designer", "user_ids": [501]}
    roles.update(3, "Artist")
    assert clerk.body == {"name": "Artist"}
    roles.update(3, "Artist", [])
    assert clerk.body == {"name": "Artist", "user_ids": []}
    roles.delete(3)
    assert clerk.sent[-1] == ("DELETE", "/roles/3")


def test_teammates_are_read_and_replaced_as_a_whole(clerk: Clerk) -> None:
    mate: dict[str, object] = {"id": 502, "first_name": "Bo", "last_name": "Li", "email": "bo@studio.example"}
    clerk.tell_list("/users/501/teammates", "teammates", [mate])
    clerk.tell("PATCH", "/users/501/teammates", httpx2.ReadTimeout("slow"), {"teammates": [mate]})
    assert [one.email for one in clerk.client.teammates.of(501)] == ["bo@studio.example"]
    assert [one.id for one in clerk.client.teammates.replace(501, [502])] == [502]
    assert clerk.body == {"teammate_ids": [502]}
    assert clerk.sent[-2:] == [("PATCH", "/users/501/teammates")] * 2


def test_teammates_that_cannot_be_read_are_said_to_be_so(clerk: Clerk) -> None:
    clerk.tell("PATCH", "/users/501/teammates", {"people": []})
    with pytest.raises(Unavailable, match='no list "teammates"'):
        clerk.client.teammates.replace(501, [])


@pytest.mark.parametrize("kind", ["billable_rates", "cost_rates"])
def test_one_rate_can_be_asked_for(clerk: Clerk, kind: str) -> None:
    clerk.tell("GET", f"/users/501/{kind}/2", {"id": 2, "amount": 95.0, "start_date": "2026-01-01"})
    rate = getattr(clerk.client, kind).get(501, 2)
    assert (rate.amount, rate.start_date, rate.end_date) == (Decimal(95), date(2026, 1, 1), None)


def test_a_new_person_may_have_rates_at_once(clerk: Clerk) -> None:
    clerk.tell("POST", "/users", {"id": 503, "first_name": "Cy"})
    clerk.client.users.create(
        first_name="Cy", last_name="Oh", email="cy@studio.example", cost_rate=Decimal(40), roles=["Designer"]
    )
    assert clerk.body == {
        "first_name": "Cy", "last_name": "Oh", "email": "cy@studio.example", "cost_rate": 40.0,
        "roles": ["Designer"],
    }  # fmt: skip


def test_a_person_of_today_is_read_whole() -> None:
    user = wire.read(
        wire.User,
        {"id": 1, "permissions_claims": ["timers:read:own"], "can_create_projects": True, "employee_id": 7,
         "created_at": "2026-01-01T08:00:00Z", "calendar_integration_source": None},
    )  # fmt: skip
    assert (user.permissions_claims, user.can_create_projects, user.employee_id) == (
        ("timers:read:own",), True, "7",
    )  # fmt: skip
    assert user.created_at is not None


def test_a_company_of_today_is_read_whole() -> None:
    company = wire.read(
        wire.Company,
        {"name": "Studio", "time_format": "decimal", "date_format": "%d/%m/%Y", "plan_type": "simple-v4",
         "expense_feature": False, "decimal_symbol": ",", "color_scheme": "orange", "day_entry_notes_required": True},
    )  # fmt: skip
    assert (company.expense_feature, company.invoice_feature, company.decimal_symbol) == (False, True, ",")
    assert (company.day_entry_notes_required, company.plan_type) == (True, "simple-v4")


def test_a_company_can_be_told_how_it_keeps_time(clerk: Clerk) -> None:
    clerk.tell("PATCH", "/company", {"wants_timestamp_timers": True})
    assert clerk.client.company.update(wants_timestamp_timers=True).wants_timestamp_timers
    assert clerk.body == {"wants_timestamp_timers": True}
