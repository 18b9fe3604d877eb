"""What a person's hour is billed at or costs (``harvest/api`` §14.1)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from gleaner.adapters.harvest.wire.objects import Stamped


class Rate(Stamped):
    """A person's billable or cost rate over a stretch of days, both ends included."""

    amount: Decimal = Decimal(0)
    start_date: date | None = None
    """None: from the start."""
    end_date: date | None = None
    """None: it is the present one."""
