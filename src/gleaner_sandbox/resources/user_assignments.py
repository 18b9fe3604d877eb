"""``/user_assignments`` and ``/projects/{id}/user_assignments``.  Source: api.md §13."""

from collections.abc import Iterable

from gleaner_sandbox import shapes
from gleaner_sandbox.loading import seeded
from gleaner_sandbox.permissions import Reach
from gleaner_sandbox.resources import rates
from gleaner_sandbox.resources.task_assignments import project_of
from gleaner_sandbox.rules import fields
from gleaner_sandbox.schemas import FLAG, INT, MOMENT, NUMBER, declare, maybe, paged
from gleaner_sandbox.state import Books
from gleaner_sandbox.tables import (
    BILLABLE_RATES,
    EXPENSES,
    PROJECTS,
    TIME_ENTRIES,
    USER_ASSIGNMENTS,
    USERS,
    Row,
)
from gleaner_sandbox.wire.answers import Answer, invalid
from gleaner_sandbox.wire.call import Call, ok
from gleaner_sandbox.wire.endpoints import endpoint
from gleaner_sandbox.wire.listing import conditions, listed

OWN = {
    "id": INT,
    "is_project_manager": FLAG,
    "is_active": FLAG,
    "use_default_rates": FLAG,
    "budget": maybe(NUMBER),
    "created_at": MOMENT,
    "updated_at": MOMENT,
}
NESTED = {**OWN, "hourly_rate": maybe(NUMBER)}
USER_ASSIGNMENT = declare(
    "UserAssignment", {**NESTED, "project": shapes.PROJECT, "user": shapes.NAMED}, sometimes=("hourly_rate",)
)
CHANGES = [
    fields.flag("is_active", default=True),
    fields.flag("is_project_manager"),
    fields.flag("use_default_rates", default=True),
    fields.number("hourly_rate"),
    fields.number("budget"),
]
FIELDS = [fields.whole("user_id", required=True), *CHANGES]
PLACE = "/projects/{id}/user_assignments"
_ASKS = ("user_id", "is_active", "updated_since")


def nested(books: Books, row: Row) -> Row:
    """As inside time entries and project assignments.

    With default rates ``hourly_rate`` is the person's rate of today, null when there is none (seen live).
    """
    own = row["hourly_rate"]
    rate = rates.current(books, BILLABLE_RATES, row["user_id"]) if row["use_default_rates"] else own
    return {**shapes.picked(row, OWN), "hourly_rate": rate}


def render(call: Call, row: Row) -> Row:
    return {
        **call.priced(nested(call.books, row)),
        "project": shapes.project(call.books.row(PROJECTS, row["project_id"])),
        "user": shapes.user(call.books.row(USERS, row["user_id"])),
    }


def assign(books: Books, project_id: int, user: Row, said: Row) -> Row:
    """Let *user* work on the project; what is unsaid is Harvest's default.

    Managers and administrators become project managers unless something else is said.
    """
    manages = "member" not in user["access_roles"]
    custom = said.get("use_default_rates") is False
    row = {
        "project_id": project_id,
        "user_id": user["id"],
        "is_active": said.get("is_active", True),
        "is_project_manager": said.get("is_project_manager", manages),
        "use_default_rates": not custom,
        # A custom rate that nobody named is 0 (docs).
        "hourly_rate": said.get("hourly_rate", 0.0 if custom else None),
        "budget": said.get("budget"),
    }
    return books.insert(USER_ASSIGNMENTS, row)


@seeded("user_assignments")
def load(books: Books, rows: Iterable[Row]) -> None:
    usual = fields.defaults(CHANGES)
    books.insert_all(USER_ASSIGNMENTS, ({**usual, **row} for row in rows))


@endpoint(
    "GET",
    "/user_assignments",
    "user_assignments.read",
    asks=_ASKS,
    answers=paged("user_assignments", USER_ASSIGNMENT),
)
def index(call: Call) -> Answer:
    """Managers see those of their managed projects, and those of their teammates anywhere (api.md §7)."""
    asked_for = conditions(call, "is_active", "user_id")
    if call.reach is not Reach.ALL:
        projects, people = call.person.managed_projects, call.person.team
        marks = ", ".join("?" * len(projects)), ", ".join("?" * len(people))
        asked_for.add(f"project_id IN ({marks[0]}) OR user_id IN ({marks[1]})", *projects, *people)
    return listed(call, "user_assignments", USER_ASSIGNMENTS, lambda row: render(call, row), asked_for)


@endpoint(
    "GET",
    PLACE,
    "user_assignments.read",
    asks=_ASKS,
    answers=paged("user_assignments", USER_ASSIGNMENT, by_cursor=False),
)
def index_of_project(call: Call) -> Answer:
    asked_for = conditions(call, "is_active", "user_id")
    asked_for.add("project_id = ?", project_of(call)["id"])
    return listed(
        call,
        "user_assignments",
        USER_ASSIGNMENTS,
        lambda row: render(call, row),
        asked_for,
        by_cursor=False,
    )


@endpoint("GET", f"{PLACE}/{{id}}", "user_assignments.read", answers=USER_ASSIGNMENT)
def show(call: Call) -> Answer:
    return ok(render(call, _found(call)))


@endpoint("POST", PLACE, "user_assignments.write", accepts=FIELDS, answers=USER_ASSIGNMENT)
def create(call: Call) -> Answer:
    project = project_of(call)
    given = {field.name for field in FIELDS if call.params.get(field.name) is not None}
    said = {key: value for key, value in call.read(FIELDS).items() if key in given}
    user = call.books.get(USERS, said["user_id"])
    if user is None:
        raise invalid("User can't be blank")  # an unknown id is like none, as in Rails (uncertain)
    place = f"/projects/{project['id']}/user_assignments"
    same = call.books.pair(USER_ASSIGNMENTS, project["id"], "user_id", user["id"])
    call.refuse_rates(said, same)
    if same is not None:
        # Posting a pair again is tolerated; that the old one is updated and answered is uncertain.
        changes = {"is_active": True, **{key: said[key] for key in said if key != "user_id"}}
        return call.created(place, render(call, call.books.update(USER_ASSIGNMENTS, same, changes)))
    return call.created(place, render(call, assign(call.books, project["id"], user, said)))


@endpoint("PATCH", f"{PLACE}/{{id}}", "user_assignments.write", accepts=CHANGES, answers=USER_ASSIGNMENT)
def change(call: Call) -> Answer:
    row = _found(call)
    said = call.read(CHANGES, partly=True)
    call.refuse_rates(said, row)
    if said.get("use_default_rates", row["use_default_rates"]):
        said.pop(
            "hourly_rate", None
        )  # shown is the person's own then; sent back, it is not a custom one (uncertain)
    if said.get("use_default_rates") is False and said.get("hourly_rate", row["hourly_rate"]) is None:
        said["hourly_rate"] = 0.0
    return ok(render(call, call.books.update(USER_ASSIGNMENTS, row, said)))


@endpoint("DELETE", f"{PLACE}/{{id}}", "user_assignments.write", answers=USER_ASSIGNMENT)
def delete(call: Call) -> Answer:
    row = _found(call)
    pair = ("project_id = ? AND user_id = ?", row["project_id"], row["user_id"])
    if any(call.books.exists(table, *pair) for table in (TIME_ENTRIES, EXPENSES)):
        text = "This user assignment is not removable. It still has time entries and/or expenses."
        raise invalid(text, hint=True)  # refusal documented, words ours
    shown = render(call, row)
    call.books.delete(USER_ASSIGNMENTS, row["id"])
    return ok(shown)


def _found(call: Call) -> Row:
    project = project_of(call)
    return call.find(USER_ASSIGNMENTS, call.ids[1], project_id=project["id"])
