"""Estimates, ``/estimates`` (``harvest/api`` §18). Sending and accepting are in :mod:`.estimate_messages`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TypedDict, Unpack

from gleaner.adapters.harvest import wire
from gleaner.adapters.harvest.line_items import NewLine, WithLines
from gleaner.adapters.harvest.resource import filters
from gleaner.adapters.harvest.transport import Transport


class EstimateFields(TypedDict, total=False):
    """What may be sent. Taxes and discount are percentages."""

    number: str
    purchase_order: str
    tax: Decimal | None
    tax2: Decimal | None
    discount: Decimal | None
    subject: str
    notes: str
    currency: str
    issue_date: date


class EstimateChanges(EstimateFields, total=False):
    """What may be changed."""

    client_id: int


class EstimateFilter(TypedDict, total=False):
    """Which estimates to list; *first* and *last* are days of issue, both included."""

    client_id: int
    state: wire.EstimateState
    updated_since: datetime
    first: date
    last: date


class Estimates(WithLines[wire.Estimate]):
    def __init__(self, transport: Transport) -> None:
        super().__init__(transport, "/estimates", "estimates", wire.Estimate)

    def list(self, **which: Unpack[EstimateFilter]) -> Iterator[wire.Estimate]:
        """Latest day of issue first."""
        return self._list(filters(which))

    def get(self, estimate_id: int) -> wire.Estimate:
        return self._get(estimate_id)

    def create(
        self, client_id: int, lines: Sequence[NewLine] = (), **fields: Unpack[EstimateFields]
    ) -> wire.Estimate:
        """A draft."""
        return self._create({"client_id": client_id, **fields, "line_items": [dict(line) for line in lines]})

    def update(self, estimate_id: int, **fields: Unpack[EstimateChanges]) -> wire.Estimate:
        return self._update(estimate_id, dict(fields))

    def delete(self, estimate_id: int) -> None:
        self._delete(estimate_id)
