"""A request as bytes become parameters: query, JSON, form, multipart, with Rails brackets.

Source: api.md §1.
"""

import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from gleaner_sandbox.rules.brackets import nest
from gleaner_sandbox.wire.answers import bad_request


@dataclass(frozen=True)
class Upload:
    """A file that came with a multipart write, such as a receipt."""

    filename: str
    content_type: str
    data: bytes


@dataclass(frozen=True)
class Request:
    """One HTTP request, whole."""

    method: str
    path: str
    """As it came, without the query."""
    query: dict[str, Any]
    headers: Headers
    body: bytes
    form: dict[str, Any] | None
    """The parameters of a multipart body, which only the event loop can read."""
    root: str
    """Scheme and host, as the client wrote them."""

    @property
    def place(self) -> str | None:
        """The path behind ``/v2`` (or its alias ``/api/v2``), or None for another path."""
        path = self.path.removeprefix("/api").rstrip("/")
        return path.removeprefix("/v2") if path.startswith("/v2/") else None

    def params(self) -> dict[str, Any]:
        """Query and body together; the body wins.  A body of an unknown type is ignored."""
        if self.method == "GET":
            return self.query
        return {**self.query, **self._body_params()}

    def _body_params(self) -> dict[str, Any]:
        kind = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        if self.form is not None:
            return self.form
        if kind == "application/json":
            return self._json()
        if kind == "application/x-www-form-urlencoded":
            return nest(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))
        return {}

    def _json(self) -> dict[str, Any]:
        if not self.body.strip():
            return {}
        try:
            read = json.loads(self.body)
        except ValueError:
            raise bad_request("The JSON body is malformed.") from None  # uncertain, api.md §5
        return read if isinstance(read, dict) else {}


async def read_form(headers: Headers, body: bytes) -> dict[str, Any] | None:
    """The parameters of a multipart *body*; None for other bodies.  Files become ``Upload``s."""
    if not headers.get("content-type", "").lower().startswith("multipart/form-data"):
        return None
    try:
        form = await MultiPartParser(headers, _once(body), max_part_size=32 * 1024 * 1024).parse()
    except MultiPartException:
        return {}
    pairs = [(name, await _part(value)) for name, value in form.multi_items()]
    await form.close()
    return nest(pairs)


async def _part(value: UploadFile | str) -> Upload | str:
    if isinstance(value, str):
        return value
    return Upload(value.filename or "", value.content_type or "", await value.read())


async def _once(body: bytes) -> AsyncGenerator[bytes, None]:
    yield body
