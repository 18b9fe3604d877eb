"""Files of strangers, served so that a browser shows pictures and runs nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from html import escape
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from gleaner.adapters.harvest.receipts import TYPES
from gleaner.expenses.content import Kind, kind_of
from gleaner.expenses.first_page import NotNow, first_page
from gleaner.faces.web.visit import NotFound

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}


def receipt(request: Request, content: bytes | None, name: str) -> Response:
    """A receipt as it is, by what it is inside, whatever it was called. A picture is shown, a PDF is saved.

    304 to a browser that has it. Raises NotFound for what is gone, and for what no receipt can be.
    """
    kind = kind_of((content or b"")[:16])
    if content is None or kind is None:
        raise NotFound
    return _unless_known(request, _digest(content), lambda: _whole(content, kind, name))


def thumbnail(request: Request, content: bytes | None, name: str) -> Response:
    """A small picture of it: the picture itself, a PDF's first page, or a sheet of paper that says what it is."""
    kind = kind_of((content or b"")[:16])
    if content is None or kind is None:
        return _sheet("–")
    if kind == "pdf":
        try:
            return _unless_known(request, f"{_digest(content)}-small", lambda: _first_page(content))
        except NotNow:
            return _sheet("PDF")
    return receipt(request, content, name)


def _whole(content: bytes, kind: Kind, name: str) -> Response:
    how = "attachment" if kind == "pdf" else "inline"
    said = f"{how}; filename=\"receipt.{kind}\"; filename*=UTF-8''{quote(_ended(name, kind), safe='')}"
    return Response(content, media_type=TYPES[kind], headers={**_HEADERS, "Content-Disposition": said})


def _first_page(content: bytes) -> Response:
    drawn = first_page(content)
    return _sheet("PDF") if drawn is None else Response(drawn, media_type="image/png", headers=_HEADERS)


def _sheet(text: str) -> Response:
    return Response(_SHEET.format(text=escape(text)), media_type="image/svg+xml", headers=_HEADERS)


def _unless_known(request: Request, tag: str, made: Callable[[], Response]) -> Response:
    """What is *made*, to be kept with its *tag*; only "not modified" for a browser that sends that tag.

    A browser may keep it, and asks each time before it shows it: who may not see it any more, or is somebody else by
    now, gets nothing. If nothing were kept, each look at a list would have every PDF in it drawn anew.
    """
    known = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    answer = Response(status_code=304, headers=_HEADERS) if f'"{tag}"' in known else made()
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["ETag"] = f'"{tag}"'
    return answer


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def download(content: bytes, name: str, media_type: str) -> Response:
    """Something of ours to save under *name*."""
    said = f'attachment; filename="{name}"'
    return Response(
        content,
        media_type=media_type,
        headers={**_HEADERS, "Content-Disposition": said},
    )


_SHEET = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 128" width="96" height="128">'
    '<path d="M4 4h60l28 28v92H4z" fill="#fff" stroke="#8b867c" stroke-width="2"/>'
    '<path d="M64 4v28h28" fill="none" stroke="#8b867c" stroke-width="2"/>'
    '<text x="48" y="80" font-family="sans-serif" font-size="22" text-anchor="middle" fill="#5b5750">{text}</text>'
    "</svg>"
)


def _ended(name: str, kind: Kind) -> str:
    """*name* with the ending that its content has."""
    stem = name.rpartition(".")[0] or name or "receipt"
    return f"{stem}.{kind}"
