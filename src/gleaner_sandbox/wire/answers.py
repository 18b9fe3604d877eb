"""Answers and refusals, with Harvest's exact bodies.

Source: api.md §5, seen live unless a comment says otherwise.
"""

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

JSON = "application/json; charset=utf-8"
HTML = "text/html; charset=utf-8"

_PAGE = "<!DOCTYPE html>\n<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{text}</p></body></html>\n"
_INVALID_TOKEN = "The access token provided is expired, revoked, malformed or invalid for other reasons."  # noqa: S105 prose

# Answers are trees; looking for circles in them costs a fifth of the time of a long list.
encode = json.JSONEncoder(check_circular=False, separators=(",", ":")).encode


@dataclass(frozen=True)
class Answer:
    """What goes back: a status, a body that JSON can hold (or finished text or bytes), extra headers."""

    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)
    media_type: str = JSON

    @cached_property
    def content(self) -> bytes:
        """The bytes of the body.  Non-ASCII is escaped, as Harvest does freely (api.md §6)."""
        if isinstance(self.body, bytes):
            return self.body
        return (self.body if isinstance(self.body, str) else encode(self.body)).encode()


class Refusal(Exception):
    """The request ends here with this answer, and whatever it changed is undone."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


def page(status: int, title: str, text: str, **headers: str) -> Answer:
    """An HTML page, as Harvest's outer layers answer."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, _PAGE.format(title=title, text=text), named, HTML)


def bad_request(why: str) -> Refusal:
    """400.  The body's shape is unknown (uncertain); this follows the 404."""
    return Refusal(Answer(400, {"status": 400, "error": "Bad Request", "message": why}))


def unauthorized() -> Refusal:
    """401: the token, or the account it is used for."""
    challenge = (
        'Bearer realm="Rack::OAuth2 Protected Resources", error="invalid_token", '
        f'error_description="{_INVALID_TOKEN}"'
    )
    body = {"error": "invalid_token", "error_description": _INVALID_TOKEN}
    return Refusal(Answer(401, body, {"WWW-Authenticate": challenge}))


def forbidden() -> Refusal:
    """403."""
    return Refusal(Answer(403, {"message": "Not authorized!"}, {"Hint": "Not authorized!"}))


def missing() -> Refusal:
    """404: no such id, or not visible to this person."""
    return Refusal(Answer(404, {"status": 404, "error": "Not Found"}))


def unroutable() -> Answer:
    """404 for a path the API does not have: HTML."""
    return page(404, "HARVEST: Can’t find page", "The page you were looking for doesn’t exist.")


def invalid(*messages: str, hint: bool = False) -> Refusal:
    """422: all messages in one sentence.

    *hint* repeats it as a header, as for things that cannot be removed.
    """
    text = ", ".join(messages)
    return Refusal(Answer(422, {"message": text}, {"Hint": text} if hint else {}))


def throttled(retry_after: int, *, as_json: bool) -> Answer:
    """429: HTML by default; as JSON it follows v1, the only JSON body on record (api.md §3)."""
    wait = {"Retry-After": str(retry_after)}
    if as_json:
        return Answer(429, {"message": "This request has been throttled.", "retry_after": retry_after}, wait)
    return page(429, "Too many requests", "This request has been throttled.", Retry_After=str(retry_after))
