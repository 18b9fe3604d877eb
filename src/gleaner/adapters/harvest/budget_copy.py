"""What budgets are computed from, read from our copy; and the whole history of budgeted projects, read into it.

The copy holds the entries of some days. A budget that does not begin anew each month counts all there ever were: what
lies before those days is read once for each project. Polls tell of changes whatever the day, so it stays right.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, cast, get_args

import sqlalchemy as sa

from gleaner.adapters.harvest import wire
from gleaner.adapters.harvest.client import Client
from gleaner.adapters.harvest.copy import Copy, row
from gleaner.adapters.harvest.encoding import Params, Raw, from_json
from gleaner.adapters.harvest.listing import Listing
from gleaner.adapters.harvest.reader import Pages, covered
from gleaner.budgets.burn import Budget, BudgetBy, Paid, Worked
from gleaner.core.catalog import AccountId, ProjectId, TaskId, UserId
from gleaner.core.errors import Refused, Unavailable
from gleaner.core.ports import Progress

_RESOURCES = ("time_entries", "expenses")
_TOGETHER = 20
"""From so many projects on, what was logged on all projects is read in one go."""
_WAYS = frozenset(get_args(BudgetBy))


class BudgetCopy:
    """The budgets of one account."""

    def __init__(self, engine: sa.Engine, client: Client, account_id: AccountId) -> None:
        self._copy = Copy(engine, account_id)
        self._client = client

    def budgets(self) -> list[Budget]:
        """The budget of every active project that has one."""
        currencies = {one.id: one.currency for one in self._read(wire.Client, "clients")}
        tasks = _by_project(self._read(wire.TaskAssignment, "task_assignments"))
        people = _by_project(self._read(wire.UserAssignment, "user_assignments"))
        return [
            _budget(one, tasks.get(one.id, []), people.get(one.id, []), currencies.get(one.client.id, ""))
            for one in self._read(wire.Project, "projects")
            if one.is_active and one.budget_by != "none" and one.budget_by in _WAYS
        ]

    def used(self, projects: Collection[ProjectId]) -> tuple[list[Worked], list[Paid]]:
        """Everything that was logged and spent on *projects*, as far as it was read."""
        worked = [_worked(raw) for raw in self._of("time_entries", projects)]
        paid = [
            Paid(ProjectId(raw["project"]["id"]), _day(raw), Decimal(str(raw.get("total_cost") or 0)))
            for raw in self._of("expenses", projects)
            if raw.get("spent_date")
        ]
        return worked, paid

    def complete(self, budgets: Sequence[Budget], today: date, progress: Progress) -> int:
        """Read what is missing of the history that *budgets* need; how many projects that were.

        A crash loses nothing: a project counts as read when it was. Raises Unavailable before the first sync.
        """
        if self._copy.state("time_entries") is None:
            raise Unavailable("Harvest was never read to the end; run a sync first.")
        read: set[ProjectId] = set()
        for resource in _RESOURCES:
            held = covered(self._copy, resource)
            if held is None:
                continue
            known = self._whole(resource)
            lacking = [one.project_id for one in budgets if one.project_id not in known
                       and _needs(one, resource, held[0], today)]  # fmt: skip
            before: Params = {"to": held[0] - timedelta(days=1)}
            if len(lacking) > _TOGETHER:
                self._read_in(resource, [(before, lacking)], progress)
            else:
                self._read_in(resource, [({**before, "project_id": p}, [p]) for p in lacking], progress)
            read.update(lacking)
        return len(read)

    def read_again(self, projects: Iterable[ProjectId], progress: Progress) -> None:
        """Read all that was logged on *projects* anew, and forget what is gone."""
        for project_id in projects:
            for resource in _RESOURCES:
                if covered(self._copy, resource) is not None:
                    with progress.step(f"{resource.replace('_', ' ')} of a project"):
                        self._anew(resource, project_id)

    def report(self) -> dict[ProjectId, tuple[Decimal | None, Decimal | None]]:
        """What Harvest itself says now, one request: the budget and what is spent of it."""
        rows = self._client.reports.project_budget(is_active=True)
        return {
            ProjectId(one.project_id): (one.budget, one.budget_spent)
            for one in rows
            if one.project_id is not None
        }

    def _read_in(
        self, resource: str, asks: Sequence[tuple[Params, Sequence[ProjectId]]], progress: Progress
    ) -> None:
        for ask, projects in asks:
            with progress.step(f"older {resource.replace('_', ' ')}"):
                try:
                    for page in self._pages(resource)(ask):
                        self._save(resource, page.items)
                except Refused as refusal:
                    if resource == "time_entries" or refusal.status not in (403, 404):
                        raise
            numbers = sorted({*self._whole(resource), *projects})
            self._copy.set_note(_noted(resource), {"projects": numbers})

    def _anew(self, resource: str, project_id: ProjectId) -> None:
        held = {cast("int", raw["id"]) for raw in self._of(resource, {project_id})}
        listing = Listing()
        for page in self._pages(resource)({"project_id": project_id}):
            listing.take(page, self._save(resource, page.items))
        listing.end()
        if listing.is_steady:
            self._copy.remove(resource, held - listing.seen)

    def _save(self, resource: str, items: Iterable[Raw]) -> list[Any]:
        rows = [row(resource, raw) for raw in items]
        self._copy.save(resource, rows, keep_newer=True)
        return rows

    def _pages(self, resource: str) -> Pages:
        pages: Pages = getattr(self._client, resource).pages
        return pages

    def _whole(self, resource: str) -> set[ProjectId]:
        noted = self._copy.note(_noted(resource)) or {}
        return {ProjectId(number) for number in cast("list[int]", noted.get("projects", []))}

    def _of(self, resource: str, projects: Collection[ProjectId]) -> Iterable[dict[str, Any]]:
        texts = (
            self._copy.entries(date.min, date.max)
            if resource == "time_entries"
            else self._copy.texts(resource)
        )
        for text in texts:
            raw: dict[str, Any] = dict(from_json(text))
            project = raw.get("project")
            if isinstance(project, dict) and project.get("id") in projects:
                yield raw

    def _read(self, model: type[Any], resource: str) -> list[Any]:
        return [wire.read(model, raw) for raw in self._copy.rows(resource)]


def _needs(budget: Budget, resource: str, first: date, today: date) -> bool:
    """Whether days before *first* count."""
    if resource == "expenses" and not (budget.by == "project_cost" and budget.includes_expenses):
        return False
    return not budget.is_monthly or today.replace(day=1) < first


def _budget(project: wire.Project, tasks: list[Any], people: list[Any], currency: str) -> Budget:
    by = cast("BudgetBy", project.budget_by)
    # Of archived assignments what was logged still counts; their share of the budget is gone.
    amounts = {TaskId(one.task.id): one.budget for one in tasks if one.budget is not None and one.is_active}
    match by:
        case "task" | "task_fees":
            whole: Decimal | None = sum(amounts.values(), Decimal(0))
        case "person":
            whole = sum(
                (one.budget for one in people if one.budget is not None and one.is_active), Decimal(0)
            )
        case "project_cost":
            whole = project.cost_budget
        case _:
            whole = project.budget
    return Budget(
        ProjectId(project.id),
        by,
        whole,
        is_monthly=project.budget_is_monthly,
        includes_expenses=project.cost_budget_include_expenses,
        currency=currency,
        tasks=frozenset(TaskId(one.task.id) for one in tasks if one.budget is not None),
        people=frozenset(UserId(one.user.id) for one in people if one.budget is not None),
        task_amounts=amounts,
    )


def _worked(raw: dict[str, Any]) -> Worked:
    rounded, rate = raw.get("rounded_hours"), raw.get("billable_rate")
    hours = raw.get("hours") if rounded is None else rounded
    return Worked(
        ProjectId(raw["project"]["id"]),
        TaskId(raw["task"]["id"]),
        UserId(raw["user"]["id"]),
        _day(raw),
        Decimal(str(hours or 0)),
        None if rate is None else Decimal(str(rate)),
    )


def _day(raw: dict[str, Any]) -> date:
    return date.fromisoformat(raw["spent_date"])


def _by_project(assignments: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for one in assignments:
        if one.project is not None:
            found.setdefault(one.project.id, []).append(one)
    return found


def _noted(resource: str) -> str:
    return f"whole/{resource}"
