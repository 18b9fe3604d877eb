"""The addresses of the identity host, which here has the same origin as the API.  Source: api.md §1, §2."""

from gleaner_sandbox.identity.accounts import accounts
from gleaner_sandbox.identity.authorize import ask, decide
from gleaner_sandbox.identity.exchange import exchange
from gleaner_sandbox.state import State
from gleaner_sandbox.wire.answers import Answer, unroutable
from gleaner_sandbox.wire.outside import served
from gleaner_sandbox.wire.request import Request

_ANSWERS = {
    ("GET", "/oauth2/authorize"): ask,
    ("POST", "/oauth2/authorize"): decide,
    ("POST", "/api/v2/oauth2/token"): exchange,
    ("GET", "/api/v2/accounts"): accounts,
}


@served("/oauth2/authorize")
@served("/api/v2/oauth2/token")
@served("/api/v2/accounts")
def answer(state: State, request: Request) -> Answer:
    """Whatever the identity host answers; it asks for no User-Agent (uncertain)."""
    found = _ANSWERS.get((request.method, request.path.rstrip("/")))
    return found(state, request) if found else unroutable()
