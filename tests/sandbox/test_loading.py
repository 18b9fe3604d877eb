"""Seeds: what is unsaid, what is refused, and all or nothing."""

from collections.abc import Mapping
from typing import Any, cast

import pytest
from tests.sandbox import house
from tests.sandbox.conftest import Builder
from tests.sandbox.house import House

from gleaner_sandbox import seeds
from gleaner_sandbox.clock import Clock
from gleaner_sandbox.rules import zones
from gleaner_sandbox.seed import Seed
from gleaner_sandbox.state import State


def test_the_empty_seed_has_two_accounts_with_an_administrator_each() -> None:
    state = State(clock=Clock())
    state.load(seeds.empty())
    accounts = state.accounts()
    assert [len(account["people"]) for account in accounts] == [1, 1]
    assert all(account["people"][0]["access_roles"] == ["administrator"] for account in accounts)
    state.close()


def test_a_broken_seed_leaves_nothing_behind() -> None:
    state = State(clock=Clock())
    good, bad = seeds.empty()["accounts"]
    bad["clients"] = [{"id": 1, "name": "One"}, {"id": 1, "name": "Two"}]
    with pytest.raises(Exception, match="UNIQUE"):
        state.load({"accounts": [good, bad]})
    assert state.accounts() == []
    assert set(state.counts().values()) == {0}
    state.close()


def test_a_misspelt_key_is_refused() -> None:
    state = State(clock=Clock())
    seed = cast("Seed", {"accounts": [{"id": 1, "name": "X", "users": [], "cleints": []}]})
    with pytest.raises(ValueError, match="cleints"):
        state.load(seed)
    state.close()


@pytest.mark.parametrize(
    "seed",
    [
        {"accounts": [], "app": []},
        {"accounts": [], "apps": [{"client_id": "a", "client_secret": "s", "name": "A"}]},
        {
            "accounts": [],
            "apps": [{"client_id": "a", "client_secret": "s", "name": "A", "redirect_uris": "x:y"}],
        },
        {
            "accounts": [],
            "apps": [
                {"client_id": "a", "client_secret": "", "name": "A", "redirect_uris": ["https://a.example"]}
            ],
        },
        {
            "accounts": [],
            "apps": [
                {
                    "client_id": "a",
                    "client_secret": "s",
                    "name": "A",
                    "redirect_uris": ["https://a.example"],
                    "x": 1,
                }
            ],
        },
    ],
)
def test_an_app_that_is_none_is_refused(seed: Any) -> None:
    state = State(clock=Clock())
    with pytest.raises(ValueError, match="seed: "):
        state.load(seed)
    state.close()


def test_stamps_of_the_seed_are_kept_and_missing_ones_are_now(new: Builder) -> None:
    entries: list[Any] = [{"created_at": "2026-02-01T10:00:00Z"}, {}]
    firm = new(entries=entries)
    rows = firm.api().get("/time_entries")["time_entries"]
    assert [row["created_at"] for row in rows] == ["2026-03-02T09:30:00Z", "2026-02-01T10:00:00Z"]
    assert [row["updated_at"] for row in rows] == ["2026-03-02T09:30:00Z", "2026-02-01T10:00:00Z"]


def test_an_entry_of_the_seed_may_have_times_instead_of_hours(new: Builder) -> None:
    entry: Any = {"hours": None, "started_time": "9:00am", "ended_time": "10:15am"}
    (row,) = new(entries=[entry]).api().get("/time_entries")["time_entries"]
    assert (row["hours"], row["started_time"], row["ended_time"]) == (1.25, "9:00am", "10:15am")


def test_people_get_the_roles_they_name_and_those_that_name_them(new: Builder) -> None:
    firm: House = new()
    assert firm.api().get(f"/users/{firm.ids['member']}")["roles"] == ["Designer"]


def test_every_zone_of_harvest_is_known() -> None:
    assert len(zones.names()) >= 149
    for name in zones.names():
        zones.zone(name)


def test_an_invoice_of_the_seed_may_import_and_be_paid_as_a_whole(new: Builder) -> None:
    firm = new(entries=[{"hours": 2}], more=lambda ids: {"invoices": [_imported(ids, "task")]})
    (invoice,) = firm.api().get("/invoices")["invoices"]
    assert [line["quantity"] for line in invoice["line_items"]] == [2.0]
    assert (invoice["state"], invoice["due_amount"]) == ("paid", 0.0)
    assert (invoice["period_start"], invoice["period_end"]) == ("2026-03-02", "2026-03-02")
    (entry,) = firm.api().get("/time_entries")["time_entries"]
    assert entry["invoice"] == {"id": invoice["id"], "number": invoice["number"]}
    firm.api().delete(f"/invoices/{invoice['id']}")
    assert firm.api().get(f"/time_entries/{entry['id']}")["is_billed"] is False


def test_an_import_of_the_seed_that_makes_no_sense_is_refused(new: Builder) -> None:
    with pytest.raises(ValueError, match=r"invoice 1: Line items import time summary type"):
        new(more=lambda ids: {"invoices": [_imported(ids, "moon")]})


def _imported(ids: Mapping[str, int], summary: str) -> dict[str, Any]:
    wanted = {"project_ids": [ids["portal"]], "time": {"summary_type": summary}}
    invoice = {"id": 1, "client_id": ids["acme"], "state": "open", "line_items_import": wanted}
    return {**invoice, "id": 1 if summary == "moon" else ids["acme"], "payments": [{}]}


def test_a_seed_may_have_the_mails_about_its_documents(new: Builder) -> None:
    """They are shown as sent by the person named, and are not sent again."""
    mail = {"recipients": [{"email": "grace@acme.example"}], "subject": "Our work"}
    firm = new(
        more=lambda ids: {
            "invoices": [
                {
                    "id": ids["acme"],
                    "client_id": ids["acme"],
                    "sent_at": "2026-02-02T10:00:00Z",
                    "messages": [
                        mail,
                        {**mail, "sent_by": ids["manager"], "created_at": "2026-02-09T10:00:00Z"},
                    ],
                }
            ],
            "estimates": [{"id": ids["acme"], "client_id": ids["acme"], "messages": [mail]}],
        }
    )
    api, place = firm.api(), firm.ids["acme"]
    later, first = api.get(f"/invoices/{place}/messages")["invoice_messages"]
    assert (first["created_at"], first["sent_by"]) == ("2026-02-02T10:00:00Z", "Admin Person")
    assert (later["created_at"], later["sent_by"]) == ("2026-02-09T10:00:00Z", "Manager Person")
    assert first["recipients"] == [{"name": None, "email": "grace@acme.example"}]
    (told,) = api.get(f"/estimates/{place}/messages")["estimate_messages"]
    assert (told["subject"], told["created_at"]) == ("Our work", house.NOW)
    outbox = api.call("GET", f"{firm.running.control_url}/outbox?account_id={firm.account_id}").json()
    assert outbox["outbox"] == []
    assert "messages" not in api.get(f"/invoices/{place}")
