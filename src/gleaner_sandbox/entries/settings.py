"""What the entries of one person on one project and task have in common.  Source: api.md §15, rates.md §1."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from gleaner_sandbox import shapes
from gleaner_sandbox.resources import rates as person_rates
from gleaner_sandbox.resources import task_assignments, user_assignments
from gleaner_sandbox.rules import rates
from gleaner_sandbox.tables import (
    BILLABLE_RATES,
    CLIENTS,
    COST_RATES,
    PROJECTS,
    TASK_ASSIGNMENTS,
    TASKS,
    USER_ASSIGNMENTS,
    USERS,
    Row,
)
from gleaner_sandbox.wire.answers import encode
from gleaner_sandbox.wire.call import Call


@dataclass(frozen=True)
class Setting:
    """Person, project and task of an entry, with the assignments between them."""

    project: Row
    in_task: Row | None
    """The task's assignment to the project; None for history that could not be written today."""
    in_team: Row | None
    """The person's."""
    archived: bool
    """Whether project, task or person are archived."""
    billable_rates: Sequence[Row]
    cost_rates: Sequence[Row]
    shapes: Row
    """What the entries show of it."""

    @cached_property
    def billable(self) -> bool:
        return rates.is_billable(self.project, self.in_task)

    @cached_property
    def budgeted(self) -> bool:
        return rates.is_budgeted(self.project, self.in_task, self.in_team)

    @cached_property
    def text(self) -> str:
        """The shapes as JSON."""
        return encode(self.shapes)

    def is_locked_on(self, day: str) -> bool:
        """Whether an invoice locks the project on *day*: invoicing leaves ``locked_spans`` (api.md §15.5)."""
        return any(first <= day <= last for first, last in self.project.get("locked_spans", ()))

    def billable_rate(self, day: str) -> float | None:
        return rates.billable_rate(self.project, self.in_task, self.in_team, self.billable_rates, day)

    def cost_rate(self, day: str) -> float | None:
        return rates.rate_on(self.cost_rates, day)


def setting(call: Call, user_id: int, project_id: int, task_id: int) -> Setting:
    """The setting of one person's time on one task of one project, as the caller may see it."""
    books = call.books
    user, task, project = (
        books.row(USERS, user_id),
        books.row(TASKS, task_id),
        books.row(PROJECTS, project_id),
    )
    in_task = books.pair(TASK_ASSIGNMENTS, project_id, "task_id", task_id)
    in_team = books.pair(USER_ASSIGNMENTS, project_id, "user_id", user_id)
    return Setting(
        project=project,
        in_task=in_task,
        in_team=in_team,
        archived=not (project["is_active"] and task["is_active"] and user["is_active"]),
        billable_rates=person_rates.history(books, BILLABLE_RATES, user_id),
        cost_rates=person_rates.history(books, COST_RATES, user_id),
        shapes={
            "user": shapes.user(user),
            "client": shapes.client(books.row(CLIENTS, project["client_id"])),
            "project": shapes.project(project),
            "task": shapes.task(task),
            "user_assignment": in_team and call.priced(user_assignments.nested(books, in_team)),
            "task_assignment": in_task and call.priced(task_assignments.nested(in_task)),
        },
    )
