"""Mailing invoices and moving them from state to state, ``/invoices/{id}/messages`` (``harvest/api`` §17.3, §17.4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from gleaner.adapters.harvest import wire
from gleaner.adapters.harvest.faults import garbled
from gleaner.adapters.harvest.messages import Messages, Recipient
from gleaner.adapters.harvest.transport import Transport


class InvoiceMessages(Messages[wire.InvoiceMessage]):
    """:meth:`send_by_mail` mails people; nothing else here does. Harvest refuses moves the state does not allow."""

    def __init__(self, transport: Transport) -> None:
        super().__init__(transport, "invoices", "invoice_messages", wire.InvoiceMessage)

    def send_by_mail(
        self,
        invoice_id: int,
        recipients: Sequence[Recipient],
        *,
        body: str,
        subject: str = "",
        attach_pdf: bool = False,
        send_me_a_copy: bool = False,
        thank_you: bool = False,
    ) -> wire.InvoiceMessage:
        """Mails the invoice; a draft becomes open by it. Never repeated. Without *subject* Harvest writes one."""
        said = {
            "body": body,
            **({"subject": subject} if subject else {}),
            "attach_pdf": attach_pdf,
            "send_me_a_copy": send_me_a_copy,
            "thank_you": thank_you,
        }
        return self._mail(invoice_id, recipients, said)

    def mark_as_sent(self, invoice_id: int) -> wire.InvoiceMessage:
        """A draft becomes open."""
        return self._mark(invoice_id, "send")

    def close(self, invoice_id: int) -> wire.InvoiceMessage:
        """An open one is written off."""
        return self._mark(invoice_id, "close")

    def reopen(self, invoice_id: int) -> wire.InvoiceMessage:
        """A closed one becomes open."""
        return self._mark(invoice_id, "re-open")

    def back_to_draft(self, invoice_id: int) -> wire.InvoiceMessage:
        """An open one becomes a draft."""
        return self._mark(invoice_id, "draft")

    def preview(self, invoice_id: int, kind: Literal["thank_you", "reminder"]) -> wire.MessageDraft:
        """The text of the account's template, filled in. Nothing is sent or stored."""
        path = f"/invoices/{invoice_id}/messages/new"
        try:
            return wire.read(wire.MessageDraft, self._transport.get(path, {kind: True}).body)
        except ValueError as error:
            raise garbled("GET", path, str(error)) from error
