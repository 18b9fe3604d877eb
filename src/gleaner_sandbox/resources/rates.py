"""``/users/{id}/billable_rates`` and ``/users/{id}/cost_rates``: the dated rates of people.

Source: api.md §14.1.
"""

from collections.abc import Iterable

from gleaner_sandbox import shapes
from gleaner_sandbox.loading import seeded
from gleaner_sandbox.permissions import Reach
from gleaner_sandbox.rules import fields, rates
from gleaner_sandbox.schemas import DAY, INT, MOMENT, NUMBER, declare, maybe, paged
from gleaner_sandbox.state import Books
from gleaner_sandbox.tables import BILLABLE_RATES, COST_RATES, USERS, Row, Table
from gleaner_sandbox.wire.answers import Answer, invalid, missing
from gleaner_sandbox.wire.call import Call, ok
from gleaner_sandbox.wire.endpoints import endpoint
from gleaner_sandbox.wire.listing import listed_here

RATE = declare(
    "Rate",
    {
        "id": INT,
        "amount": NUMBER,
        "start_date": maybe(DAY),
        "end_date": maybe(DAY),
        "created_at": MOMENT,
        "updated_at": MOMENT,
    },
)
FIELDS = [fields.number("amount", required=True), fields.day("start_date")]


def history(books: Books, table: Table, user_id: int) -> list[Row]:
    """One person's rates, oldest start first; the row without a date comes before all."""
    # NULL sorts first in SQLite.
    return books.recall(table, "user_id = ?", user_id, order="start_date, id")


def current(books: Books, table: Table, user_id: int) -> float | None:
    """The rate in force today, on the company's calendar."""
    return rates.rate_on(history(books, table, user_id), books.today)


def add(books: Books, table: Table, user_id: int, amount: float, start: str | None) -> Row:
    """Store a new rate; those it puts aside go."""
    for old in rates.replaced(history(books, table, user_id), start):
        books.delete(table, old["id"])
    return books.insert(table, {"user_id": user_id, "amount": amount, "start_date": start})


def rendered(books: Books, table: Table, user_id: int) -> list[Row]:
    """One person's rates as the API shows them."""
    rows = history(books, table, user_id)
    ends = rates.end_dates(rows)
    keys = ("id", "amount", "start_date")
    stamps = ("created_at", "updated_at")
    return [
        {**shapes.picked(row, keys), "end_date": end, **shapes.picked(row, stamps)}
        for row, end in zip(rows, ends, strict=True)
    ]


def _serve(table: Table) -> None:
    """The three endpoints of one kind of rate."""
    place = f"/users/{{id}}/{table.name}"

    @seeded(table.name)
    def load(books: Books, rows: Iterable[Row]) -> None:
        books.insert_all(table, ({"start_date": None, **row, "amount": float(row["amount"])} for row in rows))

    @endpoint("GET", place, f"{table.name}.read", answers=paged(table.name, RATE))
    def index(call: Call) -> Answer:
        return listed_here(call, table.name, rendered(call.books, table, _user(call)["id"]))

    @endpoint("GET", f"{place}/{{id}}", f"{table.name}.read", answers=RATE)
    def show(call: Call) -> Answer:
        return ok(_one(call, table, call.ids[1]))

    @endpoint("POST", place, f"{table.name}.write", accepts=FIELDS, answers=RATE)
    def create(call: Call) -> Answer:
        user = _user(call)
        said = call.read(FIELDS)
        if (said["start_date"] or "") > call.books.today:
            raise invalid("Start date can't be in the future")  # documented; the words are ours
        new = add(call.books, table, user["id"], said["amount"], said["start_date"])
        return call.created(f"/users/{user['id']}/{table.name}", _one(call, table, new["id"]))


def _one(call: Call, table: Table, rate_id: int) -> Row:
    for row in rendered(call.books, table, _user(call)["id"]):
        if row["id"] == rate_id:
            return row
    raise missing()


def _user(call: Call) -> Row:
    """The person of the path; managers see only their teammates."""
    user = call.find(USERS, call.ids[0])
    if call.reach is not Reach.ALL and user["id"] not in call.person.team:
        raise missing()
    return user


_serve(BILLABLE_RATES)
_serve(COST_RATES)
