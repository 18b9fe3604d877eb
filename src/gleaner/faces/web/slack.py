"""``/slack/interactive``: what people click in Slack. Who cannot sign is told nothing; what it says is not read.

Signed by Slack over the bytes and a time (HMAC-SHA256, ``X-Slack-Signature``), which may be five minutes off; a second
message with the same signature is refused. Slack waits three seconds, so the work begins after the answer.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol
from urllib.parse import parse_qs

from starlette.background import BackgroundTask
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from gleaner.app.interacting import Reply
from gleaner.app.logs import logger
from gleaner.core.secrets import Secret

PATH = "/slack/interactive"
MOST_BYTES = 1_000_000
PATIENCE = 3.0
"""Seconds a message may take to arrive; Slack itself waits no longer for an answer."""
_log = logger("web")


class Hears(Protocol):
    """What is behind the address; both may block."""

    def secrets(self) -> list[Secret]:
        """With which Slack may have signed."""
        ...

    def heard(self, payload: Mapping[str, Any], secret: Secret) -> Reply:
        """What to answer to what was signed with *secret*."""
        ...


def slack_route(
    hears: Hears,
    is_new: Callable[[Iterable[str]], bool],
    now: Callable[[], float],
    *,
    most_bytes: int = MOST_BYTES,
    patience: float = PATIENCE,
) -> Route:
    """The route. *is_new* gets what the message is known by, and says whether it is; *now* is seconds since 1970."""

    async def answer(request: Request) -> Response:
        try:
            body = await asyncio.wait_for(_body(request, most_bytes), patience)
        except TimeoutError:
            return PlainTextResponse("The message took too long to arrive; send it again.\n", 408)
        except ClientDisconnect:
            return PlainTextResponse("The message was cut off.\n", 400)
        if body is None:
            return PlainTextResponse(f"More than {most_bytes:,} bytes are not read.\n", 413)
        signature = request.headers.get("x-slack-signature", "")
        stamp = request.headers.get("x-slack-request-timestamp", "")
        secret = await asyncio.to_thread(_signer, hears, body, stamp, signature, now)
        if secret is None:
            _log.warning("slack refused", reason="signature")
            return PlainTextResponse(_NOT_SIGNED, 401)
        if not await asyncio.to_thread(is_new, [f"slack/{signature}"]):
            _log.warning("slack refused", reason="replay")
            return PlainTextResponse("This was delivered before.\n", 409)
        try:
            payload = json.loads(parse_qs(body.decode())["payload"][0])
        except (ValueError, KeyError, RecursionError):
            return PlainTextResponse("There is no payload in this.\n", 400)
        if not isinstance(payload, dict):
            return PlainTextResponse("There is no payload in this.\n", 400)
        reply = await asyncio.to_thread(hears.heard, payload, secret)
        after = BackgroundTask(reply.work) if reply.work is not None else None
        if reply.answer is None:
            return Response(status_code=200, background=after)
        return JSONResponse(reply.answer, background=after)

    return Route(PATH, answer, methods=["POST"])


async def _body(request: Request, most_bytes: int) -> bytes | None:
    """All of it; None when it is too much."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > most_bytes:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most_bytes:
            return None
    return bytes(body)


def _signer(hears: Hears, body: bytes, stamp: str, signature: str, now: Callable[[], float]) -> Secret | None:
    """With which secret that was signed; None for none."""
    from slack_sdk.signature import Clock, SignatureVerifier

    class Ours(Clock):
        def now(self) -> float:
            return now()

    # The library raises for what is no number, no ASCII and no UTF-8.
    if not (stamp.isascii() and stamp.isdecimal() and len(stamp) < 12 and signature.isascii()):
        return None
    try:
        body.decode()
    except UnicodeDecodeError:
        return None
    for secret in hears.secrets():
        if SignatureVerifier(secret, Ours()).is_valid(body, stamp, signature):
            return secret
    return None


_NOT_SIGNED = (
    "The signature is not ours, or too old: Gleaner has to have the signing secret of the Slack app.\n"
)
