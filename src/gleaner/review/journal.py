"""The journal: what Gleaner did, for whom, why, and what Harvest answered."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, get_args

from gleaner.core.catalog import EntryId, UserId

Happening = Literal[
    "proposed",
    "approved",
    "edited",
    "dismissed",
    "applied",
    "found",
    "failed",
    "waiting",
    "undone",
    "fault",
    "withdrawn",
    "forgotten",
    "ruled",
    "rung",
    "exception",
    "advised",
    "access",
]


Door = Literal["agent", "api"]
"""Through which somebody came who is not there themselves: an assistant, or a program."""


def through(address: str, door: Door) -> str:
    """The actor of what was done for the person with that address.

    >>> through("ana@studio.example", "agent")
    'ana@studio.example by agent'
    """
    return f"{address} by {door}"


def is_by_program(actor: str) -> bool:
    """Whether an assistant or a program acted, and nobody was there themselves.

    >>> is_by_program("ana@studio.example by agent"), is_by_program("ana@studio.example by web")
    (True, False)
    """
    return actor.endswith(tuple(f" by {door}" for door in get_args(Door)))


@dataclass(frozen=True)
class Line:
    """One line of the journal."""

    at: datetime
    actor: str
    """``policy``, or the address of the person who decided; see :func:`through` for what they let others do."""
    event: Happening
    text: str
    run_id: str = ""
    proposal_key: str = ""
    user_id: UserId | None = None
    entry_id: EntryId | None = None
    request: Mapping[str, object] | None = None
    answer: Mapping[str, object] | None = None


class Journal(Protocol):
    """Append-only."""

    def write(self, line: Line) -> None: ...

    def lines(
        self, *, limit: int = 100, run_id: str | None = None, user_id: UserId | None = None
    ) -> list[Line]:
        """The newest lines first."""
        ...


_SECRET = re.compile(r"(?i)token|secret|password|authorization|api[_-]?key|rate$")
_BEARER = re.compile(r"(?i)\b(bearer|token)\s+\S+")


def redacted(value: Mapping[str, object]) -> dict[str, object]:
    """*value* without secrets and without rates: what may be kept for good.

    >>> redacted({"notes": "ok", "access_token": "abc", "nested": {"cost_rate": 80}})
    {'notes': 'ok', 'access_token': '…', 'nested': {'cost_rate': '…'}}
    """
    return {key: "…" if _SECRET.search(key) else _redacted(item) for key, item in value.items()}


def _redacted(item: object) -> object:
    match item:
        case Mapping():
            return redacted({str(key): value for key, value in item.items()})
        case list() | tuple():
            return [_redacted(value) for value in item]
        case str():
            return _BEARER.sub(r"\1 …", item)
        case _:
            return item


def as_json(value: Mapping[str, object] | None) -> str | None:
    """*value*, redacted, as the text that is stored."""
    return None if value is None else json.dumps(redacted(value), default=str, ensure_ascii=False)
