"""The closed list of every way Gleaner can change the world.

Only :mod:`gleaner.review.apply` performs one; it matches on this union and ends in ``assert_never``, so the
type checker finds what a new action forgot.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Literal

from gleaner.core.catalog import EntryId, ProjectId, TaskId, UserId


@dataclass(frozen=True)
class CreateTimeEntry:
    """Log *hours* for *user_id*. In an account with start and end times, both times are given too."""

    user_id: UserId
    spent_date: date
    hours: Decimal
    project_id: ProjectId | None
    """None: a person has to choose; such an action can be reviewed but never applied."""
    task_id: TaskId | None
    notes: str
    reference: str
    """Our key, kept in the entry's ``external_reference``: the entry is found by it before any POST."""
    started_time: time | None = None
    ended_time: time | None = None
    permalink: str = ""
    kind: Literal["create_time_entry"] = "create_time_entry"


@dataclass(frozen=True)
class UpdateTimeEntry:
    """Change an entry that exists. None leaves a field as it is."""

    user_id: UserId
    entry_id: EntryId
    spent_date: date | None = None
    hours: Decimal | None = None
    project_id: ProjectId | None = None
    task_id: TaskId | None = None
    notes: str | None = None
    started_time: time | None = None
    ended_time: time | None = None
    kind: Literal["update_time_entry"] = "update_time_entry"


@dataclass(frozen=True)
class DeleteTimeEntry:
    user_id: UserId
    entry_id: EntryId
    kind: Literal["delete_time_entry"] = "delete_time_entry"


Action = CreateTimeEntry | UpdateTimeEntry | DeleteTimeEntry
