"""Invoices and their payments (``harvest/api`` §17, §17.5)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from gleaner.adapters.harvest.wire.billing import Bill, Line
from gleaner.adapters.harvest.wire.objects import ProjectRef, Ref, Stamped, Wire, or_nothing
from gleaner.core import invoices as core
from gleaner.core.catalog import ClientId, ProjectId

InvoiceState = Literal["draft", "open", "paid", "closed"]


class InvoiceLine(Line):
    project: ProjectRef | None = None

    def to_core(self) -> core.InvoiceLine:
        project_id = ProjectId(self.project.id) if self.project is not None else None
        return core.InvoiceLine(
            self.description, self.quantity, self.unit_price, self.amount, project_id, self.taxed, self.taxed2,
            self.kind,
        )  # fmt: skip


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

    def to_core(self) -> core.Invoice:
        """Raises ValueError when it names no client, or a state nobody knows: nothing could be said of it."""
        if self.client is None or self.state is None:
            raise ValueError(f"invoice {self.id} has no client, or no state that is known")
        period = None
        if self.period_start is not None and self.period_end is not None:
            period = (self.period_start, self.period_end)
        return core.Invoice(
            id=core.InvoiceId(self.id),
            client_id=ClientId(self.client.id),
            number=self.number,
            state=self.state,
            currency=self.currency,
            amount=self.amount,
            due_amount=self.due_amount,
            lines=tuple(one.to_core() for one in self.line_items),
            subject=self.subject,
            tax=self.tax,
            tax_amount=self.tax_amount,
            tax2=self.tax2,
            tax2_amount=self.tax2_amount,
            discount=self.discount,
            discount_amount=self.discount_amount,
            issue_date=self.issue_date,
            due_date=self.due_date,
            period=period,
            retainer_id=self.retainer.id if self.retainer is not None else None,
            creator_id=self.creator.id if self.creator is not None else None,
            client_key=self.client_key,
            created_at=self.created_at,
            updated_at=self.updated_at,
            sent_at=self.sent_at,
            paid_date=self.paid_date,
            notes=self.notes,
            purchase_order=self.purchase_order,
        )


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
