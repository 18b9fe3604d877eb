"""Whose time and expenses: who may see them, who may write them, and on which projects.

Source: api.md §7, §15.1, §16; messages are ours (uncertain).
"""

from gleaner_sandbox.permissions import Reach, reach
from gleaner_sandbox.tables import USER_ASSIGNMENTS, USERS, Row, Table
from gleaner_sandbox.wire.answers import forbidden, invalid, missing
from gleaner_sandbox.wire.call import Call
from gleaner_sandbox.wire.listing import Conditions


def reaches(call: Call, how_far: Reach, user_id: int, project_id: int) -> bool:
    """Whether a permission that goes *how_far* covers what this person has on this project."""
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


def to_read(call: Call, table: Table) -> Row:
    """The row of the path, or a 404 when it is not there or not the caller's to see."""
    row = call.find(table, call.ids[0])
    how_far = reach(call.person.roles, f"{table.name}.read")
    if not reaches(call, how_far, row["user_id"], row["project_id"]):
        raise missing()
    return row


def to_write(call: Call, table: Table) -> Row:
    """The same, or a 403 when the caller may see but not change it."""
    row = to_read(call, table)
    if not reaches(call, call.reach, row["user_id"], row["project_id"]):
        raise forbidden()
    return row


def author(call: Call, said: Row) -> Row:
    """Whose it becomes: the caller's unless ``user_id`` says otherwise; a 403 when that is out of reach."""
    user_id = said["user_id"] or call.person.id
    if not reaches(call, call.reach, user_id, said["project_id"]):
        raise forbidden()
    user = call.books.get(USERS, user_id)
    if user is None:
        raise invalid("User can't be blank")  # an unknown id is like none, as in Rails (uncertain)
    return user


def refuse_outsider(call: Call, user_id: int, project: Row) -> None:
    """422 when the project is archived or the person is not assigned to it.

    422 rather than 404 is uncertain (v1 answered 404).
    """
    if not project["is_active"]:
        raise invalid("Project is archived")
    in_team = call.books.pair(USER_ASSIGNMENTS, project["id"], "user_id", user_id)
    if in_team is None or not in_team["is_active"]:
        raise invalid("User is not assigned to this project")
