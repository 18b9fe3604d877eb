"""Time entries (``harvest/api`` §15)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from gleaner.adapters.harvest.times import parse_time
from gleaner.adapters.harvest.wire.assignments import OwnAssignment, OwnTaskAssignment
from gleaner.adapters.harvest.wire.objects import (
    ClientRef,
    NumberRef,
    ProjectRef,
    Ref,
    Stamped,
    Wire,
    or_nothing,
)
from gleaner.core import catalog as core
from gleaner.core import entries


class ExternalReference(Wire):
    id: str = ""
    group_id: str = ""
    account_id: str = ""
    permalink: str = ""
    service: str = ""
    service_icon_url: str = ""

    def to_core(self) -> entries.ExternalReference:
        return entries.ExternalReference(self.id, self.group_id, self.permalink, self.account_id)


class TimeEntry(Stamped):
    spent_date: date
    user: Ref
    project: ProjectRef
    task: Ref
    client: ClientRef | None = None
    user_assignment: OwnAssignment | None = None
    task_assignment: OwnTaskAssignment | None = None
    invoice: NumberRef | None = None
    hours: Decimal = Decimal(0)
    hours_without_timer: Decimal | None = None
    rounded_hours: Decimal | None = None
    notes: str = ""
    is_locked: bool = False
    locked_reason: str = ""
    is_closed: bool = False
    is_explicitly_locked: bool = False
    approval_status: Annotated[entries.ApprovalStatus | None, or_nothing(entries.ApprovalStatus)] = None
    is_billed: bool = False
    timer_started_at: datetime | None = None
    started_time: str = ""
    ended_time: str = ""
    is_running: bool = False
    billable: bool = True
    budgeted: bool = True
    billable_rate: Decimal | None = None
    cost_rate: Decimal | None = None
    external_reference: ExternalReference | None = None

    def to_core(self) -> entries.TimeEntry:
        return entries.TimeEntry(
            id=core.EntryId(self.id),
            user_id=core.UserId(self.user.id),
            project_id=core.ProjectId(self.project.id),
            task_id=core.TaskId(self.task.id),
            spent_date=self.spent_date,
            hours=self.hours,
            notes=self.notes,
            started_time=parse_time(self.started_time),
            ended_time=parse_time(self.ended_time),
            is_running=self.is_running,
            timer_started_at=self.timer_started_at,
            is_locked=self.is_locked,
            locked_reason=self.locked_reason,
            is_closed=self.is_closed,
            is_billed=self.is_billed,
            billable=self.billable,
            billable_rate=self.billable_rate,
            approval_status=self.approval_status,
            external_reference=self.external_reference.to_core() if self.external_reference else None,
            updated_at=self.updated_at,
        )
