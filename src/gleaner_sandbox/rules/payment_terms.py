"""When an invoice is due.  Source: api.md §17.1 *due_date*."""

from datetime import date, timedelta

CUSTOM = "custom"
DAYS = {"upon receipt": 0, "net 15": 15, "net 30": 30, "net 45": 45, "net 60": 60}
"""Payment term → days after the issue date."""
TERMS = (*DAYS, CUSTOM)


def due_date(issue_date: str, term: str, said: str | None) -> str:
    """The due date: *said* counts with the term ``custom`` only, and without it that is the issue date.

    >>> due_date("2026-03-07", "net 30", "2030-01-01"), due_date("2026-03-07", "upon receipt", None)
    ('2026-04-06', '2026-03-07')
    >>> due_date("2026-03-07", "custom", "2026-05-01"), due_date("2026-03-07", "custom", None)
    ('2026-05-01', '2026-03-07')
    """
    if term == CUSTOM:
        return said or issue_date
    issued = date.fromisoformat(issue_date)
    days = min(DAYS[term], (date.max - issued).days)
    return (issued + timedelta(days=days)).isoformat()
