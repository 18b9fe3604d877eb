"""Estimates, ``/estimates`` (``harvest/api`` §18). Sending and accepting are in :mod:`.estimate_messages`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Unpack

from gleaner.adapters.harvest import wire
from gleaner.adapters.harvest.bills import BillFields, BillFilter, Bills, NewLine
from gleaner.adapters.harvest.resource import filters
from gleaner.adapters.harvest.transport import Transport


class EstimateChanges(BillFields, total=False):
    """What may be changed."""

    client_id: int


class EstimateFilter(BillFilter, total=False):
    """Which estimates to list."""

    state: wire.EstimateState


class Estimates(Bills[wire.Estimate]):
    def __init__(self, transport: Transport) -> None:
        super().__init__(transport, "/estimates", "estimates", wire.Estimate)

    def list(self, **which: Unpack[EstimateFilter]) -> Iterator[wire.Estimate]:
        """Latest day of issue first."""
        return self._list(filters(which))

    def create(
        self, client_id: int, lines: Sequence[NewLine] = (), **fields: Unpack[BillFields]
    ) -> wire.Estimate:
        """A draft."""
        return self._draft(client_id, lines, fields)

    def update(self, estimate_id: int, **fields: Unpack[EstimateChanges]) -> wire.Estimate:
        return self._update(estimate_id, dict(fields))

    def delete(self, estimate_id: int) -> None:
        self._delete(estimate_id)
