"""``/estimates``.  Source: api.md §18."""

from collections.abc import Iterable

from gleaner_sandbox.billing import documents
from gleaner_sandbox.billing.kinds import ESTIMATE
from gleaner_sandbox.loading import seeded
from gleaner_sandbox.state import Books
from gleaner_sandbox.tables import ESTIMATES, Row
from gleaner_sandbox.wire.answers import Answer
from gleaner_sandbox.wire.call import Call, ok
from gleaner_sandbox.wire.endpoints import endpoint
from gleaner_sandbox.wire.listing import listed

FIELDS = documents.FIELDS
_KEYS = (
    "id",
    "client_key",
    "number",
    "purchase_order",
    "amount",
    "tax",
    "tax_amount",
    "tax2",
    "tax2_amount",
    "discount",
    "discount_amount",
    "subject",
    "notes",
    "state",
    "issue_date",
    "sent_at",
    "created_at",
    "updated_at",
    "accepted_at",
    "declined_at",
    "currency",
)


def render(books: Books, row: Row) -> Row:
    return documents.render(books, row, _KEYS)


@seeded("estimates", order=84)
def load(books: Books, rows: Iterable[Row]) -> None:
    for seed in rows:
        documents.store(books, ESTIMATE, documents.seeded_row(books, ESTIMATE, FIELDS, seed))


@endpoint("GET", "/estimates", "estimates.read", "estimate_feature", asks=documents.ASKS)
def index(call: Call) -> Answer:
    return listed(
        call,
        "estimates",
        ESTIMATES,
        lambda row: render(call.books, row),
        documents.listed_by(call, ESTIMATE),
        order=documents.LATEST_FIRST,
        by_cursor=False,
    )


@endpoint("GET", "/estimates/{id}", "estimates.read", "estimate_feature")
def show(call: Call) -> Answer:
    return ok(render(call.books, call.find(ESTIMATES, call.ids[0])))


@endpoint("POST", "/estimates", "estimates.write", "estimate_feature", accepts=FIELDS)
def create(call: Call) -> Answer:
    stored = documents.store(call.books, ESTIMATE, documents.said_new(call, ESTIMATE, FIELDS))
    return call.created("/estimates", render(call.books, stored))


@endpoint("PATCH", "/estimates/{id}", "estimates.write", "estimate_feature", accepts=FIELDS)
def change(call: Call) -> Answer:
    row = call.find(ESTIMATES, call.ids[0])
    said = documents.said_changes(call, ESTIMATE, FIELDS, row)
    changed = call.books.update(ESTIMATES, row, {**said, **documents.figures({**row, **said})})
    return ok(render(call.books, changed))


@endpoint("DELETE", "/estimates/{id}", "estimates.write", "estimate_feature")
def delete(call: Call) -> Answer:
    """The estimate with its messages; invoices made from it keep its id (uncertain).

    The answer has no lines, as a deleted invoice's (uncertain).
    """
    row = call.find(ESTIMATES, call.ids[0])
    shown = {**render(call.books, row), "line_items": []}
    call.books.delete_where(ESTIMATE.messages, "estimate_id = ?", row["id"])
    call.books.delete(ESTIMATES, row["id"])
    return ok(shown)
