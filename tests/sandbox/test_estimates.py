"""Estimates: fields, lines, states, messages, categories.  Source: api.md §18."""

from collections.abc import Mapping
from typing import Any

import pytest
from tests.sandbox.conftest import Builder
from tests.sandbox.house import MONDAY, NOW, Api, House

ADA = {"name": "Ada", "email": "ada@acme.example"}
LINE = {"kind": "Service", "unit_price": 100, "quantity": 100, "taxed": True, "taxed2": True}
KEYS = [
    *"id client_key number purchase_order amount tax tax_amount tax2 tax2_amount discount discount_amount".split(),
    *"subject notes state issue_date sent_at created_at updated_at accepted_at declined_at currency".split(),
    *"client creator line_items".split(),
]


def estimate(firm: House, **said: Any) -> Any:
    return firm.api().post("/estimates", **{"client_id": firm.ids["acme"], "line_items": [LINE], **said})


def event(api: Api, made: Any, word: str) -> Any:
    """The estimate after an event."""
    api.post(f"/estimates/{made['id']}/messages", event_type=word)
    return api.get(f"/estimates/{made['id']}")


def test_the_docs_sample_adds_up(firm: House) -> None:
    made = estimate(firm, discount=10, tax=5, tax2=2)
    assert list(made) == KEYS
    figures = [made[key] for key in ("discount_amount", "tax_amount", "tax2_amount", "amount")]
    assert figures == [1000.0, 450.0, 180.0, 9630.0]
    assert (made["state"], made["currency"], made["issue_date"], made["number"]) == (
        "draft",
        "EUR",
        MONDAY,
        "1",
    )
    (line,) = made["line_items"]
    assert list(line) == "id kind description quantity unit_price amount taxed taxed2".split()


def test_lines_change_as_those_of_invoices_do(firm: House) -> None:
    made = estimate(firm)
    said = [{"id": made["line_items"][0]["id"], "quantity": 1.5}, {"kind": "Product", "unit_price": 7}]
    changed = firm.api().patch(f"/estimates/{made['id']}", line_items=said, subject="New")
    assert ([line["amount"] for line in changed["line_items"]], changed["amount"]) == ([150.0, 7.0], 157.0)
    assert changed["subject"] == "New"


def test_estimates_count_apart_from_invoices(firm: House) -> None:
    firm.api().post("/invoices", client_id=firm.ids["acme"], number="500")
    assert [estimate(firm)["number"], estimate(firm)["number"]] == ["1", "2"]


@pytest.mark.parametrize(
    ("events", "state"),
    [
        (["send"], "sent"),
        (["accept"], "accepted"),
        (["send", "accept"], "accepted"),
        (["send", "decline"], "declined"),
        (["send", "accept", "re-open"], "sent"),
        (["send", "accept", "re-open", "send"], "sent"),
        (["accept", "re-open"], "draft"),
        (["send", "decline", "re-open", "accept"], "accepted"),
    ],
)
def test_events_lead_from_state_to_state(firm: House, events: list[str], state: str) -> None:
    made = estimate(firm)
    for word in events:
        now = event(firm.api(), made, word)
    assert now["state"] == state
    stamps = {"sent": "sent_at", "accepted": "accepted_at", "declined": "declined_at"}
    assert state == "draft" or now[stamps[state]] == NOW
    assert (now["accepted_at"] is not None) == (state == "accepted")
    assert (now["declined_at"] is not None) == (state == "declined")


@pytest.mark.parametrize(
    ("before", "word"),
    [
        ([], "re-open"),
        ([], "view"),
        ([], "invoice"),
        ([], "decline"),
        (["send", "accept"], "send"),
        (["send", "accept"], "decline"),
        (["send", "decline"], "accept"),
        (["send"], "re-open"),
    ],
)
def test_other_events_are_refused(firm: House, before: list[str], word: str) -> None:
    api, made = firm.api(), estimate(firm)
    for earlier in before:
        event(api, made, earlier)
    api.refused("POST", f"/estimates/{made['id']}/messages", 422, event_type=word)


def test_a_reopened_estimate_may_be_a_draft(firm: House) -> None:
    firm.running.state.switches.turn({"reopened_estimate": "draft"})
    made = estimate(firm)
    for word in ("send", "accept"):
        event(firm.api(), made, word)
    assert event(firm.api(), made, "re-open")["state"] == "draft"


def test_a_mail_needs_recipients_and_nothing_else(firm: House) -> None:
    api, made = firm.api(), estimate(firm)
    place = f"/estimates/{made['id']}/messages"
    assert api.refused("POST", place, 422, body="x", send_me_a_copy=True) == "Recipients can't be blank"
    sent = api.post(place, recipients=[ADA])
    assert list(sent) == [
        *"id sent_by sent_by_email sent_from sent_from_email send_me_a_copy created_at updated_at".split(),
        *"event_type recipients subject body".split(),
    ]
    assert api.get(f"/estimates/{made['id']}")["state"] == "sent"
    assert api.get(place)["estimate_messages"] == [sent]
    api.delete(f"{place}/{sent['id']}")
    assert api.get(f"/estimates/{made['id']}")["state"] == "sent"


def test_lists_narrow_by_client_state_and_days(firm: House) -> None:
    api = firm.api()
    old, other = estimate(firm, issue_date="2026-01-01"), estimate(firm, client_id=firm.ids["globex"])
    event(api, old, "send")

    def found(**query: Any) -> list[int]:
        return [row["id"] for row in api.get("/estimates", **query)["estimates"]]

    assert found() == [other["id"], old["id"]]
    assert found(client_id=firm.ids["globex"]) == [other["id"]]
    assert found(state="sent") == [old["id"]]
    assert found(to="2026-01-31") == [old["id"]]


def test_an_invoice_may_come_from_an_estimate(firm: House) -> None:
    api, made = firm.api(), estimate(firm)
    invoice = api.post("/invoices", client_id=firm.ids["acme"], estimate_id=made["id"])
    assert invoice["estimate"] == {"id": made["id"]}
    (message,) = api.get(f"/estimates/{made['id']}/messages")["estimate_messages"]
    assert message["event_type"] == "invoice"


def test_a_deleted_estimate_is_gone(firm: House) -> None:
    made = estimate(firm)
    firm.api().delete(f"/estimates/{made['id']}")
    firm.api().refused("GET", f"/estimates/{made['id']}", 404)


def test_estimates_are_for_administrators_and_estimates_managers(new: Builder) -> None:
    firm = new(
        roles={"manager": ["manager", "estimates_manager"], "member": ["member"], "other": ["manager"]}
    )
    made = estimate(firm)
    assert firm.api("manager").get("/estimates")["total_entries"] == 1
    assert event(firm.api("manager"), made, "send")["state"] == "sent"
    for who in ("member", "other"):
        firm.api(who).refused("GET", f"/estimates/{made['id']}", 403)
    firm.api("manager").refused("GET", "/estimate_item_categories", 403)


def test_categories_are_there_and_can_be_made_and_removed(firm: House) -> None:
    api = firm.api()
    names = [one["name"] for one in api.get("/estimate_item_categories")["estimate_item_categories"]]
    assert sorted(names) == ["Product", "Service"]
    made = api.post("/estimate_item_categories", name="Travel")
    assert list(made) == ["id", "name", "created_at", "updated_at"]
    api.refused("POST", "/estimate_item_categories", 422, name="Travel")
    assert api.patch(f"/estimate_item_categories/{made['id']}", name="Trips")["name"] == "Trips"
    api.delete(f"/estimate_item_categories/{made['id']}")
    api.refused("GET", f"/estimate_item_categories/{made['id']}", 404)


def test_a_seed_may_hold_estimates_and_categories(new: Builder) -> None:
    def more(ids: Mapping[str, int]) -> dict[str, Any]:
        sent = {
            "id": ids["acme"],
            "client_id": ids["acme"],
            "state": "sent",
            "sent_at": NOW,
            "line_items": [LINE],
        }
        return {"estimates": [sent], "estimate_item_categories": [{"name": "Travel"}]}

    firm = new(more=more)
    (made,) = firm.api().get("/estimates")["estimates"]
    assert (made["state"], made["amount"], made["number"]) == ("sent", 10000.0, "1")
    categories = firm.api().get("/estimate_item_categories")["estimate_item_categories"]
    assert {one["name"] for one in categories} == {"Travel", "Service", "Product"}


def test_an_invoice_is_made_from_an_estimate_for_its_own_client_only(firm: House) -> None:
    api, acme, globex = firm.api(), firm.ids["acme"], firm.ids["globex"]
    made = api.post("/estimates", client_id=acme)["id"]
    wrong = "Estimate must be for the same client"
    assert api.refused("POST", "/invoices", 422, client_id=globex, estimate_id=made) == wrong
    assert api.get(f"/estimates/{made}/messages")["estimate_messages"] == []
    other = api.post("/invoices", client_id=globex)["id"]
    assert api.refused("PATCH", f"/invoices/{other}", 422, estimate_id=made) == wrong
    own = api.post("/invoices", client_id=acme, estimate_id=made)
    place = f"/invoices/{own['id']}"
    assert api.refused("PATCH", place, 422, client_id=globex) == wrong
    assert api.patch(place, estimate_id=made, subject="again")["estimate"] == {"id": made}
    api.delete(f"/estimates/{made}")
    assert api.patch(place, client_id=globex)["client"]["id"] == globex, (
        "of an estimate that is gone nothing is known"
    )
