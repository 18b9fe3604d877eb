"""``/task_assignments`` and ``/projects/{id}/task_assignments``.  Source: api.md §12."""

from collections.abc import Iterable

from gleaner_sandbox import shapes
from gleaner_sandbox.loading import seeded
from gleaner_sandbox.permissions import Reach
from gleaner_sandbox.rules import fields
from gleaner_sandbox.schemas import FLAG, INT, MOMENT, NUMBER, declare, maybe, paged
from gleaner_sandbox.state import Books
from gleaner_sandbox.tables import PROJECTS, TASK_ASSIGNMENTS, TASKS, TIME_ENTRIES, Row
from gleaner_sandbox.wire.answers import Answer, invalid, missing
from gleaner_sandbox.wire.call import Call, ok
from gleaner_sandbox.wire.endpoints import endpoint
from gleaner_sandbox.wire.listing import Conditions, conditions, listed

NESTED = {
    "id": INT,
    "billable": FLAG,
    "is_active": FLAG,
    "created_at": MOMENT,
    "updated_at": MOMENT,
    "hourly_rate": maybe(NUMBER),
    "budget": maybe(NUMBER),
}
TASK_ASSIGNMENT = declare(
    "TaskAssignment", {**NESTED, "project": shapes.PROJECT, "task": shapes.NAMED}, sometimes=("hourly_rate",)
)
CHANGES = [
    fields.flag("billable", default=True),
    fields.number("hourly_rate"),
    fields.number("budget"),
    fields.flag("is_active", default=True),
]
FIELDS = [fields.whole("task_id", required=True), *CHANGES]
_ASKS = ("is_active", "updated_since")
PLACE = "/projects/{id}/task_assignments"


def nested(row: Row) -> Row:
    """As inside time entries."""
    return shapes.picked(row, NESTED)


def render(call: Call, row: Row) -> Row:
    return {
        **call.priced(nested(row)),
        "project": shapes.project(call.books.row(PROJECTS, row["project_id"])),
        "task": shapes.task(call.books.row(TASKS, row["task_id"])),
    }


def assign(books: Books, project: Row, task: Row, said: Row) -> Row:
    """Let *project* have *task*; what is unsaid comes from the task (copied, not referred to; rates.md §1).

    ``billable`` inherits, as seen live; the docs say false.  ``hourly_rate`` is the task's default when the
    project bills by task, else null, as recorded from 2018 to 2024; the docs say 0.
    """
    usual_rate = task["default_hourly_rate"] if project["bill_by"] == "Tasks" else None
    row = {
        "project_id": project["id"],
        "task_id": task["id"],
        "billable": said.get("billable", task["billable_by_default"]),
        "hourly_rate": said["hourly_rate"] if said.get("hourly_rate") is not None else usual_rate,
        "budget": said.get("budget"),
        "is_active": True,
    }
    return books.insert(TASK_ASSIGNMENTS, row)


@seeded("task_assignments")
def load(books: Books, rows: Iterable[Row]) -> None:
    usual = {"hourly_rate": None, "budget": None, "is_active": True}
    books.insert_all(
        TASK_ASSIGNMENTS,
        (
            {**usual, "billable": books.row(TASKS, row["task_id"])["billable_by_default"], **row}
            for row in rows
        ),
    )


def visible(call: Call, asked_for: Conditions) -> Conditions:
    """*asked_for*, narrowed to managed projects for those who reach no further."""
    if call.reach is not Reach.ALL:
        marks = ", ".join("?" * len(call.person.managed_projects))
        asked_for.add(f"project_id IN ({marks})", *call.person.managed_projects)
    return asked_for


def project_of(call: Call) -> Row:
    """The project of the path; a 404 for one the caller does not manage."""
    project = call.find(PROJECTS, call.ids[0])
    if call.reach is not Reach.ALL and project["id"] not in call.person.managed_projects:
        raise missing()
    return project


@endpoint(
    "GET",
    "/task_assignments",
    "task_assignments.read",
    asks=_ASKS,
    answers=paged("task_assignments", TASK_ASSIGNMENT),
)
def index(call: Call) -> Answer:
    asked_for = visible(call, conditions(call, "is_active"))
    return listed(call, "task_assignments", TASK_ASSIGNMENTS, lambda row: render(call, row), asked_for)


@endpoint(
    "GET",
    PLACE,
    "task_assignments.read",
    asks=_ASKS,
    answers=paged("task_assignments", TASK_ASSIGNMENT, by_cursor=False),
)
def index_of_project(call: Call) -> Answer:
    asked_for = conditions(call, "is_active")
    asked_for.add("project_id = ?", project_of(call)["id"])
    return listed(
        call,
        "task_assignments",
        TASK_ASSIGNMENTS,
        lambda row: render(call, row),
        asked_for,
        by_cursor=False,
    )


@endpoint("GET", f"{PLACE}/{{id}}", "task_assignments.read", answers=TASK_ASSIGNMENT)
def show(call: Call) -> Answer:
    return ok(render(call, _found(call)))


@endpoint("POST", PLACE, "task_assignments.write", accepts=FIELDS, answers=TASK_ASSIGNMENT)
def create(call: Call) -> Answer:
    project = project_of(call)
    given = {field.name for field in FIELDS if call.params.get(field.name) is not None}
    said = {key: value for key, value in call.read(FIELDS).items() if key in given}
    call.refuse_rates(said)
    task = call.books.get(TASKS, said["task_id"])
    if task is None:
        raise invalid("Task can't be blank")  # an unknown id is like none, as in Rails (uncertain)
    if call.books.exists(TASK_ASSIGNMENTS, "project_id = ? AND task_id = ?", project["id"], task["id"]):
        raise invalid("Task has already been taken")  # uncertain
    row = assign(call.books, project, task, said)
    return call.created(f"/projects/{project['id']}/task_assignments", render(call, row))


@endpoint("PATCH", f"{PLACE}/{{id}}", "task_assignments.write", accepts=CHANGES, answers=TASK_ASSIGNMENT)
def change(call: Call) -> Answer:
    row = _found(call)
    said = call.read(CHANGES, partly=True)
    call.refuse_rates(said, row)
    return ok(render(call, call.books.update(TASK_ASSIGNMENTS, row, said)))


@endpoint("DELETE", f"{PLACE}/{{id}}", "task_assignments.write", answers=TASK_ASSIGNMENT)
def delete(call: Call) -> Answer:
    row = _found(call)
    pair = (row["project_id"], row["task_id"])
    if call.books.exists(TIME_ENTRIES, "project_id = ? AND task_id = ?", *pair):
        raise invalid(
            "This task assignment is not removable. It still has time entries.", hint=True
        )  # words ours
    if call.books.count(TASK_ASSIGNMENTS, "project_id = ?", [row["project_id"]]) == 1:
        raise invalid("A project must keep at least one task", hint=True)  # from v1
    shown = render(call, row)
    call.books.delete(TASK_ASSIGNMENTS, row["id"])
    return ok(shown)


def _found(call: Call) -> Row:
    project = project_of(call)
    return call.find(TASK_ASSIGNMENTS, call.ids[1], project_id=project["id"])
