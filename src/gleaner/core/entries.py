"""Time entries as Harvest keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Literal

from gleaner.core.catalog import EntryId, ProjectId, TaskId, UserId

OUR_PREFIX = "gleaner-"
ApprovalStatus = Literal["unsubmitted", "submitted", "approved"]


@dataclass(frozen=True)
class ExternalReference:
    """What ties an entry to something outside Harvest. For entries we wrote, ``id`` is our key."""

    id: str
    group_id: str = ""
    permalink: str = ""

    @property
    def is_ours(self) -> bool:
        """Whether Gleaner wrote the entry. See :func:`gleaner.core.proposals.reference`."""
        return self.id.startswith(OUR_PREFIX)


@dataclass(frozen=True)
class TimeEntry:
    """One line of somebody's timesheet."""

    id: EntryId
    user_id: UserId
    project_id: ProjectId
    task_id: TaskId
    spent_date: date
    hours: Decimal
    """Decimal hours; includes the time on a running timer."""
    notes: str = ""
    started_time: time | None = None
    """Wall time in the person's zone; only in accounts with start and end times."""
    ended_time: time | None = None
    is_running: bool = False
    is_locked: bool = False
    locked_reason: str = ""
    is_closed: bool = False
    """Approved."""
    is_billed: bool = False
    """Invoiced."""
    billable: bool = True
    billable_rate: Decimal | None = None
    approval_status: ApprovalStatus | None = None
    external_reference: ExternalReference | None = None
    updated_at: datetime | None = None

    @property
    def is_ours(self) -> bool:
        """Whether Gleaner wrote it; everything else is a person's, and wins."""
        return self.external_reference is not None and self.external_reference.is_ours
