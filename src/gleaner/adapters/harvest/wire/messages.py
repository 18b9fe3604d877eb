"""What was mailed, or marked, about an invoice or an estimate (``harvest/api`` §17.4, §18)."""

from __future__ import annotations

from datetime import date

from gleaner.adapters.harvest.wire.objects import Stamped, Wire


class Recipient(Wire):
    name: str = ""
    email: str = ""


class Message(Stamped):
    """A mail, or with an *event_type* and no recipients a change of state."""

    sent_by: str = ""
    sent_by_email: str = ""
    sent_from: str = ""
    sent_from_email: str = ""
    recipients: tuple[Recipient, ...] = ()
    subject: str = ""
    body: str = ""
    send_me_a_copy: bool = False
    event_type: str = ""
    """Empty for a mail."""


class InvoiceMessage(Message):
    include_link_to_client_invoice: bool = False
    attach_pdf: bool = False
    thank_you: bool = False
    reminder: bool = False
    send_reminder_on: date | None = None


class MessageDraft(Wire):
    """The text Harvest would put into a message; nothing was sent."""

    invoice_id: int | None = None
    subject: str = ""
    body: str = ""
    thank_you: bool = False
    reminder: bool = False
