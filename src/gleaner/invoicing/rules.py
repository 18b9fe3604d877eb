"""A billing rule: for whom, when, what goes onto the invoice, and who lets it go."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from gleaner.core.catalog import ClientId, ProjectId
from gleaner.core.invoices import ExpenseSummary, PaymentTerm, TimeSummary
from gleaner.invoicing.due import Trigger

Send = Literal["draft", "ask", "auto"]
"""``draft``: it stays a draft until somebody sends it. ``ask``: whoever may approve is asked. ``auto``: it is sent as
soon as its proof adds up."""


@dataclass(frozen=True)
class BillingRule:
    """One of ``[[invoices]]``."""

    name: str
    """Names its invoices for good: with the period it is what keeps one from being made twice. Where each project has
    an invoice of its own, each has a rule too, called ``acme/7``."""
    client_id: ClientId
    projects: tuple[ProjectId, ...]
    trigger: Trigger
    summary: TimeSummary = "task"
    expenses: ExpenseSummary | None = None
    attach_receipts: bool = False
    only_approved: bool = False
    """What is not approved waits, and with it everything after it: Harvest bills whole days."""
    allow_zero: bool = False
    """Bill time without a rate at nothing, instead of waiting for one."""
    minimum: Decimal | None = None
    """Less than this waits."""
    cap: Decimal | None = None
    """More than this waits, from the day on that goes over it; before discount and tax."""
    tax: Decimal | None = None
    tax2: Decimal | None = None
    discount: Decimal | None = None
    payment_term: PaymentTerm = "net 30"
    purchase_order: str = ""
    subject: str = ""
    notes: str = ""
    recipients: tuple[str, ...] = ()
    """Empty: the client's contacts in Harvest."""
    mail_subject: str = ""
    mail_body: str = ""
    send: Send = "draft"
    author: str = ""
    """Address, lower case, of who answers for the rule."""
    approvers: tuple[str, ...] = ()
    """Addresses, lower case, of those who may let it go; empty: any administrator but the author."""
    remind_after: tuple[int, ...] = ()
    """Days after the due date on which the client is reminded."""

    @property
    def bills_time(self) -> bool:
        """Whether its invoices are made of tracked time and expenses."""
        return self.trigger.bills_time
