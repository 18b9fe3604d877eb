"""Payments: a day or a moment, and no thanks that nobody asked for."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import httpx2
import pytest
from tests.unit.adapters.harvest.clerk import Clerk

from gleaner.core.errors import Unavailable

PATH = "/invoices/7001/payments"
PAYMENT: dict[str, object] = {
    "id": 10112854, "amount": 10700.5, "paid_at": "2026-03-21T00:00:00Z", "paid_date": "2026-03-21",
    "recorded_by": "Alice", "recorded_by_email": "alice@studio.example", "notes": None, "transaction_id": None,
    "payment_gateway": {"id": None, "name": None}, "created_at": "2026-03-21T08:00:00Z",
    "updated_at": "2026-03-21T08:00:00Z",
}  # fmt: skip


@pytest.fixture
def clerk() -> Clerk:
    clerk = Clerk()
    clerk.tell("POST", PATH, PAYMENT)
    return clerk


def test_a_payment_on_a_day(clerk: Clerk) -> None:
    made = clerk.client.invoice_payments.create(
        7001, Decimal("10700.50"), date(2026, 3, 21), send_thank_you=False
    )
    assert clerk.body == {"amount": 10700.5, "paid_date": "2026-03-21", "send_thank_you": False}
    assert (made.amount, made.paid_date, made.notes) == (Decimal("10700.5"), date(2026, 3, 21), "")
    assert made.payment_gateway is not None
    assert made.payment_gateway.name == ""


def test_a_payment_at_a_moment(clerk: Clerk) -> None:
    paid = datetime(2026, 3, 21, 9, 30, tzinfo=UTC)
    clerk.client.invoice_payments.create(7001, Decimal(1), paid, send_thank_you=True, notes="by card")
    assert clerk.body == {
        "amount": 1.0, "paid_at": "2026-03-21T09:30:00Z", "send_thank_you": True, "notes": "by card",
    }  # fmt: skip


def test_a_payment_is_never_recorded_twice(clerk: Clerk) -> None:
    clerk.tell("POST", PATH, httpx2.ReadTimeout("slow"))
    with pytest.raises(Unavailable) as error:
        clerk.client.invoice_payments.create(7001, Decimal(1), date(2026, 3, 21), send_thank_you=False)
    assert error.value.answer_lost
    assert len(clerk.asked) == 1


def test_payments_are_listed_and_deleted(clerk: Clerk) -> None:
    clerk.tell_list(PATH, "invoice_payments", [PAYMENT])
    clerk.tell("DELETE", f"{PATH}/10112854", httpx2.Response(200))
    since = datetime(2026, 3, 1, tzinfo=UTC)
    assert [one.id for one in clerk.client.invoice_payments.list(7001, updated_since=since)] == [10112854]
    assert clerk.query == {"updated_since": "2026-03-01T00:00:00Z"}
    clerk.client.invoice_payments.delete(7001, 10112854)
    assert clerk.sent[-1] == ("DELETE", f"{PATH}/10112854")
