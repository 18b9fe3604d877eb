"""When an expense can no longer be changed, and why.

Source: api.md §15.5, §16.  Two reasons were seen; those for approved and archived are ours (uncertain).
"""

from dataclasses import dataclass

from gleaner_sandbox.entries.periods import DayState, Periods
from gleaner_sandbox.rules.locks import within
from gleaner_sandbox.tables import PROJECTS, USERS, Row
from gleaner_sandbox.wire.answers import invalid
from gleaner_sandbox.wire.call import Call

BILLED = "Expense is invoiced."
LOCKED = "The project is locked for this time period."
_APPROVED = "Expense is approved."
ARCHIVED = "The project is archived."
_GONE = "The user is archived."


@dataclass(frozen=True)
class Lock:
    """What holds for one expense."""

    approved: bool
    """Approved itself, or by the period its day is in."""
    locked: bool
    """Its day is locked: by a period (as time is, uncertain for expenses) or by an invoice of the project."""
    reason: str | None
    """The first that applies; None when the expense is free.  That only one is said is uncertain."""


def lock(state: DayState, project: Row, user: Row, row: Row) -> Lock:
    """What locks *row*, whose day is in *state*.  Invoicing leaves ``expense_locked_spans`` on the project."""
    day = row["spent_date"]
    approved = bool(row["is_closed"] or state.approved)
    spans = project.get("expense_locked_spans") or ()
    locked = state.locked or any(within(day, first, last) for first, last in spans)
    causes = {
        BILLED: row["is_billed"],
        _APPROVED: approved,
        LOCKED: locked,
        ARCHIVED: not project["is_active"],
        _GONE: not user["is_active"],
    }
    return Lock(approved, locked, next((words for words, holds in causes.items() if holds), None))


def refuse_locked_day(call: Call, user_id: int, day: str) -> None:
    """422 when the person's *day* is approved or locked; administrators pass as they do with time."""
    state = Periods(call.company).on(user_id, day)
    if (state.approved or state.locked) and (state.blocks_admins or not call.person.is_admin):
        raise invalid(_APPROVED if state.approved else LOCKED)


def refuse_locked(call: Call, row: Row) -> bool:
    """422 when *row* is locked for the caller.  For administrators, who may change it: whether it is locked."""
    refuse_locked_day(call, row["user_id"], row["spent_date"])
    state = Periods(call.company).on(row["user_id"], row["spent_date"])
    project, user = call.books.row(PROJECTS, row["project_id"]), call.books.row(USERS, row["user_id"])
    reason = lock(state, project, user, row).reason
    if reason and not call.person.is_admin:
        raise invalid(reason)
    return reason is not None
