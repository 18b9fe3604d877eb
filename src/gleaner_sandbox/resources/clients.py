"""``/clients``.  Source: api.md §9."""

import hashlib
from collections.abc import Iterable

from gleaner_sandbox import shapes
from gleaner_sandbox.loading import seeded
from gleaner_sandbox.rules import fields
from gleaner_sandbox.rules.currencies import code_or
from gleaner_sandbox.schemas import FLAG, INT, MOMENT, STRING, declare, maybe, paged
from gleaner_sandbox.state import Books
from gleaner_sandbox.tables import CLIENTS, CONTACTS, ESTIMATES, INVOICES, PROJECTS, Row
from gleaner_sandbox.wire.answers import Answer, invalid
from gleaner_sandbox.wire.call import Call, ok
from gleaner_sandbox.wire.endpoints import endpoint
from gleaner_sandbox.wire.listing import conditions, listed

SHAPE = {
    "id": INT,
    "name": STRING,
    "is_active": FLAG,
    "address": maybe(STRING),
    "statement_key": STRING,
    "created_at": MOMENT,
    "updated_at": MOMENT,
    "currency": STRING,
}
CLIENT = declare("Client", SHAPE)
FIELDS = [
    fields.text("name", required=True, longest=255),
    fields.flag("is_active", default=True),
    fields.text("address", longest=65_535),
    fields.text("currency"),
]
IN_USE = "This client is not removable. It still has projects and/or invoices."


def render(row: Row) -> Row:
    return shapes.picked(row, SHAPE)


@seeded("clients", order=30)
def load(books: Books, rows: Iterable[Row]) -> None:
    currency = books.company["currency"]
    usual = {**fields.defaults(FIELDS), "currency": currency}
    books.insert_all(CLIENTS, ({**usual, "statement_key": _key(books, row["name"]), **row} for row in rows))


@endpoint(
    "GET", "/clients", "clients.read", asks=("is_active", "updated_since"), answers=paged("clients", CLIENT)
)
def index(call: Call) -> Answer:
    return listed(call, "clients", CLIENTS, render, conditions(call, "is_active"))


@endpoint("GET", "/clients/{id}", "clients.read", answers=CLIENT)
def show(call: Call) -> Answer:
    return ok(render(call.find(CLIENTS, call.ids[0])))


@endpoint("POST", "/clients", "clients.write", accepts=FIELDS, answers=CLIENT)
def create(call: Call) -> Answer:
    said = call.read(FIELDS)
    _refuse_taken_name(call, said["name"], None)
    key = _key(call.books, said["name"])
    row = {**said, "currency": code_or(said["currency"], call.company["currency"]), "statement_key": key}
    return call.created("/clients", render(call.books.insert(CLIENTS, row)))


@endpoint("PATCH", "/clients/{id}", "clients.write", accepts=FIELDS, answers=CLIENT)
def change(call: Call) -> Answer:
    row = call.find(CLIENTS, call.ids[0])
    said = call.read(FIELDS, partly=True)
    if "name" in said:
        _refuse_taken_name(call, said["name"], row["id"])
    if "currency" in said:
        said["currency"] = code_or(said["currency"], call.company["currency"])
    return ok(render(call.books.update(CLIENTS, row, said)))


@endpoint("DELETE", "/clients/{id}", "clients.write", answers=CLIENT)
def delete(call: Call) -> Answer:
    row = call.find(CLIENTS, call.ids[0])
    if any(call.books.exists(table, "client_id = ?", row["id"]) for table in (PROJECTS, INVOICES, ESTIMATES)):
        raise invalid(IN_USE, hint=True)
    call.books.delete_where(CONTACTS, "client_id = ?", row["id"])
    call.books.delete(CLIENTS, row["id"])
    return ok(render(row))


def _refuse_taken_name(call: Call, name: str, own_id: int | None) -> None:
    """422 when another client has the name (uncertain, api.md §9)."""
    if call.books.exists(CLIENTS, "name = ? AND id IS NOT ?", name, own_id):
        raise invalid("Name has already been taken")


def _key(books: Books, name: str) -> str:
    """The secret part of the client's dashboard address: 32 hex digits, the same in every run."""
    return hashlib.sha256(f"{books.account_id}/{name}".encode()).hexdigest()[:32]
