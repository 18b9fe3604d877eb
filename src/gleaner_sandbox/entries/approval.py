"""The filter ``approval_status`` of time entries and expenses.

Two clients of 2026 know it and its three values; that another value finds nothing is the word of one of them.
"""

from gleaner_sandbox.rules import coerce
from gleaner_sandbox.wire.call import Call
from gleaner_sandbox.wire.listing import Conditions, asked

_NOT_YET = ("unsubmitted", "submitted")


def of_status(call: Call, asked_for: Conditions) -> None:
    """Adds the condition that the query's ``approval_status`` makes, if it says one."""
    status = asked(call, "approval_status", coerce.text)
    if coerce.is_blank(status):
        return
    approved, args = _approved(call)
    if status == "approved":
        asked_for.add(approved, *args)
    elif status in _NOT_YET:
        asked_for.add(f"json_extract(doc, '$.approval_status') = ? AND NOT ({approved})", status, *args)
    else:
        asked_for.add("0")


def _approved(call: Call) -> tuple[str, list[object]]:
    """That a row is approved, by itself or by a period, as SQL and its arguments."""
    parts, args = ["json_extract(doc, '$.is_closed')"], list[object]()
    for period in call.company["approved_periods"]:
        parts.append("spent_date BETWEEN ? AND ?")
        args += [period["from"], period["to"]]
        if period["user_id"] is not None:
            parts[-1] += " AND user_id = ?"
            args.append(period["user_id"])
    return " OR ".join(f"({part})" for part in parts), args
