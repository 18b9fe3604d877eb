"""Who may write which time entry, and when nobody may.

Source: api.md §7, §15.5; messages are ours (uncertain).
"""

from gleaner_sandbox.entries.periods import Periods
from gleaner_sandbox.permissions import Reach, reach
from gleaner_sandbox.rules.locks import locked_reason
from gleaner_sandbox.tables import (
    PROJECTS,
    TASK_ASSIGNMENTS,
    TASKS,
    TIME_ENTRIES,
    USER_ASSIGNMENTS,
    Row,
)
from gleaner_sandbox.wire.answers import forbidden, invalid, missing
from gleaner_sandbox.wire.call import Call
from gleaner_sandbox.wire.listing import Conditions


def reaches(call: Call, how_far: Reach, user_id: int, project_id: int) -> bool:
    """Whether a permission that goes *how_far* covers this person's time on this project."""
    person = call.person
    if how_far is Reach.ALL or (how_far is not Reach.NONE and user_id == person.id):
        return True
    return how_far is Reach.MANAGED and (user_id in person.team or project_id in person.managed_projects)


def visible_only(call: Call, asked_for: Conditions) -> None:
    """Narrow a list to what the caller may read."""
    person = call.person
    if call.reach is Reach.OWN:
        asked_for.add("user_id = ?", person.id)
    elif call.reach is Reach.MANAGED:
        people, projects = [person.id, *person.team], person.managed_projects
        marks = ", ".join("?" * len(people)), ", ".join("?" * len(projects))
        asked_for.add(f"user_id IN ({marks[0]}) OR project_id IN ({marks[1]})", *people, *projects)


def to_read(call: Call) -> Row:
    """The entry of the path, or a 404 when it is not there or not the caller's to see."""
    row = call.find(TIME_ENTRIES, call.ids[0])
    how_far = reach(call.person.roles, "time_entries.read")
    if not reaches(call, how_far, row["user_id"], row["project_id"]):
        raise missing()
    return row


def to_write(call: Call) -> Row:
    """The same, or a 403 when the caller may see but not change it."""
    row = to_read(call)
    if not reaches(call, call.reach, row["user_id"], row["project_id"]):
        raise forbidden()
    return row


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
    """422 unless the person and the task are assigned to the project, and nothing of it is archived.

    422 rather than 404 is uncertain (v1 answered 404).
    """
    project = call.books.get(PROJECTS, project_id)
    task = call.books.get(TASKS, task_id)
    wrong = [f"{name} can't be blank" for name, row in (("Project", project), ("Task", task)) if row is None]
    if wrong or project is None or task is None:
        raise invalid(*wrong)
    if not project["is_active"]:
        raise invalid("Project is archived")
    in_team = call.books.pair(USER_ASSIGNMENTS, project_id, "user_id", user_id)
    if in_team is None or not in_team["is_active"]:
        raise invalid("User is not assigned to this project")
    in_task = call.books.pair(TASK_ASSIGNMENTS, project_id, "task_id", task_id)
    if in_task is None or not in_task["is_active"] or not task["is_active"]:
        raise invalid("Task is not assigned to this project")
