"""Payments of invoices, ``/invoices/{id}/payments`` (``harvest/api`` §17.5). They cannot be changed, only deleted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

from gleaner.adapters.harvest import wire
from gleaner.adapters.harvest.resource import Resource
from gleaner.adapters.harvest.transport import Transport


class InvoicePayments:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self, invoice_id: int, *, updated_since: datetime | None = None) -> Iterator[wire.Payment]:
        return self._of(invoice_id)._list({"updated_since": updated_since})

    def create(
        self,
        invoice_id: int,
        amount: Decimal,
        paid: date | datetime,
        *,
        send_thank_you: bool,
        notes: str = "",
    ) -> wire.Payment:
        """*paid* is a day or a moment. *send_thank_you* mails the client if the invoice is fully paid by this.

        It has no default: Harvest's own would mail.
        """
        when = "paid_at" if isinstance(paid, datetime) else "paid_date"
        body: dict[str, object] = {"amount": amount, when: paid, "send_thank_you": send_thank_you}
        return self._of(invoice_id)._create({**body, "notes": notes} if notes else body)

    def delete(self, invoice_id: int, payment_id: int) -> None:
        """A paid invoice with something due again becomes open (*uncertain*)."""
        self._of(invoice_id)._delete(payment_id)

    def _of(self, invoice_id: int) -> Resource[wire.Payment]:
        path = f"/invoices/{invoice_id}/payments"
        return Resource(self._transport, path, "invoice_payments", wire.Payment)
