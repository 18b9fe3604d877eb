"""What is paid of an invoice, and what that makes of its state.  Source: api.md §17.3, §17.5."""

from collections.abc import Sequence

from gleaner_sandbox.rules.document_states import settled
from gleaner_sandbox.rules.totals import due
from gleaner_sandbox.state import Books
from gleaner_sandbox.tables import INVOICES, Row, Table

PAYMENTS = Table("invoice_payments", {"invoice_id": "INTEGER"}, ["invoice_id"], 10_100_001)
_UNPAID: Row = {"paid_at": None, "paid_date": None}


def of(books: Books, invoice_id: int) -> list[Row]:
    """The payments of an invoice, oldest first."""
    return books.select(PAYMENTS, "invoice_id = ?", [invoice_id])


def settle(books: Books, invoice: Row) -> Row:
    """The stored *invoice* after its payments, its amount or its state changed."""
    return books.update(INVOICES, invoice, settlement(invoice, of(books, invoice["id"])))


def settlement(invoice: Row, known: Sequence[Row]) -> Row:
    """What the *known* payments make of an invoice.  It was paid when the last payment was."""
    left = float(due(invoice["amount"], [one["amount"] for one in known]))
    state = settled(invoice["state"], due=left, has_payments=bool(known))
    paid = _UNPAID
    if state == "paid":
        last = max(known, key=lambda one: one["paid_at"])
        paid = {"paid_at": last["paid_at"], "paid_date": last["paid_date"]}
    return {"due_amount": left, "state": state, **paid}
