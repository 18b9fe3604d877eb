"""Files of strangers, served so that a browser shows pictures and runs nothing."""

from __future__ import annotations

from html import escape
from urllib.parse import quote

from starlette.responses import Response

from gleaner.adapters.harvest.receipts import TYPES
from gleaner.expenses.content import Kind, kind_of
from gleaner.faces.web.visit import NotFound

_HEADERS = {
    "Cache-Control": "private, max-age=300",
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}


def receipt(content: bytes | None, name: str) -> Response:
    """A receipt as it is, by what it is inside, whatever it was called. A picture is shown, a PDF is saved.

    Raises NotFound for what is gone, and for what no receipt can be.
    """
    kind = kind_of((content or b"")[:16])
    if content is None or kind is None:
        raise NotFound
    how = "attachment" if kind == "pdf" else "inline"
    said = f"{how}; filename=\"receipt.{kind}\"; filename*=UTF-8''{quote(_ended(name, kind), safe='')}"
    return Response(content, media_type=TYPES[kind], headers={**_HEADERS, "Content-Disposition": said})


def thumbnail(content: bytes | None, name: str) -> Response:
    """A small picture of it: the picture itself, or a sheet of paper that says what it is."""
    kind = kind_of((content or b"")[:16])
    if kind is None or kind == "pdf":
        said = "PDF" if kind == "pdf" else "–"
        return Response(_SHEET.format(text=escape(said)), media_type="image/svg+xml", headers=_HEADERS)
    return receipt(content, name)


def download(content: bytes, name: str, media_type: str) -> Response:
    """Something of ours to save under *name*."""
    said = f'attachment; filename="{name}"'
    return Response(
        content,
        media_type=media_type,
        headers={**_HEADERS, "Cache-Control": "no-store", "Content-Disposition": said},
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
