"""What people read about money that may be lost: a sentence and one thing to do. Pure.

The addresses are those of Harvest's own site, not of its documented API.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from gleaner.core.catalog import Catalog, Client, ProjectId, TaskId
from gleaner.invoicing.leakage import Finding


def about(one: Finding, catalog: Catalog) -> str:
    """Whose money it is: ``Acme Industries › Apollo``, or a person."""
    if one.project_id is None:
        return _person(one, catalog)
    return place(one.project_id, catalog)


def place(project_id: ProjectId, catalog: Catalog) -> str:
    """``Acme Industries › Apollo``."""
    project = catalog.projects.get(project_id)
    if project is None:
        return f"project {project_id}"
    client: Client | None = catalog.clients.get(project.client_id)
    return f"{client.name} › {project.name}" if client is not None else project.name


def sentence(one: Finding, catalog: Catalog) -> str:
    """What was found."""
    match one.kind:
        case "uninvoiced":
            entries = _count(one.count, "entry", "entries")
            return f"{_h(one.hours)} in {entries} since {_day(one.first)} are on no invoice."
        case "expenses":
            bare = f", {one.lacking} without a receipt" if one.lacking else ""
            return f"{_count(one.count, 'expense', 'expenses')} since {_day(one.first)} on no invoice{bare}."
        case "no rate":
            return f"{_h(one.hours)} are billable, but {_holder(one, catalog)} has no rate."
        case "zero rate":
            return f"{_h(one.hours)} are billable, but the rate of {_holder(one, catalog)} is 0."
        case "own rate":
            return (
                f"{_person(one, catalog)} is billed at {_m(one.theirs)} here, below their default rate of"
                f" {_m(one.ours)}: {_h(one.hours)} on no invoice. Agreed so?"
            )
        case "low rate":
            what = "Time" if one.task_id is None else _task(one.task_id, catalog)
            return (
                f"{what} is billed at {_m(one.theirs)}, below everybody's default rate there ({_m(one.ours)} or more):"
                f" {_h(one.hours)} on no invoice. Agreed so?"
            )
        case "old rate":
            since = f"since {_day(one.first)}" if one.first is not None else "from the start"
            return f"{_m(one.theirs)} {since}; {one.unlike} of {one.others} others got another rate within a year."
        case "free task":
            return (
                f"{_h(one.hours)} of the last 90 days on {_task(one.task_id, catalog)}, which is billable on"
                f" {one.unlike} of {one.others} other projects. Meant to be free here?"
            )
        case "over fee":
            return f"{_h(one.hours)} are worth {_m(one.ours)} at their rates, the fee is {_m(one.theirs)}."
        case "no receipt":
            return f"{_count(one.count, 'expense', 'expenses')} of {_person(one, catalog)} without a receipt."


def action(one: Finding, catalog: Catalog, base: str) -> str:
    """The one thing to do next: where to go in Harvest, or what to run.

    *base* is the company's address there; empty: it is not known.
    """
    project, person = f"/projects/{one.project_id}", f"/people/{one.user_id}"
    match one.kind:
        case "uninvoiced":
            return f"Invoice it: {_at(base, project)}"
        case "expenses":
            return f"Invoice them: {_at(base, project)}"
        case "no rate" | "zero rate" | "own rate" | "low rate":
            is_default = one.user_id is not None and one.kind == "no rate"
            return f"Set the rate: {_at(base, person if is_default else project + '/edit')}"
        case "old rate":
            return f"Look at the rate: {_at(base, person)}"
        case "free task":
            return f"Make the task billable, or leave it: {_at(base, project + '/edit')}"
        case "over fee":
            return f"Agree on a new fee: {_at(base, project)}"
        case "no receipt":
            whom = catalog.people.get(one.user_id) if one.user_id is not None else None
            whose = f"--person {whom.email}" if whom is not None else "--everybody"
            return f"Ask for it: gleaner expenses list --from {one.first} {whose}"


def _at(base: str, path: str) -> str:
    return f"{base}{path}" if base else "in Harvest"


def _holder(one: Finding, catalog: Catalog) -> str:
    """Whose rate it is."""
    if one.user_id is not None:
        return _person(one, catalog)
    return "the project" if one.task_id is None else _task(one.task_id, catalog)


def _person(one: Finding, catalog: Catalog) -> str:
    if one.user_id is None:
        return ""
    person = catalog.people.get(one.user_id)
    return person.name if person is not None else f"user {one.user_id}"


def _task(task_id: TaskId | None, catalog: Catalog) -> str:
    if task_id is None:
        return ""
    task = catalog.tasks.get(task_id)
    return f'"{task.name}"' if task is not None else f"task {task_id}"


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _h(hours: Decimal) -> str:
    return f"{hours:,.2f} h"


def _m(amount: Decimal | None) -> str:
    return "nothing" if amount is None else f"{amount:,.2f}"


def _day(day: date | None) -> str:
    return "" if day is None else f"{day.day} {day:%b %Y}"
