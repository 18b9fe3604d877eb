"""What somebody's hour on a project is billed at and costs, on a day; and whether Harvest bills it so."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from gleaner.adapters.harvest.billing_copy import BillingCopy
from gleaner.app.account import Account
from gleaner.app.finding import find_project, find_task
from gleaner.core.catalog import (
    Catalog,
    Person,
    Project,
    ProjectId,
    Task,
    TaskAssignment,
    UserAssignment,
    UserId,
)
from gleaner.core.errors import Refused
from gleaner.core.phrases import phrase
from gleaner.core.ports import Progress
from gleaner.core.rates import DatedRate, Rate, billable_rate, cost_rate
from gleaner.invoicing.rate_book import RateBook
from gleaner.invoicing.rate_check import Finding, check, needed


@dataclass(frozen=True)
class Price:
    """The billable rate of one task."""

    task: Task
    rate: Rate


@dataclass(frozen=True)
class Prices:
    """What an hour of *person* on *project* is worth on a day."""

    person: Person
    project: Project
    currency: str
    """The client's: what billable rates are in."""
    on: date
    billable: tuple[Price, ...]
    """For the task asked for, or for each task of the project."""
    cost: Rate


def prices(account: Account, person: Person, project: str, task: str | None, on: date) -> Prices:
    """The rates with their reasons; one request, two where the person's dated rates decide.

    Raises Refused unless the token is an administrator's: others do not see how a project is billed.
    """
    catalog = account.catalog
    if not account.is_administrator:
        raise Refused(
            phrase("only an administrator's token sees how projects are billed and what people cost")
        )
    found = find_project(project, catalog)
    assignments = [one for one in catalog.task_assignments if one.project_id == found.id and one.is_active]
    if task is not None:
        wanted = find_task(task, found, catalog)
        assignments = [one for one in assignments if one.task_id == wanted.id]
    member = _member(catalog, found, person)
    needs_dated = found.bill_by == "People" and member is not None and member.use_default_rates
    dated = account.rates.billable(person.id) if needs_dated else []
    client = catalog.clients.get(found.client_id)
    return Prices(
        person,
        found,
        client.currency if client is not None else "",
        on,
        tuple(_prices(catalog, found, assignments, member, dated, on)),
        cost_rate(account.rates.cost(person.id), on),
    )


@dataclass(frozen=True)
class Checked:
    """What came of comparing rates."""

    entries: int
    """Billable ones that were looked at."""
    findings: tuple[Finding, ...]


def checked_rates(
    account: Account, progress: Progress, days: tuple[date, date], only: ProjectId | None = None
) -> Checked:
    """The rates of all billable entries of *days* against what settings ask for; one request for each person needed.

    The caller has brought the copy of those days up to date. Raises Refused unless the token is an administrator's.
    """
    if not account.is_administrator:
        raise Refused(phrase("only an administrator's token sees how projects are billed"))
    copy = BillingCopy(account.engine, account.client, account.id)
    worked = [one for one in copy.worked(days) if one.billable and only in (None, one.project_id)]
    catalog = account.catalog
    dated = dated_rates(account, progress, needed(worked, RateBook(catalog)))
    return Checked(len(worked), tuple(check(worked, RateBook(catalog, dated), catalog.projects)))


def dated_rates(
    account: Account, progress: Progress, people: Collection[UserId]
) -> dict[UserId, list[DatedRate]]:
    """The dated billable rates of these people, one request each; none of a person Harvest does not know."""
    found: dict[UserId, list[DatedRate]] = {}
    with progress.step("rates of people", len(people)) as step:
        for user_id in sorted(people):
            try:
                found[user_id] = account.rates.billable(user_id)
            except Refused as refusal:
                if refusal.status != 404:
                    raise
            step.advance()
    return found


def _prices(
    catalog: Catalog,
    project: Project,
    assignments: Sequence[TaskAssignment],
    member: UserAssignment | None,
    dated: Sequence[DatedRate],
    on: date,
) -> list[Price]:
    found = []
    for one in assignments:
        task = catalog.tasks.get(one.task_id)
        if task is not None and task.is_active:
            found.append(Price(task, billable_rate(project, one, member, dated, on)))
    return found


def _member(catalog: Catalog, project: Project, person: Person) -> UserAssignment | None:
    """The person's assignment, if need be one that ended: its time keeps its rate."""
    those = [
        one for one in catalog.user_assignments if (one.project_id, one.user_id) == (project.id, person.id)
    ]
    return max(those, key=lambda one: one.is_active, default=None)
