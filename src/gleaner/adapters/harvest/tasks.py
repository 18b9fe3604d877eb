"""Tasks, ``/tasks`` (``harvest/api`` §10)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import TypedDict, Unpack

from gleaner.adapters.harvest import wire
from gleaner.adapters.harvest.resource import Resource
from gleaner.adapters.harvest.transport import Transport


class TaskFields(TypedDict, total=False):
    """What may be sent; creating needs the name."""

    name: str
    billable_by_default: bool
    default_hourly_rate: Decimal | None
    is_default: bool
    is_active: bool


class Tasks(Resource[wire.Task]):
    def __init__(self, transport: Transport) -> None:
        super().__init__(transport, "/tasks", "tasks", wire.Task)

    def list(
        self, *, is_active: bool | None = None, updated_since: datetime | None = None
    ) -> Iterator[wire.Task]:
        return self._list({"is_active": is_active, "updated_since": updated_since})

    def get(self, task_id: int) -> wire.Task:
        return self._get(task_id)

    def create(self, **fields: Unpack[TaskFields]) -> wire.Task:
        return self._create(dict(fields))

    def update(self, task_id: int, **fields: Unpack[TaskFields]) -> wire.Task:
        return self._update(task_id, dict(fields))

    def delete(self, task_id: int) -> None:
        """Refused once time was logged to it."""
        self._delete(task_id)
