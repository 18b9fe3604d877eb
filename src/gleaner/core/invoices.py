"""Invoices as Harvest has them, and the four ways in which Gleaner can change one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, NewType

from gleaner.core.catalog import ClientId, EntryId, ProjectId

InvoiceId = NewType("InvoiceId", int)
InvoiceState = Literal["draft", "open", "paid", "closed"]
TimeSummary = Literal["project", "task", "people", "detailed"]
ExpenseSummary = Literal["project", "category", "people", "detailed"]
PaymentTerm = Literal["upon receipt", "net 15", "net 30", "net 45", "net 60", "custom"]
Days = tuple[date, date]
"""First and last, both included."""


@dataclass(frozen=True)
class InvoiceLine:
    """One line of an invoice; its amount is before discount and tax."""

    description: str
    quantity: Decimal
    unit_price: Decimal
    amount: Decimal
    project_id: ProjectId | None = None
    taxed: bool = False
    taxed2: bool = False
    kind: str = ""


@dataclass(frozen=True)
class Invoice:
    """An invoice in Harvest. Percentages and amounts as there; amounts are in *currency*."""

    id: InvoiceId
    client_id: ClientId
    number: str
    state: InvoiceState
    currency: str
    amount: Decimal
    due_amount: Decimal
    """What is still to be paid."""
    lines: tuple[InvoiceLine, ...] = ()
    subject: str = ""
    tax: Decimal | None = None
    tax_amount: Decimal = Decimal(0)
    tax2: Decimal | None = None
    tax2_amount: Decimal = Decimal(0)
    discount: Decimal | None = None
    discount_amount: Decimal = Decimal(0)
    issue_date: date | None = None
    due_date: date | None = None
    period: Days | None = None
    retainer_id: int | None = None
    creator_id: int | None = None
    client_key: str = ""
    """The last part of the address of the page the client sees."""
    created_at: datetime | None = None
    updated_at: datetime | None = None
    sent_at: datetime | None = None
    paid_date: date | None = None
    notes: str = ""
    """Seen by the client."""
    purchase_order: str = ""


@dataclass(frozen=True)
class FeeLine:
    """A line that is not made of tracked time: part of a fixed fee, money for a retainer."""

    description: str
    amount: Decimal
    project_id: ProjectId | None = None


@dataclass(frozen=True)
class CreateInvoice:
    """A draft, always. Either of tracked time and expenses of *projects*, or of *fees*."""

    client_id: ClientId
    currency: str
    """Of the client; a draft in another one is a fault."""
    projects: tuple[ProjectId, ...] = ()
    days: Days | None = None
    """The days whose uninvoiced time and expenses are billed; None: nothing tracked is."""
    time: TimeSummary | None = None
    """One line per what; None: no time."""
    expenses: ExpenseSummary | None = None
    attach_receipts: bool = False
    fees: tuple[FeeLine, ...] = ()
    entries: tuple[EntryId, ...] = ()
    """The time that will be on it: by what it billed a draft is found again."""
    spent: tuple[int, ...] = ()
    """The expenses that will be."""
    subject: str = ""
    notes: str = ""
    purchase_order: str = ""
    tax: Decimal | None = None
    tax2: Decimal | None = None
    discount: Decimal | None = None
    payment_term: PaymentTerm = "net 30"
    retainer_id: int | None = None
    issue_date: date | None = None
    kind: Literal["create_invoice"] = "create_invoice"


@dataclass(frozen=True)
class SendInvoice:
    """Mail it to the client through Harvest, with its PDF; a draft is open from then on."""

    invoice_id: InvoiceId
    recipients: tuple[str, ...]
    subject: str
    body: str
    kind: Literal["send_invoice"] = "send_invoice"


@dataclass(frozen=True)
class MarkInvoiceSent:
    """Say that it went out some other way; nobody is mailed."""

    invoice_id: InvoiceId
    kind: Literal["mark_invoice_sent"] = "mark_invoice_sent"


@dataclass(frozen=True)
class DeleteDraftInvoice:
    """Take a draft back: its time and expenses can be invoiced again."""

    invoice_id: InvoiceId
    kind: Literal["delete_draft_invoice"] = "delete_draft_invoice"


InvoiceAction = CreateInvoice | SendInvoice | MarkInvoiceSent | DeleteDraftInvoice
"""Every way Gleaner can change an invoice; :mod:`gleaner.review.billing` alone performs one."""


def subtotal(lines: Sequence[InvoiceLine]) -> Decimal:
    """What the lines come to, before discount and taxes."""
    return sum((line.amount for line in lines), Decimal(0))
