"""How much is read of an answer that does not end."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator

import httpx2
import pytest
from tests.unit.adapters.harvest.fake import client

from gleaner.core.errors import Refused, Unavailable


def endless(_: httpx2.Request, status: int = 404) -> httpx2.Response:
    def body() -> Iterator[bytes]:
        while True:
            yield b"x" * 1_000_000

    return httpx2.Response(status, content=body())


def test_of_an_error_only_the_beginning_is_read() -> None:
    with pytest.raises(Refused):
        client(endless).transport.get("/company")
    with pytest.raises(Refused):
        client(endless).transport.download("https://api.harvestapp.com/v2/x", io.BytesIO(), limit=10)


def test_an_answer_that_does_not_end_is_given_up() -> None:
    started = time.monotonic()
    with pytest.raises(Unavailable, match="more than 64 MB"):
        client(lambda request: endless(request, 200)).transport.get("/company")
    assert time.monotonic() - started < 20
