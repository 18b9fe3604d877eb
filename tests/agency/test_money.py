"""What the agency spent and billed: through the API, as whoever looks around in it sees it."""

import base64
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from tests.agency.conftest import world_of
from tests.sandbox.house import Api

from gleaner_sandbox import agency
from gleaner_sandbox.agency.period import DEMO_DAY
from gleaner_sandbox.clock import Clock
from gleaner_sandbox.rules.receipts import content_type
from gleaner_sandbox.server import serve_in_thread
from gleaner_sandbox.state import State


@pytest.fixture(scope="module")
def api() -> Iterator[Api]:
    """The owner's view of the first agency, on the demo's first morning."""
    state = State(clock=Clock(datetime.fromisoformat(f"{DEMO_DAY}T06:00:00Z")))
    state.load(agency.harvest_seed(world_of(1)))
    headers = {"Authorization": "Bearer sandbox-owner-1", "Harvest-Account-Id": "1000001"}
    with serve_in_thread(state, limits=False) as running, Api(running.base_url, headers) as one:
        yield one
    state.close()


def listed(api: Api, kind: str) -> list[dict[str, Any]]:
    return list(api.get(f"/{kind}")[kind])


def test_the_invoices_of_january_are_paid_but_for_an_open_one_and_a_draft(api: Api) -> None:
    invoices = listed(api, "invoices")
    assert len(invoices) == 8
    assert sorted(one["state"] for one in invoices) == ["draft", "open", *["paid"] * 6]
    for one in invoices:
        assert one["amount"] > 0
        assert one["due_amount"] == (0 if one["state"] == "paid" else one["amount"])
        if one["state"] == "paid":
            assert len(api.get(f"/invoices/{one['id']}/payments")["invoice_payments"]) == 1


def test_what_was_sent_went_with_a_mail_to_a_contact_of_the_client(api: Api) -> None:
    contacts = {one["email"]: one["client"]["id"] for one in listed(api, "contacts")}
    for kind, word in (("invoices", "invoice"), ("estimates", "estimate")):
        for one in listed(api, kind):
            messages = api.get(f"/{kind}/{one['id']}/messages")[f"{word}_messages"]
            assert len(messages) == (one["sent_at"] is not None)
            for message in messages:
                assert message["created_at"] == one["sent_at"]
                assert one["number"] in message["subject"]
                assert message["sent_by_email"] == "quinn@larkfield.example"
                (recipient,) = message["recipients"]
                assert contacts[recipient["email"]] == one["client"]["id"]


def test_the_hours_on_the_lines_are_those_of_the_entries(api: Api) -> None:
    entries = listed(api, "time_entries")
    billed = [one for one in entries if one["is_billed"]]
    assert len(billed) > 100
    for invoice in listed(api, "invoices"):
        mine = [one for one in billed if one["invoice"]["id"] == invoice["id"]]
        lines = [one for one in invoice["line_items"] if "(" in (one["description"] or "")]
        hours = sum(one["quantity"] for one in lines if one["kind"] == "Service")
        assert hours == pytest.approx(sum(one["hours"] for one in mine))


def test_nothing_billed_is_near_the_weeks_of_the_demo(api: Api) -> None:
    """So no project is locked on a day that somebody writes to."""
    billed = [one for kind in ("time_entries", "expenses") for one in listed(api, kind) if one["is_billed"]]
    assert max(one["spent_date"] for one in billed) <= "2026-01-31"
    late = [one for one in listed(api, "time_entries") if one["spent_date"] >= "2026-02-01"]
    assert not any(one["is_locked"] for one in late)


def test_billing_leaves_the_history_as_it_was_logged(api: Api) -> None:
    seed = {one.get("id"): one for one in agency.harvest_seed(world_of(1))["accounts"][0]["time_entries"]}
    shown = listed(api, "time_entries")
    assert {one["id"] for one in shown} == set(seed)
    for one in shown:
        said = seed[one["id"]]
        assert (one["hours"], one["notes"], one["updated_at"]) == (
            said.get("hours"),
            said.get("notes"),
            said.get("created_at"),
        )


def test_people_spend_on_several_things_and_keep_receipts(api: Api) -> None:
    expenses = listed(api, "expenses")
    assert len(expenses) >= 15
    assert {one["expense_category"]["name"] for one in expenses} == {"Travel", "Meals", "Software", "Mileage"}
    assert {one["is_closed"] for one in expenses} == {True, False}
    assert {one["receipt"]["content_type"] for one in expenses if one["receipt"]} == {
        "image/png",
        "application/pdf",
    }
    assert all(one["user_assignment"] for one in expenses)


def test_one_estimate_is_accepted_and_one_is_sent(api: Api) -> None:
    assert sorted(one["state"] for one in listed(api, "estimates")) == ["accepted", "sent"]


@pytest.mark.parametrize("seed", [1, 2, 13])
def test_receipts_are_files_and_a_shorter_history_is_the_beginning_of_a_longer_one(seed: int) -> None:
    short, whole = (agency.harvest_seed(world_of(seed), weeks_of_history=n)["accounts"][0] for n in (2, 8))
    early = [one for one in whole["expenses"] if one["spent_date"] < "2026-01-26"]
    assert short["expenses"] == early
    assert short["invoices"] == []
    for one in whole["expenses"]:
        receipt = one.get("receipt")
        if receipt:
            assert content_type(receipt["file_name"], base64.b64decode(receipt["data"]))
