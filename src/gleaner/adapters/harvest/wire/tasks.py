"""Tasks (``harvest/api`` §10)."""

from __future__ import annotations

from decimal import Decimal

from gleaner.adapters.harvest.wire.objects import Stamped
from gleaner.core import catalog as core


class Task(Stamped):
    name: str = ""
    billable_by_default: bool = True
    default_hourly_rate: Decimal | None = None
    is_default: bool = False
    is_active: bool = True

    def to_core(self) -> core.Task:
        return core.Task(core.TaskId(self.id), self.name, self.billable_by_default, self.is_active)
