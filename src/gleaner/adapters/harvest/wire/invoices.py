"""Invoices and their payments (``harvest/api`` §17, §17.5)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from gleaner.adapters.harvest.wire.billing import Bill, Line
from gleaner.adapters.harvest.wire.objects import ProjectRef, Ref, Stamped, Wire, or_nothing

InvoiceState = Literal["draft", "open", "paid", "closed"]


class InvoiceLine(Line):
    project: ProjectRef | None = None


class Invoice(Bill):
    line_items: tuple[InvoiceLine, ...] = ()
    estimate: Ref | None = None
    retainer: Ref | None = None
    due_amount: Decimal = Decimal(0)
    """What is still to be paid."""
    state: Annotated[InvoiceState | None, or_nothing(InvoiceState)] = None
    period_start: date | None = None
    period_end: date | None = None
    """The days of the time and expenses that were imported, both included."""
    due_date: date | None = None
    payment_term: str = ""
    """``upon receipt``, ``net 15`` … ``net 60``, or ``custom``."""
    payment_options: tuple[str, ...] = ()
    paid_at: datetime | None = None
    paid_date: date | None = None
    closed_at: datetime | None = None
    recurring_invoice_id: int | None = None


class PaymentGateway(Wire):
    id: int | None = None
    name: str = ""


class Payment(Stamped):
    amount: Decimal = Decimal(0)
    paid_at: datetime | None = None
    paid_date: date | None = None
    recorded_by: str = ""
    recorded_by_email: str = ""
    notes: str = ""
    transaction_id: str = ""
    payment_gateway: PaymentGateway | None = None
