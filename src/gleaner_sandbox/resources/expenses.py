"""``/expenses``.  Source: api.md §16."""

from collections.abc import Iterable

from gleaner_sandbox import ownership
from gleaner_sandbox.entries.approval import of_status
from gleaner_sandbox.expenses import locks, receipts
from gleaner_sandbox.expenses.view import EXPENSE, ExpenseView
from gleaner_sandbox.loading import seeded
from gleaner_sandbox.rules import costs, fields
from gleaner_sandbox.schemas import FILE, paged, reads
from gleaner_sandbox.state import Books
from gleaner_sandbox.tables import EXPENSE_CATEGORIES, EXPENSES, PROJECTS, Row
from gleaner_sandbox.wire.answers import Answer, invalid, missing
from gleaner_sandbox.wire.call import Call, ok
from gleaner_sandbox.wire.endpoints import endpoint
from gleaner_sandbox.wire.listing import Order, between, conditions, listed, of_client
from gleaner_sandbox.wire.site import site

FEATURE = "expense_feature"
reads(receipts.read, FILE)
_SAID = [
    fields.whole("project_id", required=True),
    fields.whole("expense_category_id", required=True),
    fields.day("spent_date", required=True),
    fields.Field("units", costs.amount),
    fields.Field("total_cost", costs.amount),
    fields.text("notes", longest=65_535),
    fields.flag("billable", default=True),
    fields.Field("receipt", receipts.read),
]
FIELDS = [*_SAID, fields.whole("user_id")]
CHANGES = [*_SAID, fields.flag("delete_receipt")]
ASKS = ("user_id", "client_id", "project_id", "is_billed", "approval_status", "updated_since", "from", "to")
NEWEST_DAY_FIRST = Order(("spent_date", "id"))
_KEPT = ("project_id", "expense_category_id", "spent_date", "notes", "billable")
_FRESH: Row = {
    "notes": None,
    "billable": True,
    "is_closed": False,
    "is_billed": False,
    "approval_status": "unsubmitted",
    "invoice": None,
    "receipt": None,
}


@seeded("expenses", order=80)
def load(books: Books, rows: Iterable[Row]) -> None:
    for seed in rows:
        row = {**_FRESH, **seed}
        name, file = row.pop("expense_category", None), receipts.from_seed(row.pop("receipt"))
        if name is not None:
            row["expense_category_id"] = _named(books, name)["id"]
        category = books.row(EXPENSE_CATEGORIES, row["expense_category_id"])
        figures, wrong = costs.cost(category["unit_price"], row.get("units"), row.get("total_cost"))
        if wrong:
            raise ValueError(f"seed of account {books.account_id}: expense of {row['spent_date']}: {wrong}")
        if row["is_closed"]:
            row["approval_status"] = "approved"
        kept = books.insert(EXPENSES, {**row, **figures, "receipt": file and file.shown})
        books.keep_receipt(kept["id"], file.data if file else None)


def _named(books: Books, name: str) -> Row:
    found = books.one(EXPENSE_CATEGORIES, "name = ?", name)
    if found is None:
        raise ValueError(f"seed of account {books.account_id}: there is no expense category {name!r}")
    return found


@endpoint(
    "GET",
    "/expenses",
    "expenses.read",
    FEATURE,
    asks=ASKS,
    answers=paged("expenses", EXPENSE, by_cursor=False),
)
def index(call: Call) -> Answer:
    asked_for = conditions(call, "user_id", "project_id", "is_billed")
    of_client(call, asked_for)
    between(call, asked_for, "spent_date")
    of_status(call, asked_for)
    ownership.visible_only(call, asked_for)
    view = ExpenseView(call)
    return listed(call, "expenses", EXPENSES, view, asked_for, order=NEWEST_DAY_FIRST, by_cursor=False)


@endpoint("GET", "/expenses/{id}", "expenses.read", FEATURE, answers=EXPENSE)
def show(call: Call) -> Answer:
    return ok(ExpenseView(call)(ownership.to_read(call, EXPENSES)))


@site("GET", "/expenses/{id}/receipt", "expenses.read", FEATURE)
def receipt(call: Call) -> Answer:
    """The file.  Harvest shows it to whoever is signed in there; here the API's token does (uncertain)."""
    row = ownership.to_read(call, EXPENSES)
    data = call.books.receipt(row["id"])
    if data is None:
        raise missing()
    shown = row["receipt"]
    return Answer(
        200, data, {"Content-Disposition": f'inline; filename="{shown["file_name"]}"'}, shown["content_type"]
    )


@endpoint("POST", "/expenses", "expenses.write", FEATURE, accepts=FIELDS, answers=EXPENSE)
def create(call: Call) -> Answer:
    said, problems = fields.read(FIELDS, call.params, partly=False)
    category = call.books.get(EXPENSE_CATEGORIES, said.get("expense_category_id"))
    if category is None and said.get("expense_category_id") is not None:
        problems.append("Expense category can't be blank")  # an unknown id is like none (uncertain)
    figures, wrong = _figures(category, said.get("units"), said.get("total_cost"))
    if problems or wrong:
        raise invalid(*problems, *wrong)
    user = ownership.author(call, said)
    ownership.refuse_outsider(call, user["id"], _project(call, said["project_id"]))
    _refuse_archived_category(category)
    locks.refuse_locked_day(call, user["id"], said["spent_date"])
    kept = {key: said[key] for key in _KEPT}
    row = call.books.insert(EXPENSES, {**_FRESH, **kept, **figures, "user_id": user["id"]})
    if said["receipt"]:
        row = receipts.attach(call.books, row, said["receipt"])
    return call.created("/expenses", ExpenseView(call)(row))


@endpoint("PATCH", "/expenses/{id}", "expenses.write", FEATURE, accepts=CHANGES, answers=EXPENSE)
def change(call: Call) -> Answer:
    row = ownership.to_write(call, EXPENSES)
    locked = locks.refuse_locked(call, row)
    said = call.read(CHANGES, partly=True)
    if locked:
        # Whoever may change a locked expense does not move it; such keys are dropped silently (docs).
        said = {key: value for key, value in said.items() if key not in ("project_id", "expense_category_id")}
    if said.get("project_id", row["project_id"]) != row["project_id"]:
        ownership.refuse_outsider(call, row["user_id"], _project(call, said["project_id"]))
    if said.get("spent_date", row["spent_date"]) != row["spent_date"]:
        locks.refuse_locked_day(call, row["user_id"], said["spent_date"])
    changes = {**{key: said[key] for key in _KEPT if key in said}, **_repriced(call, row, said)}
    row = call.books.update(EXPENSES, row, changes)
    if said.get("receipt") or said.get("delete_receipt"):
        row = receipts.attach(call.books, row, said.get("receipt"))
    return ok(ExpenseView(call)(row))


@endpoint("DELETE", "/expenses/{id}", "expenses.write", FEATURE, answers=EXPENSE)
def delete(call: Call) -> Answer:
    """Refused when locked, except for administrators; for all when the project is archived: as for time (uncertain)."""
    row = ownership.to_write(call, EXPENSES)
    if not call.books.row(PROJECTS, row["project_id"])["is_active"]:
        raise invalid(locks.ARCHIVED)
    locks.refuse_locked(call, row)
    shown = ExpenseView(call)(row)
    call.books.delete(EXPENSES, row["id"])
    return ok(shown)


def _project(call: Call, project_id: int) -> Row:
    project = call.books.get(PROJECTS, project_id)
    if project is None:
        raise invalid("Project can't be blank")  # an unknown id is like none, as in Rails (uncertain)
    return project


def _figures(category: Row | None, units: float | None, total: float | None) -> tuple[Row, list[str]]:
    """Units and cost, and what is missing; nothing while nobody knows the category."""
    if category is None:
        return {}, []
    figures, wrong = costs.cost(category["unit_price"], units, total)
    return figures, [wrong] if wrong else []


def _repriced(call: Call, row: Row, said: Row) -> Row:
    """Category, units and cost after an update.

    What the update leaves out stays; units make no sense to a category without a price, and a total none to
    one with it: each is ignored there.
    """
    category = call.books.get(EXPENSE_CATEGORIES, said.get("expense_category_id", row["expense_category_id"]))
    if category is None:
        raise invalid("Expense category can't be blank")
    moved = category["id"] != row["expense_category_id"]
    if moved:
        _refuse_archived_category(category)
    by_units = category["unit_price"] is not None
    if not moved and ("units" if by_units else "total_cost") not in said:
        return {}
    units = said.get("units", None if moved else row["units"])
    figures, wrong = _figures(category, units, said.get("total_cost", row["total_cost"]))
    if wrong:
        raise invalid(*wrong)
    return figures


def _refuse_archived_category(category: Row | None) -> None:
    """422 for new expenses of an archived category (uncertain)."""
    if category is not None and not category["is_active"]:
        raise invalid("Expense category is archived")
