"""Estimates (``harvest/api`` §18)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from gleaner.adapters.harvest.wire.billing import Bill, Line
from gleaner.adapters.harvest.wire.objects import or_nothing

EstimateState = Literal["draft", "sent", "accepted", "declined"]


class Estimate(Bill):
    line_items: tuple[Line, ...] = ()
    state: Annotated[EstimateState | None, or_nothing(EstimateState)] = None
    accepted_at: datetime | None = None
    declined_at: datetime | None = None
