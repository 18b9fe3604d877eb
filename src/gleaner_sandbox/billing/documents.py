"""What invoices and estimates share: their fields, figures, numbers and lists.  Source: api.md §17, §18."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from gleaner_sandbox import shapes
from gleaner_sandbox.billing import line_items
from gleaner_sandbox.billing.kinds import Kind
from gleaner_sandbox.rules import coerce, fields, totals
from gleaner_sandbox.rules.currencies import code_or
from gleaner_sandbox.rules.document_numbers import next_number
from gleaner_sandbox.rules.document_states import STATES
from gleaner_sandbox.rules.fields import Field
from gleaner_sandbox.schemas import (
    INT,
    MOMENT,
    NUMBER,
    STRING,
    Schema,
    declare,
    many,
    maybe,
    reads,
)
from gleaner_sandbox.state import Books
from gleaner_sandbox.tables import CLIENTS, USERS, Row
from gleaner_sandbox.wire.answers import invalid
from gleaner_sandbox.wire.call import Call
from gleaner_sandbox.wire.listing import Conditions, Order, asked, conditions

_FIELDS = [
    fields.whole("client_id", required=True),
    fields.text("number", longest=255),
    fields.text("purchase_order"),
    # Taxes may be negative, as one that is withheld, and of any height (both uncertain).
    fields.number("tax"),
    fields.number("tax2"),
    Field("discount", coerce.part),
    fields.text("subject"),
    fields.text("notes"),
    fields.text("currency"),
    fields.day("issue_date"),
]
HEAD = {
    "id": INT,
    "client_key": STRING,
    "number": STRING,
    "purchase_order": maybe(STRING),
    "amount": NUMBER,
}
REST = {
    "tax": maybe(NUMBER),
    "tax_amount": NUMBER,
    "tax2": maybe(NUMBER),
    "tax2_amount": NUMBER,
    "discount": maybe(NUMBER),
    "discount_amount": NUMBER,
    "subject": maybe(STRING),
    "notes": maybe(STRING),
}
STAMPS = {"created_at": MOMENT, "updated_at": MOMENT}
"""What both kinds show, in three parts: each has keys of its own in between, in the order seen live."""
"""Nobody in particular made the documents of a seed."""
ASKS = ("client_id", "updated_since", "from", "to", "state")
LATEST_FIRST = Order(("issue_date", "id"))
_NO_CLIENT = "Client can't be blank"
_NO_CURRENCY = ("Currency can't be blank", "Currency is not included in the list")
"""What a document without a client lacks too, since the currency is the client's: seen live for an invoice of which
nothing was said, in this order; the same for estimates is uncertain."""


def fields_of(kind: Kind) -> list[Field]:
    """What a write may say about a document of this *kind*."""
    lines = partial(coerce.items)
    reads(lines, many(line_items.line_given(kind.line_fields)))
    return [*_FIELDS, Field("line_items", lines)]


def declared(kind: Kind, keys: Mapping[str, Schema], **more: Schema) -> Schema:
    """The schema of a document that ``render`` shows with *keys* and *more*."""
    lines = many(line_items.line_shape(kind.line_fields))
    shown = {**keys, "client": shapes.NAMED, **more, "creator": shapes.NAMED, "line_items": lines}
    return declare(kind.word.capitalize(), shown)


def render(books: Books, row: Row, keys: Iterable[str], **more: object) -> Row:
    """One document: its own *keys*, who it is for, what else its kind shows, its lines."""
    return {
        **shapes.picked(row, keys),
        "client": shapes.picked(books.row(CLIENTS, row["client_id"]), ("id", "name")),
        **more,
        "creator": row["creator"],
        "line_items": [line_items.render(books, line) for line in row["line_items"]],
    }


def listed_by(call: Call, kind: Kind) -> Conditions:
    """What a list asks for."""
    state = partial(coerce.one_of, choices=STATES[kind.word])
    asked_for = conditions(call, "client_id", state=state)
    for name, sign in (("from", ">="), ("to", "<=")):
        day = asked(call, name, coerce.any_day)
        if day is not None:
            asked_for.add(f"issue_date {sign} ?", day)
    return asked_for


def said_new(call: Call, kind: Kind, declared: Sequence[Field]) -> Row:
    """A create: what was said, with what follows from it; not stored yet."""
    said, problems = fields.read(declared, call.params, partly=False)
    client = call.books.get(CLIENTS, said.get("client_id"))
    if client is None and _NO_CLIENT not in problems and "client_id" in said:
        problems.insert(0, _NO_CLIENT)  # an unknown id is like none, as in Rails (uncertain)
    if _NO_CLIENT in problems and coerce.is_blank(said.get("currency")):
        problems.remove(_NO_CLIENT)
        problems = [*_NO_CURRENCY, _NO_CLIENT, "Currency code can't be blank", *problems]
    if client is None or problems:
        raise invalid(*problems)
    issued = said["issue_date"] or call.today()
    _refuse_taken_number(call, kind, said["number"], None)
    return {
        **kind.fresh,
        **said,
        "number": said["number"] or unused_number(call.books, kind),
        "currency": code_or(said["currency"], client["currency"]),
        "issue_date": issued,
        "creator": shapes.user(call.person.row),
        "line_items": line_items.merged(call, kind.line_fields, [], said["line_items"] or []),
    }


def said_changes(call: Call, kind: Kind, declared: Sequence[Field], row: Row) -> Row:
    """An update of *row*: what was said.  Blank numbers, dates and currencies leave what is there (uncertain)."""
    said = call.read(declared, partly=True)
    if "client_id" in said:
        _refuse_unknown_client(call, said["client_id"])
    for key in ("number", "issue_date", "currency"):
        if coerce.is_blank(said.get(key)):
            said.pop(key, None)
    if "number" in said:
        _refuse_taken_number(call, kind, said["number"], row["id"])
    if "currency" in said:
        said["currency"] = code_or(said["currency"], row["currency"])
    given = said.pop("line_items", None) or []
    return {**said, "line_items": line_items.merged(call, kind.line_fields, row["line_items"], given)}


def store(books: Books, kind: Kind, row: Row) -> Row:
    """*row*, stored as a new document with its figures and the secret part of its public address."""
    secret = f"{books.account_id}/{kind.word}/{line_items.fresh_ids(books, 1)[0]}"
    key = hashlib.sha256(secret.encode()).hexdigest()[:40]
    return books.insert(kind.table, {"client_key": key, **row, **figures(row)})


def seeded_row(books: Books, kind: Kind, declared: Sequence[Field], seed: Row) -> Row:
    """A document of a seed, with what it left unsaid."""
    lines = [{**fields.defaults(kind.line_fields), **line} for line in seed.get("line_items", [])]
    return {
        **fields.defaults(declared),
        **kind.fresh,
        "creator": shapes.user(chief(books)),
        "number": unused_number(books, kind),
        "issue_date": books.today,
        **{key: value for key, value in seed.items() if key != "messages"},
        "currency": seed.get("currency") or books.row(CLIENTS, seed["client_id"])["currency"],
        "line_items": line_items.numbered(books, lines),
    }


def chief(books: Books) -> Row:
    """Who did what a seed does not say who did: the first administrator, else the first person."""
    people = books.recall(USERS, "1")
    assert people, "a seed with documents has people"
    return min(people, key=lambda user: ("administrator" not in user["access_roles"], user["id"]))


def figures(row: Row) -> Row:
    """The amounts of *row*.  Without a tax its amount is 0.0, as seen live; the docs have null (uncertain)."""
    sums = totals.totals(row["line_items"], discount=row["discount"], tax=row["tax"], tax2=row["tax2"])
    return {
        "amount": float(sums.amount),
        "tax_amount": float(sums.tax),
        "tax2_amount": float(sums.tax2),
        "discount_amount": float(sums.discount),
    }


def unused_number(books: Books, kind: Kind) -> str:
    """What a document without a number gets."""
    return next_number(books.values(kind.table, "number", "1 ORDER BY id"))


def _refuse_unknown_client(call: Call, client_id: int) -> None:
    if call.books.get(CLIENTS, client_id) is None:
        raise invalid(_NO_CLIENT)


def _refuse_taken_number(call: Call, kind: Kind, number: str | None, own_id: int | None) -> None:
    """422 when another document has the number: that it is one is known (for invoices), the words are ours."""
    if number and call.books.exists(kind.table, "number = ? AND id IS NOT ?", number, own_id):
        raise invalid("Number has already been taken")
