"""Who calls: a bearer token and an account id, in headers or in the query.  Source: api.md §1, §2."""

from gleaner_sandbox.state import State
from gleaner_sandbox.wire.answers import unauthorized
from gleaner_sandbox.wire.request import Request


def token_of(request: Request) -> str:
    """The access token; a 401 without one."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        return token.strip()
    if request.query.get("access_token"):
        return str(request.query["access_token"])
    raise unauthorized()


def account_and_user(state: State, request: Request, token: str) -> tuple[int, int]:
    """The account the request is for, and whom *token* stands for there.

    An unknown token is a 401.  So is an account the token does not open, and a missing account id: live
    callers who forgot the header report 401 ``invalid_token``, others a 404 (uncertain).
    """
    users = state.users_of(token)
    wanted = str(request.headers.get("harvest-account-id") or request.query.get("account_id") or "").strip()
    if not wanted.isascii() or not wanted.isdigit() or int(wanted) not in users:
        raise unauthorized()
    return int(wanted), users[int(wanted)]
