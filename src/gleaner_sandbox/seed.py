"""What a sandbox starts with: the shape of a seed, and the defaults of the fields it leaves out.

A seed is plain data (it could be JSON).  ``State.load(seed)`` stores it; ``agency.harvest_seed`` builds a
big one.  Expenses, invoices and estimates are written out in ``seed_money``; all names are had from here.

Dates are ``YYYY-MM-DD``, moments ISO 8601 in UTC (``2026-03-02T09:30:00Z``), weekly capacity is seconds, hours
are decimal hours.  Only the keys a ``TypedDict`` declares as required have to be there; every other key has the
default its docstring names, as in Harvest.

**Times of creation.**  ``created_at`` and ``updated_at`` may be left out anywhere: both are then the clock's
*now* at loading.  ``updated_at`` alone defaults to ``created_at``.  **Order** of rows is of no interest.
**Ids** are unique per resource over all accounts; only time entries, expenses, expense categories and rates
may leave theirs out.
"""

from typing import Literal, NotRequired, TypedDict

from gleaner_sandbox.seed_money import (
    DocumentSeed,
    EstimateSeed,
    ExpenseCategorySeed,
    ExpenseSeed,
    InvoiceReferenceSeed,
    InvoiceSeed,
    ItemCategorySeed,
    LineItemSeed,
    MessageSeed,
    PaymentSeed,
    ReceiptSeed,
    RecipientSeed,
    Stamps,
)

__all__ = [
    "AccessRole",
    "AccountSeed",
    "AppSeed",
    "BillBy",
    "BudgetBy",
    "ClientSeed",
    "Clock",
    "CompanySeed",
    "ContactSeed",
    "DocumentSeed",
    "EstimateSeed",
    "ExpenseCategorySeed",
    "ExpenseSeed",
    "ExternalReferenceSeed",
    "InvoiceReferenceSeed",
    "InvoiceSeed",
    "ItemCategorySeed",
    "LineItemSeed",
    "MessageSeed",
    "PaymentSeed",
    "PeriodSeed",
    "ProjectSeed",
    "RateSeed",
    "ReceiptSeed",
    "RecipientSeed",
    "RoleSeed",
    "RoundingSeed",
    "Seed",
    "Stamps",
    "TaskAssignmentSeed",
    "TaskSeed",
    "TeammatesSeed",
    "TimeEntrySeed",
    "TokenSeed",
    "UserAssignmentSeed",
    "UserSeed",
]

AccessRole = Literal[
    "administrator",
    "manager",
    "member",
    "project_creator",
    "billable_rates_manager",
    "managed_projects_invoice_drafter",
    "managed_projects_invoice_manager",
    "client_and_task_manager",
    "time_and_expenses_manager",
    "estimates_manager",
]
"""One base role (administrator, manager, member); for managers any extras.  ``people_manager`` is derived."""

Clock = Literal["12h", "24h"]
BillBy = Literal["Project", "Tasks", "People", "none"]
BudgetBy = Literal["project", "project_cost", "task", "task_fees", "person", "none"]


class RoundingSeed(TypedDict):
    """The account-wide rounding of hours; the API shows only its result, ``rounded_hours`` (api.md §15.4)."""

    mode: Literal["off", "nearest", "up"]
    minutes: NotRequired[Literal[6, 15, 30]]
    """15 unless given; of no interest when *mode* is off."""


class CompanySeed(TypedDict):
    """The fields of ``GET /company``, and two that only the sandbox knows.  All optional."""

    name: NotRequired[str]
    """The account's name."""
    full_domain: NotRequired[str]
    """``<name>.harvestapp.com``; ``base_uri`` is made from it."""
    is_active: NotRequired[bool]
    week_start_day: NotRequired[Literal["Saturday", "Sunday", "Monday"]]
    """Monday."""
    wants_timestamp_timers: NotRequired[bool]
    """False: durations.  True: start and end times."""
    time_format: NotRequired[Literal["decimal", "hours_minutes"]]
    date_format: NotRequired[str]
    """``%m/%d/%Y``."""
    plan_type: NotRequired[str]
    """``simple-v4``."""
    expense_feature: NotRequired[bool]
    invoice_feature: NotRequired[bool]
    estimate_feature: NotRequired[bool]
    approval_feature: NotRequired[bool]
    team_feature: NotRequired[bool]
    """The modules; all on unless given."""
    clock: NotRequired[Clock]
    """``12h``."""
    currency: NotRequired[str]
    """``USD``; the currency of clients that name none."""
    currency_code_display: NotRequired[str]
    currency_symbol_display: NotRequired[str]
    decimal_symbol: NotRequired[str]
    thousands_separator: NotRequired[str]
    color_scheme: NotRequired[str]
    weekly_capacity: NotRequired[int]
    """126000 (35 h)."""
    saml_sign_in_required: NotRequired[bool]
    day_entry_notes_required: NotRequired[bool]
    """False.  True: a time entry without notes is refused with 422."""
    timezone: NotRequired[str]
    """Sandbox only: a Harvest zone name (``timezones.tsv``), the default of new users.  Eastern Time."""
    rounding: NotRequired[RoundingSeed]
    """Sandbox only.  Off."""


class UserSeed(Stamps):
    id: int
    first_name: str
    last_name: str
    email: str
    telephone: NotRequired[str]
    timezone: NotRequired[str]
    """A Harvest zone name such as ``Lisbon``, never an IANA name.  The company's."""
    weekly_capacity: NotRequired[int]
    """Seconds, in half-hour steps.  The company's."""
    access_roles: NotRequired[list[AccessRole]]
    """``["member"]``."""
    is_contractor: NotRequired[bool]
    is_active: NotRequired[bool]
    """True.  False: archived, and its token is refused."""
    has_access_to_all_future_projects: NotRequired[bool]
    roles: NotRequired[list[str]]
    """Names of business roles.  Those in the account's ``roles`` with this user are added."""
    avatar_url: NotRequired[str]
    employee_id: NotRequired[str | None]


class TokenSeed(TypedDict):
    """A personal access token and whose it is."""

    token: str
    user_id: int


class ClientSeed(Stamps):
    id: int
    name: str
    currency: NotRequired[str]
    is_active: NotRequired[bool]
    address: NotRequired[str | None]
    statement_key: NotRequired[str]


class ContactSeed(Stamps):
    id: int
    client_id: int
    first_name: str
    last_name: NotRequired[str | None]
    title: NotRequired[str | None]
    email: NotRequired[str]
    phone_office: NotRequired[str]
    phone_mobile: NotRequired[str]
    fax: NotRequired[str]


class TaskSeed(Stamps):
    id: int
    name: str
    billable_by_default: NotRequired[bool]
    """True."""
    is_default: NotRequired[bool]
    """False.  True: future projects get it.  (Projects of the seed get only their own assignments.)"""
    is_active: NotRequired[bool]
    default_hourly_rate: NotRequired[float | None]


class ProjectSeed(Stamps):
    id: int
    client_id: int
    name: str
    code: NotRequired[str | None]
    is_active: NotRequired[bool]
    is_billable: NotRequired[bool]
    is_fixed_fee: NotRequired[bool]
    bill_by: NotRequired[BillBy]
    hourly_rate: NotRequired[float | None]
    budget: NotRequired[float | None]
    budget_by: NotRequired[BudgetBy]
    budget_is_monthly: NotRequired[bool]
    notify_when_over_budget: NotRequired[bool]
    over_budget_notification_percentage: NotRequired[float]
    over_budget_notification_date: NotRequired[str | None]
    show_budget_to_all: NotRequired[bool]
    cost_budget: NotRequired[float | None]
    cost_budget_include_expenses: NotRequired[bool]
    fee: NotRequired[float | None]
    notes: NotRequired[str | None]
    starts_on: NotRequired[str | None]
    ends_on: NotRequired[str | None]


class TaskAssignmentSeed(Stamps):
    id: int
    project_id: int
    task_id: int
    billable: NotRequired[bool]
    """The task's ``billable_by_default``."""
    hourly_rate: NotRequired[float | None]
    budget: NotRequired[float | None]
    is_active: NotRequired[bool]


class UserAssignmentSeed(Stamps):
    id: int
    project_id: int
    user_id: int
    is_project_manager: NotRequired[bool]
    use_default_rates: NotRequired[bool]
    """True."""
    hourly_rate: NotRequired[float | None]
    budget: NotRequired[float | None]
    is_active: NotRequired[bool]


class RateSeed(Stamps):
    """One dated rate of one person.  ``end_date`` is worked out from the next row of that person."""

    id: NotRequired[int]
    user_id: int
    amount: float
    start_date: NotRequired[str | None]
    """None: from the start."""


class TeammatesSeed(TypedDict):
    """Whom a manager looks after."""

    user_id: int
    teammate_ids: list[int]


class RoleSeed(Stamps):
    """A business role (a label such as *Designer*), not an access role."""

    id: int
    name: str
    user_ids: NotRequired[list[int]]


class ExternalReferenceSeed(TypedDict):
    id: str
    group_id: NotRequired[str | None]
    account_id: NotRequired[str | None]
    permalink: NotRequired[str | None]


class TimeEntrySeed(Stamps):
    """One person's work on one day.

    Give ``hours``, or ``started_time`` and ``ended_time`` (``9:00am`` or ``09:00``; the entry then lasts
    their difference, past midnight when the end is earlier).  Nothing is checked against assignments or
    locks: history may hold what could not be written today.  The project, task and user must exist in the
    seed.
    """

    id: NotRequired[int]
    user_id: int
    project_id: int
    task_id: int
    spent_date: str
    hours: NotRequired[float]
    started_time: NotRequired[str | None]
    ended_time: NotRequired[str | None]
    notes: NotRequired[str | None]
    external_reference: NotRequired[ExternalReferenceSeed | None]
    is_closed: NotRequired[bool]
    """False.  True: approved, whatever ``approved_periods`` says."""
    is_billed: NotRequired[bool]
    invoice: NotRequired[InvoiceReferenceSeed | None]
    """The invoice it is on, for an entry that *is_billed*; deleting that invoice frees it."""
    approval_status: NotRequired[Literal["unsubmitted", "submitted", "approved"]]
    """``approved`` when *is_closed*, else ``unsubmitted``."""


PeriodSeed = TypedDict(  # the functional form, because "from" is a keyword of the language
    "PeriodSeed",
    {
        "from": str,
        "to": str,
        "user_id": NotRequired[int | None],
        "blocks_admins": NotRequired[bool],
    },
)
"""A span of days, both ends included, in which time and expenses are locked (or approved).

``user_id`` None or absent: everybody.  ``blocks_admins`` False or absent: administrators may still create,
change and delete there, also for other people; True: they get the same 422 as everyone.
"""


class AccountSeed(TypedDict):
    """One Harvest account: who is in it, what they work on, what they logged."""

    id: int
    name: str
    company: NotRequired[CompanySeed]
    users: list[UserSeed]
    tokens: NotRequired[list[TokenSeed]]
    clients: NotRequired[list[ClientSeed]]
    contacts: NotRequired[list[ContactSeed]]
    tasks: NotRequired[list[TaskSeed]]
    projects: NotRequired[list[ProjectSeed]]
    task_assignments: NotRequired[list[TaskAssignmentSeed]]
    user_assignments: NotRequired[list[UserAssignmentSeed]]
    billable_rates: NotRequired[list[RateSeed]]
    cost_rates: NotRequired[list[RateSeed]]
    teammates: NotRequired[list[TeammatesSeed]]
    roles: NotRequired[list[RoleSeed]]
    time_entries: NotRequired[list[TimeEntrySeed]]
    expense_categories: NotRequired[list[ExpenseCategorySeed]]
    expenses: NotRequired[list[ExpenseSeed]]
    invoice_item_categories: NotRequired[list[ItemCategorySeed]]
    estimate_item_categories: NotRequired[list[ItemCategorySeed]]
    estimates: NotRequired[list[EstimateSeed]]
    invoices: NotRequired[list[InvoiceSeed]]
    locked_periods: NotRequired[list[PeriodSeed]]
    """Reason *Locked for this Time Period*."""
    approved_periods: NotRequired[list[PeriodSeed]]
    """Weeks that were approved: entries in them are ``is_closed``, reason *Approved*."""


class AppSeed(TypedDict):
    """An OAuth application, as one registers it at id.getharvest.com/developers."""

    client_id: str
    client_secret: str
    name: str
    redirect_uris: list[str]
    is_multi_account: NotRequired[bool]
    """False: a token opens the one account that the person picks.  True: all of the person's accounts."""


class Seed(TypedDict):
    """All of it.

    A token stands for one user in one account.  The same token may appear in several accounts, since one
    person's personal access token opens every account that person belongs to.
    """

    accounts: list[AccountSeed]
    apps: NotRequired[list[AppSeed]]
    """Beside ``sandbox-app`` and ``sandbox-multi-app``, which are always there (``identity.apps``)."""
