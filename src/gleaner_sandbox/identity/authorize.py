"""``/oauth2/authorize``: from an app's request over a person's yes or no back to the app.  Source: api.md §2.

1. GET checks the request and lays it on a shelf under a nonce; the page's form carries the nonce.
2. POST takes the nonce off the shelf, so that it works once, and sends the person back with a code or a token.
"""

import secrets
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from gleaner_sandbox.clock import stamp
from gleaner_sandbox.identity import apps, consent, tokens
from gleaner_sandbox.identity.apps import App
from gleaner_sandbox.identity.grants import Grant, grants, scopes
from gleaner_sandbox.identity.params import word
from gleaner_sandbox.shelves import Shelves
from gleaner_sandbox.state import State
from gleaner_sandbox.switches import switch
from gleaner_sandbox.wire.answers import Answer
from gleaner_sandbox.wire.request import Request

LIFE = timedelta(minutes=10)
"""How long a code, and a consent page, can be used (uncertain)."""
PKCE = switch(
    "pkce",
    ("honoured", "ignored"),
    "A code_challenge is checked against the code_verifier when one was given, or nobody looks at it (§2 has no PKCE).",
)
_IMPLICIT = switch(
    "implicit_answer",
    ("query", "fragment"),
    "The implicit flow answers in the query, where a command line that listens can see it, or in the fragment (§2).",
)


@dataclass(frozen=True)
class Wanted:
    """What an app asks for, once it has been checked."""

    client_id: str
    redirect_uri: str
    response_type: str
    state: str
    scope: str
    challenge: str
    challenge_method: str
    login_hint: str


def ask(state: State, request: Request) -> Answer:
    """The consent page; what is wrong with the request goes to the person or, when that is safe, to the app."""
    params = request.query
    now = state.clock.now()
    with state.shared() as shelves:
        shelves.sweep(stamp(now))
        app = apps.find(shelves, word(params, "client_id"))
        if app is None:
            return consent.problem(400, "Unknown app", "No app is registered with this client_id.")
        # It may be left out, as a client does and another says.  Harvest's apps have one address, ours a first.
        redirect_uri = word(params, "redirect_uri") or next(iter(app.redirect_uris), "")
        any_port = state.switches.get(apps.LOOPBACK_PORT) == "any"
        if not app.accepts(redirect_uri, any_port=any_port):
            return consent.problem(
                400, "Unknown redirect_uri", f"{app.name} has not registered this redirect_uri."
            )
        wanted = _wanted(params, redirect_uri)
        if error := _error(wanted):
            return _back(state, wanted, {"error": error[0], "error_description": error[1]})
        nonce = secrets.token_urlsafe(24)
        shelves.put("consents", nonce, asdict(wanted), stamp(now + LIFE))
    return consent.asked(app, _offered(state, app, wanted), nonce, redirect_uri)


def decide(state: State, request: Request) -> Answer:
    """Back to the app with what the person decided."""
    origin = request.headers.get("origin")
    if origin and origin != request.root:
        return consent.problem(400, "Not from here", "This form was sent by another site.")
    params = request.params()
    nonce = word(params, "nonce")
    with state.shared() as shelves:
        shelves.sweep(stamp(state.clock.now()))
        kept = shelves.get("consents", nonce)
        app = apps.find(shelves, kept["client_id"]) if kept else None
    if kept is None or app is None:
        return consent.problem(
            400, "Too late", "This page was used before or is too old. Start again from the app."
        )
    wanted = Wanted(**kept)
    offered = _offered(state, app, wanted)
    chosen = next((grant for grant in offered if grant.key == word(params, "who")), None)
    allowed = word(params, "decision") == "allow"
    if allowed and chosen is None:
        return consent.asked(app, offered, nonce, wanted.redirect_uri, wrong="Choose a person first.")
    with state.shared() as shelves:
        shelves.drop("consents", nonce)
        if not allowed or chosen is None:
            return _back(state, wanted, {"error": "access_denied"})
        return _back(state, wanted, _given(state, shelves, wanted, chosen))


def _wanted(params: dict[str, Any], redirect_uri: str) -> Wanted:
    challenge = word(params, "code_challenge")
    return Wanted(
        client_id=word(params, "client_id"),
        redirect_uri=redirect_uri,
        response_type=word(params, "response_type"),
        state=word(params, "state"),
        scope=word(params, "scope"),
        challenge=challenge,
        challenge_method=word(params, "code_challenge_method") or ("plain" if challenge else ""),
        login_hint=word(params, "login_hint"),
    )


def _error(wanted: Wanted) -> tuple[str, str] | None:
    """What the app has to be told instead of asking the person."""
    if wanted.response_type not in ("code", "token"):
        return "unsupported_response_type", "response_type is code or token"
    if scopes(wanted.scope) is None:
        return "invalid_scope", "scope is all, harvest:all, harvest:ID, forecast:all or forecast:ID"
    if wanted.challenge_method not in ("", "plain", "S256"):
        return "invalid_request", "code_challenge_method is S256 or plain"
    return None


def _offered(state: State, app: App, wanted: Wanted) -> list[Grant]:
    """Who could say yes; only the person of ``login_hint`` when there is one."""
    found = grants(app, scopes(wanted.scope) or [], state.everyone())
    hint = wanted.login_hint.strip().lower()
    return [grant for grant in found if grant.email.lower() == hint] or found


def _given(state: State, shelves: Shelves, wanted: Wanted, chosen: Grant) -> dict[str, str]:
    """What the app gets for a yes: a code, or with the implicit flow a token."""
    if wanted.response_type == "token":
        issued = tokens.issue(state, shelves, wanted.client_id, chosen.scope, chosen.users)
        return {**{key: str(value) for key, value in issued.items()}, "scope": chosen.scope}
    code = secrets.token_urlsafe(32)
    users = {str(account): user for account, user in chosen.users.items()}
    kept = {**asdict(wanted), "scope": chosen.scope, "users": users}
    shelves.put("codes", code, kept, stamp(state.clock.now() + LIFE))
    return {"code": code, "scope": chosen.scope}


def _back(state: State, wanted: Wanted, said: dict[str, str]) -> Answer:
    """To the app's redirect address, with *said* and the app's own ``state``."""
    text = urlencode({**said, **({"state": wanted.state} if wanted.state else {})})
    if wanted.response_type == "token" and state.switches.get(_IMPLICIT) == "fragment":
        return consent.gone(f"{wanted.redirect_uri}#{text}")
    joint = "&" if "?" in wanted.redirect_uri else "?"
    return consent.gone(f"{wanted.redirect_uri}{joint}{text}")
