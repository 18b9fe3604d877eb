"""What apply needs to change the world. Only what performs and undoes an action uses it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from gleaner.core.actions import CreateExpense, CreateTimeEntry, StartTimer, UpdateExpense, UpdateTimeEntry
from gleaner.core.catalog import ClientId, EntryId, UserId
from gleaner.core.entries import TimeEntry
from gleaner.core.expenses import Expense, ExpenseId
from gleaner.core.invoices import CreateInvoice, Invoice, InvoiceId, SendInvoice
from gleaner.core.ports import LiveEntries


class TimeEntries(LiveEntries, Protocol):
    """Harvest's time entries, live. Every method is at most two requests.

    All raise Refused when Harvest says no, Unavailable when it cannot be asked (``answer_lost`` when a
    write may have happened).
    """

    def guarded(self, check: Callable[[], None]) -> AbstractContextManager[None]:
        """Within it *check* is called right before each write leaves, after all waiting; what it raises stops it."""
        ...

    def find(self, reference: str, user_id: UserId) -> list[TimeEntry]:
        """Entries of that person whose ``external_reference`` has this id; more than one is a fault to report."""
        ...

    def create(self, action: CreateTimeEntry) -> TimeEntry:
        """One POST, never repeated by the client."""
        ...

    def update(self, action: UpdateTimeEntry) -> TimeEntry: ...

    def delete(self, entry_id: EntryId) -> None:
        """Gone is gone: deleting what does not exist is no error."""
        ...

    def start(self, action: StartTimer) -> TimeEntry:
        """One POST, never repeated by the client. Harvest stops the person's other timer."""
        ...

    def stop(self, entry_id: EntryId) -> TimeEntry:
        """Raises Refused when its timer does not run."""
        ...

    def restart(self, entry_id: EntryId) -> TimeEntry:
        """The entry whose timer runs then: the same, or a new one in an account that keeps times.

        Raises Refused when its timer runs already.
        """
        ...


@dataclass(frozen=True)
class SentMail:
    """A mail that went out about an invoice."""

    recipients: frozenset[str]
    """Addresses, lower case."""
    subject: str
    created_at: datetime | None


class Invoices(Protocol):
    """Harvest's invoices, live. Raises as :class:`TimeEntries`; no POST is ever repeated."""

    def guarded(self, check: Callable[[], None]) -> AbstractContextManager[None]:
        """As :meth:`TimeEntries.guarded`."""
        ...

    def get(self, invoice_id: InvoiceId) -> Invoice | None:
        """The invoice as it is now, or None when it is gone."""
        ...

    def of_client(self, client_id: ClientId, since: datetime) -> list[Invoice]:
        """The client's invoices that changed since then."""
        ...

    def with_entry(self, entry_id: EntryId) -> InvoiceId | None:
        """The invoice that has this time entry; None: none, or the entry is gone."""
        ...

    def with_expense(self, expense_id: int) -> InvoiceId | None:
        """The same of an expense."""
        ...

    def create(self, action: CreateInvoice) -> Invoice: ...

    def send(self, action: SendInvoice) -> None:
        """Mail it, with its PDF."""
        ...

    def mark_sent(self, invoice_id: InvoiceId) -> None: ...

    def delete(self, invoice_id: InvoiceId) -> None:
        """Gone is gone: deleting what does not exist is no error."""
        ...

    def mails(self, invoice_id: InvoiceId, since: datetime) -> list[SentMail]:
        """What was mailed about it since then."""
        ...


class Expenses(Protocol):
    """Harvest's expenses, live. Every method is at most two requests; all raise as :class:`TimeEntries` does."""

    def guarded(self, check: Callable[[], None]) -> AbstractContextManager[None]:
        """As in :class:`TimeEntries`."""
        ...

    def find(self, user_id: UserId, *, on: date, since: datetime | None = None) -> list[Expense]:
        """That person's expenses of that day; with *since* also those of any day that changed after it."""
        ...

    def get(self, expense_id: ExpenseId) -> Expense | None:
        """The expense as it is now, or None when it is gone."""
        ...

    def create(self, action: CreateExpense, receipt: bytes | None) -> Expense:
        """One POST, never repeated by the client; the receipt's name carries our mark."""
        ...

    def update(self, action: UpdateExpense, receipt: bytes | None) -> Expense:
        """A *receipt* takes the place of the one there is."""
        ...

    def drop_receipt(self, expense_id: ExpenseId) -> Expense:
        """The expense without its receipt."""
        ...

    def delete(self, expense_id: ExpenseId) -> None:
        """Gone is gone: deleting what does not exist is no error."""
        ...


class Receipts(Protocol):
    """Receipts that are kept."""

    def content(self, digest: str) -> bytes | None:
        """Its bytes; None when they are not kept (any more)."""
        ...
