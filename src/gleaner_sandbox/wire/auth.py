"""Who calls: a bearer token and an account id, in headers or in the query.  Source: api.md §1, §2."""

from gleaner_sandbox.identity import tokens
from gleaner_sandbox.state import State
from gleaner_sandbox.switches import switch
from gleaner_sandbox.wire.answers import missing, unauthorized
from gleaner_sandbox.wire.request import Request

_NO_ACCOUNT_ID = switch(
    "missing_account_id",
    ("401", "404"),
    "A request without an account id is an invalid_token, as live callers report, or a 404 as others do (§1).",
)
_ONE_ACCOUNT = switch(
    "oauth_without_account_id",
    ("opens", "refused"),
    "An OAuth token for one account opens it without an account id, or needs one like every token (§1).",
)


def bearer(request: Request) -> str:
    """The token of the Authorization header; empty without one."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def token_of(request: Request) -> str:
    """The access token; a 401 without one."""
    token = bearer(request) or request.query.get("access_token")
    if not token:
        raise unauthorized()
    return str(token)


def account_and_user(state: State, request: Request, token: str) -> tuple[int, int]:
    """The account the request is for, and whom *token* stands for there.

    An unknown or expired token is a 401.  So is an account the token does not open.
    """
    found = tokens.opened(state, token)
    if found is None:
        raise unauthorized()
    wanted = str(request.headers.get("harvest-account-id") or request.query.get("account_id") or "").strip()
    if not wanted and found.only and state.switches.get(_ONE_ACCOUNT) == "opens":
        return found.only, found.users[found.only]
    if not wanted and state.switches.get(_NO_ACCOUNT_ID) == "404":
        raise missing()
    if not wanted.isascii() or not wanted.isdigit() or int(wanted) not in found.users:
        raise unauthorized()
    return int(wanted), found.users[int(wanted)]
