"""Looking things up: entries, projects and people, by what somebody wants to see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from gleaner.app.account import Account
from gleaner.app.finding import containing
from gleaner.core.catalog import Client, ClientId, Person, Project, ProjectId, Task, TaskId, UserId
from gleaner.core.entries import TimeEntry
from gleaner.core.errors import Refused


@dataclass(frozen=True)
class Wanted:
    """Which entries; None and False ask for nothing."""

    first: date
    last: date
    user_id: UserId | None = None
    """None: everybody's."""
    client_id: ClientId | None = None
    project_id: ProjectId | None = None
    task_id: TaskId | None = None
    billable: bool | None = None
    running: bool = False
    unbilled: bool = False
    """Billable and not on an invoice yet."""


def entries(account: Account, wanted: Wanted) -> list[TimeEntry]:
    """The entries in the local copy that fit and that the token's owner may see, oldest first."""
    projects = account.catalog.projects
    found = []
    for entry in account.mirror.entries(wanted.first, wanted.last, wanted.user_id):
        project = projects.get(entry.project_id)
        fits = (
            account.may_see(entry.user_id)
            and (wanted.client_id is None or (project is not None and project.client_id == wanted.client_id))
            and wanted.project_id in (None, entry.project_id)
            and wanted.task_id in (None, entry.task_id)
            and wanted.billable in (None, entry.billable)
            and (entry.is_running or not wanted.running)
            and ((entry.billable and not entry.is_billed) or not wanted.unbilled)
        )
        if fits:
            found.append(entry)
    return found


@dataclass(frozen=True)
class Total:
    """What entries add up to."""

    entries: int
    hours: Decimal
    billable_hours: Decimal

    def __str__(self) -> str:
        noun = "entry" if self.entries == 1 else "entries"
        return f"{self.entries} {noun}, {self.hours:.2f} h, of which {self.billable_hours:.2f} h billable"


def total(found: Sequence[TimeEntry]) -> Total:
    """The sum of *found*."""
    billable = sum((entry.hours for entry in found if entry.billable), Decimal(0))
    return Total(len(found), sum((entry.hours for entry in found), Decimal(0)), billable)


@dataclass(frozen=True)
class Listed:
    """A project with what may be logged there."""

    project: Project
    client: Client | None
    tasks: tuple[tuple[Task, bool], ...]
    """Each task, and whether its time is billable."""
    is_active: bool
    """Neither the project nor its client is archived."""


def projects(
    account: Account, text: str = "", *, every: bool = False, archived: bool = False
) -> list[Listed]:
    """What the token's owner may log to, by client and name; *every* active project, or *archived* ones too.

    Raises Refused when somebody other than an administrator asks for more than their own, ConfigError with
    near names when nothing has *text* in its name.
    """
    me, catalog = account.me, account.catalog
    if (every or archived) and not account.is_administrator:
        raise Refused("only an administrator's token sees more projects than its owner may log to")
    mine = {slot.project.id for slot in catalog.slots(me.id)} if me is not None else set()
    listed = [_listed(account, project) for project in catalog.projects.values()]
    kept = [
        one for one in listed if (archived or one.is_active) and (every or archived or one.project.id in mine)
    ]
    kept.sort(key=lambda one: (_client(one).casefold(), one.project.name.casefold(), one.project.id))
    if not text:
        return kept
    names = ((one, "\n".join((one.project.name, one.project.code, _client(one)))) for one in kept)
    return containing("project", text, names)


def _listed(account: Account, project: Project) -> Listed:
    catalog = account.catalog
    client = catalog.clients.get(project.client_id)
    used = (one for one in catalog.task_assignments if one.project_id == project.id and one.is_active)
    tasks = ((catalog.tasks.get(one.task_id), one.billable and project.is_billable) for one in used)
    is_active = project.is_active and client is not None and client.is_active
    active = tuple((task, billable) for task, billable in tasks if task is not None and task.is_active)
    return Listed(project, client, active, is_active)


def _client(one: Listed) -> str:
    return one.client.name if one.client is not None else ""


def people(account: Account, text: str = "", *, archived: bool = False) -> list[Person]:
    """The people the token sees, by name; *archived* ones too if asked for.

    Raises ConfigError with near names when nobody has *text* in their name or address.
    """
    known = (one for one in account.catalog.people.values() if archived or one.is_active)
    found = sorted(known, key=lambda one: (one.name.casefold(), one.id))
    return containing("person", text, ((one, f"{one.name}\n{one.email}") for one in found)) if text else found
