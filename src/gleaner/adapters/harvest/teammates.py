"""Whose work a manager sees, ``/users/{id}/teammates`` (``harvest/api`` §14.3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gleaner.adapters.harvest import wire
from gleaner.adapters.harvest.faults import garbled
from gleaner.adapters.harvest.resource import Resource
from gleaner.adapters.harvest.transport import Transport


class Teammates:
    """Of managers only; asking for anybody else's is refused."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def of(self, user_id: int) -> Iterator[wire.Teammate]:
        return self._of(user_id)._list()

    def replace(self, user_id: int, teammate_ids: Sequence[int]) -> tuple[wire.Teammate, ...]:
        """From now on exactly these; none makes the person a manager of projects only."""
        path, body = f"/users/{user_id}/teammates", {"teammate_ids": list(teammate_ids)}
        answer = self._transport.request("PATCH", path, body=body, is_harmless=True).body.get("teammates")
        if not isinstance(answer, list):
            raise garbled("PATCH", path, 'it has no list "teammates"')
        return tuple(self._of(user_id)._read("PATCH", path, raw) for raw in answer if isinstance(raw, dict))

    def _of(self, user_id: int) -> Resource[wire.Teammate]:
        return Resource(self._transport, f"/users/{user_id}/teammates", "teammates", wire.Teammate)
