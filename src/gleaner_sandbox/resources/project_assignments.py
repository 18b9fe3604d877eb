"""``/users/me/project_assignments`` and ``/users/{id}/project_assignments``: what a person may log time to.

Source: api.md §14.2.
"""

from gleaner_sandbox import schemas, shapes
from gleaner_sandbox.permissions import Reach
from gleaner_sandbox.resources import task_assignments, user_assignments
from gleaner_sandbox.tables import CLIENTS, PROJECTS, TASK_ASSIGNMENTS, TASKS, USER_ASSIGNMENTS, USERS, Row
from gleaner_sandbox.wire.answers import Answer, missing
from gleaner_sandbox.wire.call import Call
from gleaner_sandbox.wire.endpoints import endpoint
from gleaner_sandbox.wire.listing import conditions, listed

_TASK = schemas.shape({**task_assignments.NESTED, "task": shapes.NAMED}, sometimes=("hourly_rate",))
_PROJECT = schemas.shape({**shapes.PROJECT["properties"], "is_billable": schemas.FLAG})
PROJECT_ASSIGNMENT = schemas.declare(
    "ProjectAssignment",
    {
        **user_assignments.NESTED,
        "project": _PROJECT,
        "client": shapes.CLIENT,
        "task_assignments": schemas.many(_TASK),
    },
    sometimes=("hourly_rate",),
)


def render(call: Call, row: Row) -> Row:
    """A user assignment with its client, project and tasks; rates only with the permission (uncertain)."""
    books = call.books
    project = books.row(PROJECTS, row["project_id"])
    tasks = books.recall(TASK_ASSIGNMENTS, "project_id = ? AND is_active", project["id"])
    found = {
        **user_assignments.nested(books, row),
        "project": {**shapes.project(project), "is_billable": project["is_billable"]},
        "client": shapes.client(books.row(CLIENTS, project["client_id"])),
        "task_assignments": [
            _task(call, task) for task in tasks if books.row(TASKS, task["task_id"])["is_active"]
        ],
    }
    return call.priced(found)


def _task(call: Call, row: Row) -> Row:
    task = shapes.task(call.books.row(TASKS, row["task_id"]))
    return call.priced({**task_assignments.nested(row), "task": task})


@endpoint(
    "GET",
    "/users/me/project_assignments",
    "me.read",
    answers=schemas.paged("project_assignments", PROJECT_ASSIGNMENT, by_cursor=False),
)
def index_of_me(call: Call) -> Answer:
    return _index(call, call.person.id, by_cursor=False)


@endpoint(
    "GET",
    "/users/{id}/project_assignments",
    "project_assignments.read",
    asks=("updated_since",),
    answers=schemas.paged("project_assignments", PROJECT_ASSIGNMENT),
)
def index(call: Call) -> Answer:
    user = call.find(USERS, call.ids[0])
    own = user["id"] == call.person.id
    teammate = call.reach is Reach.MANAGED and user["id"] in call.person.team
    if not (own or teammate or call.reach is Reach.ALL):
        raise missing()
    return _index(call, user["id"], by_cursor=True)


def _index(call: Call, user_id: int, *, by_cursor: bool) -> Answer:
    """Active assignments of active projects.  ``updated_since`` is not offered for me (api.md §4)."""
    asked_for = conditions(call, since=by_cursor)
    asked_for.add("user_id = ? AND is_active", user_id)
    asked_for.add("project_id IN (SELECT id FROM projects WHERE is_active)")
    return listed(
        call,
        "project_assignments",
        USER_ASSIGNMENTS,
        lambda row: render(call, row),
        asked_for,
        by_cursor=by_cursor,
    )
