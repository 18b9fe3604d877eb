"""When nobody may write a time entry; who may is in ``ownership``.

Source: api.md §15.5; messages are ours (uncertain).
"""

from gleaner_sandbox.entries.periods import Periods
from gleaner_sandbox.ownership import refuse_outsider
from gleaner_sandbox.rules.locks import locked_reason
from gleaner_sandbox.tables import PROJECTS, TASK_ASSIGNMENTS, TASKS, Row
from gleaner_sandbox.wire.answers import invalid
from gleaner_sandbox.wire.call import Call


def refuse_locked_day(call: Call, user_id: int, day: str) -> None:
    """422 when time on *day* is approved or locked for the person.

    Administrators may write there, also for others, unless the seed says that the period blocks them too:
    that they may edit is documented; that they may create there is uncertain.
    """
    state = Periods(call.company).on(user_id, day)
    reason = locked_reason(billed=False, approved=state.approved, archived=False, period_locked=state.locked)
    if reason and (state.blocks_admins or not call.person.is_admin):
        raise invalid(reason)


def refuse_locked(call: Call, shown: Row) -> None:
    """422 when the entry is locked for the caller; administrators pass (except where a period blocks them)."""
    refuse_locked_day(call, shown["user"]["id"], shown["spent_date"])
    if shown["is_locked"] and not call.person.is_admin:
        raise invalid(shown["locked_reason"])


def refuse_archived(call: Call, row: Row) -> None:
    """422 when project or task are archived: such entries cannot be deleted or restarted, by nobody."""
    project, task = call.books.row(PROJECTS, row["project_id"]), call.books.row(TASKS, row["task_id"])
    if not (project["is_active"] and task["is_active"]):
        raise invalid("Item Archived")


def refuse_unassigned(call: Call, user_id: int, project_id: int, task_id: int) -> None:
    """422 unless the person and the task are assigned to the project, and nothing of it is archived."""
    project = call.books.get(PROJECTS, project_id)
    task = call.books.get(TASKS, task_id)
    wrong = [f"{name} can't be blank" for name, row in (("Project", project), ("Task", task)) if row is None]
    if wrong or project is None or task is None:
        raise invalid(*wrong)
    refuse_outsider(call, user_id, project)
    in_task = call.books.pair(TASK_ASSIGNMENTS, project_id, "task_id", task_id)
    if in_task is None or not in_task["is_active"] or not task["is_active"]:
        raise invalid("Task is not assigned to this project")
