"""What really happened: blocks of a person's day that never overlap."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from .events import Signal

Kind = Literal["meeting", "coding", "review", "design", "admin", "break"]


@dataclass(frozen=True)
class CalendarSource:
    """The calendar instance a block comes from."""

    uid: str
    recurrence_id: datetime | None
    """The instance's original start in UTC; None for events that do not repeat."""
    signal: Signal | None
    """What in the event tells its project; None for private appointments."""


@dataclass(frozen=True)
class GitSource:
    """The repository and branch in which a block left at least one commit (of this person, or crediting them)."""

    repo: str
    branch: str


@dataclass(frozen=True)
class Block:
    """A stretch of one person's time, ``[start, end)``, spent on one thing."""

    person: str
    """E-mail address."""
    user_id: int
    start: datetime
    """In the person's zone, as is *end*."""
    end: datetime
    kind: Kind
    project_id: int | None
    """None for breaks, as are the next three."""
    project: str | None
    """The project's name."""
    task_id: int | None
    task: str | None
    billable: bool
    source: CalendarSource | GitSource | None
    """None: it left no trace in a calendar or repository."""

    @property
    def date(self) -> date:
        """The person's local day on which it began."""
        return self.start.date()

    @property
    def hours(self) -> float:
        """Exact decimal hours."""
        return (self.end.timestamp() - self.start.timestamp()) / 3600

    @property
    def is_work(self) -> bool:
        return self.kind != "break"

    def as_json(self) -> dict[str, object]:
        """One line of the truth file."""
        return {
            "person": self.person,
            "user_id": self.user_id,
            "date": self.date.isoformat(),
            "start": self.start.isoformat(),
            "end": self.end.isoformat(),
            "hours": round(self.hours, 4),
            "project_id": self.project_id,
            "project": self.project,
            "task_id": self.task_id,
            "task": self.task,
            "kind": self.kind,
            "billable": self.billable,
            "source": _source_as_json(self.source),
        }


def _source_as_json(source: CalendarSource | GitSource | None) -> dict[str, str | None] | None:
    match source:
        case None:
            return None
        case GitSource(repo, branch):
            return {"type": "git", "repo": repo, "branch": branch}
        case CalendarSource(uid, recurrence_id, signal):
            moment = f"{recurrence_id:%Y-%m-%dT%H:%M:%SZ}" if recurrence_id else None
            return {"type": "calendar", "uid": uid, "recurrence_id": moment, "signal": signal}
