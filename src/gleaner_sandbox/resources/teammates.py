"""``/users/{id}/teammates``: whom a manager looks after.  Source: api.md §14.3."""

from collections.abc import Iterable

from gleaner_sandbox import shapes
from gleaner_sandbox.loading import seeded
from gleaner_sandbox.rules import coerce, fields
from gleaner_sandbox.schemas import INT, STRING, declare, many, paged, shape
from gleaner_sandbox.state import Books
from gleaner_sandbox.tables import TEAMMATES, USERS, Row
from gleaner_sandbox.wire.answers import Answer, invalid
from gleaner_sandbox.wire.call import Call, ok
from gleaner_sandbox.wire.endpoints import endpoint
from gleaner_sandbox.wire.listing import asked, listed_here

TEAMMATE = declare("Teammate", {"id": INT, "first_name": STRING, "last_name": STRING, "email": STRING})
FIELDS = [fields.Field("teammate_ids", coerce.whole_items, required=True)]


@seeded("teammates")
def load(books: Books, rows: Iterable[Row]) -> None:
    for row in rows:
        replace(books, row["user_id"], row["teammate_ids"])


def replace(books: Books, user_id: int, teammate_ids: Iterable[int]) -> None:
    """Let the manager look after exactly these people."""
    books.delete_where(TEAMMATES, "user_id = ?", user_id)
    books.insert_all(TEAMMATES, ({"user_id": user_id, "teammate_id": mate} for mate in teammate_ids))


def team(books: Books, user_id: int) -> list[Row]:
    """The manager's teammates, as the API shows them."""
    ids = books.values(TEAMMATES, "teammate_id", "user_id = ? ORDER BY id", user_id)
    people = [books.row(USERS, mate) for mate in ids]
    return [shapes.picked(person, ("id", "first_name", "last_name", "email")) for person in people]


@endpoint("GET", "/users/{id}/teammates", "teammates.read", answers=paged("teammates", TEAMMATE))
def index(call: Call) -> Answer:
    user = call.find(USERS, call.ids[0])
    return listed_here(call, "teammates", team(call.books, user["id"]))


@endpoint(
    "PATCH",
    "/users/{id}/teammates",
    "teammates.write",
    accepts=FIELDS,
    answers=shape({"teammates": many(TEAMMATE)}),
)
def change(call: Call) -> Answer:
    user = call.find(USERS, call.ids[0])
    if "manager" not in user["access_roles"]:
        raise invalid("Teammates can only be assigned to managers")  # 422 is documented, the words are ours
    if "teammate_ids" not in call.params:
        raise invalid("Teammate ids can't be blank")
    ids = dict.fromkeys(asked(call, "teammate_ids", coerce.whole_items))
    if any(mate == user["id"] or call.books.get(USERS, mate) is None for mate in ids):
        raise invalid("Teammate ids is invalid")  # uncertain
    replace(call.books, user["id"], ids)
    return ok({"teammates": team(call.books, user["id"])})
