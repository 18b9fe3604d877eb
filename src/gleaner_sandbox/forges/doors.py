"""What both forges do with every request: who asks, how often, which page, and whether it changed."""

import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gleaner_sandbox.forges.history import NoSuchCommit

MOST_PER_PAGE = 100


class Refusal(Exception):
    """An answer that says no."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = dict(headers or {})


@dataclass
class Limit:
    """How many requests are answered until *reset*; one that nothing came of (304) is free, as at GitHub."""

    most: int = 5000
    seconds: float = 3600.0
    used: int = 0
    reset: float = 0.0

    def headers(self, now: float) -> dict[str, str]:
        if now >= self.reset:
            self.used, self.reset = 0, now + self.seconds
        return {
            "x-ratelimit-limit": str(self.most),
            "x-ratelimit-remaining": str(max(self.most - self.used, 0)),
            # Never before it is over, in whole seconds.
            "x-ratelimit-reset": str(int(self.reset) + 1),
        }


@dataclass(frozen=True)
class Seen:
    """One request, for the log."""

    method: str
    path: str
    status: int


@dataclass
class Door:
    """Shared by all endpoints of one forge."""

    limit: Limit = field(default_factory=Limit)
    log: list[Seen] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    """Said to the next requests, one each, whatever they ask: faults to order."""
    instead: list[Any] = field(default_factory=list)
    """The same for answers that say yes: JSON that nobody expects."""

    def endpoint(
        self, work: Callable[[Request], Any], no_commit: Callable[[str], Refusal]
    ) -> Callable[[Request], Response]:
        """*work* as an endpoint; *no_commit* is what the forge says where Git knows none."""

        def answer(request: Request) -> Response:
            def made() -> Any:
                try:
                    return work(request)
                except NoSuchCommit as error:
                    raise no_commit(str(error)) from error

            return self.answer(request, made)

        return answer

    def answer(self, request: Request, make: Callable[[], Any]) -> Response:
        """*make*'s value as JSON with an ETag, or its refusal; a sequence is cut into pages."""
        address = f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path
        response = self._answer(request, make)
        self.log.append(Seen(request.method, address, response.status_code))
        return response

    def _answer(self, request: Request, make: Callable[[], Any]) -> Response:
        headers = self.limit.headers(time.time())
        try:
            if self.refusals:
                raise self.refusals.pop(0)
            if headers["x-ratelimit-remaining"] == "0":
                raise Refusal(403, "API rate limit exceeded")
            found = self.instead.pop(0) if self.instead else make()
        except Refusal as refusal:
            return JSONResponse({"message": refusal.message}, refusal.status, {**headers, **refusal.headers})
        if isinstance(found, Sequence) and not isinstance(found, str):
            found, links = page(request, found)
            headers |= links
        body = json.dumps(found).encode()
        etag = f'W/"{hashlib.sha256(body).hexdigest()}"'
        headers["etag"] = etag
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers=headers)
        self.limit.used += 1
        return Response(body, 201 if request.method == "POST" else 200, headers, "application/json")


def page(request: Request, found: Sequence[Any]) -> tuple[Sequence[Any], dict[str, str]]:
    """The page that was asked for, and where the next one is."""
    size = min(_number(request, "per_page", 30), MOST_PER_PAGE)
    number = _number(request, "page", 1)
    part = found[(number - 1) * size : number * size]
    if number * size >= len(found):
        return part, {}
    following = request.url.include_query_params(page=number + 1)
    first = request.url.include_query_params(page=1)
    return part, {"link": f'<{first}>; rel="first", <{following}>; rel="next"'}


def _number(request: Request, name: str, otherwise: int) -> int:
    text = request.query_params.get(name, "")
    return max(int(text), 1) if text.isdecimal() else otherwise
