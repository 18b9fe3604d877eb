"""A time entry as the API shows it.  Source: api.md §15, §22; rates.md §1."""

from datetime import datetime

from gleaner_sandbox import shapes
from gleaner_sandbox.clock import unstamp
from gleaner_sandbox.entries import references
from gleaner_sandbox.entries.periods import Periods
from gleaner_sandbox.entries.settings import Setting, setting
from gleaner_sandbox.resources import task_assignments, user_assignments
from gleaner_sandbox.rules.clock_strings import format_time
from gleaner_sandbox.rules.locks import locked_reason
from gleaner_sandbox.rules.rounding import half_up, rounded_hours
from gleaner_sandbox.schemas import (
    DAY,
    FLAG,
    INT,
    MOMENT,
    NUMBER,
    STRING,
    TIME,
    declare,
    maybe,
    one_of,
    shape,
)
from gleaner_sandbox.tables import Row
from gleaner_sandbox.wire.answers import encode
from gleaner_sandbox.wire.call import Call

_RATE = ("hourly_rate",)
ENTRY = declare(
    "TimeEntry",
    {
        "id": INT,
        "spent_date": DAY,
        "hours": NUMBER,
        "hours_without_timer": NUMBER,
        "rounded_hours": NUMBER,
        "notes": maybe(STRING),
        "is_locked": FLAG,
        "locked_reason": maybe(STRING),
        "approval_status": one_of("unsubmitted", "submitted", "approved"),
        "is_closed": FLAG,
        "is_billed": FLAG,
        "is_explicitly_locked": FLAG,
        "timer_started_at": maybe(MOMENT),
        "started_time": maybe(TIME),
        "ended_time": maybe(TIME),
        "is_running": FLAG,
        "billable": FLAG,
        "budgeted": FLAG,
        "billable_rate": maybe(NUMBER),
        "cost_rate": maybe(NUMBER),
        "created_at": MOMENT,
        "updated_at": MOMENT,
        "user": shapes.NAMED,
        "client": shapes.CLIENT,
        "project": shapes.PROJECT,
        "task": shapes.NAMED,
        "user_assignment": maybe(shape(user_assignments.NESTED, sometimes=_RATE)),
        "task_assignment": maybe(shape(task_assignments.NESTED, sometimes=_RATE)),
        "invoice": maybe(shapes.INVOICE),
        "external_reference": maybe(references.SHAPE),
    },
    sometimes=("billable_rate", "cost_rate"),
)
_AFTER_SETTING = ("invoice", "external_reference")


class EntryView:
    """Shows the entries of one answer.  What entries share is looked up, and written out, once."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._company = call.company
        self._periods = Periods(self._company)
        seen = {"billable_rate": call.sees_rates, "cost_rate": call.sees_costs}
        self._hidden = [key for key, sees in seen.items() if not sees]
        self._settings: dict[tuple[int, int, int], Setting] = {}

    def __call__(self, row: Row) -> Row:
        where = self._setting(row)
        return {**self._own(row, where), **where.shapes, **{key: row[key] for key in _AFTER_SETTING}}

    def text(self, row: Row) -> str:
        """The same as JSON.  Two thirds of a long list is settings, so they are written out once each."""
        where = self._setting(row)
        after = encode({key: row[key] for key in _AFTER_SETTING})
        return f"{encode(self._own(row, where))[:-1]},{where.text[1:-1]},{after[1:]}"

    def _setting(self, row: Row) -> Setting:
        key = (row["user_id"], row["project_id"], row["task_id"])
        found = self._settings.get(key)
        if found is None:
            found = self._settings[key] = setting(self._call, *key)
        return found

    def _own(self, row: Row, where: Setting) -> Row:
        """What belongs to this entry alone."""
        day = row["spent_date"]
        state = self._periods.on(row["user_id"], day)
        closed = row["is_closed"] or state.approved
        # What the invoice itself bills says so, and not that its project is locked too: both strings were seen.
        locked = state.locked or (where.is_locked_on(day) and not row["is_billed"])
        reason = locked_reason(
            billed=row["is_billed"], approved=closed, archived=where.archived, period_locked=locked
        )
        hours = hours_now(row, self._call.now)
        rounding, clock = self._company["rounding"], self._company["clock"]
        started, ended = row["started_minute"], row["ended_minute"]
        own = {
            "id": row["id"],
            "spent_date": day,
            "hours": hours,
            "hours_without_timer": row["hours"],
            "rounded_hours": rounded_hours(hours, rounding["mode"], rounding["minutes"]),
            "notes": row["notes"],
            "is_locked": reason is not None,
            "locked_reason": reason,
            "approval_status": "approved" if closed else row["approval_status"],
            "is_closed": closed,
            "is_billed": row["is_billed"],
            # Undocumented; that it tells of locked periods is uncertain.
            "is_explicitly_locked": locked,
            "timer_started_at": row["timer_started_at"],
            "started_time": None if started is None else format_time(started, clock),
            "ended_time": None if ended is None else format_time(ended, clock),
            "is_running": row["is_running"],
            "billable": where.billable,
            "budgeted": where.budgeted,
            "billable_rate": where.billable_rate(day),
            "cost_rate": where.cost_rate(day),
            "created_at": row["created_at"],
            "updated_at": row["updated_at"],
        }
        return self._call.veiled(own, self._hidden) if self._hidden else own


def hours_now(row: Row, now: datetime) -> float:
    """The entry's hours, with the time its timer has run until *now*."""
    if row["timer_started_at"] is None:
        hours: float = row["hours"]
        return hours
    elapsed = (now - unstamp(row["timer_started_at"])).total_seconds()
    return half_up(row["hours"] + max(0.0, elapsed) / 3600)
