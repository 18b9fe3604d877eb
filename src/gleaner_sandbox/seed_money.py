"""The part of a seed that is about money: expenses, invoices and estimates; and the stamps every part has.

See ``seed`` for what holds for all.
"""

from typing import Any, Literal, NotRequired, TypedDict


class Stamps(TypedDict):
    """When a thing came to be.  Both default to the clock's now at loading."""

    created_at: NotRequired[str]
    updated_at: NotRequired[str]


class ExpenseCategorySeed(Stamps):
    """An account whose seed has none gets those of a new Harvest account (*Meals*, *Mileage*, …)."""

    id: NotRequired[int]
    name: str
    unit_name: NotRequired[str | None]
    unit_price: NotRequired[float | None]
    """A number makes the category one of units: an expense costs units × price."""
    is_active: NotRequired[bool]


class ReceiptSeed(TypedDict):
    """A file that proves an expense: png, gif, jpg or pdf."""

    file_name: str
    data: str
    """In Base64."""


class ExpenseSeed(Stamps):
    """What one person spent on one day.

    Give ``expense_category_id`` or the category's name as ``expense_category``; ``units`` for a category that
    has a price per unit, else ``total_cost``.  As with time entries, nothing is checked against assignments.
    """

    id: NotRequired[int]
    user_id: int
    project_id: int
    spent_date: str
    expense_category_id: NotRequired[int]
    expense_category: NotRequired[str]
    units: NotRequired[float]
    total_cost: NotRequired[float]
    notes: NotRequired[str | None]
    billable: NotRequired[bool]
    """True."""
    receipt: NotRequired[ReceiptSeed | None]
    is_closed: NotRequired[bool]
    """False.  True: approved."""
    is_billed: NotRequired[bool]
    approval_status: NotRequired[Literal["unsubmitted", "submitted", "approved"]]
    """``approved`` when *is_closed*, else ``unsubmitted``."""


class InvoiceReferenceSeed(TypedDict):
    """An invoice, as its time entries name it."""

    id: int
    number: str


class ItemCategorySeed(Stamps):
    """A kind of lines.  Every account has *Service* and *Product*, also when the seed leaves them out."""

    id: NotRequired[int]
    name: str
    use_as_service: NotRequired[bool]
    use_as_expense: NotRequired[bool]
    """For invoices only: what imported time and expenses are called."""


class LineItemSeed(TypedDict):
    """A line of an invoice or (without *project_id*) of an estimate; its amount is worked out."""

    kind: str
    unit_price: float
    quantity: NotRequired[float]
    """1."""
    description: NotRequired[str | None]
    taxed: NotRequired[bool]
    taxed2: NotRequired[bool]
    project_id: NotRequired[int | None]


class PaymentSeed(TypedDict):
    amount: NotRequired[float]
    """The whole of the invoice."""
    paid_date: NotRequired[str]
    """The invoice's issue date."""
    notes: NotRequired[str | None]


class RecipientSeed(TypedDict):
    name: NotRequired[str | None]
    email: str


class MessageSeed(Stamps):
    """A mail that was sent about an invoice or an estimate; it changes nothing, and is not in the outbox.

    ``created_at`` is when the document was sent, unless given.
    """

    recipients: list[RecipientSeed]
    subject: NotRequired[str | None]
    body: NotRequired[str | None]
    attach_pdf: NotRequired[bool]
    """For invoices only."""
    sent_by: NotRequired[int]
    """A user's id.  The first administrator's."""


class DocumentSeed(Stamps):
    """What invoices and estimates share.  Amounts are worked out."""

    id: int
    client_id: int
    number: NotRequired[str]
    """The next one."""
    issue_date: NotRequired[str]
    """Today."""
    currency: NotRequired[str]
    """The client's."""
    line_items: NotRequired[list[LineItemSeed]]
    client_key: NotRequired[str]
    purchase_order: NotRequired[str | None]
    subject: NotRequired[str | None]
    notes: NotRequired[str | None]
    tax: NotRequired[float | None]
    tax2: NotRequired[float | None]
    discount: NotRequired[float | None]
    """Percentages."""
    sent_at: NotRequired[str | None]
    messages: NotRequired[list[MessageSeed]]


class InvoiceSeed(DocumentSeed):
    """An invoice.  Time entries that name it belong to it, and it locks their projects."""

    state: NotRequired[Literal["draft", "open", "paid", "closed"]]
    """``draft``.  An open one that is paid in full is ``paid``."""
    payment_term: NotRequired[Literal["upon receipt", "net 15", "net 30", "net 45", "net 60", "custom"]]
    """``custom``."""
    due_date: NotRequired[str]
    """Counts with the term ``custom`` only; the issue date."""
    closed_at: NotRequired[str | None]
    period_start: NotRequired[str | None]
    period_end: NotRequired[str | None]
    estimate_id: NotRequired[int | None]
    retainer_id: NotRequired[int | None]
    recurring_invoice_id: NotRequired[int | None]
    payments: NotRequired[list[PaymentSeed]]
    line_items_import: NotRequired[dict[str, Any]]
    """As in the API: which of the account's time and expenses it bills."""


class EstimateSeed(DocumentSeed):
    state: NotRequired[Literal["draft", "sent", "accepted", "declined"]]
    accepted_at: NotRequired[str | None]
    declined_at: NotRequired[str | None]
