"""What people's time is billed at and costs, by date (``harvest/api`` §14.1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Literal

from gleaner.adapters.harvest import wire
from gleaner.adapters.harvest.resource import Resource
from gleaner.adapters.harvest.transport import Transport


class Rates:
    """Billable rates or cost rates. There is no changing or deleting: a new rate replaces or closes others."""

    def __init__(self, transport: Transport, kind: Literal["billable_rates", "cost_rates"]) -> None:
        self._transport = transport
        self._kind = kind

    def of(self, user_id: int) -> Iterator[wire.Rate]:
        """That person's rates, oldest first."""
        return self._of(user_id)._list()

    def get(self, user_id: int, rate_id: int) -> wire.Rate:
        return self._of(user_id)._get(rate_id)

    def create(self, user_id: int, amount: Decimal, start_date: date | None = None) -> wire.Rate:
        """Without *start_date* it replaces the person's whole history."""
        body: dict[str, object] = {"amount": amount}
        if start_date is not None:
            body["start_date"] = start_date
        return self._of(user_id)._create(body)

    def _of(self, user_id: int) -> Resource[wire.Rate]:
        return Resource(self._transport, f"/users/{user_id}/{self._kind}", self._kind, wire.Rate)
