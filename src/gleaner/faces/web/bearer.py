"""What a request shows as its token."""

from __future__ import annotations

from starlette.requests import Request


def bearer(request: Request) -> str:
    """The token of the ``Authorization`` header; empty for none, for another kind, or for several."""
    said = request.headers.getlist("authorization")
    kind, _, token = said[0].partition(" ") if len(said) == 1 else ("", "", "")
    return token.strip() if kind.lower() == "bearer" else ""
