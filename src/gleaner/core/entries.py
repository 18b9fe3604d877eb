"""Time entries as Harvest keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Literal, NamedTuple

from gleaner.core.catalog import EntryId, ProjectId, TaskId, UserId

OUR_PREFIX = "gleaner-"
OUR_GROUP = "gleaner"
"""``external_reference.group_id`` of what Gleaner writes."""
ApprovalStatus = Literal["unsubmitted", "submitted", "approved"]


@dataclass(frozen=True)
class ExternalReference:
    """What ties an entry to something outside Harvest. For entries we wrote, ``id`` is our key."""

    id: str
    group_id: str = ""
    permalink: str = ""
    account_id: str = ""

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
    timer_started_at: datetime | None = None
    """Since when its timer runs; None when it does not."""

    @property
    def is_ours(self) -> bool:
        """Whether Gleaner wrote it; everything else is a person's, and wins."""
        return self.external_reference is not None and self.external_reference.is_ours


class Posted(NamedTuple):
    """What figures about many people need of a time entry. A tuple: a year of a company is hundreds of thousands."""

    id: EntryId
    user_id: UserId
    project_id: ProjectId
    task_id: TaskId
    spent_date: date
    hours: Decimal
    billable: bool
    is_running: bool
    created_at: datetime | None
    """When Harvest first had it. Later edits of its hours leave no trace that says what they were before."""


@dataclass(frozen=True)
class Snapshot:
    """An entry as somebody saw it: what they decided about, and what undo can bring back."""

    project_id: ProjectId
    task_id: TaskId
    spent_date: date
    hours: Decimal
    """Of a running timer: what it had come to at that moment."""
    notes: str = ""
    started_time: time | None = None
    ended_time: time | None = None
    is_running: bool = False
    reference: ExternalReference | None = None


def snapshot(entry: TimeEntry) -> Snapshot:
    """*entry* as it is now."""
    return Snapshot(
        entry.project_id, entry.task_id, entry.spent_date, entry.hours, entry.notes, entry.started_time,
        entry.ended_time, entry.is_running, entry.external_reference,
    )  # fmt: skip


HOUR_STEP = Decimal("0.01")
"""Harvest keeps hours to two places, and works them out anew from times: less than this is no difference."""


def changes(was: Snapshot, now: TimeEntry) -> tuple[str, ...]:
    """What is different about an entry since somebody saw it, in words; a timer that ran on is no difference."""
    found = []
    if now.is_running != was.is_running:
        found.append("its timer runs now" if now.is_running else "its timer was stopped")
    elif not now.is_running:
        if abs(now.hours - was.hours) > HOUR_STEP:
            found.append(f"{now.hours:.2f} h instead of {was.hours:.2f} h")
        if (now.started_time, now.ended_time) != (was.started_time, was.ended_time):
            found.append("other times")
    if now.spent_date != was.spent_date:
        found.append(f"on {now.spent_date} instead of {was.spent_date}")
    if now.project_id != was.project_id:
        found.append("another project")
    if now.task_id != was.task_id:
        found.append("another task")
    if now.notes != was.notes:
        found.append("other notes")
    return tuple(found)
