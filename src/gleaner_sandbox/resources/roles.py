"""``/roles``: labels such as *Designer*, not access roles.  Source: api.md §14.4."""

from collections.abc import Iterable

from gleaner_sandbox import shapes
from gleaner_sandbox.loading import seeded
from gleaner_sandbox.rules import coerce, fields
from gleaner_sandbox.schemas import INT, MOMENT, STRING, declare, many, paged
from gleaner_sandbox.state import Books
from gleaner_sandbox.tables import ROLES, USERS, Row
from gleaner_sandbox.wire.answers import Answer, invalid
from gleaner_sandbox.wire.call import Call, ok
from gleaner_sandbox.wire.endpoints import endpoint
from gleaner_sandbox.wire.listing import Conditions, listed

SHAPE = {"id": INT, "name": STRING, "user_ids": many(INT), "created_at": MOMENT, "updated_at": MOMENT}
ROLE = declare("Role", SHAPE)
FIELDS = [fields.text("name", required=True), fields.Field("user_ids", coerce.whole_items, [])]


def render(row: Row) -> Row:
    return shapes.picked(row, SHAPE)


def names_of(books: Books, user_id: int) -> list[str]:
    """The names of one person's roles."""
    return sorted(role["name"] for role in books.recall(ROLES, "1") if user_id in role["user_ids"])


def set_names(books: Books, user_id: int, names: Iterable[str]) -> None:
    """Give one person exactly the roles *names*; those that do not exist come to be (uncertain, api.md §14)."""
    wanted = set(names)
    for role in books.select(ROLES):
        others = [known for known in role["user_ids"] if known != user_id]
        mine = [user_id] if role["name"] in wanted else []
        if sorted(others + mine) != sorted(role["user_ids"]):
            books.update(ROLES, role, {"user_ids": others + mine})
        wanted.discard(role["name"])
    books.insert_all(ROLES, ({"name": name, "user_ids": [user_id]} for name in sorted(wanted)))


@seeded("roles", order=10)
def load(books: Books, rows: Iterable[Row]) -> None:
    books.insert_all(ROLES, ({"user_ids": [], **row} for row in rows))


@endpoint("GET", "/roles", "roles.read", "team_feature", answers=paged("roles", ROLE))
def index(call: Call) -> Answer:
    return listed(call, "roles", ROLES, render, Conditions())


@endpoint("GET", "/roles/{id}", "roles.read", "team_feature", answers=ROLE)
def show(call: Call) -> Answer:
    return ok(render(call.find(ROLES, call.ids[0])))


@endpoint("POST", "/roles", "roles.write", "team_feature", accepts=FIELDS, answers=ROLE)
def create(call: Call) -> Answer:
    said = _checked(call, call.read(FIELDS), None)
    return call.created("/roles", render(call.books.insert(ROLES, said)))


@endpoint("PATCH", "/roles/{id}", "roles.write", "team_feature", accepts=FIELDS, answers=ROLE)
def change(call: Call) -> Answer:
    row = call.find(ROLES, call.ids[0])
    said = _checked(call, call.read(FIELDS, partly=True), row["id"])
    return ok(render(call.books.update(ROLES, row, said)))


@endpoint("DELETE", "/roles/{id}", "roles.write", "team_feature", answers=ROLE)
def delete(call: Call) -> Answer:
    row = call.find(ROLES, call.ids[0])
    call.books.delete(ROLES, row["id"])
    return ok(render(row))


def _checked(call: Call, said: Row, own_id: int | None) -> Row:
    if "name" in said and call.books.exists(ROLES, "name = ? AND id IS NOT ?", said["name"], own_id):
        raise invalid("Name has already been taken")
    if any(call.books.get(USERS, user_id) is None for user_id in said.get("user_ids", [])):
        raise invalid("User ids is invalid")  # uncertain
    return said
