"""``/invoices``.  Source: api.md §17."""

from collections.abc import Iterable, Mapping
from typing import Any

from gleaner_sandbox.billing import billed, documents, line_items, mailing, payments, scope
from gleaner_sandbox.billing.importing import Import, given_import
from gleaner_sandbox.billing.kinds import ESTIMATE, INVOICE
from gleaner_sandbox.billing.payments import PAYMENTS
from gleaner_sandbox.clock import unstamp
from gleaner_sandbox.loading import seeded
from gleaner_sandbox.permissions import Reach
from gleaner_sandbox.resources.invoice_payments import NOT_ONLINE
from gleaner_sandbox.rules import coerce, fields
from gleaner_sandbox.rules.document_states import STATES
from gleaner_sandbox.rules.fields import Field
from gleaner_sandbox.rules.payment_terms import CUSTOM, TERMS, due_date
from gleaner_sandbox.schemas import DAY, INT, MOMENT, NUMBER, STRING, many, maybe, one_of, paged, reads, shape
from gleaner_sandbox.state import Books
from gleaner_sandbox.switches import Switches
from gleaner_sandbox.tables import ESTIMATES, INVOICES, Row
from gleaner_sandbox.wire.answers import Answer, Refusal, invalid
from gleaner_sandbox.wire.call import Call, Person, ok
from gleaner_sandbox.wire.endpoints import endpoint
from gleaner_sandbox.wire.listing import asked, listed

_PAYABLE_BY = ("ach", "credit_card", "paypal")


def _payment_options(value: Any) -> list[str]:
    read = coerce.texts(value)
    if not set(read) <= set(_PAYABLE_BY):
        raise ValueError("is not included in the list")
    return list(dict.fromkeys(read))


reads(_payment_options, many(one_of(*_PAYABLE_BY)))
FIELDS = [
    *documents.fields_of(INVOICE),
    fields.whole("retainer_id"),
    fields.whole("estimate_id"),
    fields.day("due_date"),
    fields.choice("payment_term", TERMS, CUSTOM),
    Field("payment_options", _payment_options, []),
]
NEW = [*FIELDS, Field("line_items_import", given_import)]
SHAPE = {
    **documents.HEAD,
    "due_amount": NUMBER,
    **documents.REST,
    "state": one_of(*STATES["invoice"]),
    "period_start": maybe(DAY),
    "period_end": maybe(DAY),
    "issue_date": DAY,
    "due_date": DAY,
    "payment_term": one_of(*TERMS),
    "payment_options": many(one_of(*_PAYABLE_BY)),
    "sent_at": maybe(MOMENT),
    "paid_at": maybe(MOMENT),
    "paid_date": maybe(DAY),
    "closed_at": maybe(MOMENT),
    "recurring_invoice_id": maybe(INT),
    **documents.STAMPS,
    "currency": STRING,
}
_ORIGIN = maybe(shape({"id": INT}))
DOCUMENT = documents.declared(INVOICE, SHAPE, estimate=_ORIGIN, retainer=_ORIGIN)


def render(books: Books, row: Row) -> Row:
    origin = {
        key: None if row[f"{key}_id"] is None else {"id": row[f"{key}_id"]}
        for key in ("estimate", "retainer")
    }
    return documents.render(books, row, SHAPE, **origin)


@seeded("invoices", order=85)
def load(books: Books, rows: Iterable[Row]) -> None:
    """After the time entries: those that name the invoice belong to it, and lock their projects."""
    for seed in rows:
        said = {key: value for key, value in seed.items() if key not in ("payments", "line_items_import")}
        row = documents.seeded_row(books, INVOICE, FIELDS, said)
        imported = _seeded_import(books, seed, row)
        row["line_items"] = [*line_items.numbered(books, imported.lines), *row["line_items"]]
        row |= imported.period_of_time
        billed.mark(books, row, imported.worked, imported.spent, unseen=True)
        row |= {"due_date": due_date(row["issue_date"], row["payment_term"], row["due_date"])}
        row |= {**documents.figures(row), "locks": billed.lock(books, row["id"])}
        paid = [_paid(books, row, one) for one in seed.get("payments", [])]
        stored = documents.store(books, INVOICE, {**row, **payments.settlement(row, paid)})
        mailing.load(books, INVOICE, stored, seed.get("messages", []))
        books.insert_all(PAYMENTS, paid)


def _seeded_import(books: Books, seed: Row, row: Row) -> Import:
    """What a seed's invoice imports, in the eyes of an administrator."""
    given = seed.get("line_items_import")
    if given is None:
        return Import()
    now = unstamp(books.now)
    call = Call(
        books, Person(books, documents.chief(books)), Reach.ALL, {}, (), "", "/invoices", now, Switches()
    )
    flags = {"taxed": row["tax"] is not None, "taxed2": row["tax2"] is not None}
    try:
        return Import.of(call, given, row["client_id"], **flags)
    except Refusal as refused:
        why = refused.answer.body["message"]
        raise ValueError(f"seed of account {books.account_id}: invoice {row['id']}: {why}") from refused


def _paid(books: Books, invoice: Row, seed: Row) -> Row:
    """A payment of a seed."""
    day = seed.get("paid_date", invoice["issue_date"])
    moment = f"{day}T00:00:00Z"
    usual = {"notes": None, "recorded_by": books.company["name"], "recorded_by_email": ""}
    known = {"paid_date": day, "paid_at": moment, "invoice_id": invoice["id"]}
    return {**NOT_ONLINE, **usual, "created_at": moment, "amount": invoice["amount"], **seed, **known}


@endpoint(
    "GET",
    "/invoices",
    "invoices.read",
    "invoice_feature",
    asks=(*documents.ASKS, "project_id"),
    answers=paged("invoices", DOCUMENT, by_cursor=False),
)
def index(call: Call) -> Answer:
    asked_for = documents.listed_by(call, INVOICE)
    project_id = asked(call, "project_id", coerce.whole)
    if project_id is not None:
        scope.about(asked_for, [project_id])
    scope.visible_only(call, asked_for)
    return listed(
        call,
        "invoices",
        INVOICES,
        lambda row: render(call.books, row),
        asked_for,
        order=documents.LATEST_FIRST,
        by_cursor=False,
    )


@endpoint("GET", "/invoices/{id}", "invoices.read", "invoice_feature", answers=DOCUMENT)
def show(call: Call) -> Answer:
    return ok(render(call.books, scope.found(call)))


@endpoint("POST", "/invoices", "invoices.write", "invoice_feature", accepts=NEW, answers=DOCUMENT)
def create(call: Call) -> Answer:
    """Free-form or by an import; whether one may do both at once is uncertain (here: yes)."""
    row = documents.said_new(call, INVOICE, NEW)
    given = row.pop("line_items_import")
    flags = {"taxed": row["tax"] is not None, "taxed2": row["tax2"] is not None}
    imported = Import.of(call, given, row["client_id"], **flags)
    row["line_items"] = [*line_items.numbered(call.books, imported.lines), *row["line_items"]]
    row = {**row, **imported.changes(call), "due_date": _due(row, {})}
    scope.refuse_others_projects(
        call, row["client_id"], scope.projects_of(row) | {project["id"] for project in imported.projects}
    )
    estimate = _estimate(call, row)
    stored = payments.settle(call.books, documents.store(call.books, INVOICE, {**row, "due_amount": 0.0}))
    stored = billed.bill(call.books, stored, imported.worked, imported.spent)
    if estimate is not None:
        mailing.note(call, ESTIMATE, estimate, _INVOICED)
    return call.created("/invoices", render(call.books, stored))


@endpoint("PATCH", "/invoices/{id}", "invoices.write", "invoice_feature", accepts=FIELDS, answers=DOCUMENT)
def change(call: Call) -> Answer:
    """In every state (that paid and closed invoices can be changed is uncertain)."""
    row = scope.to_write(call)
    said = documents.said_changes(call, INVOICE, FIELDS, row)
    new = {**row, **said}
    scope.refuse_others_projects(call, new["client_id"], scope.projects_of(new) - scope.projects_of(row))
    moved = new["client_id"] != row["client_id"] and call.books.get(ESTIMATES, new["estimate_id"]) is not None
    if moved or new["estimate_id"] != row["estimate_id"]:
        _estimate(call, new)
    said |= {"due_date": _due(new, row), **documents.figures(new)}
    changed = payments.settle(call.books, call.books.update(INVOICES, row, said))
    if changed["number"] != row["number"]:
        billed.renumber(call.books, changed)
    return ok(render(call.books, changed))


@endpoint("DELETE", "/invoices/{id}", "invoices.manage", "invoice_feature", answers=DOCUMENT)
def delete(call: Call) -> Answer:
    """The invoice with its messages and payments; its time and expenses are uninvoiced again.

    The answer shows the invoice as it was, but without lines: they went first (seen live).
    """
    row = scope.found(call)
    shown = {**render(call.books, row), "line_items": []}
    billed.free(call.books, row)
    for table in (INVOICE.messages, PAYMENTS):
        call.books.delete_where(table, "invoice_id = ?", row["id"])
    call.books.delete(INVOICES, row["id"])
    return ok(shown)


_INVOICED: Row = {"event_type": "invoice", "recipients": [], "subject": None, "body": None}
"""What an estimate's messages say when it is invoiced (uncertain)."""


def _due(row: Row, before: Mapping[str, Any]) -> str:
    """When the invoice is due; a date said before stays while the term is ``custom``."""
    said = row["due_date"] or before.get("due_date")
    return due_date(row["issue_date"], row["payment_term"], said)


def _estimate(call: Call, row: Row) -> Row | None:
    """The estimate the invoice is made from, or a 422 when there is none with that id, or it is for another client
    (both uncertain)."""
    if row["estimate_id"] is None:
        return None
    estimate = call.books.get(ESTIMATES, row["estimate_id"])
    if estimate is None:
        raise invalid("Estimate can't be blank")
    if estimate["client_id"] != row["client_id"]:
        raise invalid("Estimate must be for the same client")
    return estimate
