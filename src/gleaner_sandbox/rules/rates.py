"""Dated rates of people, and the rate of one time entry.  Source: rates.md §1."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

Row = Mapping[str, Any]


def rate_on(rows: Sequence[Row], on: str) -> float | None:
    """The amount in force on the day *on*; None when the person has no rate then.

    *rows* are one person's, oldest start first; each lasts until the next begins.

    >>> rows = [{"amount": 80.0, "start_date": None}, {"amount": 95.0, "start_date": "2026-01-01"}]
    >>> rate_on(rows, "2025-12-31"), rate_on(rows, "2026-01-01"), rate_on(rows[1:], "2025-12-31")
    (80.0, 95.0, None)
    """
    for row in reversed(rows):
        if (row["start_date"] or "") <= on:
            amount: float = row["amount"]
            return amount
    return None


def end_dates(rows: Sequence[Row]) -> list[str | None]:
    """The last day of each row: the day before the next one starts; None for the current row.

    >>> end_dates([{"start_date": None}, {"start_date": "2026-01-01"}])
    ['2025-12-31', None]

    Before the first day of all there is none: a row that a seed lets end there ends on it.

    >>> end_dates([{"start_date": None}, {"start_date": "0001-01-01"}])
    ['0001-01-01', None]
    """
    starts = [date.fromisoformat(row["start_date"]) for row in rows[1:]]
    ends = [max(start, date.min + timedelta(days=1)) - timedelta(days=1) for start in starts]
    return [*(end.isoformat() for end in ends), *[None][: len(rows)]]


def replaced(rows: Sequence[Row], start: str | None) -> list[Row]:
    """Which *rows* a new rate that starts on *start* puts aside: all from that day on, or all when it is
    undated.

    >>> rows = [{"start_date": None}, {"start_date": "2026-01-01"}, {"start_date": "2026-06-01"}]
    >>> [len(replaced(rows, start)) for start in (None, "2025-01-01", "2026-01-01", "2026-07-01")]
    [3, 2, 2, 0]

    Source: api.md §14.1; that the same date replaces is uncertain.
    """
    return list(rows) if start is None else [row for row in rows if (row["start_date"] or "") >= start]


def is_billable(project: Row, task_assignment: Row | None) -> bool:
    """Whether an entry is billable.  Source: rates.md §1 (A); a non-billable project wins (B)."""
    return bool(project["is_billable"] and (task_assignment is None or task_assignment["billable"]))


def billable_rate(
    project: Row, task_assignment: Row | None, user_assignment: Row | None, dated: Sequence[Row], on: str
) -> float | None:
    """What one hour of an entry on the day *on* costs the client; None when not billable or without a rate.

    *dated* are the person's billable rates.  Source: rates.md §1, the matrix (A).
    """
    if not is_billable(project, task_assignment):
        return None
    rate: float | None = None
    match project["bill_by"]:
        case "Project":
            rate = project["hourly_rate"]
        case "Tasks" if task_assignment:
            rate = task_assignment["hourly_rate"]
        case "People" if user_assignment and not user_assignment["use_default_rates"]:
            rate = user_assignment["hourly_rate"]
        case "People":
            rate = rate_on(dated, on)
    return rate


def is_budgeted(project: Row, task_assignment: Row | None, user_assignment: Row | None) -> bool:
    """Whether an entry counts towards the project's budget.  Source: rates.md §4 (B)."""
    match project["budget_by"]:
        case "none":
            return False
        case "person":
            return bool(user_assignment and user_assignment["budget"] is not None)
        case "task" | "task_fees":
            return bool(task_assignment and task_assignment["budget"] is not None)
    return True
