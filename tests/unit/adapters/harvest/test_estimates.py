"""Estimates, their lines and their messages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import httpx2
import pytest
from tests.unit.adapters.harvest.clerk import Clerk

from gleaner.adapters.harvest import wire
from gleaner.adapters.harvest.client import Client
from gleaner.adapters.harvest.messages import Recipient
from gleaner.core.errors import Refused, Unavailable

ESTIMATE: dict[str, object] = {
    "id": 1439818, "client_key": "13", "number": "1001", "purchase_order": "5678", "amount": 9630.0, "tax": 5.0,
    "tax_amount": 450.0, "tax2": 2.0, "tax2_amount": 180.0, "discount": 10.0, "discount_amount": 1000.0,
    "subject": "Online store", "notes": None, "state": "sent", "issue_date": "2026-03-02",
    "sent_at": "2026-03-02T09:00:00Z", "accepted_at": None, "declined_at": None, "currency": "USD",
    "created_at": "2026-03-02T08:00:00Z", "updated_at": "2026-03-02T09:00:00Z",
    "client": {"id": 301, "name": "Acme"}, "creator": {"id": 500, "name": "Owner One"},
    "line_items": [
        {"id": 5, "kind": "Service", "description": "Design", "quantity": 100, "unit_price": 100.0,
         "amount": 10000.0, "taxed": True, "taxed2": True},
    ],
}  # fmt: skip
MESSAGE: dict[str, object] = {
    "id": 9,
    "recipients": [],
    "event_type": "send",
    "created_at": "2026-03-02T09:00:00Z",
}


@pytest.fixture
def clerk() -> Clerk:
    clerk = Clerk()
    clerk.tell("POST", "/estimates", ESTIMATE)
    clerk.tell("PATCH", "/estimates/1439818", ESTIMATE)
    clerk.tell("POST", "/estimates/1439818/messages", MESSAGE)
    return clerk


def test_an_estimate_is_read_whole(clerk: Clerk) -> None:
    clerk.tell("GET", "/estimates/1439818", ESTIMATE)
    estimate = clerk.client.estimates.get(1439818)
    assert (estimate.state, estimate.amount, estimate.currency) == ("sent", Decimal(9630), "USD")
    assert estimate.sent_at == datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert (estimate.accepted_at, estimate.notes) == (None, "")
    assert [line.amount for line in estimate.line_items] == [Decimal(10000)]
    least = wire.read(wire.Estimate, {"id": 1})
    assert (least.state, least.line_items, least.amount) == (None, (), Decimal(0))


def test_estimates_come_page_by_page_with_every_filter(clerk: Clerk) -> None:
    clerk.tell_list("/estimates", "estimates", [ESTIMATE], [{**ESTIMATE, "id": 2}])
    found = clerk.client.estimates.list(
        first=date(2026, 3, 1), last=date(2026, 3, 31), client_id=301, state="sent",
        updated_since=datetime(2026, 3, 1, tzinfo=UTC),
    )  # fmt: skip
    assert next(found).id == 1439818
    assert clerk.query == {
        "from": "2026-03-01", "to": "2026-03-31", "client_id": "301", "state": "sent",
        "updated_since": "2026-03-01T00:00:00Z",
    }  # fmt: skip
    assert [one.id for one in found] == [2]


def test_an_estimate_is_written_changed_and_deleted(clerk: Clerk) -> None:
    clerk.tell("DELETE", "/estimates/1439818", httpx2.Response(200))
    estimates = clerk.client.estimates
    estimates.create(301, [{"kind": "Service", "unit_price": Decimal(100)}], subject="Online store")
    assert clerk.body == {
        "client_id": 301, "subject": "Online store", "line_items": [{"kind": "Service", "unit_price": 100.0}],
    }  # fmt: skip
    estimates.append_lines(1439818, [{"kind": "Product", "unit_price": Decimal(5)}])
    assert clerk.body == {"line_items": [{"kind": "Product", "unit_price": 5.0}]}
    estimates.remove_lines(1439818, [5])
    assert clerk.body == {"line_items": [{"id": 5, "_destroy": True}]}
    estimates.update(1439818, client_id=302)
    assert clerk.body == {"client_id": 302}
    estimates.delete(1439818)
    assert clerk.sent[-1] == ("DELETE", "/estimates/1439818")


@pytest.mark.parametrize(
    ("move", "event"),
    [
        (lambda client: client.estimate_messages.mark_as_sent(1439818), "send"),
        (lambda client: client.estimate_messages.mark_as_accepted(1439818), "accept"),
        (lambda client: client.estimate_messages.mark_as_declined(1439818), "decline"),
        (lambda client: client.estimate_messages.reopen(1439818), "re-open"),
    ],
)
def test_a_move_carries_the_event_and_nobody_to_mail(
    clerk: Clerk, move: Callable[[Client], wire.Message], event: str
) -> None:
    assert move(clerk.client).id == 9
    assert clerk.body == {"event_type": event}


def test_an_estimate_is_mailed_once_to_somebody(clerk: Clerk) -> None:
    messages = clerk.client.estimate_messages
    messages.send_by_mail(1439818, [Recipient("cleo@acme.example")], subject="Estimate")
    assert clerk.body == {
        "recipients": [{"email": "cleo@acme.example"}], "subject": "Estimate", "send_me_a_copy": False,
    }  # fmt: skip
    with pytest.raises(Refused, match="Nothing was mailed"):
        messages.send_by_mail(1439818, [])
    clerk.tell("POST", "/estimates/1439818/messages", httpx2.ReadTimeout("slow"))
    with pytest.raises(Unavailable):
        messages.send_by_mail(1439818, [Recipient("cleo@acme.example")])
    assert len(clerk.asked) == 2


def test_messages_of_an_estimate_are_listed_and_deleted(clerk: Clerk) -> None:
    path = "/estimates/1439818/messages"
    clerk.tell_list(path, "estimate_messages", [MESSAGE])
    clerk.tell("DELETE", f"{path}/9", httpx2.Response(200))
    assert [one.event_type for one in clerk.client.estimate_messages.list(1439818)] == ["send"]
    clerk.client.estimate_messages.delete(1439818, 9)
    assert clerk.sent[-1] == ("DELETE", f"{path}/9")
