"""``POST /api/v2/oauth2/token``: a code or a refresh token becomes an access token.  Source: api.md §2.

Error bodies and statuses follow RFC 6749 §5.2 (uncertain): 401 when the app is not known, else 400.
"""

import base64
import binascii
import hashlib
import hmac

from gleaner_sandbox.clock import stamp
from gleaner_sandbox.identity import apps, tokens
from gleaner_sandbox.identity.apps import App
from gleaner_sandbox.identity.authorize import PKCE
from gleaner_sandbox.identity.params import word
from gleaner_sandbox.shelves import Shelves
from gleaner_sandbox.state import State
from gleaner_sandbox.switches import switch
from gleaner_sandbox.tables import Row
from gleaner_sandbox.wire.answers import Answer, Refusal
from gleaner_sandbox.wire.request import Request

_ROTATION = switch(
    "refresh_token",
    ("rotates", "stays"),
    "Refreshing gives a new refresh token and ends the old one, or answers the same one again (§2 does not say).",
)
_NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}


def exchange(state: State, request: Request) -> Answer:
    """The answer of the token endpoint; parameters come as a form or as JSON."""
    try:
        params = request.params()
    except Refusal:
        raise _refused("invalid_request", "The JSON body is malformed.") from None
    with state.shared() as shelves:
        app = _authenticated(shelves, request, params)
        match word(params, "grant_type"):
            case "authorization_code":
                given = _for_code(state, shelves, app, params)
            case "refresh_token":
                given = _for_refresh(state, shelves, app, params)
            case "":
                raise _refused("invalid_request", "grant_type is required.")
            case _:
                raise _refused("unsupported_grant_type", "grant_type is authorization_code or refresh_token.")
    return Answer(200, given, _NO_STORE)


def _authenticated(shelves: Shelves, request: Request, params: Row) -> App:
    """The app, by id and secret in the body, or by HTTP Basic (uncertain)."""
    client_id, secret = _basic(request) or (word(params, "client_id"), word(params, "client_secret"))
    app = apps.find(shelves, client_id)
    if app is None or not app.knows(secret):
        raise _refused("invalid_client", "The client_id or client_secret is wrong.", 401)
    return app


def _basic(request: Request) -> tuple[str, str] | None:
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client_id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return "", ""
    return client_id, secret


def _for_code(state: State, shelves: Shelves, app: App, params: Row) -> Row:
    """Tokens for a code, which then is spent.  The redirect address need not be repeated, as in the docs."""
    code = word(params, "code")
    if not code:
        raise _refused("invalid_request", "code is required.")
    shelves.sweep(stamp(state.clock.now()))
    kept = shelves.get("codes", code)
    said = word(params, "redirect_uri")
    if kept is None or kept["client_id"] != app.client_id or said not in ("", kept["redirect_uri"]):
        raise _refused(
            "invalid_grant", "The code is unknown, used, expired, or was issued for something else."
        )
    checked = state.switches.get(PKCE) == "honoured"
    if checked and kept["challenge"] and not _verified(kept, word(params, "code_verifier")):
        raise _refused("invalid_grant", "The code_verifier does not match the code_challenge.")
    shelves.drop("codes", code)
    users = {int(account): user for account, user in kept["users"].items()}
    issued = tokens.issue(state, shelves, app.client_id, kept["scope"], users)
    return {**issued, "refresh_token": tokens.issue_refresh(shelves, app.client_id, kept["scope"], users)}


def _for_refresh(state: State, shelves: Shelves, app: App, params: Row) -> Row:
    """Tokens for a refresh token.  The old access token lives until it expires (uncertain)."""
    old = word(params, "refresh_token")
    if not old:
        raise _refused("invalid_request", "refresh_token is required.")
    found = tokens.refreshable(shelves, old, app.client_id)
    if found is None:
        raise _refused("invalid_grant", "The refresh_token is unknown, used, revoked, or another app's.")
    issued = tokens.issue(state, shelves, app.client_id, *found)
    if state.switches.get(_ROTATION) == "stays":
        return {**issued, "refresh_token": old}
    tokens.drop_refresh(shelves, old)
    return {**issued, "refresh_token": tokens.issue_refresh(shelves, app.client_id, *found)}


def _verified(kept: Row, verifier: str) -> bool:
    """Whether *verifier* is what the app hid in its challenge (RFC 7636 §4.6)."""
    if kept["challenge_method"] == "plain":
        shown = verifier
    else:
        shown = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    return hmac.compare_digest(shown.encode(), kept["challenge"].encode())


def _refused(error: str, description: str, status: int = 400) -> Refusal:
    challenge = {"WWW-Authenticate": 'Basic realm="OAuth2 client"'} if status == 401 else {}
    return Refusal(
        Answer(status, {"error": error, "error_description": description}, {**_NO_STORE, **challenge})
    )
