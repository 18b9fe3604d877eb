"""``/tasks``.  Source: api.md §10."""

from collections.abc import Iterable

from gleaner_sandbox import shapes
from gleaner_sandbox.loading import seeded
from gleaner_sandbox.rules import fields
from gleaner_sandbox.schemas import FLAG, INT, MOMENT, NUMBER, STRING, declare, maybe, paged
from gleaner_sandbox.state import Books
from gleaner_sandbox.tables import TASK_ASSIGNMENTS, TASKS, TIME_ENTRIES, Row
from gleaner_sandbox.wire.answers import Answer, invalid
from gleaner_sandbox.wire.call import Call, ok
from gleaner_sandbox.wire.endpoints import endpoint
from gleaner_sandbox.wire.listing import conditions, listed

SHAPE = {
    "id": INT,
    "name": STRING,
    "billable_by_default": FLAG,
    "default_hourly_rate": maybe(NUMBER),
    "is_default": FLAG,
    "is_active": FLAG,
    "created_at": MOMENT,
    "updated_at": MOMENT,
}
TASK = declare("Task", SHAPE)
FIELDS = [
    fields.text("name", required=True, longest=255),
    fields.flag("billable_by_default", default=True),
    fields.number("default_hourly_rate"),  # the docs say 0, live seeds have null
    fields.flag("is_default"),
    fields.flag("is_active", default=True),
]


def render(row: Row) -> Row:
    return shapes.picked(row, SHAPE)


@seeded("tasks", order=30)
def load(books: Books, rows: Iterable[Row]) -> None:
    usual = fields.defaults(FIELDS)
    books.insert_all(TASKS, ({**usual, **row} for row in rows))


@endpoint("GET", "/tasks", "tasks.read", asks=("is_active", "updated_since"), answers=paged("tasks", TASK))
def index(call: Call) -> Answer:
    return listed(call, "tasks", TASKS, render, conditions(call, "is_active"))


@endpoint("GET", "/tasks/{id}", "tasks.read", answers=TASK)
def show(call: Call) -> Answer:
    return ok(render(call.find(TASKS, call.ids[0])))


@endpoint("POST", "/tasks", "tasks.write", accepts=FIELDS, answers=TASK)
def create(call: Call) -> Answer:
    return call.created("/tasks", render(call.books.insert(TASKS, call.read(FIELDS))))


@endpoint("PATCH", "/tasks/{id}", "tasks.write", accepts=FIELDS, answers=TASK)
def change(call: Call) -> Answer:
    row = call.find(TASKS, call.ids[0])
    return ok(render(call.books.update(TASKS, row, call.read(FIELDS, partly=True))))


@endpoint("DELETE", "/tasks/{id}", "tasks.write", answers=TASK)
def delete(call: Call) -> Answer:
    row = call.find(TASKS, call.ids[0])
    if call.books.exists(TIME_ENTRIES, "task_id = ?", row["id"]):
        raise invalid("This task is not removable. It still has time entries.", hint=True)  # words uncertain
    call.books.delete_where(TASK_ASSIGNMENTS, "task_id = ?", row["id"])
    call.books.delete(TASKS, row["id"])
    return ok(render(row))
