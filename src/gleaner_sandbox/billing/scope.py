"""Which invoices a manager may see and change.  Source: api.md §7 ("managed projects"); the details are uncertain.

Someone who reaches managed projects only sees the invoices that are all about such projects, and those of their own
that are about none.  Who only drafts sees them in every state, and changes drafts.
"""

from gleaner_sandbox.billing.kinds import INVOICE
from gleaner_sandbox.permissions import Reach, reach
from gleaner_sandbox.switches import switch
from gleaner_sandbox.tables import PROJECTS, Row
from gleaner_sandbox.wire.answers import forbidden, missing
from gleaner_sandbox.wire.call import Call
from gleaner_sandbox.wire.listing import Conditions

_MIXED = switch(
    "managers_invoices",
    ("all_lines", "any_line"),
    "A manager sees the invoices whose lines are all of managed projects, or also those with any such line (§7).",
)
_LINE_OF = "SELECT 1 FROM json_each(doc, '$.line_items') WHERE json_extract(value, '$.project_id')"


def about(asked_for: Conditions, project_ids: list[int]) -> None:
    """Narrow a list to the invoices with a line of one of these projects."""
    asked_for.add(f"EXISTS ({_LINE_OF} IN ({_marks(project_ids)}))", *project_ids)


def visible_only(call: Call, asked_for: Conditions) -> None:
    """Narrow a list to what the caller may see."""
    if call.reach is Reach.ALL:
        return
    managed, inside, none = call.person.managed_projects, Conditions(), Conditions()
    about(inside, managed)
    if call.switch(_MIXED) == "all_lines":
        inside.add(f"NOT EXISTS ({_LINE_OF} NOT IN ({_marks(managed)}))", *managed)
    none.add(f"NOT EXISTS ({_LINE_OF} IS NOT NULL)")
    none.add("json_extract(doc, '$.creator.id') = ?", call.person.id)
    asked_for.add(f"({inside.where}) OR ({none.where})", *inside.args, *none.args)


def found(call: Call) -> Row:
    """The invoice of the path, or a 404 when it is not there or not the caller's to see."""
    row = call.find(INVOICE.table, call.ids[0])
    if not _sees(call, row):
        raise missing()
    return row


def to_write(call: Call) -> Row:
    """The same, or a 403 when the caller may not change it."""
    row = found(call)
    if row["state"] != "draft" and reach(call.person.roles, "invoices.manage") is Reach.NONE:
        raise forbidden()
    return row


def refuse_others_projects(call: Call, client_id: int, project_ids: set[int]) -> None:
    """403 for a manager who invoices a client or projects they do not manage."""
    if call.reach is Reach.ALL:
        return
    managed = call.person.managed_projects
    clients = {call.books.row(PROJECTS, project_id)["client_id"] for project_id in managed}
    if client_id not in clients or not project_ids <= set(managed):
        raise forbidden()


def projects_of(row: Row) -> set[int]:
    """The projects an invoice's lines are about."""
    return {line["project_id"] for line in row["line_items"] if line["project_id"] is not None}


def _sees(call: Call, row: Row) -> bool:
    if call.reach is Reach.ALL:
        return True
    projects, managed = projects_of(row), set(call.person.managed_projects)
    if not projects:
        return bool(row["creator"]["id"] == call.person.id)
    return projects <= managed if call.switch(_MIXED) == "all_lines" else bool(projects & managed)


def _marks(values: list[int]) -> str:
    return ", ".join("?" * len(values))
