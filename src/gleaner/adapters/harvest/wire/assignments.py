"""Who and what is on a project (``harvest/api`` §12, §13, §14.2)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from gleaner.adapters.harvest.wire.objects import ClientRef, ProjectRef, Ref, Stamped, Wire
from gleaner.core import catalog as core


class TaskAssignment(Stamped):
    task: Ref
    project: ProjectRef | None = None
    """None inside a project assignment, where the project is said once for all."""
    is_active: bool = True
    billable: bool = True
    hourly_rate: Decimal | None = None
    budget: Decimal | None = None

    def to_core(self, project_id: int | None = None) -> core.TaskAssignment:
        """*project_id* says the project where the assignment itself does not."""
        known = self.project.id if self.project else project_id
        assert known is not None, f"task assignment {self.id} has no project"
        return core.TaskAssignment(
            core.ProjectId(known), core.TaskId(self.task.id), self.billable, self.is_active, self.hourly_rate
        )


class UserAssignment(Stamped):
    project: ProjectRef
    user: Ref
    is_active: bool = True
    is_project_manager: bool = False
    use_default_rates: bool = True
    hourly_rate: Decimal | None = None
    budget: Decimal | None = None

    def to_core(self) -> core.UserAssignment:
        return core.UserAssignment(
            project_id=core.ProjectId(self.project.id),
            user_id=core.UserId(self.user.id),
            is_active=self.is_active,
            is_project_manager=self.is_project_manager,
            use_default_rates=self.use_default_rates,
            hourly_rate=self.hourly_rate,
        )


class ProjectAssignment(Stamped):
    """A project one person may log to, with its client and tasks: a line of their picker."""

    project: ProjectRef
    client: ClientRef
    is_active: bool = True
    is_project_manager: bool = False
    use_default_rates: bool = True
    hourly_rate: Decimal | None = None
    budget: Decimal | None = None
    task_assignments: tuple[TaskAssignment, ...] = ()

    def to_core(self, user_id: core.UserId) -> core.UserAssignment:
        return core.UserAssignment(
            project_id=core.ProjectId(self.project.id),
            user_id=user_id,
            is_active=self.is_active,
            is_project_manager=self.is_project_manager,
            use_default_rates=self.use_default_rates,
            hourly_rate=self.hourly_rate,
        )


class OwnAssignment(Wire):
    """A person's place on a project as an entry or expense mentions it: both are said beside it."""

    id: int | None = None
    is_active: bool = True
    is_project_manager: bool = False
    use_default_rates: bool = True
    hourly_rate: Decimal | None = None
    budget: Decimal | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


class OwnTaskAssignment(Wire):
    """A task's place on a project as an entry mentions it."""

    id: int | None = None
    is_active: bool = True
    billable: bool = True
    hourly_rate: Decimal | None = None
    budget: Decimal | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
