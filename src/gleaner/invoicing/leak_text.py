"""What people read about money that may be lost: a sentence and one thing to do. Pure.

The addresses are those of Harvest's own site, not of its documented API.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from gleaner.core.catalog import Catalog, Client, ProjectId, TaskId
from gleaner.core.phrases import Phrase, Value, phrase
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
        return phrase("project {number}", number=project_id)
    client: Client | None = catalog.clients.get(project.client_id)
    return f"{client.name} › {project.name}" if client is not None else project.name


def sentence(one: Finding, catalog: Catalog) -> str:
    """What was found."""
    return Phrase(_found(one), _values(one, catalog))


def _found(one: Finding) -> str:  # noqa: C901 (a case for each kind)
    """The template: each case is a whole sentence, for German orders it otherwise."""
    is_one = one.count == 1
    match one.kind:
        case "uninvoiced":
            if is_one:
                return "{hours:,.2f} h in {count:,} entry since {first} are on no invoice."
            return "{hours:,.2f} h in {count:,} entries since {first} are on no invoice."
        case "expenses" if one.lacking:
            if is_one:
                return "{count:,} expense since {first} on no invoice, {lacking} without a receipt."
            return "{count:,} expenses since {first} on no invoice, {lacking} without a receipt."
        case "expenses":
            if is_one:
                return "{count:,} expense since {first} on no invoice."
            return "{count:,} expenses since {first} on no invoice."
        case "no rate":
            if one.user_id is None and one.task_id is None:
                return "{hours:,.2f} h are billable, but the project has no rate."
            return "{hours:,.2f} h are billable, but {holder} has no rate."
        case "zero rate":
            if one.user_id is None and one.task_id is None:
                return "{hours:,.2f} h are billable, but the rate of the project is 0."
            return "{hours:,.2f} h are billable, but the rate of {holder} is 0."
        case "own rate":
            return (
                "{person} is billed at {theirs} here, below their default rate of {ours}:"
                " {hours:,.2f} h on no invoice. Agreed so?"
            )
        case "low rate":
            if one.task_id is None:
                return (
                    "Time is billed at {theirs}, below everybody's default rate there ({ours} or more):"
                    " {hours:,.2f} h on no invoice. Agreed so?"
                )
            return (
                "{task} is billed at {theirs}, below everybody's default rate there ({ours} or more):"
                " {hours:,.2f} h on no invoice. Agreed so?"
            )
        case "old rate":
            if one.first is None:
                return "{theirs} from the start; {unlike} of {others} others got another rate within a year."
            return "{theirs} since {first}; {unlike} of {others} others got another rate within a year."
        case "free task":
            return (
                "{hours:,.2f} h of the last 90 days on {task}, which is billable on {unlike} of {others} other"
                " projects. Meant to be free here?"
            )
        case "over fee":
            return "{hours:,.2f} h are worth {ours} at their rates, the fee is {theirs}."
        case "no receipt":
            if is_one:
                return "{count:,} expense of {person} without a receipt."
            return "{count:,} expenses of {person} without a receipt."


def _values(one: Finding, catalog: Catalog) -> dict[str, Value]:
    person, task = _person(one, catalog), _task(one.task_id, catalog)
    return {
        "hours": one.hours, "count": one.count, "lacking": one.lacking, "first": _day(one.first),
        "person": person, "task": task, "holder": person if one.user_id is not None else task,
        "theirs": _m(one.theirs), "ours": _m(one.ours), "unlike": one.unlike, "others": one.others,
    }  # fmt: skip


def action(one: Finding, catalog: Catalog, base: str) -> str:
    """The one thing to do next: where to go in Harvest, or what to run.

    *base* is the company's address there; empty: it is not known.
    """
    project, person = f"/projects/{one.project_id}", f"/people/{one.user_id}"
    match one.kind:
        case "uninvoiced":
            return phrase("Invoice it: {where}", where=_at(base, project))
        case "expenses":
            return phrase("Invoice them: {where}", where=_at(base, project))
        case "no rate" | "zero rate" | "own rate" | "low rate":
            is_default = one.user_id is not None and one.kind == "no rate"
            return phrase(
                "Set the rate: {where}", where=_at(base, person if is_default else project + "/edit")
            )
        case "old rate":
            return phrase("Look at the rate: {where}", where=_at(base, person))
        case "free task":
            return phrase("Make the task billable, or leave it: {where}", where=_at(base, project + "/edit"))
        case "over fee":
            return phrase("Agree on a new fee: {where}", where=_at(base, project))
        case "no receipt":
            whom = catalog.people.get(one.user_id) if one.user_id is not None else None
            template = (
                "Ask for it: gleaner expenses list --from {first} --everybody"
                if whom is None
                else "Ask for it: gleaner expenses list --from {first} --person {address}"
            )
            return phrase(template, first=str(one.first), address=whom.email if whom is not None else "")


def _at(base: str, path: str) -> str:
    return f"{base}{path}" if base else phrase("in Harvest")


def _person(one: Finding, catalog: Catalog) -> str:
    if one.user_id is None:
        return ""
    person = catalog.people.get(one.user_id)
    return person.name if person is not None else phrase("user {number}", number=one.user_id)


def _task(task_id: TaskId | None, catalog: Catalog) -> str:
    if task_id is None:
        return ""
    task = catalog.tasks.get(task_id)
    return phrase('"{name}"', name=task.name) if task is not None else phrase("task {number}", number=task_id)


def _m(amount: Decimal | None) -> str:
    return phrase("nothing") if amount is None else phrase("{amount:,.2f}", amount=amount)


def _day(day: date | None) -> str:
    return "" if day is None else phrase("{day} {month:%b %Y}", day=day.day, month=day)
