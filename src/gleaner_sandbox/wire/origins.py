"""Pages in a browser that call the API from another origin.

Harvest's implicit grant is for applications that run in the browser and call the API from there, and its answers
vary by origin (``Vary: Origin``, recorded in 2024), so it lets them.  The other headers are those that Rails servers
usually send (uncertain).  Here only pages on this machine may: the sandbox's tokens are no secret.
"""

from dataclasses import replace

from gleaner_sandbox import loopback
from gleaner_sandbox.wire.answers import Answer
from gleaner_sandbox.wire.request import Request

_METHODS = "GET, POST, PATCH, DELETE, OPTIONS"


def preflight(request: Request) -> Answer | None:
    """The answer to a browser that asks whether it may call the API; None for every other request."""
    asked = request.headers.get("access-control-request-method")
    if request.method != "OPTIONS" or not asked or request.place is None:
        return None
    headers = {"Access-Control-Allow-Methods": _METHODS, "Access-Control-Max-Age": "7200"}
    wanted = request.headers.get("access-control-request-headers")
    if wanted:
        headers["Access-Control-Allow-Headers"] = wanted
    return Answer(200, "", headers if _welcome(request) else {}, "text/plain")


def shared(request: Request, answer: Answer) -> Answer:
    """*answer*, which pages on this machine may read when it is the API's."""
    if request.place is None:
        return answer
    allowed = {"Access-Control-Allow-Origin": "*"} if _welcome(request) else {}
    return replace(answer, headers={**answer.headers, "Vary": "Origin", **allowed})


def _welcome(request: Request) -> bool:
    return loopback.names(request.headers.get("origin", "").partition("://")[2])
