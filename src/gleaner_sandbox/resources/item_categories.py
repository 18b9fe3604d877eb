"""``/invoice_item_categories`` and ``/estimate_item_categories``: the kinds of lines.  Source: api.md §17.6, §18."""

from collections.abc import Iterable

from gleaner_sandbox import shapes
from gleaner_sandbox.loading import seeded
from gleaner_sandbox.rules import fields
from gleaner_sandbox.schemas import FLAG, INT, MOMENT, STRING, declare, paged
from gleaner_sandbox.state import Books
from gleaner_sandbox.tables import Row, Table
from gleaner_sandbox.wire.answers import Answer, invalid
from gleaner_sandbox.wire.call import Call, ok
from gleaner_sandbox.wire.endpoints import endpoint
from gleaner_sandbox.wire.listing import conditions, listed

INVOICE_CATEGORIES = Table("invoice_item_categories", {"name": "TEXT"}, first_id=1_466_001)
ESTIMATE_CATEGORIES = Table("estimate_item_categories", {"name": "TEXT"}, first_id=1_378_001)
FIELDS = [fields.text("name", required=True, longest=255)]
FLAGS = {"Service": "use_as_service", "Product": "use_as_expense"}
"""What every account has, and what imported time and expenses are called by it."""


def flagged(books: Books, flag: str) -> str:
    """The name of the category that imported lines get; every account has one."""
    names: list[str] = [row["name"] for row in books.recall(INVOICE_CATEGORIES, "1") if row[flag]]
    return names[0]


def _serve(table: Table, flags: tuple[str, ...], feature: str) -> None:
    """The endpoints of one kind of categories."""
    place = f"/{table.name}"
    keys = {
        "id": INT,
        "name": STRING,
        **dict.fromkeys(flags, FLAG),
        "created_at": MOMENT,
        "updated_at": MOMENT,
    }
    category = declare(table.name.removesuffix("ies").title().replace("_", "") + "y", keys)
    usual = dict.fromkeys(flags, False)

    def render(row: Row) -> Row:
        return shapes.picked(row, keys)

    @seeded(table.name)
    def load(books: Books, rows: Iterable[Row]) -> None:
        """The seed's categories, and of the usual ones those whose name (or flag) is missing."""
        said = [{**usual, **row} for row in rows]
        for name, flag in FLAGS.items():
            marks = {**usual, flag: True} if flag in usual else {}
            has = any(row.get(flag) for row in said) if marks else any(row["name"] == name for row in said)
            if not has:
                said.append({"name": name, **marks})
        books.insert_all(table, said)

    @endpoint(
        "GET",
        place,
        f"{table.name}.read",
        feature,
        asks=("updated_since",),
        answers=paged(table.name, category),
    )
    def index(call: Call) -> Answer:
        return listed(call, table.name, table, render, conditions(call))

    @endpoint("GET", f"{place}/{{id}}", f"{table.name}.read", feature, answers=category)
    def show(call: Call) -> Answer:
        return ok(render(call.find(table, call.ids[0])))

    @endpoint("POST", place, f"{table.name}.write", feature, accepts=FIELDS, answers=category)
    def create(call: Call) -> Answer:
        said = call.read(FIELDS)
        _refuse_taken_name(call, table, said["name"], None)
        return call.created(place, render(call.books.insert(table, {**usual, **said})))

    @endpoint("PATCH", f"{place}/{{id}}", f"{table.name}.write", feature, accepts=FIELDS, answers=category)
    def change(call: Call) -> Answer:
        row = call.find(table, call.ids[0])
        said = call.read(FIELDS, partly=True)
        if "name" in said:
            _refuse_taken_name(call, table, said["name"], row["id"])
        return ok(render(call.books.update(table, row, said)))

    @endpoint("DELETE", f"{place}/{{id}}", f"{table.name}.write", feature, answers=category)
    def delete(call: Call) -> Answer:
        row = call.find(table, call.ids[0])
        if any(row[flag] for flag in flags):
            # That it is refused is documented; the words are ours.
            raise invalid(
                "This category is not removable. It is used for imported time or expenses.", hint=True
            )
        call.books.delete(table, row["id"])
        return ok(render(row))


def _refuse_taken_name(call: Call, table: Table, name: str, own_id: int | None) -> None:
    """422 when another category has the name (uncertain)."""
    if call.books.exists(table, "name = ? AND id IS NOT ?", name, own_id):
        raise invalid("Name has already been taken")


_serve(INVOICE_CATEGORIES, ("use_as_service", "use_as_expense"), "invoice_feature")
_serve(ESTIMATE_CATEGORIES, (), "estimate_feature")
