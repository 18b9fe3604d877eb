"""Who may log time to which projects, ``/user_assignments`` (``harvest/api`` §13)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import TypedDict, Unpack

from gleaner.adapters.harvest import wire
from gleaner.adapters.harvest.resource import Resource
from gleaner.adapters.harvest.transport import Transport


class UserAssignmentFields(TypedDict, total=False):
    """What may be sent; creating needs the person, who cannot be changed later."""

    user_id: int
    is_active: bool
    is_project_manager: bool
    use_default_rates: bool
    hourly_rate: Decimal | None
    budget: Decimal | None


class UserAssignments(Resource[wire.UserAssignment]):
    """All projects' in one list; written under the project each belongs to."""

    def __init__(self, transport: Transport) -> None:
        super().__init__(transport, "/user_assignments", "user_assignments", wire.UserAssignment)

    def list(
        self,
        *,
        project_id: int | None = None,
        user_id: int | None = None,
        is_active: bool | None = None,
        updated_since: datetime | None = None,
    ) -> Iterator[wire.UserAssignment]:
        where = self if project_id is None else self._of(project_id)
        return where._list({"user_id": user_id, "is_active": is_active, "updated_since": updated_since})

    def get(self, project_id: int, assignment_id: int) -> wire.UserAssignment:
        return self._of(project_id)._get(assignment_id)

    def create(self, project_id: int, **fields: Unpack[UserAssignmentFields]) -> wire.UserAssignment:
        return self._of(project_id)._create(dict(fields))

    def update(
        self, project_id: int, assignment_id: int, **fields: Unpack[UserAssignmentFields]
    ) -> wire.UserAssignment:
        return self._of(project_id)._update(assignment_id, dict(fields))

    def delete(self, project_id: int, assignment_id: int) -> None:
        """Refused once the person has time or expenses there."""
        self._of(project_id)._delete(assignment_id)

    def _of(self, project_id: int) -> Resource[wire.UserAssignment]:
        return Resource(
            self._transport,
            f"/projects/{project_id}/user_assignments",
            "user_assignments",
            wire.UserAssignment,
        )
