"""Harvest's objects as they arrive, and as the nouns of :mod:`gleaner.core`.

Harvest mixes absent, ``null`` and ``""`` for "nothing", and strings and numbers for scalars; here all three are
nothing and both are the same. Fields we do not know are kept (``extra="allow"``). Field by field: ``harvest/api``
§8–§15.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Literal, TypeVar, get_args
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, PrivateAttr, ValidationError

from gleaner.adapters.harvest.times import parse_time
from gleaner.adapters.harvest.transport import Raw
from gleaner.core import catalog as core
from gleaner.core import entries

M = TypeVar("M", bound="Wire")

Clock = Literal["12h", "24h"]
WeekStart = Literal["Saturday", "Sunday", "Monday"]


def _or_nothing(allowed: object) -> BeforeValidator:
    """Values outside *allowed*, a closed set, count as nothing: Harvest may have added one."""
    known = get_args(allowed)
    return BeforeValidator(lambda value: value if value in known else None)


class Wire(BaseModel):
    """One object of Harvest's."""

    model_config = ConfigDict(extra="allow", coerce_numbers_to_str=True, hide_input_in_errors=True)

    _raw: Raw = PrivateAttr(default_factory=dict)

    @property
    def raw(self) -> Raw:
        """The object as Harvest sent it."""
        return self._raw


def read(model: type[M], raw: Raw) -> M:
    """*raw* as a *model*. Raises ValueError in one short sentence when it cannot be one."""
    try:
        found = model.model_validate(_something(raw))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ValueError(f'{model.__name__} {raw.get("id", "")}: "{where}": {first["msg"]}') from error
    found._raw = raw
    return found


def _something(value: object) -> object:
    """*value* without what is nothing, at every depth. Outside of pydantic, where it is five times as fast."""
    if isinstance(value, dict):
        return {
            name: _something(item) if isinstance(item, (dict, list)) else item
            for name, item in value.items()
            if item is not None and item != ""
        }
    if isinstance(value, list):
        return [_something(item) for item in value]
    return value


class Ref(Wire):
    """A mention of another object."""

    id: int
    name: str = ""


class ProjectRef(Ref):
    code: str = ""
    is_billable: bool = True
    """Seen in project assignments only."""


class ClientRef(Ref):
    currency: str = ""


class Company(Wire):
    base_uri: str = ""
    full_domain: str = ""
    name: str = ""
    is_active: bool = True
    week_start_day: Annotated[WeekStart | None, _or_nothing(WeekStart)] = None
    wants_timestamp_timers: bool = False
    clock: Annotated[Clock | None, _or_nothing(Clock)] = None
    currency: str = ""
    weekly_capacity: int = 126000
    """Seconds."""

    def to_core(self, account_id: core.AccountId) -> core.Company:
        return core.Company(
            account_id=account_id,
            name=self.name,
            wants_timestamp_timers=self.wants_timestamp_timers,
            clock=self.clock or "24h",
            week_start_day=self.week_start_day or "Monday",
            weekly_capacity=timedelta(seconds=self.weekly_capacity),
            base_uri=self.base_uri,
        )


class User(Wire):
    id: int
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    telephone: str = ""
    timezone: str = ""
    """A Harvest name; see :mod:`.zones`."""
    is_active: bool = True
    is_contractor: bool = False
    has_access_to_all_future_projects: bool = False
    weekly_capacity: int = 126000
    """Seconds."""
    default_hourly_rate: Decimal | None = None
    cost_rate: Decimal | None = None
    roles: list[str] = []
    access_roles: list[str] = ["member"]
    avatar_url: str = ""

    @property
    def name(self) -> str:
        """As Harvest writes it in time entries."""
        return f"{self.first_name} {self.last_name}".strip()

    def to_core(
        self, zone: ZoneInfo, *, aliases: frozenset[str] = frozenset(), workdays: frozenset[int] | None = None
    ) -> core.Person:
        """The person; what Harvest does not know (*aliases*, *workdays*) comes from the configuration."""
        return core.Person(
            id=core.UserId(self.id),
            name=self.name,
            email=self.email,
            zone=zone,
            aliases=aliases,
            weekly_capacity=timedelta(seconds=self.weekly_capacity),
            workdays=frozenset(range(5)) if workdays is None else workdays,
            is_active=self.is_active,
            access_roles=frozenset(self.access_roles),
        )


class Client(Wire):
    id: int
    name: str = ""
    is_active: bool = True
    address: str = ""
    statement_key: str = ""
    currency: str = ""

    def to_core(self) -> core.Client:
        return core.Client(core.ClientId(self.id), self.name, self.currency, self.is_active)


class Contact(Wire):
    id: int
    client: Ref
    title: str = ""
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone_office: str = ""
    phone_mobile: str = ""
    fax: str = ""

    def to_core(self) -> core.Contact:
        name = f"{self.first_name} {self.last_name}".strip()
        return core.Contact(core.ClientId(self.client.id), name, self.email.strip().lower())


class Task(Wire):
    id: int
    name: str = ""
    billable_by_default: bool = True
    default_hourly_rate: Decimal | None = None
    is_default: bool = False
    is_active: bool = True

    def to_core(self) -> core.Task:
        return core.Task(core.TaskId(self.id), self.name, self.billable_by_default, self.is_active)


class Project(Wire):
    id: int
    client: ClientRef
    name: str = ""
    code: str = ""
    is_active: bool = True
    is_billable: bool = True
    is_fixed_fee: bool = False
    bill_by: Annotated[core.BillBy | None, _or_nothing(core.BillBy)] = None
    hourly_rate: Decimal | None = None
    budget: Decimal | None = None
    budget_by: str = "none"
    budget_is_monthly: bool = False
    cost_budget: Decimal | None = None
    cost_budget_include_expenses: bool = False
    fee: Decimal | None = None
    notes: str = ""
    starts_on: date | None = None
    ends_on: date | None = None

    def to_core(self) -> core.Project:
        return core.Project(
            id=core.ProjectId(self.id),
            client_id=core.ClientId(self.client.id),
            name=self.name,
            code=self.code,
            is_active=self.is_active,
            is_billable=self.is_billable,
            is_fixed_fee=self.is_fixed_fee,
            bill_by=self.bill_by or "none",
            hourly_rate=self.hourly_rate,
            notes=self.notes,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
        )


class TaskAssignment(Wire):
    id: int
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


class UserAssignment(Wire):
    id: int
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


class ProjectAssignment(Wire):
    """A project one person may log to, with its client and tasks: a line of their picker."""

    id: int
    project: ProjectRef
    client: ClientRef
    is_active: bool = True
    is_project_manager: bool = False
    use_default_rates: bool = True
    hourly_rate: Decimal | None = None
    budget: Decimal | None = None
    task_assignments: list[TaskAssignment] = []

    def to_core(self, user_id: core.UserId) -> core.UserAssignment:
        return core.UserAssignment(
            project_id=core.ProjectId(self.project.id),
            user_id=user_id,
            is_active=self.is_active,
            is_project_manager=self.is_project_manager,
            use_default_rates=self.use_default_rates,
            hourly_rate=self.hourly_rate,
        )


class ExternalReference(Wire):
    id: str = ""
    group_id: str = ""
    account_id: str = ""
    permalink: str = ""
    service: str = ""

    def to_core(self) -> entries.ExternalReference:
        return entries.ExternalReference(self.id, self.group_id, self.permalink)


class TimeEntry(Wire):
    id: int
    spent_date: date
    user: Ref
    project: ProjectRef
    task: Ref
    client: ClientRef | None = None
    hours: Decimal = Decimal(0)
    hours_without_timer: Decimal | None = None
    rounded_hours: Decimal | None = None
    notes: str = ""
    is_locked: bool = False
    locked_reason: str = ""
    is_closed: bool = False
    approval_status: Annotated[entries.ApprovalStatus | None, _or_nothing(entries.ApprovalStatus)] = None
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
    created_at: datetime | None = None
    updated_at: datetime | None = None

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
            is_locked=self.is_locked,
            locked_reason=self.locked_reason,
            is_closed=self.is_closed,
            is_billed=self.is_billed,
            billable=self.billable,
            billable_rate=self.billable_rate,
            approval_status=self.approval_status,
            external_reference=self.external_reference.to_core() if self.external_reference else None,
            updated_at=self.updated_at,
            timer_started_at=self.timer_started_at,
        )


class Rate(Wire):
    """A person's billable or cost rate over a stretch of days, both ends included."""

    id: int
    amount: Decimal = Decimal(0)
    start_date: date | None = None
    """None: since ever."""
    end_date: date | None = None
    """None: it is the present one."""
