"""Whom to trust on the other end of a connection."""

from __future__ import annotations

import ssl
from functools import cache


@cache
def certificates() -> ssl.SSLContext:
    """The machine's certificates, read once in a process: that takes 20 ms, longer than most requests."""
    import httpx2

    return httpx2.create_ssl_context()
