"""``[[invoices]]``: for whom an invoice is made, when, what goes onto it, and who lets it go."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from gleaner.config.part import Part

Percent = Annotated[Decimal, Field(gt=0, le=100)]
Amount = Annotated[Decimal, Field(gt=0)]


class InvoiceSettings(Part):
    """One billing rule. Invoices are made unasked by ``[schedule] invoice_minutes``; always as drafts."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][\w.-]{0,59}$")]
    """Letters, digits, ``-``, ``_`` and ``.``. It stays: with the period it keeps an invoice from being made twice."""
    client: str = ""
    """Its name; not needed with a project."""
    projects: tuple[str, ...] = ()
    """Code, name or ``Client / Project``; empty: all of the client's."""
    trigger: dict[str, Any]
    """``{kind = "month-end", grace_days = 2}``, ``{kind = "hours-reached", hours = 40}`` …"""
    summary: Literal["project", "task", "people", "detailed"] = "task"
    """One line per what."""
    expenses: Literal["", "project", "category", "people", "detailed"] = ""
    """Bill expenses too, one line per what; empty: not."""
    receipts: bool = False
    """Attach the receipts of those expenses."""
    each_project: bool = False
    """An invoice of its own for each project."""
    only_approved: bool = False
    """Bill up to the first day that holds time nobody approved."""
    allow_zero: bool = False
    """Bill time without a rate at nothing; otherwise the invoice waits for a rate."""
    minimum: Amount | None = None
    """What comes to less waits. In the client's currency, before discount and tax, like ``cap``."""
    cap: Amount | None = None
    """Bill up to the day that would go over this."""
    tax: Percent | None = None
    tax2: Percent | None = None
    discount: Annotated[Decimal, Field(gt=0, lt=100)] | None = None
    """Percent, as the taxes."""
    payment_term: Literal["upon receipt", "net 15", "net 30", "net 45", "net 60"] = "net 30"
    purchase_order: str = ""
    subject: str = "{client}, {span}"
    """Of the invoice; may name ``{client}``, ``{span}`` ("March 2026"), ``{period}``, ``{first}``, ``{last}``."""
    notes: str = ""
    """Seen by the client; may name the same."""
    recipients: tuple[str, ...] = ()
    """Addresses it is sent to; empty: the client's contacts in Harvest."""
    mail_subject: str = "Invoice {number}: {client}, {span}"
    """Of the mail; may name ``{number}``, ``{amount}`` and ``{due}`` besides."""
    mail_body: str = "Invoice {number} for {amount} is attached. It is due on {due}."
    send: Literal["draft", "ask", "auto"] = "draft"
    """``draft``: it waits in Harvest. ``ask``: whoever may approve it is asked. ``auto``: sent once it adds up."""
    author: str
    """Address of who answers for this rule."""
    approvers: tuple[str, ...] = ()
    """Addresses of who may let it go; empty: any administrator but the author. Name the author to let them."""
    remind_after: tuple[Annotated[int, Field(ge=1, le=365)], ...] = ()
    """Days after the due date on which the client is reminded, while it is not paid."""

    @field_validator("recipients", "approvers", "author", mode="after")
    @classmethod
    def _lower(cls, value: tuple[str, ...] | str) -> tuple[str, ...] | str:
        addresses = (value,) if isinstance(value, str) else value
        for one in addresses:
            if "@" not in one.strip(" @"):
                raise ValueError(f"{one!r} is no address")
        return (
            value.strip().lower() if isinstance(value, str) else tuple(one.strip().lower() for one in value)
        )

    @field_validator("remind_after", mode="after")
    @classmethod
    def _in_order(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(sorted(set(value)))

    @model_validator(mode="after")
    def _for_somebody(self) -> InvoiceSettings:
        if not self.client and not self.projects:
            raise ValueError("name a client, or projects")
        if self.receipts and not self.expenses:
            raise ValueError("receipts go with expenses: say how those are billed too")
        if self.cap is not None and self.minimum is not None and self.cap < self.minimum:
            raise ValueError(
                f"the cap ({self.cap:f}) is less than the minimum ({self.minimum:f}): nothing would ever fit"
            )
        return self
