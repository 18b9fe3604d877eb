"""The agency's Harvest account on the demo's first morning: the catalog, and eight weeks as people logged them."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta

from gleaner_sandbox.seed import (
    AccountSeed,
    ClientSeed,
    CompanySeed,
    ContactSeed,
    PeriodSeed,
    ProjectSeed,
    RateSeed,
    RoleSeed,
    Seed,
    TaskAssignmentSeed,
    TaskSeed,
    TeammatesSeed,
    TimeEntrySeed,
    TokenSeed,
    UserAssignmentSeed,
    UserSeed,
)

from . import money
from .catalog import Catalog, Project
from .habits import Habit
from .people import AGENCY, Person
from .period import FIRST_DAY
from .world import World

ACCOUNT_ID = 1000001
_CREATED = "2025-09-01T08:00:00Z"
_PERSON_BUDGETS: dict[str, dict[int, float]] = {"dashboard": {2: 130.0, 8: 420.0}}
_CUSTOM_RATES: dict[tuple[str, int], float] = {("app", 10): 112.0, ("portal", 5): 118.0}


def seed_of(world: World, weeks_of_history: int) -> Seed:
    """The account with what was logged for, and during, the first *weeks_of_history* weeks."""
    return {"accounts": [_account(world, weeks_of_history)]}


def _account(world: World, weeks: int) -> AccountSeed:
    staff, goods = world.staff, world.catalog
    return {
        "id": ACCOUNT_ID,
        "name": AGENCY,
        "company": _company(),
        "users": [_user(person) for person in staff],
        "tokens": [_token(person) for person in staff],
        "clients": [_client(client.id, client.name, client.currency) for client in goods.clients],
        "contacts": list(_contacts(goods)),
        "tasks": [_task(task.id, task.name, task.is_billable, task.hourly_rate) for task in goods.tasks],
        "projects": [_project(project) for project in goods.projects],
        "task_assignments": list(_task_assignments(goods)),
        "user_assignments": list(_user_assignments(goods, staff)),
        "billable_rates": list(_billable_rates(staff)),
        "cost_rates": [{"user_id": p.user_id, "amount": p.cost_rate} for p in staff if p.user_id],
        "teammates": _teammates(),
        "roles": _roles(staff),
        "time_entries": [time_entry(n, habit) for n, habit in enumerate(history(world, weeks))],
        "expense_categories": money.CATEGORIES,
        "expenses": money.expenses(world, weeks),
        "estimates": list(money.estimates(world, weeks)),
        "invoices": money.invoices(world, weeks),
        "locked_periods": [],
        "approved_periods": _approved() if weeks >= 3 else [],
    }


def history(world: World, weeks: int) -> list[Habit]:
    """What was logged for the first *weeks* weeks before they were over; the demo posts the rest on its day."""
    end = FIRST_DAY + timedelta(weeks=weeks)
    midnight = datetime.combine(end, time(), UTC)
    return [habit for habit in world.habits if habit.spent_date < end and habit.logged_at < midnight]


def _company() -> CompanySeed:
    return {
        "name": AGENCY,
        "full_domain": "larkfield.harvestapp.com",
        "week_start_day": "Monday",
        "wants_timestamp_timers": False,
        "time_format": "decimal",
        "date_format": "%d.%m.%Y",
        "clock": "24h",
        "currency": "EUR",
        "weekly_capacity": 40 * 3600,
        "timezone": "Berlin",
        "rounding": {"mode": "off"},
    }


def _id(person: Person) -> int:
    assert person.user_id is not None
    return person.user_id


def _user(person: Person) -> UserSeed:
    return {
        "id": _id(person),
        "first_name": person.first_name,
        "last_name": person.last_name,
        "email": person.email,
        "timezone": person.harvest_zone,
        "weekly_capacity": round(person.weekly_hours * 3600),
        "access_roles": list(person.access_roles),
        "is_contractor": person.is_contractor,
        "is_active": True,
        "has_access_to_all_future_projects": person.profession == "owner",
        "created_at": _CREATED,
    }


def _token(person: Person) -> TokenSeed:
    return {"token": person.token, "user_id": _id(person)}


def _client(client_id: int, name: str, currency: str) -> ClientSeed:
    return {"id": client_id, "name": name, "currency": currency, "is_active": True, "created_at": _CREATED}


def _contacts(goods: Catalog) -> Iterator[ContactSeed]:
    for client in goods.clients:
        for contact in client.contacts:
            yield {
                "id": contact.id,
                "client_id": client.id,
                "first_name": contact.first_name,
                "last_name": contact.last_name,
                "title": contact.title,
                "email": contact.email,
                "created_at": _CREATED,
            }


def _task(task_id: int, name: str, is_billable: bool, rate: float | None) -> TaskSeed:
    return {
        "id": task_id,
        "name": name,
        "billable_by_default": is_billable,
        "default_hourly_rate": rate,
        "is_default": name == "Meetings",
        "is_active": True,
        "created_at": _CREATED,
    }


def _project(project: Project) -> ProjectSeed:
    return {
        "id": project.id,
        "client_id": project.client.id,
        "name": project.name,
        "code": project.code,
        "is_active": project.is_active,
        "is_billable": project.is_billable,
        "is_fixed_fee": project.is_fixed_fee,
        "bill_by": project.bill_by,
        "hourly_rate": project.hourly_rate,
        "budget_by": project.budget_by,
        "budget": _budget(project),
        "budget_is_monthly": project.is_monthly,
        "notify_when_over_budget": project.budget_by != "none",
        "cost_budget": project.cost_budget,
        "cost_budget_include_expenses": project.includes_expenses,
        "fee": project.fee,
        "notes": None,
        "starts_on": project.starts_on,
        "created_at": _CREATED,
    }


def _budget(project: Project) -> float | None:
    """Hours; where people have their own, their sum, as Harvest echoes it."""
    budgets = _PERSON_BUDGETS.get(project.key)
    return sum(budgets.values()) if budgets else project.budget


def _task_assignments(goods: Catalog) -> Iterator[TaskAssignmentSeed]:
    for project in goods.projects:
        for row in project.tasks:
            yield {
                "id": row.id,
                "project_id": project.id,
                "task_id": row.task.id,
                "billable": row.is_billable,
                "hourly_rate": row.hourly_rate,
                "budget": row.budget,
                "is_active": True,
                "created_at": _CREATED,
            }


def _user_assignments(goods: Catalog, staff: tuple[Person, ...]) -> Iterator[UserAssignmentSeed]:
    number = 9000
    for project in goods.projects:
        for slot in project.team:
            number += 1
            custom = _CUSTOM_RATES.get((project.key, slot))
            yield {
                "id": number,
                "project_id": project.id,
                "user_id": _id(staff[slot]),
                "is_project_manager": slot == project.lead,
                "use_default_rates": custom is None,
                "hourly_rate": custom,
                "budget": _PERSON_BUDGETS.get(project.key, {}).get(slot),
                "is_active": True,
                "created_at": _CREATED,
            }


def _billable_rates(staff: Iterable[Person]) -> Iterator[RateSeed]:
    for person in staff:
        yield {"user_id": _id(person), "amount": person.billable_rate, "start_date": None}
        if person.raise_on is not None:
            yield {
                "user_id": _id(person),
                "amount": person.billable_rate + 5.0,
                "start_date": person.raise_on,
            }


def _teammates() -> list[TeammatesSeed]:
    """The manager in Berlin looks after the people there, the one in New York after the developers there."""
    return [
        {"user_id": 502, "teammate_ids": [504, 505, 506, 507, 508, 511, 512]},
        {"user_id": 503, "teammate_ids": [509, 510]},
    ]


def _roles(staff: Iterable[Person]) -> list[RoleSeed]:
    by_name: dict[str, list[int]] = {}
    for person in staff:
        by_name.setdefault(person.profession.capitalize(), []).append(_id(person))
    return [{"id": 701 + n, "name": name, "user_ids": ids} for n, (name, ids) in enumerate(by_name.items())]


def time_entry(number: int, habit: Habit) -> TimeEntrySeed:
    """The *number*-th entry of the account's history."""
    return {
        "id": 2400000101 + number,
        "user_id": habit.user_id,
        "project_id": habit.project_id,
        "task_id": habit.task_id,
        "spent_date": habit.spent_date.isoformat(),
        "hours": float(habit.hours),
        "notes": habit.notes,
        "created_at": f"{habit.logged_at:%Y-%m-%dT%H:%M:%SZ}",
    }


def _approved() -> list[PeriodSeed]:
    """The second week is approved: nobody but an administrator changes it any more."""
    monday = FIRST_DAY + timedelta(weeks=1)
    return [{"from": monday.isoformat(), "to": (monday + timedelta(days=6)).isoformat()}]
