"""``/reports/time/…`` and ``/reports/expenses/…``.  Source: api.md §19.1, §19.2, §7."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gleaner_sandbox import ownership, shapes
from gleaner_sandbox.permissions import Reach
from gleaner_sandbox.reports import figures, span
from gleaner_sandbox.reports.sums import grouped, spent, worked
from gleaner_sandbox.rules import coerce
from gleaner_sandbox.schemas import FLAG, INT, NUMBER, STRING, Schema, declare, paged
from gleaner_sandbox.tables import CLIENTS, EXPENSE_CATEGORIES, PROJECTS, TASKS, USERS, Row
from gleaner_sandbox.wire.answers import Answer, invalid
from gleaner_sandbox.wire.call import Call
from gleaner_sandbox.wire.endpoints import endpoint
from gleaner_sandbox.wire.listing import Conditions, asked, listed_here

SPAN = ("from", "to")
CLIENT = {"client_id": INT, "client_name": STRING}
PROJECT = {"project_id": INT, "project_name": STRING}
_PERSON = {"user_id": INT, "user_name": STRING, "is_contractor": FLAG}
_WORKER = {**_PERSON, "weekly_capacity": INT, "avatar_url": STRING}
_TASK = {"task_id": INT, "task_name": STRING}
_CATEGORY = {"expense_category_id": INT, "expense_category_name": STRING}
_TIME = {"total_hours": NUMBER, "billable_hours": NUMBER, "billable_amount": NUMBER}
_COSTS = {"total_amount": NUMBER, "billable_amount": NUMBER}
_VEILED = ("currency", "billable_amount")
"""Hidden without the permission for rates."""


@dataclass(frozen=True)
class Subject:
    """What a report has a row for."""

    id_of: Callable[[Call, Any], int]
    """Whose row a part of the time or the expenses goes into."""
    name: str
    """The key rows are sorted by; upper and lower case are one (uncertain)."""
    shown: Callable[[Call, int], Row]
    fields: Mapping[str, Schema]
    """What it shows."""


def timeframe(call: Call) -> tuple[str, str]:
    """The first and the last day the query asks for, or a 422."""
    try:
        return span.read(call.params)
    except ValueError as error:
        raise invalid(str(error)) from error


def during(first: str, last: str) -> Conditions:
    """What was worked or spent from *first* to *last*."""
    found = Conditions()
    found.add("spent_date BETWEEN ? AND ?", first, last)
    return found


def client_shape(call: Call, client_id: int) -> Row:
    """The client of a row."""
    return {"client_id": client_id, "client_name": call.books.row(CLIENTS, client_id)["name"]}


def _project_shape(call: Call, project_id: int) -> Row:
    """With the name as these reports write it, code first."""
    project = call.books.row(PROJECTS, project_id)
    name = f"[{project['code']}] {project['name']}" if project["code"] else project["name"]
    return {"project_id": project_id, "project_name": name, **client_shape(call, project["client_id"])}


def _task_shape(call: Call, task_id: int) -> Row:
    return {"task_id": task_id, "task_name": call.books.row(TASKS, task_id)["name"]}


def _category_shape(call: Call, category_id: int) -> Row:
    name = call.books.row(EXPENSE_CATEGORIES, category_id)["name"]
    return {"expense_category_id": category_id, "expense_category_name": name}


def _person_shape(call: Call, user_id: int) -> Row:
    user = call.books.row(USERS, user_id)
    return {
        "user_id": user_id,
        "user_name": shapes.full_name(user),
        **shapes.picked(user, ("is_contractor",)),
    }


def _worker_shape(call: Call, user_id: int) -> Row:
    user = call.books.row(USERS, user_id)
    return {**_person_shape(call, user_id), **shapes.picked(user, ("weekly_capacity", "avatar_url"))}


def _client_of(call: Call, part: Any) -> int:
    client_id: int = call.books.row(PROJECTS, part.project_id)["client_id"]
    return client_id


_CLIENTS = Subject(_client_of, "client_name", client_shape, CLIENT)
_PROJECTS = Subject(
    lambda _call, part: part.project_id, "project_name", _project_shape, {**PROJECT, **CLIENT}
)
_TASKS = Subject(lambda _call, part: part.task_id, "task_name", _task_shape, _TASK)
_WORKERS = Subject(lambda _call, part: part.user_id, "user_name", _worker_shape, _WORKER)
_SPENDERS = Subject(lambda _call, part: part.user_id, "user_name", _person_shape, _PERSON)
_CATEGORIES = Subject(
    lambda _call, part: part.category_id, "expense_category_name", _category_shape, _CATEGORY
)


def _report(
    call: Call, subject: Subject, parts: Sequence[Any], figures_of: Callable[[Sequence[Any]], Row]
) -> Answer:
    """A row for each subject and currency that has any of the *parts*.

    Currency and value are hidden without the permission for rates; that rows are still split is uncertain.
    """

    def key(part: Any) -> tuple[int, str]:
        return subject.id_of(call, part), call.books.row(CLIENTS, _client_of(call, part))["currency"]

    rows = [
        {**subject.shown(call, subject_id), **figures_of(mine), "currency": currency}
        for (subject_id, currency), mine in sorted(grouped(parts, key).items())
    ]
    if not call.sees_rates:
        rows = [{name: value for name, value in row.items() if name not in _VEILED} for row in rows]
    rows.sort(key=lambda row: row[subject.name].casefold())
    return listed_here(call, "results", rows, by_cursor=False)


def _fixed_fees(call: Call) -> Collection[int]:
    """The projects whose time has no value of its own."""
    return {project["id"] for project in call.books.recall(PROJECTS, "1") if project["is_fixed_fee"]}


def _rows(name: str, subject: Subject, numbers: Mapping[str, Schema]) -> Schema:
    """The schema of a page of a report's rows."""
    row = declare(f"{name}Row", {**subject.fields, **numbers, "currency": STRING}, sometimes=_VEILED)
    return paged("results", row, by_cursor=False)


def _time(word: str, subject: Subject) -> None:
    @endpoint(
        "GET",
        f"/reports/time/{word}",
        "reports.time",
        asks=(*SPAN, "include_fixed_fee"),
        needs=SPAN,
        answers=_rows(f"Time{word.capitalize()}", subject, _TIME),
    )
    def report(call: Call) -> Answer:
        which = during(*timeframe(call))
        ownership.visible_only(call, which)
        worthless = () if asked(call, "include_fixed_fee", coerce.flag) else _fixed_fees(call)
        by = "user_id, spent_date, id" if call.reach is Reach.OWN else "spent_date, id"
        parts = worked(call, which, index=by)
        return _report(call, subject, parts, lambda mine: figures.of_time(mine, worthless))


def _expenses(word: str, subject: Subject) -> None:
    @endpoint(
        "GET",
        f"/reports/expenses/{word}",
        "reports.expenses",
        "expense_feature",
        asks=SPAN,
        needs=SPAN,
        answers=_rows(f"Expenses{word.capitalize()}", subject, _COSTS),
    )
    def report(call: Call) -> Answer:
        which = during(*timeframe(call))
        ownership.visible_only(call, which)
        return _report(call, subject, spent(call, which), figures.of_expenses)


for _word, _subject in {
    "clients": _CLIENTS,
    "projects": _PROJECTS,
    "tasks": _TASKS,
    "team": _WORKERS,
}.items():
    _time(_word, _subject)
for _word, _subject in {
    "clients": _CLIENTS,
    "projects": _PROJECTS,
    "categories": _CATEGORIES,
    "team": _SPENDERS,
}.items():
    _expenses(_word, _subject)
