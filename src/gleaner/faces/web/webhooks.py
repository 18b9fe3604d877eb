"""``/webhooks/github``: GitHub says that something happened. Who cannot sign is told nothing; what it says is not read.

The signature is over the bytes as they came (HMAC-SHA256, ``X-Hub-Signature-256``). Event and delivery number are
headers and not signed: the first only says whether a look is worth while, and what came before is known by its
signature, too.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import re
from collections.abc import Callable, Iterable

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from gleaner.app.logs import logger
from gleaner.core.secrets import Secret

PATH = "/webhooks/github"
MOST_BYTES = 25_000_000
"""GitHub sends no more."""
PATIENCE = 10.0
"""Seconds a message may take to arrive; GitHub itself waits no longer for an answer."""
EVENTS = frozenset(
    {"push", "pull_request", "pull_request_review", "pull_request_review_comment", "issue_comment"}
)
"""What people do. All else is answered and forgotten."""
_DELIVERY = re.compile(r"[0-9A-Za-z-]{1,64}")
_log = logger("web")


class _TooLarge(Exception):
    pass


def github_route(
    secret: Secret,
    heard: Callable[[Iterable[str]], bool],
    *,
    most_bytes: int = MOST_BYTES,
    patience: float = PATIENCE,
) -> Route:
    """The route. *heard* gets what the message is known by, and says whether it is new; it may block."""

    async def answer(request: Request) -> Response:
        try:
            signature = await asyncio.wait_for(_signature(request, secret, most_bytes), patience)
        except _TooLarge:
            return PlainTextResponse(f"More than {most_bytes:,} bytes are not read.\n", 413)
        except TimeoutError:
            return PlainTextResponse("The message took too long to arrive; send it again.\n", 408)
        except ClientDisconnect:
            return PlainTextResponse("The message was cut off.\n", 400)
        said = request.headers.get("x-hub-signature-256", "")
        # Compared in constant time, and first of all: nobody else learns what would be done with a message.
        if not hmac.compare_digest(said.encode("latin-1"), f"sha256={signature}".encode()):
            _log.warning("webhook refused", reason="signature")
            return PlainTextResponse(_NOT_SIGNED, 401)
        event, delivery = (request.headers.get(name, "") for name in ("x-github-event", "x-github-delivery"))
        if not event or not _DELIVERY.fullmatch(delivery):
            return PlainTextResponse("X-GitHub-Event and X-GitHub-Delivery have to say what this is.\n", 400)
        if event not in EVENTS:
            return PlainTextResponse("Nothing to do for this event.\n", 202)
        if not await asyncio.to_thread(heard, (delivery.lower(), signature)):
            _log.warning("webhook refused", reason="replay")
            return PlainTextResponse("This was delivered before.\n", 409)
        return PlainTextResponse("A look is on its way.\n", 202)

    return Route(PATH, answer, methods=["POST"])


async def _signature(request: Request, secret: Secret, most_bytes: int) -> str:
    """What the message has to be signed with. Its bytes are counted and not kept."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > most_bytes:
        raise _TooLarge
    digest = hmac.new(secret.encode(), digestmod=hashlib.sha256)
    count = 0
    async for chunk in request.stream():
        count += len(chunk)
        if count > most_bytes:
            raise _TooLarge
        digest.update(chunk)
    return digest.hexdigest()


_NOT_SIGNED = (
    "The signature is not ours: the webhook's secret at GitHub has to be the one Gleaner was given.\n"
)
