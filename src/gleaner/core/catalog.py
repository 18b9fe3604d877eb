"""Harvest's catalog: who may log time to what.

Everything here is a copy of what Harvest says, in Harvest's words; ids are Harvest's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Literal, NewType
from zoneinfo import ZoneInfo

from gleaner.core.contract import Contract, even

AccountId = NewType("AccountId", int)
UserId = NewType("UserId", int)
ClientId = NewType("ClientId", int)
ProjectId = NewType("ProjectId", int)
TaskId = NewType("TaskId", int)
EntryId = NewType("EntryId", int)

BillBy = Literal["Project", "Tasks", "People", "none"]


@dataclass(frozen=True)
class Company:
    """The settings of one Harvest account that decide how time is written."""

    account_id: AccountId
    name: str
    wants_timestamp_timers: bool
    """True: entries carry start and end times. False: durations only."""
    clock: Literal["12h", "24h"] = "24h"
    week_start_day: Literal["Monday", "Saturday", "Sunday"] = "Monday"
    weekly_capacity: timedelta = timedelta(hours=35)
    base_uri: str = ""
    has_approval: bool = False
    """Timesheets can be submitted and approved; whether anybody does is another matter."""
    currency: str = ""
    """What people's costs are in; empty where Harvest does not say."""

    @property
    def first_weekday(self) -> int:
        """0 for Monday … 6 for Sunday, as :func:`gleaner.core.time.week_of` takes it."""
        return {"Monday": 0, "Saturday": 5, "Sunday": 6}[self.week_start_day]


@dataclass(frozen=True)
class Client:
    id: ClientId
    name: str
    currency: str
    is_active: bool = True


@dataclass(frozen=True)
class Contact:
    """A person at a client; their address is strong evidence for the client's projects."""

    client_id: ClientId
    name: str
    email: str
    """Lower case; empty when Harvest has none."""


@dataclass(frozen=True)
class Task:
    id: TaskId
    name: str
    billable_by_default: bool = True
    is_active: bool = True


@dataclass(frozen=True)
class Project:
    id: ProjectId
    client_id: ClientId
    name: str
    code: str = ""
    is_active: bool = True
    is_billable: bool = True
    is_fixed_fee: bool = False
    bill_by: BillBy = "none"
    hourly_rate: Decimal | None = None
    fee: Decimal | None = None
    """What it costs in all, where that is fixed."""
    notes: str = ""
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True)
class TaskAssignment:
    """*task* may be used on *project*."""

    project_id: ProjectId
    task_id: TaskId
    billable: bool = True
    is_active: bool = True
    hourly_rate: Decimal | None = None


@dataclass(frozen=True)
class UserAssignment:
    """*user* may log time to *project*."""

    project_id: ProjectId
    user_id: UserId
    is_active: bool = True
    is_project_manager: bool = False
    use_default_rates: bool = True
    hourly_rate: Decimal | None = None


@dataclass(frozen=True)
class Person:
    """A Harvest user, with what else we know about them from the configuration."""

    id: UserId
    name: str
    email: str
    zone: ZoneInfo
    """The zone in which this person's days begin and end."""
    aliases: frozenset[str] = frozenset()
    """Other addresses of the same person, lower case: calendar, Git author."""
    weekly_capacity: timedelta = timedelta(hours=35)
    workdays: frozenset[int] = frozenset(range(5))
    """Weekdays worked, 0 = Monday."""
    is_active: bool = True
    access_roles: frozenset[str] = frozenset({"member"})
    contract: Contract | None = None
    """None: the weekly capacity, spread evenly over the workdays."""
    employed_from: date | None = None
    employed_until: date | None = None
    """The last day."""
    is_contractor: bool = False
    country: str = ""
    """ISO 3166 code, for public holidays; empty: none are known."""
    region: str = ""
    """ISO 3166-2 part, such as ``BY``."""
    roles: tuple[str, ...] = ()
    """Names for groups of people in Harvest; they open nothing."""
    team: str = ""
    """As the configuration says; see :attr:`team_name`."""
    manager: str = ""
    """Address, lower case, of who may read reports about this person besides those whom Harvest lets."""
    created_at: datetime | None = None
    """When Harvest first knew this person."""

    @property
    def team_name(self) -> str:
        """What reports count this person under, once: the team, or else all roles in Harvest; empty: neither."""
        return self.team or ", ".join(sorted(self.roles))

    def is_in(self, team: str) -> bool:
        """Whether *team* is this person's team or one of their roles, in any case."""
        wanted = team.strip().casefold()
        return wanted in {name.casefold() for name in (self.team_name, self.team, *self.roles) if name}

    @cached_property
    def addresses(self) -> frozenset[str]:
        """Every address that is this person's, lower case."""
        return self.aliases | {self.email.lower()}

    @cached_property
    def due(self) -> Contract:
        """The contract, or what Harvest knows of it."""
        return self.contract or even(self.weekly_capacity, self.workdays)

    @property
    def weekly_due(self) -> timedelta:
        """Hours of an ordinary week."""
        return self.due.weekly

    def capacity_on(self, day: date) -> timedelta:
        """What the contract says for *day*; nothing on other days than workdays."""
        return self.due.due_on(day)


@dataclass(frozen=True)
class Slot:
    """One line of a person's project picker: they may log *task* on *project* of *client*."""

    client: Client
    project: Project
    task: Task
    assignment: TaskAssignment

    @property
    def key(self) -> tuple[ProjectId, TaskId]:
        """What Harvest knows it by."""
        return self.project.id, self.task.id

    @property
    def is_billable(self) -> bool:
        """Both the project and the task assignment must be billable (``harvest/rates`` §1)."""
        return self.project.is_billable and self.assignment.billable

    def __str__(self) -> str:
        return f"{self.client.name} › {self.project.name} › {self.task.name}"


@dataclass(frozen=True)
class Catalog:
    """All of one account's people, clients, projects, tasks and assignments, ready to look up."""

    people: Mapping[UserId, Person] = field(default_factory=dict)
    clients: Mapping[ClientId, Client] = field(default_factory=dict)
    contacts: tuple[Contact, ...] = ()
    projects: Mapping[ProjectId, Project] = field(default_factory=dict)
    tasks: Mapping[TaskId, Task] = field(default_factory=dict)
    task_assignments: tuple[TaskAssignment, ...] = ()
    user_assignments: tuple[UserAssignment, ...] = ()

    def person(self, address: str) -> Person | None:
        """The active person whose address or alias this is, or None if nobody in Harvest has it."""
        return self._by_address.get(address.strip().lower())

    def slots(self, user_id: UserId) -> tuple[Slot, ...]:
        """What this person may log to right now: active client, project, task and both assignments."""
        return self._slots.get(user_id, ())

    def slot(self, user_id: UserId, project_id: ProjectId, task_id: TaskId) -> Slot | None:
        """That line of the person's picker, or None if they may not use it."""
        for slot in self.slots(user_id):
            if slot.project.id == project_id and slot.task.id == task_id:
                return slot
        return None

    def managed(self, user_id: UserId) -> frozenset[ProjectId]:
        """The projects that this person manages."""
        return self._managed.get(user_id, frozenset())

    @cached_property
    def _managed(self) -> dict[UserId, frozenset[ProjectId]]:
        found: dict[UserId, set[ProjectId]] = {}
        for one in self.user_assignments:
            if one.is_project_manager and one.is_active:
                found.setdefault(one.user_id, set()).add(one.project_id)
        return {user_id: frozenset(projects) for user_id, projects in found.items()}

    @cached_property
    def _by_address(self) -> dict[str, Person]:
        active = [person for person in self.people.values() if person.is_active]
        count = Counter(alias for person in active for alias in person.aliases)
        # An alias of two people is nobody's: better no entry than one on the wrong timesheet.
        found = {alias: person for person in active for alias in person.aliases if count[alias] == 1}
        return found | {person.email.lower(): person for person in active}

    @property
    def shared_aliases(self) -> list[str]:
        """Aliases that more than one active person claims, or that are another person's own address."""
        active = [person for person in self.people.values() if person.is_active]
        own = {person.email.lower() for person in active}
        count = Counter(alias for person in active for alias in person.aliases)
        return sorted(
            alias
            for person in active
            for alias in person.aliases
            if count[alias] > 1 or (alias in own and alias != person.email.lower())
        )

    @cached_property
    def _slots(self) -> dict[UserId, tuple[Slot, ...]]:
        tasks: dict[ProjectId, list[TaskAssignment]] = {}
        for assignment in self.task_assignments:
            if assignment.is_active:
                tasks.setdefault(assignment.project_id, []).append(assignment)
        slots: dict[UserId, list[Slot]] = {}
        for member in self.user_assignments:
            if member.is_active:
                found = slots.setdefault(member.user_id, [])
                found.extend(self._project_slots(member.project_id, tasks.get(member.project_id, ())))
        return {user_id: tuple(found) for user_id, found in slots.items()}

    def _project_slots(self, project_id: ProjectId, assignments: Iterable[TaskAssignment]) -> Iterable[Slot]:
        project = self.projects.get(project_id)
        client = self.clients.get(project.client_id) if project else None
        if project is None or client is None or not (project.is_active and client.is_active):
            return
        for assignment in assignments:
            task = self.tasks.get(assignment.task_id)
            if task is not None and task.is_active:
                yield Slot(client, project, task, assignment)
