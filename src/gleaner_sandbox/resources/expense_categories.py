"""``/expense_categories``.  Source: api.md §16.1, §7."""

from collections.abc import Iterable

from gleaner_sandbox import shapes
from gleaner_sandbox.loading import seeded
from gleaner_sandbox.permissions import Reach
from gleaner_sandbox.rules import costs, fields
from gleaner_sandbox.schemas import FLAG, INT, MOMENT, NUMBER, STRING, declare, maybe, paged, reads
from gleaner_sandbox.state import Books
from gleaner_sandbox.switches import switch
from gleaner_sandbox.tables import EXPENSE_CATEGORIES, EXPENSES, Row
from gleaner_sandbox.wire.answers import Answer, forbidden, invalid
from gleaner_sandbox.wire.call import Call, ok
from gleaner_sandbox.wire.endpoints import endpoint
from gleaner_sandbox.wire.listing import conditions, listed

SHAPE = {
    "id": INT,
    "name": STRING,
    "unit_name": maybe(STRING),
    "unit_price": maybe(NUMBER),
    "is_active": FLAG,
    "created_at": MOMENT,
    "updated_at": MOMENT,
}
CATEGORY = declare("ExpenseCategory", SHAPE)
_FEATURE = "expense_feature"
reads(costs.amount, NUMBER)
FIELDS = [
    fields.text("name", required=True, longest=255),
    fields.text("unit_name", longest=255),
    fields.Field("unit_price", costs.amount),
    fields.flag("is_active", default=True),
]
NEW_ACCOUNT: list[Row] = [
    *({"name": name} for name in ("Entertainment", "Meals", "Lodging", "Transportation", "Other")),
    {"name": "Mileage", "unit_name": "mile", "unit_price": 0.575},
]
"""What a new account has (seen live in 2021)."""
_MEMBERS_LIST = switch(
    "members_list_categories",
    ("yes", "no"),
    "Members and managers may read the expense categories, which they need to file an expense; the docs say "
    "administrators only (§7).",
)


def render(row: Row) -> Row:
    return shapes.picked(row, SHAPE)


@seeded("expense_categories", order=30)
def load(books: Books, rows: Iterable[Row]) -> None:
    usual = fields.defaults(FIELDS)
    books.insert_all(EXPENSE_CATEGORIES, ({**usual, **row} for row in list(rows) or NEW_ACCOUNT))


@endpoint(
    "GET",
    "/expense_categories",
    "expense_categories.read",
    _FEATURE,
    asks=("is_active", "updated_since"),
    answers=paged("expense_categories", CATEGORY),
)
def index(call: Call) -> Answer:
    _refuse_members(call)
    return listed(call, "expense_categories", EXPENSE_CATEGORIES, render, conditions(call, "is_active"))


@endpoint("GET", "/expense_categories/{id}", "expense_categories.read", _FEATURE, answers=CATEGORY)
def show(call: Call) -> Answer:
    _refuse_members(call)
    return ok(render(call.find(EXPENSE_CATEGORIES, call.ids[0])))


@endpoint(
    "POST", "/expense_categories", "expense_categories.write", _FEATURE, accepts=FIELDS, answers=CATEGORY
)
def create(call: Call) -> Answer:
    said = _checked(call, call.read(FIELDS), None)
    return call.created("/expense_categories", render(call.books.insert(EXPENSE_CATEGORIES, said)))


@endpoint(
    "PATCH",
    "/expense_categories/{id}",
    "expense_categories.write",
    _FEATURE,
    accepts=FIELDS,
    answers=CATEGORY,
)
def change(call: Call) -> Answer:
    """The category; what was spent at its old price stays as it was (uncertain)."""
    row = call.find(EXPENSE_CATEGORIES, call.ids[0])
    said = _checked(call, call.read(FIELDS, partly=True), row["id"])
    return ok(render(call.books.update(EXPENSE_CATEGORIES, row, said)))


@endpoint("DELETE", "/expense_categories/{id}", "expense_categories.write", _FEATURE, answers=CATEGORY)
def delete(call: Call) -> Answer:
    row = call.find(EXPENSE_CATEGORIES, call.ids[0])
    if call.books.exists(EXPENSES, "expense_category_id = ?", row["id"]):
        # Uncertain, like the words; an archived category keeps its expenses.
        raise invalid("This expense category is not removable. It still has expenses.", hint=True)
    call.books.delete(EXPENSE_CATEGORIES, row["id"])
    return ok(render(row))


def _refuse_members(call: Call) -> None:
    if call.reach is not Reach.ALL and call.switch(_MEMBERS_LIST) == "no":
        raise forbidden()


def _checked(call: Call, said: Row, own_id: int | None) -> Row:
    """422 when another category has the name (uncertain)."""
    if "name" in said and call.books.exists(
        EXPENSE_CATEGORIES, "name = ? AND id IS NOT ?", said["name"], own_id
    ):
        raise invalid("Name has already been taken")
    return said
