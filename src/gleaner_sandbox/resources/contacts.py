"""``/contacts``.  Source: api.md §9."""

import re
from collections.abc import Iterable

from gleaner_sandbox import shapes
from gleaner_sandbox.loading import seeded
from gleaner_sandbox.rules import fields
from gleaner_sandbox.schemas import INT, MOMENT, STRING, declare, maybe, paged
from gleaner_sandbox.state import Books
from gleaner_sandbox.tables import CLIENTS, CONTACTS, Row
from gleaner_sandbox.wire.answers import Answer, invalid
from gleaner_sandbox.wire.call import Call, ok
from gleaner_sandbox.wire.endpoints import endpoint
from gleaner_sandbox.wire.listing import conditions, listed

KEYS = ("id", "title", "first_name", "last_name", "email", "phone_office", "phone_mobile", "fax")
_NULLABLE = ("title", "last_name")
CONTACT = declare(
    "Contact",
    {
        **{key: maybe(STRING) if key in _NULLABLE else STRING for key in KEYS},
        "id": INT,
        "created_at": MOMENT,
        "updated_at": MOMENT,
        "client": shapes.NAMED,
    },
)
FIELDS = [
    fields.whole("client_id", required=True),
    fields.text("first_name", required=True),
    fields.text("title"),
    fields.text("last_name"),
    fields.text("email", ""),  # empty rather than null when not given, seen live
    fields.text("phone_office", ""),
    fields.text("phone_mobile", ""),
    fields.text("fax", ""),
]
_MAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")


def is_mail(text: str) -> bool:
    """Whether *text* looks like an e-mail address.

    >>> is_mail("ada@engine.example"), is_mail("ada"), is_mail("ada@engine")
    (True, False, False)
    """
    return bool(_MAIL.match(text))


def render(books: Books, row: Row) -> Row:
    client = books.row(CLIENTS, row["client_id"])
    stamps = shapes.picked(row, ("created_at", "updated_at"))
    return {**shapes.picked(row, KEYS), **stamps, "client": shapes.picked(client, ("id", "name"))}


@seeded("contacts")
def load(books: Books, rows: Iterable[Row]) -> None:
    usual = fields.defaults(FIELDS)
    books.insert_all(CONTACTS, ({**usual, **row} for row in rows))


@endpoint(
    "GET",
    "/contacts",
    "contacts.read",
    asks=("client_id", "updated_since"),
    answers=paged("contacts", CONTACT),
)
def index(call: Call) -> Answer:
    asked_for = conditions(call, "client_id")
    return listed(call, "contacts", CONTACTS, lambda row: render(call.books, row), asked_for)


@endpoint("GET", "/contacts/{id}", "contacts.read", answers=CONTACT)
def show(call: Call) -> Answer:
    return ok(render(call.books, call.find(CONTACTS, call.ids[0])))


@endpoint("POST", "/contacts", "contacts.write", accepts=FIELDS, answers=CONTACT)
def create(call: Call) -> Answer:
    """The client has changed with it, as recordings of 2018 and 2019 show; that it does below too is uncertain."""
    row = call.books.insert(CONTACTS, _checked(call, call.read(FIELDS)))
    call.books.touch(CLIENTS, row["client_id"])
    return call.created("/contacts", render(call.books, row))


@endpoint("PATCH", "/contacts/{id}", "contacts.write", accepts=FIELDS, answers=CONTACT)
def change(call: Call) -> Answer:
    row = call.find(CONTACTS, call.ids[0])
    said = _checked(call, call.read(FIELDS, partly=True))
    changed = call.books.update(CONTACTS, row, said)
    if changed is not row:
        for client_id in {row["client_id"], changed["client_id"]}:
            call.books.touch(CLIENTS, client_id)
    return ok(render(call.books, changed))


@endpoint("DELETE", "/contacts/{id}", "contacts.write", answers=CONTACT)
def delete(call: Call) -> Answer:
    row = call.find(CONTACTS, call.ids[0])
    call.books.delete(CONTACTS, row["id"])
    call.books.touch(CLIENTS, row["client_id"])
    return ok(render(call.books, row))


def _checked(call: Call, said: Row) -> Row:
    if "client_id" in said and call.books.get(CLIENTS, said["client_id"]) is None:
        raise invalid("Client can't be blank")  # an unknown id is like none, as in Rails (uncertain)
    if said.get("email") and not is_mail(said["email"]):
        raise invalid("Email is not valid")
    return said
