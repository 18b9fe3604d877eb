"""Which tasks may be used on which projects, ``/task_assignments`` (``harvest/api`` §12)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import TypedDict, Unpack

from gleaner.adapters.harvest import wire
from gleaner.adapters.harvest.resource import Resource
from gleaner.adapters.harvest.transport import Transport


class TaskAssignmentFields(TypedDict, total=False):
    """What may be sent; creating needs the task, which cannot be changed later."""

    task_id: int
    is_active: bool
    billable: bool
    hourly_rate: Decimal | None
    budget: Decimal | None


class TaskAssignments(Resource[wire.TaskAssignment]):
    """All projects' in one list; written under the project each belongs to."""

    def __init__(self, transport: Transport) -> None:
        super().__init__(transport, "/task_assignments", "task_assignments", wire.TaskAssignment)

    def list(
        self,
        *,
        project_id: int | None = None,
        is_active: bool | None = None,
        updated_since: datetime | None = None,
    ) -> Iterator[wire.TaskAssignment]:
        where = self if project_id is None else self._of(project_id)
        return where._list({"is_active": is_active, "updated_since": updated_since})

    def get(self, project_id: int, assignment_id: int) -> wire.TaskAssignment:
        return self._of(project_id)._get(assignment_id)

    def create(self, project_id: int, **fields: Unpack[TaskAssignmentFields]) -> wire.TaskAssignment:
        return self._of(project_id)._create(dict(fields))

    def update(
        self, project_id: int, assignment_id: int, **fields: Unpack[TaskAssignmentFields]
    ) -> wire.TaskAssignment:
        return self._of(project_id)._update(assignment_id, dict(fields))

    def delete(self, project_id: int, assignment_id: int) -> None:
        """Refused once time was logged to it."""
        self._of(project_id)._delete(assignment_id)

    def _of(self, project_id: int) -> Resource[wire.TaskAssignment]:
        return Resource(
            self._transport,
            f"/projects/{project_id}/task_assignments",
            "task_assignments",
            wire.TaskAssignment,
        )
