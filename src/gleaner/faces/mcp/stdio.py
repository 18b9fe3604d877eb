"""The assistants' door over stdin and stdout, for whoever the account's own token belongs to."""

from __future__ import annotations

import anyio

from gleaner.app.account import Account
from gleaner.app.programs.seat import own_seat, ready
from gleaner.faces.mcp.server import GleanerServer


def serve_stdio(account: Account) -> None:
    """Answer until stdin ends. Raises ConfigError for a token whose owner is nobody here."""
    ready(account)
    seat = own_seat(account)
    anyio.run(GleanerServer(lambda: seat).run_stdio_async)
