"""Invoices that Gleaner made or is about to make, and where each stands."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from gleaner.core.catalog import UserId
from gleaner.core.invoices import Invoice, InvoiceId
from gleaner.invoicing.plan import Plan

Doing = Literal["", "create", "send", "mark", "cancel", "remind"]
"""What somebody began; a process that died there is followed by one that looks first."""


class Standing(StrEnum):
    """Where an invoice stands.

    ::

        planned ──► draft ──► approved ──► sent ──► paid
           │  ▲       │  ▲        │          │
           │  └(again)│  └────────┘          └──► closed (written off)
           ▼          ├──► differs (the proof does not add up)
        cancelled ◄───┴──────────────────────────── (deleted in Harvest)
    """

    PLANNED = "planned"
    DRAFT = "draft"
    DIFFERS = "differs"
    APPROVED = "approved"
    SENT = "sent"
    PAID = "paid"
    CLOSED = "closed"
    CANCELLED = "cancelled"


_ANY = frozenset(
    {Standing.DRAFT, Standing.SENT, Standing.PAID, Standing.CLOSED, Standing.CANCELLED}
)  # fmt: skip
"""Where Harvest may have brought it between two looks, whatever it was at the first."""
STEPS: dict[Standing, frozenset[Standing]] = {
    Standing.PLANNED: frozenset({Standing.DRAFT, Standing.DIFFERS, Standing.CANCELLED}),
    Standing.DRAFT: _ANY | {Standing.APPROVED, Standing.DIFFERS},
    Standing.DIFFERS: _ANY,
    Standing.APPROVED: _ANY | {Standing.DIFFERS},
    Standing.SENT: _ANY,
    Standing.PAID: _ANY,
    Standing.CLOSED: _ANY,
    Standing.CANCELLED: frozenset({Standing.PLANNED}),
}
"""Every allowed step. Storage refuses the others."""


@dataclass(frozen=True)
class Bill:
    """One invoice of ours."""

    plan: Plan
    short: str
    """What a person types to name it."""
    state: Standing
    on: date
    """The day it was due."""
    invoice_id: InvoiceId | None = None
    number: str = ""
    doing: Doing = ""
    began_at: datetime | None = None
    """When *doing* was begun first."""
    attempts: int = 0
    retry_at: datetime | None = None
    trouble: str = ""
    """Why it waits, or what differs."""
    asked_at: datetime | None = None
    """When those who may approve it were asked."""
    approver_id: UserId | None = None
    approved_at: datetime | None = None
    approved_as: str = ""
    """Digest of what the approver saw."""
    sent_at: datetime | None = None
    due_date: date | None = None
    reminded: int = 0
    """How many reminders the client was sent."""

    @property
    def key(self) -> str:
        return self.plan.key


def digest(invoice: Invoice, plan: Plan, recipients: Sequence[str], mail: Sequence[str]) -> str:
    """What an approval is for: it dies when this changes. Lines, figures, texts, days, entries, who gets it, with what
    *mail* around it."""
    said = (
        invoice.id, invoice.subject, invoice.currency, invoice.amount, invoice.lines, invoice.tax, invoice.tax2,
        invoice.discount, invoice.number, invoice.notes, invoice.purchase_order, invoice.issue_date, invoice.due_date,
        tuple(mail), plan.items, plan.totals.amount, tuple(sorted(recipients)),
    )  # fmt: skip
    return hashlib.sha256(repr(said).encode()).hexdigest()
