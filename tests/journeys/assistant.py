"""An assistant at Gleaner's door, with the SDK's own client."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar, copy_context
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

import anyio
from mcp import Client
from mcp_types import CallToolResult, TextContent

from gleaner.app.account import Account
from gleaner.app.programs.seat import Seat
from gleaner.app.tokens import SCOPES
from gleaner.faces.mcp.server import GleanerServer

T = TypeVar("T")


_SEAT: ContextVar[Seat] = ContextVar("seat of the test")


@cache
def _server() -> GleanerServer:
    """One for all: to make it takes longer than to ask it."""
    return GleanerServer(_SEAT.get)


def run_apart(go: Callable[[], Awaitable[T]]) -> T:
    """What *go* gives, in a loop and a thread of its own: a browser's tests leave one running in this one."""
    context = copy_context()
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: context.run(lambda: anyio.run(go))).result()


@dataclass(frozen=True)
class Heard:
    """What a tool answered."""

    text: str
    value: dict[str, Any]
    is_error: bool

    def __getitem__(self, name: str) -> Any:
        assert not self.is_error, self.text
        return self.value[name]


def heard(result: CallToolResult) -> Heard:
    (content,) = result.content
    assert isinstance(content, TextContent)
    value = result.structured_content or {}
    assert result.is_error or json.loads(content.text) == value, "both say the same"
    assert "Traceback" not in content.text
    return Heard(content.text, value, bool(result.is_error))


@dataclass(frozen=True)
class Assistant:
    """Asks in the name of one person, in this process."""

    seat: Seat

    def asks(self, tool: str, **said: Any) -> Heard:
        """What the tool answers, right or wrong."""
        return self.does(lambda client: _asked(client, tool, said))

    def hears(self, tool: str, **said: Any) -> Heard:
        """The same where it must work."""
        found = self.asks(tool, **said)
        assert not found.is_error, found.text
        return found

    def refused(self, tool: str, **said: Any) -> str:
        """Why it is not done."""
        found = self.asks(tool, **said)
        assert found.is_error, found.value
        return found.text

    def twice(self, tool: str, **said: Any) -> Heard:
        """Asked once, and confirmed."""
        first = self.hears(tool, **said)
        assert first.value.get("confirm"), first.text
        return self.hears(tool, **said, confirm=first["confirm"])

    def does(self, work: Callable[[Client], Awaitable[T]]) -> T:
        async def go() -> T:
            async with Client(_server()) as client:
                return await work(client)

        kept = _SEAT.set(self.seat)
        try:
            return run_apart(go)
        finally:
            _SEAT.reset(kept)

    @property
    def tools(self) -> set[str]:
        async def names(client: Client) -> set[str]:
            return {one.name for one in (await client.list_tools()).tools}

        return self.does(names)


async def _asked(client: Client, tool: str, said: dict[str, Any]) -> Heard:
    return heard(await client.call_tool(tool, said))


def assistant(account: Account, who: str, *scopes: str) -> Assistant:
    """One that acts for *who*, whose token has those scopes; all unless told."""
    person = account.person(who)
    return Assistant(Seat(account.seen_by(person), person, frozenset(scopes or SCOPES), "agent"))
