"""``GET /api/v2/accounts``: whose token is this, and which accounts does it open?  Source: api.md §2."""

from gleaner_sandbox.identity import tokens
from gleaner_sandbox.shapes import picked
from gleaner_sandbox.state import State
from gleaner_sandbox.tables import USERS, Row
from gleaner_sandbox.wire import auth
from gleaner_sandbox.wire.answers import Answer, unauthorized
from gleaner_sandbox.wire.request import Request


def accounts(state: State, request: Request) -> Answer:
    """The person and the accounts where the person is not archived.

    The person's id is the one in the first account: Harvest ID has numbers of its own (uncertain).
    """
    token = auth.bearer(request)
    found = tokens.opened(state, token) if token else None
    if found is None:
        raise unauthorized()
    people: list[Row] = []
    open_to: list[Row] = []
    for account_id, user_id in sorted(found.users.items()):
        with state.reading(account_id) as books:
            user = books.get(USERS, user_id)
            if user is None:
                continue
            people.append(user)
            if user["is_active"]:
                open_to.append({"id": account_id, "name": books.company["name"], "product": "harvest"})
    if not people:
        raise unauthorized()
    person = picked(people[0], ("id", "first_name", "last_name", "email"))
    return Answer(200, {"user": person, "accounts": open_to})
