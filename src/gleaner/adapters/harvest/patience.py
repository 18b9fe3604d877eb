"""How long and how much we read of an answer: one that drips never falls silent, and one may never end."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing

import httpx2

MOST = 64_000_000
"""Bytes of an answer that is read whole. The largest page of 2,000 entries has a few."""
MOST_OF_AN_ERROR = 16_000
"""Bytes of an answer that says no, in a sentence."""


def in_time(response: httpx2.Response, until: float) -> Iterator[bytes]:
    """The body, as long as it arrives by then, by the monotonic clock. Raises ReadTimeout."""
    for chunk in response.iter_bytes():
        yield chunk
        if time.monotonic() > until:
            raise httpx2.ReadTimeout("the body took too long", request=response.request)


def whole(response: httpx2.Response, until: float) -> httpx2.Response:
    """*response* with its body read; of an error only the beginning. Raises ReadError when it is too large."""
    most = MOST if response.is_success else MOST_OF_AN_ERROR
    content = bytearray()
    with closing(response):
        for chunk in in_time(response, until):
            content += chunk
            if len(content) > most:
                if response.is_success:
                    raise httpx2.ReadError(
                        f"the answer has more than {MOST // 1_000_000} MB", request=response.request
                    )
                break
    # What was read is decoded already.
    plain = {name: value for name, value in response.headers.items() if name != "content-encoding"}
    return httpx2.Response(
        response.status_code, headers=plain, content=bytes(content[:most]), request=response.request
    )
