"""``/estimates``.  Source: api.md §18."""

from collections.abc import Iterable

from gleaner_sandbox.billing import documents, mailing
from gleaner_sandbox.billing.kinds import ESTIMATE
from gleaner_sandbox.loading import seeded
from gleaner_sandbox.rules.document_states import STATES
from gleaner_sandbox.schemas import DAY, MOMENT, STRING, maybe, one_of, paged
from gleaner_sandbox.state import Books
from gleaner_sandbox.tables import ESTIMATES, Row
from gleaner_sandbox.wire.answers import Answer
from gleaner_sandbox.wire.call import Call, ok
from gleaner_sandbox.wire.endpoints import endpoint
from gleaner_sandbox.wire.listing import listed

FIELDS = documents.fields_of(ESTIMATE)
SHAPE = {
    **documents.HEAD,
    **documents.REST,
    "state": one_of(*STATES["estimate"]),
    "issue_date": DAY,
    "sent_at": maybe(MOMENT),
    **documents.STAMPS,
    "accepted_at": maybe(MOMENT),
    "declined_at": maybe(MOMENT),
    "currency": STRING,
}
DOCUMENT = documents.declared(ESTIMATE, SHAPE)


def render(books: Books, row: Row) -> Row:
    return documents.render(books, row, SHAPE)


@seeded("estimates", order=84)
def load(books: Books, rows: Iterable[Row]) -> None:
    for seed in rows:
        stored = documents.store(books, ESTIMATE, documents.seeded_row(books, ESTIMATE, FIELDS, seed))
        mailing.load(books, ESTIMATE, stored, seed.get("messages", []))


@endpoint(
    "GET",
    "/estimates",
    "estimates.read",
    "estimate_feature",
    asks=documents.ASKS,
    answers=paged("estimates", DOCUMENT, by_cursor=False),
)
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


@endpoint("GET", "/estimates/{id}", "estimates.read", "estimate_feature", answers=DOCUMENT)
def show(call: Call) -> Answer:
    return ok(render(call.books, call.find(ESTIMATES, call.ids[0])))


@endpoint("POST", "/estimates", "estimates.write", "estimate_feature", accepts=FIELDS, answers=DOCUMENT)
def create(call: Call) -> Answer:
    stored = documents.store(call.books, ESTIMATE, documents.said_new(call, ESTIMATE, FIELDS))
    return call.created("/estimates", render(call.books, stored))


@endpoint("PATCH", "/estimates/{id}", "estimates.write", "estimate_feature", accepts=FIELDS, answers=DOCUMENT)
def change(call: Call) -> Answer:
    row = call.find(ESTIMATES, call.ids[0])
    said = documents.said_changes(call, ESTIMATE, FIELDS, row)
    changed = call.books.update(ESTIMATES, row, {**said, **documents.figures({**row, **said})})
    return ok(render(call.books, changed))


@endpoint("DELETE", "/estimates/{id}", "estimates.write", "estimate_feature", answers=DOCUMENT)
def delete(call: Call) -> Answer:
    """The estimate with its messages; invoices made from it keep its id (uncertain).

    The answer has no lines, as a deleted invoice's (uncertain).
    """
    row = call.find(ESTIMATES, call.ids[0])
    shown = {**render(call.books, row), "line_items": []}
    call.books.delete_where(ESTIMATE.messages, "estimate_id = ?", row["id"])
    call.books.delete(ESTIMATES, row["id"])
    return ok(shown)
