"""``/projects``.  Source: api.md §11."""

from collections.abc import Iterable

from gleaner_sandbox import shapes
from gleaner_sandbox.loading import seeded
from gleaner_sandbox.permissions import Reach
from gleaner_sandbox.resources import task_assignments, user_assignments
from gleaner_sandbox.resources.task_assignments import project_of
from gleaner_sandbox.rules import fields
from gleaner_sandbox.schemas import DAY, FLAG, INT, MOMENT, NUMBER, STRING, declare, maybe, one_of, paged
from gleaner_sandbox.state import Books
from gleaner_sandbox.tables import (
    CLIENTS,
    EXPENSES,
    PROJECTS,
    TASK_ASSIGNMENTS,
    TASKS,
    TIME_ENTRIES,
    USER_ASSIGNMENTS,
    USERS,
    Row,
)
from gleaner_sandbox.wire.answers import Answer, invalid
from gleaner_sandbox.wire.call import Call, ok
from gleaner_sandbox.wire.endpoints import endpoint
from gleaner_sandbox.wire.listing import conditions, listed

BILL_BY = ("Project", "Tasks", "People", "none")
BUDGET_BY = ("project", "project_cost", "task", "task_fees", "person", "none")
FIELDS = [
    fields.whole("client_id", required=True),
    fields.text("name", required=True),
    fields.text("code"),
    fields.flag("is_active", default=True),
    # The docs call these three required; live, only client_id and name are.
    fields.flag("is_billable", default=True),
    fields.choice("bill_by", BILL_BY, "none"),
    fields.choice("budget_by", BUDGET_BY, "none"),
    fields.flag("is_fixed_fee"),
    fields.number("hourly_rate"),
    fields.number("budget"),
    fields.flag("budget_is_monthly"),
    fields.flag("notify_when_over_budget"),
    fields.number("over_budget_notification_percentage", 80.0),
    fields.flag("show_budget_to_all"),
    fields.number("cost_budget"),
    fields.flag("cost_budget_include_expenses"),
    fields.number("fee"),
    fields.text("notes", longest=65_535),
    fields.day("starts_on"),
    fields.day("ends_on"),
]
SHAPE = {
    "id": INT,
    "name": STRING,
    "code": maybe(STRING),
    "is_active": FLAG,
    "is_billable": FLAG,
    "is_fixed_fee": FLAG,
    "bill_by": one_of(*BILL_BY),
    "budget": maybe(NUMBER),
    "budget_by": one_of(*BUDGET_BY),
    "budget_is_monthly": FLAG,
    "notify_when_over_budget": FLAG,
    "over_budget_notification_percentage": NUMBER,
    "show_budget_to_all": FLAG,
    "created_at": MOMENT,
    "updated_at": MOMENT,
    "starts_on": maybe(DAY),
    "ends_on": maybe(DAY),
    "over_budget_notification_date": maybe(DAY),
    "notes": maybe(STRING),
    "cost_budget": maybe(NUMBER),
    "cost_budget_include_expenses": FLAG,
    "hourly_rate": maybe(NUMBER),
    "fee": maybe(NUMBER),
}
"""In the order seen live; the client comes last."""
PROJECT = declare("Project", {**SHAPE, "client": shapes.CLIENT}, sometimes=("hourly_rate",))


def render(call: Call, row: Row) -> Row:
    """One project.  A budget per person is the sum of the assignments' budgets, null as long as there are none (both
    seen live)."""
    books = call.books
    shown = call.priced(shapes.picked(row, SHAPE))
    if row["budget_by"] == "person":
        parts = books.select(USER_ASSIGNMENTS, "project_id = ? AND is_active", [row["id"]])
        shown["budget"] = sum(part["budget"] or 0.0 for part in parts) if parts else None
    return {**shown, "client": shapes.client(books.row(CLIENTS, row["client_id"]))}


def consistent(row: Row) -> Row:
    """*row* with what Harvest forces: no fee without a fixed fee, a cost budget that equals it (3AP tests)."""
    fee = row["fee"] if row["is_fixed_fee"] else None
    return {
        **row,
        "fee": fee,
        "cost_budget": fee if row["is_fixed_fee"] else row["cost_budget"],
        "cost_budget_include_expenses": row["cost_budget_include_expenses"]
        and row["budget_by"] == "project_cost",
        "show_budget_to_all": row["show_budget_to_all"] and row["budget_by"] != "project_cost",
    }


@seeded("projects", order=40)
def load(books: Books, rows: Iterable[Row]) -> None:
    usual = {**fields.defaults(FIELDS), "over_budget_notification_date": None}
    books.insert_all(PROJECTS, (consistent({**usual, **row}) for row in rows))


@endpoint(
    "GET",
    "/projects",
    "projects.read",
    asks=("is_active", "client_id", "updated_since"),
    answers=paged("projects", PROJECT),
)
def index(call: Call) -> Answer:
    asked_for = conditions(call, "is_active", "client_id")
    if call.reach is not Reach.ALL:
        marks = ", ".join("?" * len(call.person.managed_projects))
        asked_for.add(f"id IN ({marks})", *call.person.managed_projects)
    return listed(call, "projects", PROJECTS, lambda row: render(call, row), asked_for)


@endpoint("GET", "/projects/{id}", "projects.read", answers=PROJECT)
def show(call: Call) -> Answer:
    return ok(render(call, project_of(call)))


@endpoint("POST", "/projects", "projects.create", accepts=FIELDS, answers=PROJECT)
def create(call: Call) -> Answer:
    said = _checked(call, call.read(FIELDS), None)
    row = call.books.insert(PROJECTS, consistent({**said, "over_budget_notification_date": None}))
    shown = render(call, row)  # before anybody is assigned, as the recorded budget per person tells
    _assign_everyone(call, row)
    return call.created("/projects", shown)


@endpoint("PATCH", "/projects/{id}", "projects.write", accepts=FIELDS, answers=PROJECT)
def change(call: Call) -> Answer:
    row = project_of(call)
    said = _checked(call, call.read(FIELDS, partly=True), row)
    return ok(render(call, call.books.update(PROJECTS, row, consistent({**row, **said}))))


@endpoint("DELETE", "/projects/{id}", "projects.write", answers=PROJECT)
def delete(call: Call) -> Answer:
    """The project with its time entries and expenses; its invoices would stay.

    The answer shows it archived, and changed just now (recorded in 2018).
    """
    row = project_of(call)
    shown = {**render(call, row), "is_active": False, "updated_at": call.books.now}
    for table in (TIME_ENTRIES, EXPENSES, TASK_ASSIGNMENTS, USER_ASSIGNMENTS):
        call.books.delete_where(table, "project_id = ?", row["id"])
    call.books.delete(PROJECTS, row["id"])
    return ok(shown)


def _assign_everyone(call: Call, project: Row) -> None:
    """The creator as project manager, the default tasks, the people who join every future project."""
    for task in call.books.select(TASKS, "is_default AND is_active"):
        task_assignments.assign(call.books, project, task, {})
    user_assignments.assign(call.books, project["id"], call.person.row, {"is_project_manager": True})
    for user in call.books.select(USERS, "is_active AND id <> ?", [call.person.id]):
        if user["has_access_to_all_future_projects"]:
            user_assignments.assign(call.books, project["id"], user, {})


def _checked(call: Call, said: Row, row: Row | None) -> Row:
    call.refuse_rates(said, row)
    client_id = said.get("client_id", row and row["client_id"])
    if "client_id" in said and call.books.get(CLIENTS, client_id) is None:
        raise invalid("Client can't be blank")  # an unknown id is like none, as in Rails (uncertain)
    if "name" in said:
        own_id = row["id"] if row else None
        same = call.books.select(PROJECTS, "client_id = ? AND id IS NOT ?", [client_id, own_id])
        if any(other["name"] == said["name"] and other["is_active"] for other in same):
            raise invalid("Name has already been taken")  # unique within the client (uncertain)
    return said
