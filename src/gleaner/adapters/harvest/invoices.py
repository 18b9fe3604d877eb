"""Invoices, ``/invoices`` (``harvest/api`` §17). Sending and closing are in :mod:`.invoice_messages`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, Unpack

from gleaner.adapters.harvest import wire
from gleaner.adapters.harvest.bills import BillFields, BillFilter, Bills, NewLine
from gleaner.adapters.harvest.resource import filters
from gleaner.adapters.harvest.transport import Transport
from gleaner.core.errors import Refused

PaymentTerm = Literal["upon receipt", "net 15", "net 30", "net 45", "net 60", "custom"]
PaymentOption = Literal["ach", "credit_card", "paypal"]


class InvoiceFields(BillFields, total=False):
    """What may be sent. *due_date* counts with the term ``custom`` only."""

    retainer_id: int
    estimate_id: int
    due_date: date
    payment_term: PaymentTerm
    payment_options: Sequence[PaymentOption]


class InvoiceChanges(InvoiceFields, total=False):
    """What may be changed."""

    client_id: int


class InvoiceFilter(BillFilter, total=False):
    """Which invoices to list."""

    project_id: int
    state: wire.InvoiceState


@dataclass(frozen=True)
class ImportTime:
    """Time that was not invoiced yet. Without days, all of it."""

    summary_type: Literal["project", "task", "people", "detailed"]
    """One line per what."""
    first: date | None = None
    last: date | None = None
    """Both included; both or neither."""


@dataclass(frozen=True)
class ImportExpenses:
    """Expenses that were not invoiced yet. Without days, all of them."""

    summary_type: Literal["project", "category", "people", "detailed"]
    first: date | None = None
    last: date | None = None
    attach_receipt: bool = False
    """A PDF of the receipts goes with the invoice. Its name differs between sources (*uncertain*)."""


@dataclass(frozen=True)
class Import:
    """What to invoice of these projects, which are all the client's; None skips that kind."""

    project_ids: Sequence[int]
    time: ImportTime | None = None
    expenses: ImportExpenses | None = None

    def body(self) -> dict[str, object]:
        """As Harvest reads it. Raises Refused where Harvest would refuse it, or make an empty invoice of it."""
        if not self.project_ids or (self.time is None and self.expenses is None):
            raise Refused("There is nothing to invoice: name at least one project, and time or expenses.")
        body: dict[str, object] = {"project_ids": list(self.project_ids)}
        if self.time is not None:
            body["time"] = _imported(self.time)
        if self.expenses is not None:
            body["expenses"] = {
                **_imported(self.expenses), "attach_receipt": self.expenses.attach_receipt,
            }  # fmt: skip
        return body


class Invoices(Bills[wire.Invoice]):
    def __init__(self, transport: Transport) -> None:
        super().__init__(transport, "/invoices", "invoices", wire.Invoice)

    def list(self, **which: Unpack[InvoiceFilter]) -> Iterator[wire.Invoice]:
        """Latest day of issue first."""
        return self._list(filters(which))

    def create(
        self, client_id: int, lines: Sequence[NewLine] = (), **fields: Unpack[InvoiceFields]
    ) -> wire.Invoice:
        """A draft with these lines; nothing that was tracked becomes invoiced by it."""
        return self._draft(client_id, lines, fields)

    def create_from_tracked_time(
        self, client_id: int, imported: Import, **fields: Unpack[InvoiceFields]
    ) -> wire.Invoice:
        """A draft with the time and expenses that fit, which are invoiced from then on."""
        return self._create({"client_id": client_id, **fields, "line_items_import": imported.body()})

    def update(self, invoice_id: int, **fields: Unpack[InvoiceChanges]) -> wire.Invoice:
        return self._update(invoice_id, dict(fields))

    def delete(self, invoice_id: int) -> None:
        """Its time and expenses can be invoiced again."""
        self._delete(invoice_id)


def _imported(part: ImportTime | ImportExpenses) -> dict[str, object]:
    if (part.first is None) != (part.last is None):
        raise Refused(
            "Time and expenses are imported from a first to a last day: give both, or neither for all."
        )
    days = {} if part.first is None else {"from": part.first, "to": part.last}
    return {"summary_type": part.summary_type, **days}
