"""Making, mailing and taking back invoices: the port ``review.writers.Invoices`` on the real Harvest."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from gleaner.adapters.harvest import wire
from gleaner.adapters.harvest.bills import NewLine
from gleaner.adapters.harvest.client import Client
from gleaner.adapters.harvest.invoices import Import, ImportExpenses, ImportTime, InvoiceFields
from gleaner.adapters.harvest.messages import Recipient
from gleaner.adapters.harvest.transport import guarded
from gleaner.core.catalog import ClientId, EntryId
from gleaner.core.errors import Refused
from gleaner.core.invoices import CreateInvoice, FeeLine, Invoice, InvoiceId, SendInvoice
from gleaner.review.writers import SentMail

_ONE = Decimal(1)


class InvoiceWriter:
    """Reads and writes invoices live."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def guarded(self, check: Callable[[], None]) -> AbstractContextManager[None]:
        return guarded(check)

    def get(self, invoice_id: InvoiceId) -> Invoice | None:
        try:
            return self._client.invoices.get(invoice_id).to_core()
        except Refused as refusal:
            if refusal.status != 404:
                raise
        return None

    def all_of(self, client_id: ClientId) -> list[Invoice]:
        """All invoices of the client, those nobody can make sense of left out."""
        found = self._client.invoices.list(client_id=client_id)
        mine = (one for one in found if one.client is not None and one.client.id == client_id)
        return [one.to_core() for one in mine if one.state is not None]

    def of_client(self, client_id: ClientId, since: datetime) -> list[Invoice]:
        found = self._client.invoices.list(client_id=client_id, updated_since=since)
        # Harvest ignores parameters it does not know: never take another client's.
        return [one.to_core() for one in found if one.client is not None and one.client.id == client_id]

    def with_entry(self, entry_id: EntryId) -> InvoiceId | None:
        try:
            entry = self._client.time_entries.get(entry_id)
        except Refused as refusal:
            if refusal.status != 404:
                raise
            return None
        return _number(entry.invoice)

    def with_expense(self, expense_id: int) -> InvoiceId | None:
        try:
            expense = self._client.expenses.get(expense_id)
        except Refused as refusal:
            if refusal.status != 404:
                raise
            return None
        return _number(expense.invoice)

    def create(self, action: CreateInvoice) -> Invoice:
        """See the port. Raises Refused without asking when it bills neither tracked work nor fees."""
        fields = _fields(action)
        invoices = self._client.invoices
        if action.fees:
            lines = [self._line(one, action) for one in action.fees]
            return invoices.create(action.client_id, lines, **fields).to_core()
        first, last = action.days if action.days is not None else (None, None)
        time = ImportTime(action.time, first, last) if action.time is not None else None
        costs = None
        if action.expenses is not None:
            costs = ImportExpenses(action.expenses, first, last, attach_receipt=action.attach_receipts)
        imported = Import(action.projects, time, costs)
        return invoices.create_from_tracked_time(action.client_id, imported, **fields).to_core()

    def send(self, action: SendInvoice) -> None:
        to = [Recipient(address) for address in action.recipients]
        self._client.invoice_messages.send_by_mail(
            action.invoice_id, to, body=action.body, subject=action.subject, attach_pdf=True
        )

    def mark_sent(self, invoice_id: InvoiceId) -> None:
        self._client.invoice_messages.mark_as_sent(invoice_id)

    def delete(self, invoice_id: InvoiceId) -> None:
        try:
            self._client.invoices.delete(invoice_id)
        except Refused as refusal:
            if refusal.status != 404:
                raise

    def mails(self, invoice_id: InvoiceId, since: datetime) -> list[SentMail]:
        return [
            SentMail(frozenset(to.email.lower() for to in one.recipients), one.subject, one.created_at)
            for one in self._client.invoice_messages.list(invoice_id, updated_since=since)
            if not one.event_type and one.recipients
        ]

    @cached_property
    def _service(self) -> str:
        """What Harvest calls lines of work."""
        kinds: list[wire.ItemCategory] = list(self._client.invoice_item_categories.list())
        return next((one.name for one in kinds if one.use_as_service), kinds[0].name if kinds else "Service")

    def _line(self, fee: FeeLine, action: CreateInvoice) -> NewLine:
        line: NewLine = {
            "kind": self._service, "description": fee.description, "quantity": _ONE, "unit_price": fee.amount,
            "taxed": action.tax is not None, "taxed2": action.tax2 is not None,
        }  # fmt: skip
        if fee.project_id is not None:
            line["project_id"] = fee.project_id
        return line


def _number(of: wire.NumberRef | None) -> InvoiceId | None:
    return None if of is None or of.id is None else InvoiceId(of.id)


def _fields(action: CreateInvoice) -> InvoiceFields:
    fields: InvoiceFields = {"subject": action.subject, "payment_term": action.payment_term}
    if action.notes:
        fields["notes"] = action.notes
    if action.purchase_order:
        fields["purchase_order"] = action.purchase_order
    if action.tax is not None:
        fields["tax"] = action.tax
    if action.tax2 is not None:
        fields["tax2"] = action.tax2
    if action.discount is not None:
        fields["discount"] = action.discount
    if action.retainer_id is not None:
        fields["retainer_id"] = action.retainer_id
    if action.issue_date is not None:
        fields["issue_date"] = action.issue_date
    return fields
