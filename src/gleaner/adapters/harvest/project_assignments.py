"""What one person may log to, ``/users/{id}/project_assignments`` (``harvest/api`` §14.2). Active ones only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from gleaner.adapters.harvest import wire
from gleaner.adapters.harvest.resource import Resource
from gleaner.adapters.harvest.transport import Transport


class ProjectAssignments(Resource[wire.ProjectAssignment]):
    """``pages()`` and ``mine()`` are those of the token's own person: the only catalogue a member can read."""

    def __init__(self, transport: Transport, path: str = "/users/me/project_assignments") -> None:
        super().__init__(transport, path, "project_assignments", wire.ProjectAssignment)

    def mine(self) -> Iterator[wire.ProjectAssignment]:
        return self._list()

    def of(self, user_id: int, *, updated_since: datetime | None = None) -> Iterator[wire.ProjectAssignment]:
        theirs = ProjectAssignments(self._transport, f"/users/{user_id}/project_assignments")
        return theirs._list({"updated_since": updated_since})
