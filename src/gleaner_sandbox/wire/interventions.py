"""The part of ``/sandbox`` that reaches into accounts: tokens, people's permissions, the company's settings.

With it a test revokes a token or a permission between two pages of a list, or locks a week.
"""

import json
from typing import Any
from urllib.parse import unquote

from gleaner_sandbox import permissions
from gleaner_sandbox.identity import tokens
from gleaner_sandbox.resources import teammates
from gleaner_sandbox.rules import company
from gleaner_sandbox.shapes import full_name, picked
from gleaner_sandbox.state import State
from gleaner_sandbox.tables import ACCOUNTS, USERS, Row
from gleaner_sandbox.wire.answers import Answer, missing
from gleaner_sandbox.wire.request import Request

_PERSON = {"access_roles", "is_active"}


def answer(state: State, request: Request) -> Answer | None:
    """The answer, a ``ValueError`` for what makes no sense, or None for another path."""
    _, _, subject, *rest = f"{request.path.rstrip('/')}".split("/", 3)
    name = unquote(rest[0]) if rest else ""
    match request.method, subject, bool(name):
        case "GET", "tokens", False:
            return Answer(200, {"tokens": tokens.report(state)})
        case "DELETE", "tokens", True:
            return Answer(200, {"revoked": name}) if tokens.revoke(state, name) else missing().answer
        case (("GET" | "PUT"), "people", True):
            return _person(state, name, _said(request))
        case (("GET" | "PUT"), "company", True):
            return _company(state, name, _said(request))
    return None


def _person(state: State, name: str, said: Row) -> Answer:
    found = [(account["id"], user["id"]) for account, user in state.everyone() if str(user["id"]) == name]
    if not found:
        return missing().answer
    if unknown := set(said) - _PERSON:
        raise ValueError(f"say access_roles or is_active, not {', '.join(sorted(unknown))}")
    if not isinstance(said.get("is_active", True), bool):
        raise ValueError("is_active is true or false")
    roles = said.get("access_roles", ["member"])
    if not isinstance(roles, list) or permissions.problem_with(roles):
        base, extras = ", ".join(permissions.BASE_ROLES), ", ".join(permissions.EXTRAS)
        raise ValueError(f"access_roles is a list with one of {base}; a manager may add {extras}")
    account_id, user_id = found[0]
    with state.writing(account_id) as books:
        user = books.update(USERS, books.row(USERS, user_id), said)
        if "manager" not in user["access_roles"]:
            teammates.replace(books, user_id, [])
        return Answer(200, {**picked(user, ("id", "is_active", "access_roles")), "name": full_name(user)})


def _company(state: State, name: str, said: Row) -> Answer:
    known = {str(account["id"]): account["id"] for account, _ in state.everyone()}
    if name not in known:
        return missing().answer
    changes = company.changes(said)
    with state.writing(known[name]) as books:
        row = books.update(ACCOUNTS, books.company, changes)
        return Answer(200, {key: value for key, value in row.items() if key != "account_id"})


def _said(request: Request) -> dict[str, Any]:
    """What a PUT says; nothing in a GET."""
    read = json.loads(request.body or b"{}") if request.method == "PUT" else {}
    if not isinstance(read, dict):
        raise ValueError("a JSON object is expected")
    return read
